// SPDX-License-Identifier: GPL-2.0
/*
 * The pause of an update: its budget, the parts that its time is spent on, and the commands
 * that waited in it.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "parts.h"
#include "trace.h"

#define PAUSE_INSN_LIMIT	2000000u	/* in the pause */
#define PAUSE_INSN_SLICE	20000u
#define PAUSE_NS		2000000000ull
#define DRAIN_AT_ONCE		32u	/* commands, before other threads get the CPU */

/* For the pause, in which preemption is off. */
static const struct budget_limit pause_limit = {
	.insns = PAUSE_INSN_LIMIT, .slice = PAUSE_INSN_SLICE, .ns = PAUSE_NS,
};

static void end_part(struct overlay *ov, u64 now)
{
	struct overlay_figures *w = &ov->work;

	w->part_ns[ov->part] += now - ov->part_start_ns;
	w->part_insns[ov->part] += w->pause_insns - ov->part_start_insns;
	ov->part_start_ns = now;
	ov->part_start_insns = w->pause_insns;
}

/**
 * overlay_begin_pause() - a pause begins, with OVERLAY_PART_QUIESCE
 * @ov: the update
 *
 * Context: like overlay_next_part() and overlay_close_pause(): the update's
 * thread, preemption off. Only reads a clock.
 */
void overlay_begin_pause(struct overlay *ov)
{
	overlay_limit_pause(ov);
	ov->pause_start_ns = ov->ops->board->now_ns();
	ov->work.prepare_ns = ov->pause_start_ns - ov->start_ns;
	ov->part = OVERLAY_PART_QUIESCE;
	ov->part_start_ns = ov->pause_start_ns;
	ov->part_start_insns = ov->work.pause_insns;
	ov->work.parts |= BIT(OVERLAY_PART_QUIESCE);
	trace_overlay_part(ov, OVERLAY_PART_QUIESCE);
}

/**
 * overlay_next_part() - begin the next part of the pause
 * @ov: the update, in its pause
 * @part: what the pause's time is spent on from now on
 */
void overlay_next_part(struct overlay *ov, enum overlay_part part)
{
	end_part(ov, ov->ops->board->now_ns());
	ov->part = part;
	ov->work.parts |= BIT(part);
	trace_overlay_part(ov, part);
}

/**
 * overlay_close_pause() - the queues are released
 * @ov: the update, in its pause
 */
void overlay_close_pause(struct overlay *ov)
{
	u64 now = ov->ops->board->now_ns();

	end_part(ov, now);
	ov->work.pause_ns += now - ov->pause_start_ns;
	trace_overlay_pause_end(ov);
}

/**
 * overlay_count_waits() - count commands that have waited in a pause and were served
 * @ov: the update
 * @waits: how long they waited
 */
void overlay_count_waits(struct overlay *ov, const struct overlay_waits *waits)
{
	struct overlay_figures *w = &ov->work;

	w->waiting_commands += waits->commands;
	w->longest_wait_ns = max(w->longest_wait_ns, waits->longest_ns);
	spin_lock(&ov->lock);
	for (u32 i = 0; i < OVERLAY_WAIT_BUCKETS; i++) {
		ov->waits[i] += waits->bucket[i];
		ov->histogram.all[i] += waits->bucket[i];
	}
	spin_unlock(&ov->lock);
}

/**
 * overlay_limit_pause() - set the budget of a pause, or of undoing its swap
 * @ov: the update
 */
void overlay_limit_pause(struct overlay *ov)
{
	budget_begin(&ov->pause, &pause_limit);
}

/**
 * overlay_drain() - serve all commands that waited in a pause
 * @ov: the update; the queues are released
 * @waits: the commands' waits are added here
 *
 * Context: the update's thread, preemption on.
 */
void overlay_drain(struct overlay *ov, struct overlay_waits *waits)
{
	while (ov->ops->queues->drain(ov->board, DRAIN_AT_ONCE, waits))
		cond_resched();
}

/**
 * overlay_end_pause() - the queues are released: serve what waited
 * @ov: the update
 *
 * The first commands are served before any other thread gets this CPU: they have waited
 * long enough. The rest follow with preemption on, as there may be many of them, and the
 * image may take long for each.
 *
 * Context: the update's thread, preemption off; on when it returns.
 */
void overlay_end_pause(struct overlay *ov)
{
	struct overlay_waits waits = {};

	ov->ops->queues->drain(ov->board, DRAIN_AT_ONCE, &waits);
	preempt_enable();
	overlay_drain(ov, &waits);
	overlay_count_waits(ov, &waits);
}

/**
 * overlay_prepare() - the pause is next: let the board do what need not be done in it
 * @ov: the update
 * @keep: tables of the staged image that are likely to be kept
 *
 * Context: the update's thread; may sleep.
 */
void overlay_prepare(struct overlay *ov, u32 keep)
{
	if (ov->ops->memory->prepare)
		ov->ops->memory->prepare(ov->board, &ov->staged, keep);
}
