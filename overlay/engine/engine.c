// SPDX-License-Identifier: GPL-2.0
/*
 * The overlay engine: drives one update from the interrupt to the end, and
 * backs out of it wherever it fails. The images do the work, in the patent's
 * order (old image's update module, new image's bootstrap, new image's
 * run-time); the engine runs the processor, serves its calls (services.c) and
 * keeps the state.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <hba_sim/cost.h>

#include "parts.h"
#include "trace.h"

#define RESTART_INSN_LIMIT	50000000u	/* until the image is idle */
#define RESTART_INSN_SLICE	100000u
#define RESTART_NS		20000000000ull
#define HURRY_INSN_LIMIT	20000000u	/* left to an update that is cancelled too late */
#define HURRY_NS		5000000000ull

/*
 * For an image that has to become idle again; if it does not, the board has failed. It
 * starts as after a crash, with the same budget.
 */
static const struct budget_limit restart_limit = {
	.insns = RESTART_INSN_LIMIT, .slice = RESTART_INSN_SLICE, .ns = RESTART_NS,
};

static int overlay_died(struct overlay *ov)
{
	char what[80];

	ov->ops->processor->crash(ov->board, what, sizeof(what));
	return overlay_crash(ov, -EFAULT, what);
}

/* The image has used up a budget. */
static int overlay_exhausted(struct overlay *ov, const char *how)
{
	char what[40];

	if (ov->hurried && !overlay_in_pause(ov))
		return overlay_stop(ov, -EINTR, "cancelled");
	scnprintf(what, sizeof(what), "image %s", how);
	return overlay_crash(ov, -ETIME, what);
}

/*
 * Has somebody cancelled? Before the pause, that ends the update. An image that already
 * runs, or has data to convert back, would lose data if it were stopped. A good image needs
 * only little more time to finish, so that is what every image gets.
 */
static int overlay_hear(struct overlay *ov)
{
	if (!READ_ONCE(ov->cancel) || ov->hurried)
		return 0;
	if (ov->status.state <= OVERLAY_CONVERTING)
		return overlay_stop(ov, -EINTR, "cancelled");
	ov->hurried = true;
	budget_cut(&ov->budget, HURRY_INSN_LIMIT, ov->ops->board->now_ns() + HURRY_NS);
	return 0;
}

/* Between two slices: is there a reason to end the update? */
static int overlay_out_of_slice(struct overlay *ov)
{
	struct budget *b = overlay_in_pause(ov) ? &ov->pause : &ov->budget;
	const char *over = budget_over(b, ov->ops->board->now_ns);
	int err;

	if (over)
		return overlay_exhausted(ov, over);
	if (overlay_in_pause(ov))
		return 0;
	err = overlay_hear(ov);
	if (err)
		return err;
	if (ov->ops->queues->crashed(ov->board) && ov->status.state != OVERLAY_REVERTING)
		return overlay_stop(ov, -EIO, "an I/O hart crashed");
	if (budget_slice_ended(b))
		cond_resched();
	return 0;
}

/* One turn of the processor. Returns 0 to go on, 1 if it is idle, else OVERLAY_STOPPED. */
static int overlay_turn(struct overlay *ov)
{
	struct budget *b = overlay_in_pause(ov) ? &ov->pause : &ov->budget;
	struct overlay_request call = {};
	enum overlay_exit exit;
	u64 insns = 0;

	exit = ov->ops->processor->run(ov->board, budget_slice(b), &call, &insns);
	overlay_charge(ov, insns + call.cost);
	if (overlay_in_pause(ov))
		ov->work.pause_insns += insns;

	switch (exit) {
	case OVERLAY_EXIT_CALL:
		return overlay_serve(ov, &call) ?: overlay_out_of_slice(ov);
	case OVERLAY_EXIT_LIMIT:
		return overlay_out_of_slice(ov);
	case OVERLAY_EXIT_IDLE:
		if (ov->status.state == OVERLAY_RUNNING)
			return 1;
		return overlay_stop(ov, -EPROTO, "image went idle before the update was done");
	default:
		return overlay_died(ov);
	}
}

/**
 * overlay_drive() - run the processor until the image in place is idle
 * @ov: the update
 *
 * Context: the update's thread.
 * Return: 0 if the state is RUNNING now, else OVERLAY_STOPPED.
 */
