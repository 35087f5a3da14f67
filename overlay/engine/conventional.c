// SPDX-License-Identifier: GPL-2.0
/*
 * The conventional overlay (patent: 006 to 008, 055, 059), which is here only for
 * comparison: the old image's own bootstrap stops I/O, reads the source straight
 * over the old image, and resets the board. No code of the new image takes part,
 * nothing is compared or converted, and nothing is kept for a way back: once the
 * first byte has been written, any failure leaves a board without an image, and
 * only a power cycle revives it.
 *
 * The old image calls some of the services of services.c, with other meanings:
 * see include/hba_sim/overlay.h. The file is read in the pause, so preemption
 * stays on in it.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <hba_sim/cost.h>

#include "parts.h"
#include "trace.h"

#define SOURCE_MAX		0x7fffffffu	/* its size is returned as a positive s32 */

/**
 * struct reading - a conventional overlay under way
 * @ov: the update
 * @source: where the file comes from
 * @file: the file, once it is open
 * @size: bytes in it
 * @opened: @source was asked for the file; that is done only once
 */
struct reading {
	struct overlay *ov;
	struct overlay_source *source;
	const void *file;
	size_t size;
	bool opened;
};

static const struct overlay_conventional *board_of(const struct overlay *ov)
{
	return ov->ops->conventional;
}

/* I/O stops: commands that have begun end without a status, new ones wait. */
static int serve_stop(struct reading *r, const u32 *arg)
{
	struct overlay *ov = r->ov;

	ov->ops->processor->interrupt(ov->board, false);
	overlay_begin_pause(ov);
	ov->ops->queues->hold(ov->board);
	overlay_advance(ov, OVERLAY_PAUSED);
	board_of(ov)->stop(ov->board);
	budget_forget_time(&ov->budget);
	overlay_next_part(ov, OVERLAY_PART_COPY);
	return 0;
}

static int serve_open(struct reading *r, const u32 *arg)
{
	const char *why = "no source";
	int err;

	if (r->opened)
		return overlay_crash(r->ov, -EPROTO, "source opened a second time");
	r->opened = true;
	err = r->source->fetch(r->source, &r->file, &r->size, &why);
	budget_forget_time(&r->ov->budget);
	if (err)
		return overlay_stop(r->ov, err, "%s", why);
	r->size = mrb_image_size(r->file, r->size);
	if (r->size > SOURCE_MAX)
		return overlay_stop(r->ov, -EFBIG, "image file is larger than any image");
	return r->size;
}

/* From here on there is no way back. */
static int serve_unlock(struct reading *r, const u32 *arg)
{
	int err = r->file ? r->ov->ops->memory->unlock(r->ov->board) : -EPROTO;

	if (err)
		return overlay_stop(r->ov, err, "cannot be unlocked");
	overlay_advance(r->ov, OVERLAY_SWAPPING);
	return 0;
}

static int serve_read(struct reading *r, const u32 *arg)
{
	u32 len = arg[2];
	int err;

	if (arg[0] >= r->size)
		return 0;
	len = min_t(size_t, len, r->size - arg[0]);
	budget_use(&r->ov->budget, call_cost(OVERLAY_READ, len));
	err = board_of(r->ov)->write(r->ov->board, arg[1], r->file + arg[0], len);
	if (!err)
		r->ov->work.pause_bytes += len;
	return err ?: (int)len;
}

static int serve_lock(struct reading *r, const u32 *arg)
{
	r->ov->ops->memory->lock(r->ov->board);
	overlay_advance(r->ov, OVERLAY_STARTING);
	overlay_next_part(r->ov, OVERLAY_PART_START);
	return 0;
}

static void end_pause(struct overlay *ov)
{
	struct overlay_waits waits = {};

	ov->ops->queues->release(ov->board);
	overlay_close_pause(ov);
	overlay_drain(ov, &waits);
	overlay_count_waits(ov, &waits);
}

/* Reset the board, with whatever has been read into the code region. */
static int serve_reset(struct reading *r, const u32 *arg)
{
	struct overlay *ov = r->ov;
	struct mrb_header image;
	int err;

	err = board_of(ov)->adopt(ov->board, &image);
	if (err)
		return overlay_stop(ov, err, err == -EPROTO ?
				    "the new image does not speak to the ports as they are" :
				    "what was read into the code region is no image");
	overlay_compare(ov, &image);
	*ov->running = image;
	err = board_of(ov)->boot(ov->board, arg[0], &ov->work.pause_insns);
	if (err)
		return overlay_stop(ov, err, "a hart did not start in the new image");
	overlay_advance(ov, OVERLAY_RUNNING);
	end_pause(ov);
	return 0;
}

static int serve_abort(struct reading *r, const u32 *arg)
{
	return overlay_stop(r->ov, -ECONNABORTED, "bootstrap gave up: reason %u, 0x%x", arg[0],
			    arg[1]);
}

#define IN(state) BIT(OVERLAY_##state)

