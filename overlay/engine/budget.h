/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A budget: what microcode may use up before it has to be done. It has two limits, and
 * ends when either is reached: instructions, to which every call adds its cost
 * (hba_sim/cost.h), and real time. Time is limited as well because a cost can only be an
 * estimate. Documentation/programming-model.rst has a table of all limits.
 */
#ifndef OVERLAY_BUDGET_H
#define OVERLAY_BUDGET_H

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

/* How the reason begins if the time limit ended the budget. */
#define BUDGET_LATE	"takes too long"

/**
 * struct budget_limit - how large a budget is
 * @insns: instructions, costs of calls included
 * @slice: instructions between two reads of the clock; other threads may run then
 * @ns: time, counted from the first read of the clock: code that is done within one slice
 *	never reads it
 */
struct budget_limit {
	u64 insns;
	u32 slice;
	u64 ns;
};

/**
 * struct budget - what is left of a budget
 * @limit: how large it was at the start
 * @left: instructions that are left
 * @to_look: instructions until the clock is read next
 * @deadline_ns: when the time is over; 0: the clock has not been read yet
 */
struct budget {
	const struct budget_limit *limit;
	u64 left;
	u64 to_look;
	u64 deadline_ns;
};

/**
 * budget_begin() - start with a full budget
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
 * budget_forget_time() - do not count the time so far: it was not the microcode that took it
 * @b: the budget; the time limit starts afresh, the instruction count does not
 */
static inline void budget_forget_time(struct budget *b)
{
	b->deadline_ns = 0;
}

/**
 * budget_cut() - reduce what is left
 * @b: the budget
 * @insns: instructions that may be left at most
 * @deadline_ns: latest end of its time
 */
static inline void budget_cut(struct budget *b, u64 insns, u64 deadline_ns)
{
	b->left = min(b->left, insns);
	b->deadline_ns = b->deadline_ns ? min(b->deadline_ns, deadline_ns) : deadline_ns;
}

/**
 * budget_slice() - how many instructions may run before budget_over() has to be called again
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
 * budget_over() - is the budget used up?
 * @b: the budget
 * @now_ns: reads the clock
 *
 * Return: NULL if not; else what to report about the microcode.
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
 * budget_was_late() - was a budget ended by its time limit?
 * @why: what budget_over() returned, or another reason
 *
 * The machine may have been busy with other things, so a second attempt may succeed.
 *
 * Return: true if it was the time limit.
 */
static inline bool budget_was_late(const char *why)
{
	return !strncmp(why, BUDGET_LATE, strlen(BUDGET_LATE));
}

/**
 * budget_slice_ended() - is it time to let other threads run?
 * @b: the budget; budget_over() has just been called for it
 *
 * Return: true if that call began another slice.
 */
static inline bool budget_slice_ended(const struct budget *b)
{
	return b->to_look == b->limit->slice;
}

#endif
