/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A counter of the statistics in 2.0: 64 bits, on a processor with 32-bit atomic
 * instructions. Whenever the low word wraps, exactly one hart gets the value from
 * which it wrapped, and that hart adds the carry. So no carry is lost or added twice,
 * in whatever order harts go on. Only a reader may come between the two additions,
 * and for these few instructions see a value that is 2^32 too low. In a pause this
 * cannot happen, as every hart waits for a frame then.
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

/* Low and high word belong together if the high word has not changed meanwhile. */
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