/* The services, and the states in which each may be called. */
static const struct step {
	u32 nr;
	u32 states;
	int (*fn)(struct reading *r, const u32 *arg);
} steps[] = {
	{ OVERLAY_QUIESCE, IN(LOADING), serve_stop },
	{ OVERLAY_OPEN, IN(PAUSED), serve_open },
	{ OVERLAY_UNLOCK, IN(PAUSED), serve_unlock },
	{ OVERLAY_READ, IN(SWAPPING), serve_read },
	{ OVERLAY_LOCK, IN(SWAPPING), serve_lock },
	{ OVERLAY_RESUME, IN(STARTING), serve_reset },
	{ OVERLAY_ABORT, IN(LOADING) | IN(PAUSED) | IN(SWAPPING) | IN(STARTING), serve_abort },
};

static const struct step *find_step(const struct reading *r, u32 nr)
{
	for (u32 i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i].nr == nr && steps[i].states & BIT(r->ov->status.state))
			return &steps[i];
	return NULL;
}

/* As in overlay_serve(), a call that does not exist or is not allowed now traps. */
static int serve(struct reading *r, const struct overlay_request *call)
{
	const struct step *step = find_step(r, call->nr);
	struct overlay *ov = r->ov;
	char what[40];
	int answer;

	trace_overlay_call(ov, call);
	if (!step) {
		budget_use(&ov->budget, COST_REFUSED);
		if (ov->ops->processor->refuse(ov->board))
			return 0;
		scnprintf(what, sizeof(what), "call 0x%x out of order", call->nr);
		return overlay_crash(ov, -EPROTO, what);
	}
	answer = step->fn(r, call->arg);
	if (answer != OVERLAY_STOPPED && ov->status.state != OVERLAY_RUNNING) {
		trace_overlay_answer(ov, call, answer);
		ov->ops->processor->answer(ov->board, answer);
	}
	return answer == OVERLAY_STOPPED ? OVERLAY_STOPPED : 0;
}

static int between_slices(struct overlay *ov)
{
	const char *over;
	char what[40];

	cond_resched();
	if (ov->status.state == OVERLAY_RUNNING)
		return 0;
	over = budget_over(&ov->budget, ov->ops->board->now_ns);
	if (over) {
		scnprintf(what, sizeof(what), "image %s", over);
		return overlay_crash(ov, -ETIME, what);
	}
	if (READ_ONCE(ov->cancel) && ov->status.state <= OVERLAY_PAUSED)
		return overlay_stop(ov, -EINTR, "cancelled");
	return 0;
}

/* One turn of the processor. Returns 0 to go on. */
static int turn(struct reading *r)
{
	struct overlay *ov = r->ov;
	struct overlay_request call = {};
	enum overlay_exit exit;
	char what[80];
	u64 insns = 0;

	exit = ov->ops->processor->run(ov->board, budget_slice(&ov->budget), &call, &insns);
	budget_use(&ov->budget, insns + call.cost);
	if (ov->status.state != OVERLAY_LOADING)
		ov->work.pause_insns += insns;
	switch (exit) {
	case OVERLAY_EXIT_CALL:
		return serve(r, &call) ?: between_slices(ov);
	case OVERLAY_EXIT_LIMIT:
		return between_slices(ov);
	case OVERLAY_EXIT_IDLE:
		return overlay_stop(ov, -EPROTO, "image went idle before the update was done");
	default:
		ov->ops->processor->crash(ov->board, what, sizeof(what));
		return overlay_crash(ov, -EFAULT, what);
	}
}

/* Nothing has been overwritten yet: let the old image go on. */
static void go_on(struct overlay *ov)
{
	if (ov->status.state == OVERLAY_PAUSED) {
		overlay_next_part(ov, OVERLAY_PART_UNDO);
		overlay_limit_pause(ov);
		if (ov->ops->queues->start(ov->board, false, &ov->pause, &ov->work.pause_insns))
			ov->ops->board->fail(ov->board, "does not start again");
		end_pause(ov);
	}
	if (overlay_restart(ov))
		ov->ops->board->fail(ov->board, "does not become idle again");
	overlay_settle(ov);
}

static void end_of_board(struct overlay *ov)
{
	pr_err("overlay: conventional overlay failed, the old image is overwritten: %s\n",
	       ov->reason);
	ov->ops->memory->lock(ov->board);
	ov->ops->board->fail(ov->board, "has no image any more; only a power cycle helps");
	end_pause(ov);
}

/**
 * overlay_conventional() - read an image over the running one
 * @ov: the engine, claimed by overlay_claim(), of a board that has
 *	overlay_ops.conventional
 * @source: where the image comes from; asked when I/O stands still
 * @result: set to the status at the end
 *
 * The new image runs at once and for good: there is no probation.
 *
 * Context: a thread, the only one that runs the board's update processor; may
 * sleep, also with all queues held.
 * Return: 0: the new image runs. -ECANCELED: @result->error says why it does not; the
 * old image runs on if nothing had been overwritten, else the board has failed.
 */
int overlay_conventional(struct overlay *ov, struct overlay_source *source,
			 struct overlay_status *result)
{
	struct reading r = { .ov = ov, .source = source };
	int err = 0;

	ov->record.method = OVERLAY_METHOD_CONVENTIONAL;
	board_of(ov)->select(ov->board, true);
	ov->ops->processor->interrupt(ov->board, true);
	while (!err && ov->status.state != OVERLAY_RUNNING)
		err = turn(&r);
	board_of(ov)->select(ov->board, false);
	if (err && ov->status.state <= OVERLAY_PAUSED)
		go_on(ov);
	else if (err)
		end_of_board(ov);
	overlay_finish(ov, err, result);
	return err;
}
