/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers that are the same in each run. */
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H

#include <linux/types.h>

/* The next state, which is never 0 if this one is not, and the number. */
static inline u32 xorshift(u32 *state)
{
	u32 x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return x;
}

#endif
