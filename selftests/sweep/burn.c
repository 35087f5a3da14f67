// SPDX-License-Identifier: GPL-2.0
/*
 * Power is lost in the middle of each operation by which an update burns the board's
 * chips. Half of the cells are as they were then; the next start has to find that.
 */
#include <setjmp.h>
#include <linux/kernel.h>

#include "judge.h"
#include "modes.h"
#include "points.h"
#include "world.h"

static u64 operations;
static u64 part_from, part_to;

static void count_operation(struct model *m, u32 us)
{
	tally->count++;
}

static void measure(void)
{
	world.m->on_busy = count_operation;
	processor_watch(WATCH_SERVICE);
	if (world_update(world.to))
		judge_fail("the update fails: %s", world.m->ov.status.error);
	processor_watch(WATCH_NONE);
	point_done();
}

static void cut_operation(struct model *m, u32 us)
{
	u64 n = operations++;

	if (n >= part_to)
		point_done();
	if (n >= part_from && (n - part_from) % options.stride == 0 && point_begin(n, FAULT_POWER))
		longjmp(processor.power, 1);
}

static void some_operations(u64 from, u64 to)
{
	part_from = from;
	part_to = to;
	if (setjmp(processor.power)) {
		judge_power_loss();
		point_done();
	}
	world.m->on_busy = cut_operation;
	processor_watch(WATCH_SERVICE);
	world_update(world.to);
	point_done();
}

void sweep_burn(void)
{
	if (point_begin(0, FAULT_NONE))
		measure();
	points_spread(&(struct points){ tally->count, some_operations });
}
