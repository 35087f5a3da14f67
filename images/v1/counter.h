/* SPDX-License-Identifier: GPL-2.0 */
/* A counter of the statistics in 1.x: one word, which wraps. */
#ifndef IMAGES_V1_COUNTER_H
#define IMAGES_V1_COUNTER_H

#include "hart.h"

static inline void count(u32 *counter, u32 n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static inline u64 counter_value(const u32 *counter)
{
	return *counter;
}

#endif
