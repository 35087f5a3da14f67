/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_BUG_H
#define HOST_LINUX_BUG_H

#include <stdio.h>
#include <linux/types.h>

#define WARN_ON_ONCE(cond)	__extension__({			\
	bool __warn = (cond);						\
									\
	if (__warn)							\
		fprintf(stderr, "WARNING: %s:%d\n", __FILE__, __LINE__);\
	__warn;								\
})

#endif
