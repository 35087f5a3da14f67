// SPDX-License-Identifier: GPL-2.0
/*
 * The state of an update: the transitions from state to state, the budget of what is executed,
 * and the reason why an update cannot go on.
 */
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "parts.h"
#include "trace.h"

#define UPDATE_INSN_LIMIT	200000000u	/* without the pause */
#define UPDATE_INSN_SLICE	100000u		/* between two looks at cancel and clock */
#define UPDATE_NS		20000000000ull

/* For an update, a conventional one too, or for one attempt of a rollback. */
static const struct budget_limit update_limit = {
	.insns = UPDATE_INSN_LIMIT, .slice = UPDATE_INSN_SLICE, .ns = UPDATE_NS,
};

/**
 * overlay_state_name() - a state's name in sysfs and in errors
 * @state: the state
 *
 * Return: its name.
 */
const char *overlay_state_name(enum overlay_state state)
{
	static const char * const names[] = {
		[OVERLAY_IDLE]		= "idle",
		[OVERLAY_LOADING]	= "loading",
		[OVERLAY_CONVERTING]	= "converting",
		[OVERLAY_PAUSED]	= "paused",
		[OVERLAY_SWAPPING]	= "swapping",
		[OVERLAY_STARTING]	= "starting",
		[OVERLAY_RUNNING]	= "running",
		[OVERLAY_PROBATION]	= "probation",
		[OVERLAY_REVERTING]	= "reverting",
	};

	return names[state];
}

/* The states to which an update (IDLE) or a rollback (PROBATION) falls back. */
#define BACK	(BIT(OVERLAY_IDLE) | BIT(OVERLAY_PROBATION))

/* Which states may follow a state; the order of enum overlay_state. */
static const u32 transitions[] = {
	[OVERLAY_IDLE]		= BIT(OVERLAY_LOADING),
	[OVERLAY_LOADING]	= BIT(OVERLAY_CONVERTING) | BIT(OVERLAY_PAUSED) | BIT(OVERLAY_IDLE),
	[OVERLAY_CONVERTING]	= BIT(OVERLAY_PAUSED) | BIT(OVERLAY_IDLE),
	[OVERLAY_PAUSED]	= BIT(OVERLAY_SWAPPING) | BACK,
	[OVERLAY_SWAPPING]	= BIT(OVERLAY_STARTING) | BACK,
	[OVERLAY_STARTING]	= BIT(OVERLAY_RUNNING) | BACK,
	[OVERLAY_RUNNING]	= BIT(OVERLAY_PROBATION) | BACK,
	[OVERLAY_PROBATION]	= BIT(OVERLAY_REVERTING) | BIT(OVERLAY_PAUSED) | BIT(OVERLAY_IDLE),
	[OVERLAY_REVERTING]	= BIT(OVERLAY_PAUSED) | BACK,
};

/**
 * overlay_in_pause() - are the queues held?
 * @ov: the update
 *
 * Return: true from OVERLAY_PAUSED to OVERLAY_STARTING.
 */
bool overlay_in_pause(const struct overlay *ov)
{
	return ov->status.state >= OVERLAY_PAUSED && ov->status.state <= OVERLAY_STARTING;
}

/**
 * overlay_may() - may the update go on with this state?
 * @ov: the update
 * @to: the state
 *
 * Return: false, with a warning, if it may not: there is a bug in the engine.
 */
bool overlay_may(const struct overlay *ov, enum overlay_state to)
{
	return !WARN_ON_ONCE(!(transitions[ov->status.state] & BIT(to)));
}

/**
 * overlay_forget_run() - start a fresh budget and order of calls
 * @ov: the engine
 *
 * What was executed and called so far does not count for the code that runs next.
 */
void overlay_forget_run(struct overlay *ov)
{
	ov->called = 0;
	ov->served = 0;
	ov->hurried = false;
	budget_begin(&ov->budget, &update_limit);
}

/**
 * overlay_charge() - charge instructions, or the cost of calls, to the budgets
 * @ov: the update
 * @insns: their number
 */
void overlay_charge(struct overlay *ov, u64 insns)
{
	budget_use(&ov->budget, insns);
	if (overlay_in_pause(ov))
		budget_use(&ov->pause, insns);
}

/**
 * overlay_advance() - go on to the next state of an update
 * @ov: the update
 * @to: the state, any but OVERLAY_IDLE, which only overlay_finish() sets
 *
 * Context: the update's thread; does not sleep.
 */
void overlay_advance(struct overlay *ov, enum overlay_state to)
{
	if (!overlay_may(ov, to))
		return;
	trace_overlay_state(ov, to);
	spin_lock(&ov->lock);
	WRITE_ONCE(ov->status.state, to);	/* pairs with overlay_probation() */
	spin_unlock(&ov->lock);
	if (ov->changed && !overlay_in_pause(ov))
		ov->changed(ov);
}

/**
 * overlay_stop() - note why the update cannot go on
 * @ov: the update
 * @err: negative errno
 * @fmt: why, for the "error" attribute
 *
 * Context: the update's thread; does not sleep.
 * Return: OVERLAY_STOPPED, for the caller to return.
 */
int overlay_stop(struct overlay *ov, int err, const char *fmt, ...)
{
	va_list args;
	int n;

	n = scnprintf(ov->reason, sizeof(ov->reason), "%s: ",
		      overlay_state_name(ov->status.state));
	va_start(args, fmt);
	n += vscnprintf(ov->reason + n, sizeof(ov->reason) - n, fmt, args);
	va_end(args);
	scnprintf(ov->reason + n, sizeof(ov->reason) - n, " (error %d)", err);
	ov->cause = err;
	trace_overlay_stop(ov, err);
	return OVERLAY_STOPPED;
}

/**
 * overlay_crash() - stop the update because its processor cannot go on
 * @ov: the update
 * @err: negative errno
 * @what: what the processor did
 *
 * Context: the update's thread; does not sleep.
 * Return: OVERLAY_STOPPED, for the caller to return.
 */
int overlay_crash(struct overlay *ov, int err, const char *what)
{
	overlay_stop(ov, err, "%s", what);
	if (ov->ops->processor->dump)
		ov->ops->processor->dump(ov->board, ov->reason);
	return OVERLAY_STOPPED;
}
