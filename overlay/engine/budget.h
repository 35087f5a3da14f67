/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A budget: what microcode may use up before it has to be done. It has two limits, and the
 * one that is reached first ends it: instructions, to which every call adds what it costs
 * (hba_sim/cost.h), and real time. The time is there because a cost can only be an
 * estimate. Documentation/programming-model.rst has a table of all limits.
 */
#ifndef OVERLAY_BUDGET_H
#define OVERLAY_BUDGET_H

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

/* How the reason begins if it was the clock that ended it. */
#define BUDGET_LATE	"takes too long"

/**
 * struct budget_limit - how large a budget is
 * @insns: instructions, costs of calls included
 * @slice: after so many instructions the clock is looked at, and others have their turn
 * @ns: time, counted from the first look at the clock: whoever is done within one slice
 *	needs no clock
 */
struct budget_limit {
	u64 insns;
	u32 slice;
	u64 ns;
};

/**
 * struct budget - what is left
 * @limit: what there was
 * @left: instructions
 * @to_look: of these, until the clock is looked at
 * @deadline_ns: when the time is over; 0: the clock has not been looked at
 */
struct budget {
	const struct budget_limit *limit;
	u64 left;
	u64 to_look;
	u64 deadline_ns;
};

/**
 * budget_begin() - a full budget
 * @b: the budget
 * @limit: its size; it outlives @b
 */
static inline void budget_begin(struct budget *b, const struct budget_limit *limit)
{
	b->limit = limit;
	b->left = limit->insns;
	b->to_look = limit->slice;
	b->deadline_ns = 0;
}

/**
 * budget_forget_time() - what has just taken its time was not the microcode
 * @b: the budget; its time begins anew, its instructions do not
 */
static inline void budget_forget_time(struct budget *b)
{
	b->deadline_ns = 0;
}

/**
 * budget_cut() - from now on there is less
 * @b: the budget
 * @insns: so many instructions at most
 * @deadline_ns: and no longer than until then
 */
static inline void budget_cut(struct budget *b, u64 insns, u64 deadline_ns)
{
	b->left = min(b->left, insns);
	b->deadline_ns = b->deadline_ns ? min(b->deadline_ns, deadline_ns) : deadline_ns;
}

/**
 * budget_slice() - how many instructions may be executed before budget_over() is asked again
 * @b: the budget, which is not over
 *
 * Return: their number, at least 1.
 */
static inline u64 budget_slice(const struct budget *b)
{
	return min(b->left, b->to_look);
}

/**
 * budget_use() - instructions were executed, or a call was made that costs as much
 * @b: the budget
 * @insns: their number
 */
static inline void budget_use(struct budget *b, u64 insns)
{
	b->left -= min(b->left, insns);
	b->to_look -= min(b->to_look, insns);
}

/**
 * budget_used() - how many instructions were used
 * @b: the budget, which was not cut
 *
 * Return: their number, costs of calls included.
 */
static inline u64 budget_used(const struct budget *b)
{
	return b->limit->insns - b->left;
}

/**
 * budget_over() - is it used up?
 * @b: the budget
 * @now_ns: the clock
 *
 * Return: NULL, or what to say of the microcode.
 */
static inline const char *budget_over(struct budget *b, u64 (*now_ns)(void))
{
	u64 now;

	if (!b->left)
		return "hangs";
	if (b->to_look)
		return NULL;
	b->to_look = b->limit->slice;
	now = now_ns();
	if (!b->deadline_ns)
		b->deadline_ns = now + b->limit->ns;
	return now < b->deadline_ns ? NULL : BUDGET_LATE;
}

/**
 * budget_was_late() - is it time that something took too much of?
 * @why: what budget_over() said, or another reason
 *
 * The machine may have been busy with other things: the next time it may be fast enough.
 *
 * Return: true if it is.
 */
static inline bool budget_was_late(const char *why)
{
	return !strncmp(why, BUDGET_LATE, strlen(BUDGET_LATE));
}

/**
 * budget_slice_ended() - is it time to let others have their turn?
 * @b: the budget, of which budget_over() has just been asked
 *
 * Return: true if that began another slice.
 */
static inline bool budget_slice_ended(const struct budget *b)
{
	return b->to_look == b->limit->slice;
}

#endif
