/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_KTIME_H
#define HOST_LINUX_KTIME_H

#include <time.h>
#include <linux/types.h>

static inline u64 ktime_get_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000u + ts.tv_nsec;
}

static inline u64 ktime_get_real_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (u64)ts.tv_sec * 1000000000u + ts.tv_nsec;
}

#endif
