// SPDX-License-Identifier: GPL-2.0
/*
 * Interleavings without faults: each seed has other commands and lets them in at
 * other instructions. The oracle looks at all records in place at once after
 * the update, with commands in flight, and again when they have ended.
 */
#include "judge.h"
#include "modes.h"
#include "points.h"
#include "world.h"

#define STEPS_BEFORE	60u

static void one_seed(u64 seed)
{
	load_seed(options.seed + seed);
	load_steps(STEPS_BEFORE);
	processor_watch(WATCH_SERVICE);
	if (world_update(world.to))
		judge_fail("the update fails: %s", world.m->ov.status.error);
	processor_watch(WATCH_NONE);
	world.updates++;
	judge_idle(world.to);
	load_finish();
	judge_idle(world.to);
	load_verify();
	judge_idle(world.to);
}

static void some_seeds(u64 from, u64 to)
{
	for (u64 seed = from; seed < to; seed += options.stride)
		if (point_begin(seed, FAULT_NONE)) {
			one_seed(seed);
			point_done();
		}
}

void sweep_seeds(void)
{
	tally->count = options.seeds;
	points_spread(&(struct points){ options.seeds, some_seeds });
}
