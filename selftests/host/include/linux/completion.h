/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. Who waits has a test do what
 * others would do meanwhile.
 */
#ifndef HOST_LINUX_COMPLETION_H
#define HOST_LINUX_COMPLETION_H

#include <linux/delay.h>

struct completion {
	unsigned int done;
};

#define TASK_IDLE	0

static inline void init_completion(struct completion *x)
{
	x->done = 0;
}

#define reinit_completion(x)	init_completion(x)

static inline void complete(struct completion *x)
{
	x->done++;
}

static inline void wait_for_completion_state(struct completion *x, unsigned int state)
{
	while (!x->done)
		host_meanwhile();
	x->done--;
}

#endif
