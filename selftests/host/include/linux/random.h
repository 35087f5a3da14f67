/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_RANDOM_H
#define HOST_LINUX_RANDOM_H

#include <linux/types.h>

/* The same in each run: a linear congruential generator (Numerical Recipes). */
static inline u32 get_random_u32(void)
{
	static u32 state = 1;

	state = state * 1664525 + 1013904223;
	return state;
}

#endif
