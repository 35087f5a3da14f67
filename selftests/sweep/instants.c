// SPDX-License-Identifier: GPL-2.0
/*
 * A fault at every instruction: of the service hart in an update and in a
 * rollback by hand, and of all harts while an image is on probation.
 */
#include <string.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "digest.h"
#include "judge.h"
#include "modes.h"
#include "points.h"
#include "world.h"

#define UNBOUNDED	(~0u)
#define STEPS_BEFORE	40u	/* of the load, on probation, before a rollback */
#define STEPS_PROBATION	120u
#define STEPS_CRASHED	4u	/* before the engine has a look */

/**
 * struct instants - a stretch of a path's life whose instructions are counted
 * @watch: whose they are
 * @prepare: what comes before; may be NULL
 * @run: the stretch
 * @judge: what has to be afterwards, with processor.fault or without
 */
struct instants {
	enum watch watch;
	void (*prepare)(void);
	void (*run)(void);
	void (*judge)(void);
};

static const struct instants *instants;
static u64 range_to;
static bool committed;

/* With power lost, only what survives decides what follows. */
static bool known_loss(enum fault fault)
{
	return fault == FAULT_POWER && !judge_all && judged_before(digest_survivors());
}

/* A process that goes through its part of the range. */
static enum fault at_point(void)
{
	u64 k = processor.count;

	if (k >= range_to)
		point_done();
	for (enum fault fault = FAULT_TRAP; fault < FAULT_KINDS; fault++) {
		if (!(options.faults & 1u << fault))
			continue;
		if (known_loss(fault))
			__atomic_fetch_add(&tally->points[fault], 1, __ATOMIC_RELAXED);
		else if (point_begin(k, fault))
			return fault;
	}
	processor.next_point = k + options.stride;
	return FAULT_NONE;
}

static void run_and_judge(void)
{
	if (setjmp(processor.power)) {
		judge_power_loss();
		point_done();
	}
	processor_watch(instants->watch);
	instants->run();
	processor_watch(WATCH_NONE);
	if (processor.fault || processor.next_point == ~0ull)
		instants->judge();
}

static void sweep_part(u64 from, u64 to)
{
	processor.point = at_point;
	processor.next_point = from;
	range_to = to;
	run_and_judge();
	point_done();
}

static void sweep_instants(const struct instants *what)
{
	instants = what;
	if (what->prepare)
		what->prepare();
	if (point_begin(0, FAULT_NONE)) {
		run_and_judge();
		point_done();
	}
	points_spread(&(struct points){ tally->count, sweep_part });
}

static void run_update(void)
{
	world_update(world.to);
}

static void judge_died(void)
{
	const char *error = world.m->ov.status.error;

	if (!strstr(error, processor.fault == FAULT_TRAP ? "trapped" : "hangs") &&
	    !strstr(error, "image left its mailbox in disorder"))
		judge_fail("error is '%s'", error);
}

/* Whatever the instruction was, the old image runs, as if nothing had happened. */
static void judge_update(void)
{
	if (!processor.fault) {
		tally->count = processor.count;
		judge_error("none");
		world.updates++;
		judge_point(world.to);
		return;
	}
	judge_died();
	if (world.forced)
		judge_fail("a conversion back was given up");
	world.rollbacks += processor.resumed;
	judge_point(world.from);
}

void sweep_update(void)
{
	static const struct instants update = {
		WATCH_SERVICE, NULL, run_update, judge_update,
	};

	sweep_instants(&update);
}

/* An I/O hart that does not get to its first wfi: the copy is undone. */
static void judge_start(void)
{
	if (!processor.fault) {
		judge_update();
		return;
	}
	judge_error("starting: a hart did not start in the new image");
	judge_point(world.from);
}

void sweep_start(void)
{
	static const struct instants start = { WATCH_START, NULL, run_update, judge_start };

	sweep_instants(&start);
}

static void begin_probation(void)
{
	if (world_begin_update(world.to, UNBOUNDED))
		judge_fail("the update fails: %s", world.m->ov.status.error);
}

static void prepare_rollback(void)
{
	begin_probation();
	load_steps(STEPS_BEFORE);
	overlay_decide(&world.m->ov, OVERLAY_ROLL_BACK);
	world.resumed = false;
}

static void run_rollback(void)
{
	world_end_update();
}

/* The old image runs in any case; its data is current if the conversion was done. */
static void judge_rollback(void)
{
	judge_error("by hand");
	world.rollbacks++;
	if (world.forced != (processor.fault && !processor.resumed))
		judge_fail("conversion back %s", world.forced ? "given up" : "not given up");
	if (!processor.fault)
		tally->count = processor.count;
	judge_point(world.from);
}

void sweep_rollback(void)
{
	static const struct instants rollback = {
		WATCH_SERVICE, prepare_rollback, run_rollback, judge_rollback,
	};

	sweep_instants(&rollback);
}

/* The last thing before a commit, in which a fault is still one on probation. */
static void prove_op(void *board)
{
	adapter_overlay_ops.queues->prove(board);
	committed = committed && !world.m->a.crashed;
}

static void run_probation(void)
{
	world.m->queue_ops.prove = prove_op;
	for (u32 i = 0; i < STEPS_PROBATION && !world.m->a.crashed; i++)
		load_steps(1);
	if (world.m->a.crashed) {
		processor_watch(WATCH_NONE);
		for (u32 i = 0; i < STEPS_CRASHED; i++)
			load_step();
	} else {
		committed = true;
		overlay_decide(&world.m->ov, OVERLAY_COMMIT);
	}
	world_end_update();
}

/* Commands that waited for the commit run after it: the new image is restarted. */
static void judge_committed(void)
{
	judge_error("none");
	world.updates++;
	model_service(world.m);
	judge_point(world.to);
}

static void judge_probation(void)
{
	if (!processor.fault)
		tally->count = processor.count;
	if (committed) {
		judge_committed();
		return;
	}
	judge_error("a hart crashed");
	if (world.forced)
		judge_fail("a conversion back was given up");
	world.rollbacks++;
	judge_point(world.from);
}

void sweep_probation(void)
{
	static const struct instants probation = {
		WATCH_ALL, begin_probation, run_probation, judge_probation,
	};

	sweep_instants(&probation);
}