int overlay_drive(struct overlay *ov)
{
	int ret;

	do {
		ret = overlay_turn(ov);
	} while (!ret);
	return ret < 0 ? ret : 0;
}

/* End a pause without a swap: the image that ran before it runs on as it was. */
static int overlay_undo(struct overlay *ov)
{
	int err;

	overlay_next_part(ov, OVERLAY_PART_UNDO);
	overlay_limit_pause(ov);
	ov->ops->memory->track(ov->board, false);
	ov->ops->memory->undo(ov->board, &ov->staged);
	overlay_chips(ov, ov->reverting);
	ov->ops->memory->lock(ov->board);
	err = ov->ops->queues->start(ov->board, false, &ov->pause, &ov->work.pause_insns);
	ov->ops->queues->release(ov->board);
	overlay_close_pause(ov);
	overlay_end_pause(ov);
	return err;
}

/**
 * overlay_restart() - restart the update thread's processor, up to its idle loop
 * @ov: the update, not in its pause
 *
 * Context: the update's thread.
 * Return: 0, or the error that kept the image in place from its idle loop.
 */
int overlay_restart(struct overlay *ov)
{
	struct overlay_request call = {};
	enum overlay_exit exit;
	struct budget b;
	u64 insns = 0;

	budget_begin(&b, &restart_limit);
	ov->ops->processor->interrupt(ov->board, false);
	ov->ops->processor->restart(ov->board, ov->running, false);
	while (!budget_over(&b, ov->ops->board->now_ns)) {
		exit = ov->ops->processor->run(ov->board, budget_slice(&b), &call, &insns);
		budget_use(&b, insns + call.cost);
		switch (exit) {
		case OVERLAY_EXIT_IDLE:
			return 0;
		case OVERLAY_EXIT_CALL:
			budget_use(&b, COST_REFUSED);
			if (ov->ops->processor->refuse(ov->board))
				break;
			return -EPROTO;
		case OVERLAY_EXIT_LIMIT:
			cond_resched();
			break;
		case OVERLAY_EXIT_DEAD:
			return -EFAULT;
		}
	}
	return -ETIME;
}

/**
 * overlay_settle() - make sure that the update thread's processor is idle
 * @ov: the update
 *
 * Context: the update's thread.
 */
void overlay_settle(struct overlay *ov)
{
	const struct overlay_processor_ops *processor = ov->ops->processor;

	if (processor->settle(ov->board) &&
	    (overlay_restart(ov) || processor->settle(ov->board)))
		ov->ops->board->fail(ov->board, "does not become idle again");
}

/**
 * overlay_back_out() - let the old image go on
 * @ov: the update, after OVERLAY_STOPPED and before RUNNING
 *
 * Context: the update's thread; preemption is on when it returns.
 */
void overlay_back_out(struct overlay *ov)
{
	if (overlay_in_pause(ov) && overlay_undo(ov))
		ov->ops->board->fail(ov->board, "does not start again");
	ov->ops->memory->track(ov->board, false);
	if (overlay_restart(ov))
		ov->ops->board->fail(ov->board, "does not become idle again");
	overlay_settle(ov);
}

/**
 * overlay_give_up_rollback() - a rollback failed; the image in place stays for now
 * @ov: the rollback, after OVERLAY_STOPPED and before RUNNING
 *
 * That image is about to be replaced anyway, so it is not tested whether it still runs.
 *
 * Context: the update's thread; preemption is on when it returns.
 */
void overlay_give_up_rollback(struct overlay *ov)
{
	if (overlay_in_pause(ov))
		overlay_undo(ov);
	ov->ops->memory->track(ov->board, false);
	if (ov->status.state != OVERLAY_PROBATION)
		overlay_advance(ov, OVERLAY_PROBATION);
}

/**
 * overlay_fail() - the board has failed: no image is able to go on
 * @ov: the update
 * @why: for the board's log
 *
 * If this happens in a pause, the board itself ends the commands that wait.
 *
 * Context: the update's thread; preemption is on when it returns.
 */
void overlay_fail(struct overlay *ov, const char *why)
{
	ov->ops->board->fail(ov->board, why);
	ov->ops->memory->track(ov->board, false);
	if (!overlay_in_pause(ov))
		return;
	ov->ops->memory->lock(ov->board);
	ov->ops->queues->release(ov->board);
	overlay_close_pause(ov);
	overlay_end_pause(ov);
}

