/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_SCHED_H
#define HOST_LINUX_SCHED_H

#include <host_sleep.h>

struct task_struct;

#define wake_up_process(task)	((void)(task))

static inline int cond_resched(void)
{
	host_may_sleep();
	return 0;
}

#endif
