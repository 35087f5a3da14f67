/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A counter of 2.0's statistics: 64 bits on a processor whose atomic
 * instructions have 32. Exactly one of those who add to the low word gets the
 * value from which it wrapped, and that one adds the carry. So none is lost or
 * added twice, in whatever order harts go on. Only a reader may come between
 * the two and see 2^32 too little for these few instructions; none of them is
 * open in a pause, when every hart waits for a frame.
 */
#ifndef IMAGES_V2_COUNTER_H
#define IMAGES_V2_COUNTER_H

#include "format.h"

static inline void count(struct counter *counter, u32 n)
{
	u32 old = __atomic_fetch_add(&counter->lo, n, __ATOMIC_RELAXED);

	if (__builtin_expect(old + n < n, 0))
		__atomic_fetch_add(&counter->hi, 1, __ATOMIC_RELAXED);
}

/* Low and high word belong together if the high one stays as it is. */
static inline u64 counter_value(const struct counter *counter)
{
	u32 hi, lo;

	do {
		hi = __atomic_load_n(&counter->hi, __ATOMIC_ACQUIRE);
		lo = __atomic_load_n(&counter->lo, __ATOMIC_ACQUIRE);
	} while (hi != __atomic_load_n(&counter->hi, __ATOMIC_RELAXED));
	return (u64)hi << 32 | lo;
}

#endif