/* Lock held. */
static void publish(struct overlay *ov, int err, const char *holder)
{
	struct overlay_status *st = &ov->status;

	lockdep_assert_held(&ov->lock);
	strscpy(st->error, err ? ov->reason : "none", sizeof(st->error));
	st->cause = err ? ov->cause : 0;
	strscpy(st->held_up, holder, sizeof(st->held_up));
	overlay_show_running(ov);
	if (!err) {
		st->updates++;
		st->applied = true;
		st->last = ov->work;
		memcpy(ov->histogram.last, ov->waits, sizeof(ov->waits));
	}
	overlay_keep_record(ov);
}

/**
 * overlay_finish() - end of an update or a check: publish the outcome
 * @ov: the update
 * @err: 0: the new image stays
 * @result: set to what is published
 *
 * A reader that sees the state "idle" also sees everything else that is published here.
 */
void overlay_finish(struct overlay *ov, int err, struct overlay_status *result)
{
	struct overlay_status *st = &ov->status;
	char holder[OVERLAY_HOLDER_MAX];

	overlay_may(ov, OVERLAY_IDLE);
	overlay_tell(ov);
	ov->ops->queues->holder(ov->board, holder, sizeof(holder));
	ov->work.total_ns = ov->ops->board->now_ns() - ov->start_ns;
	ov->ops->memory->stage_close(ov->board);
	ov->ops->queues->probation(ov->board, false);
	overlay_fill_record(ov, err);
	trace_overlay_end(ov);
	trace_overlay_state(ov, OVERLAY_IDLE);

	spin_lock(&ov->lock);
	if (ov->checking)
		overlay_end_check(ov);
	else
		publish(ov, err, holder);
	WRITE_ONCE(st->state, OVERLAY_IDLE);
	*result = *st;
	WRITE_ONCE(ov->busy, false);
	spin_unlock(&ov->lock);
	if (ov->changed)
		ov->changed(ov);
}

static void overlay_begin_probation(struct overlay *ov)
{
	ov->probation_ns = ov->ops->board->now_ns();
	ov->probation_from = ov->ops->queues->commands(ov->board);
	spin_lock(&ov->lock);
	overlay_show_running(ov);
	spin_unlock(&ov->lock);
	if (!ov->failed)	/* a failed image is rolled back at once: nobody adapts to it */
		overlay_tell(ov);
	overlay_advance(ov, OVERLAY_PROBATION);
}

/**
 * overlay_update() - lay an image over the running one
 * @ov: the engine, claimed by overlay_claim()
 * @file: an image, perhaps with padding behind it; not trusted; not needed any more after
 *	this has returned
 * @size: bytes in @file
 * @result: set to the final status if the update ends here
 *
 * Context: a thread, the only one that runs the board's update processor; may
 * sleep, and turns preemption off in the pause.
 * Return: 0: the new image runs and is on probation: overlay_probation() must be
 * called from time to time until it reports the end of the update.
 * -ECANCELED: the update has ended, the old image runs on as if nothing had
 * happened, and @result->error tells why.
 */
int overlay_update(struct overlay *ov, const void *file, size_t size,
		   struct overlay_status *result)
{
	int err = 0;

	ov->file = file;
	ov->file_size = mrb_image_size(file, size);
	if (READ_ONCE(ov->cancel))
		err = overlay_stop(ov, -EINTR, "cancelled");
	if (!err) {
		ov->ops->processor->interrupt(ov->board, true);
		err = overlay_drive(ov);
	}
	ov->file = NULL;
	if (ov->status.state == OVERLAY_RUNNING) {
		if (!err && ov->ops->processor->settle(ov->board))
			err = overlay_stop(ov, -EPROTO, "image left its mailbox in disorder");
		ov->failed = err;
		overlay_begin_probation(ov);
		return 0;
	}
	overlay_back_out(ov);
	overlay_finish(ov, err, result);
	return err;
}

/**
 * overlay_no_source() - end an update whose image cannot be read
 * @ov: the engine, claimed by overlay_claim()
 * @what: what was wrong
 * @err: negative errno
 * @result: set to the status at the end of this update
 */
void overlay_no_source(struct overlay *ov, const char *what, int err,
		       struct overlay_status *result)
{
	overlay_stop(ov, err, "%s", what);
	overlay_finish(ov, err, result);
}
