/* SPDX-License-Identifier: GPL-2.0 */
/* How long commands waited in a pause. Shared by the engine and a board. */
#ifndef OVERLAY_WAITS_H
#define OVERLAY_WAITS_H

#include <linux/minmax.h>
#include <linux/types.h>

#define OVERLAY_WAIT_BUCKETS	24u	/* the last one from 4.2 s on */

/**
 * struct overlay_waits - commands that waited
 * @commands: their number
 * @longest_ns: longest of their waits
 * @bucket: number of waits; bucket n counts those of less than 2^n microseconds that no
 *	    lower bucket counts, the last one all longer waits
 */
struct overlay_waits {
	u32 commands;
	u64 longest_ns;
	u32 bucket[OVERLAY_WAIT_BUCKETS];
};

/**
 * overlay_waits_add() - count the wait of a command
 * @waits: where it is counted
 * @ns: how long the command has waited
 */
static inline void overlay_waits_add(struct overlay_waits *waits, u64 ns)
{
	u32 i = 0;

	while (i < OVERLAY_WAIT_BUCKETS - 1 && ns >= 1000ull << i)
		i++;
	waits->bucket[i]++;
	waits->commands++;
	waits->longest_ns = max(waits->longest_ns, ns);
}

#endif
