/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: what others have one in.
 */
#ifndef HOST_LINUX_HRTIMER_H
#define HOST_LINUX_HRTIMER_H

struct hrtimer {
	int (*function)(struct hrtimer *timer);
};

#endif
