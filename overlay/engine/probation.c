// SPDX-License-Identifier: GPL-2.0
/*
 * Probation, commit and rollback. After the swap the old image is preserved
 * for a set number of commands or a set time. If the new image fails in that
 * time (a trap, a hang, a damaged text, its own self-test), if it runs but does not
 * serve, or if the user decides so, the preserved image is put back in the same
 * way as the new one was put in place, with current persistent data.
 */
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "parts.h"

/* What serve_quiesce() to serve_lock() do, here without an image that calls them. */
static int put_back(struct overlay *ov, u32 keep)
{
	const struct overlay_ops *ops = ov->ops;
	u64 copied = 0;
	int err;

	overlay_prepare(ov, keep);
	preempt_disable();
	overlay_begin_pause(ov);
	ops->queues->hold(ov->board);
	overlay_advance(ov, OVERLAY_PAUSED);
	overlay_next_part(ov, OVERLAY_PART_COPY);
	overlay_chips(ov, false);
	ov->keep = keep;
	err = ops->memory->unlock(ov->board);
	overlay_advance(ov, OVERLAY_SWAPPING);
	if (!err)
		err = ops->memory->put(ov->board, &ov->staged, ov->keep,
				       &ov->work.undo_bytes, &copied);
	overlay_next_part(ov, OVERLAY_PART_VERIFY);
	if (!err)
		err = ops->memory->verify(ov->board, &ov->staged, ov->keep);
	ov->work.pause_bytes = ov->work.undo_bytes + copied;
	if (err)
		return overlay_stop(ov, err, "the preserved image cannot be put back");
	overlay_next_part(ov, OVERLAY_PART_START);
	ops->memory->flush(ov->board);
	ops->memory->lock(ov->board);
	overlay_advance(ov, OVERLAY_STARTING);
	return 0;
}

/* Start the image that came back, as after an update. */
static int start_again(struct overlay *ov)
{
	overlay_forget_run(ov);
	ov->work.pause_insns = 0;
	ov->ops->processor->restart(ov->board, &ov->staged, true);
	return overlay_drive(ov);
}

/*
 * The image came back, but cannot run with the data that the other image has left
 * behind: restore the data that it had at the update.
 */
static int restore_data(struct overlay *ov)
{
	int err;

	pr_warn("overlay: rollback to the data of before the update: %s\n", ov->reason);
	overlay_advance(ov, OVERLAY_PROBATION);
	preempt_disable();
	overlay_begin_pause(ov);
	ov->ops->queues->hold(ov->board);
	overlay_advance(ov, OVERLAY_PAUSED);
	overlay_next_part(ov, OVERLAY_PART_COPY);
	overlay_advance(ov, OVERLAY_SWAPPING);
	ov->keep = 0;
	ov->ops->memory->restore_data(ov->board, &ov->staged);
	overlay_advance(ov, OVERLAY_STARTING);
	overlay_next_part(ov, OVERLAY_PART_START);
	err = start_again(ov);
	if (ov->status.state != OVERLAY_RUNNING)
		return err;
	ov->failed = err;
	return 0;
}

/*
 * Roll back although the image in place is not able to convert its data back. With @kept,
 * tables that have the same format in both images stay current; all other data is as it
 * was at the update.
 */
static int force_back(struct overlay *ov, bool kept)
{
	int err;

	pr_warn("overlay: rollback without %s: %s\n", kept ? "conversion" : "current data",
		ov->reason);
	ov->ops->memory->preserve(ov->board);
	err = put_back(ov, kept ? mrb_equal_schemas(&ov->staged, ov->running) : 0);
	if (!err)
		err = start_again(ov);
	if (ov->status.state != OVERLAY_RUNNING)
		overlay_give_up_rollback(ov);
	return err;
}

/* Roll back by the image's own rollback module. */
static int convert_back(struct overlay *ov)
{
	int err;

	if (!ov->running->rollback_entry)
		return overlay_stop(ov, -EOPNOTSUPP, "image has no rollback module");
	overlay_advance(ov, OVERLAY_REVERTING);
	err = overlay_drive(ov);
	if (ov->status.state != OVERLAY_RUNNING)
		overlay_give_up_rollback(ov);
	return err;
}

/*
 * The image that came back runs, but its service hart stopped at once. If its data are not
 * the cause, that does not happen again after a restart, and no data need be given up.
 */
static bool goes_on(struct overlay *ov)
{
	return !overlay_selftest_failed(ov) && !ov->ops->queues->crashed(ov->board) &&
	       !overlay_restart(ov);
}

/**
 * struct way_back - how an image came back
 * @forced: not all of its data is current
 * @restored: none of its data is current, as it could not run with the current data
 */
struct way_back {
	bool forced;
	bool restored;
};

/* Try one way after the other until the preserved image runs and passes its self-test. */
static int bring_back(struct overlay *ov, struct way_back *way)
{
	int err = convert_back(ov);

	way->forced = err && ov->status.state != OVERLAY_RUNNING;
	way->restored = false;
	for (int kept = 1; err && kept >= 0 && ov->status.state != OVERLAY_RUNNING; kept--)
		err = force_back(ov, kept);
	if (!err || ov->status.state != OVERLAY_RUNNING)
		return err;
	if (goes_on(ov))
		return 0;
	way->forced = true;
	way->restored = true;
	return restore_data(ov);
}

/* Append which data are as they were at the update; @n: length of ov->reason so far. */
static int tell_lost(struct overlay *ov, int n)
{
	for (u32 i = 0, lost = 0; i < le16_to_cpu(ov->staged.nr_schemas); i++) {
		if (ov->keep & BIT(i))
			continue;
		n += scnprintf(ov->reason + n, sizeof(ov->reason) - n, "%s %u",
			       lost++ ? "" : "; data as at the update: schema",
			       le16_to_cpu(ov->staged.schema[i].id));
	}
	return n;
}

/* Tell the user about a rollback: its reason, and what it could not do. */
static void tell_rollback(struct overlay *ov, const char *why, const struct way_back *way,
			  int err)
{
	char then[OVERLAY_ERROR_MAX];
	int n;

	strscpy(then, ov->reason, sizeof(then));
	n = scnprintf(ov->reason, sizeof(ov->reason), "%s", why);
	if (way->forced)
		n = tell_lost(ov, n);
	if (ov->failed || way->restored || err)
		scnprintf(ov->reason + n, sizeof(ov->reason) - n, "; then %s", then);
}

/* A reset while the image was on probation does not cancel the rollback. */
static void forget_cancel(struct overlay *ov)
{
	spin_lock(&ov->lock);
	WRITE_ONCE(ov->cancel, ov->closed);
	spin_unlock(&ov->lock);
}

/* Bring the preserved image back. @ov->reason says why. */
static int roll_back(struct overlay *ov, struct overlay_status *result)
{
	char why[OVERLAY_ERROR_MAX];
	int cause = ov->cause;
	struct way_back way;
	int err;

	strscpy(why, ov->reason, sizeof(why));
	overlay_keep_pause(ov);
	forget_cancel(ov);
	ov->failed = false;
	ov->reverting = true;
	ov->staged = ov->previous;
	overlay_forget_run(ov);
	memset(&ov->work, 0, sizeof(ov->work));
	ov->ops->memory->turn_back(ov->board, &ov->staged);

	err = bring_back(ov, &way);
	if (err)
		overlay_fail(ov, "cannot be rolled back");
	else
		overlay_settle(ov);
	tell_rollback(ov, why, &way, err);
	ov->cause = cause;
	spin_lock(&ov->lock);
	ov->status.rollbacks++;
	spin_unlock(&ov->lock);
	overlay_finish(ov, OVERLAY_STOPPED, result);
	return OVERLAY_STOPPED;
}

static bool probation_is_over(struct overlay *ov)
{
	u64 ns = ov->ops->board->now_ns() - ov->probation_ns;
	u64 commands = ov->ops->queues->commands(ov->board) - ov->probation_from;

	return READ_ONCE(ov->closed) || READ_ONCE(ov->verdict) == OVERLAY_COMMIT ||
	       commands >= READ_ONCE(ov->probation_commands) ||
	       ns >= (u64)READ_ONCE(ov->probation_ms) * 1000000;
}

/* At the end of the probation: test what no command has used so far. */
static int last_look(struct overlay *ov)
{
	/* there may have been no command that would have shown a fault */
	ov->ops->queues->prove(ov->board);
	if (!ov->ops->queues->crashed(ov->board) && ov->ops->memory->check_text(ov->board))
		return overlay_stop(ov, -EBADMSG, "text in place is damaged");
	return 0;
}

/* Does the image serve commands, as far as the board has seen? */
static int judge(struct overlay *ov, bool over)
{
	const struct overlay_queue_ops *queues = ov->ops->queues;
	char why[OVERLAY_WHY_MAX];
	int err = queues->judge ? queues->judge(ov->board, over, why, sizeof(why)) : 0;

	return err ? overlay_stop(ov, err, "%s", why) : 0;
}

/* Once the probation is @over without a verdict against the image, none is accepted any more. */
static bool is_unwanted(struct overlay *ov, bool over)
{
	bool unwanted;

	spin_lock(&ov->lock);
	unwanted = ov->verdict == OVERLAY_ROLL_BACK;
	ov->decided = over && !unwanted;
	spin_unlock(&ov->lock);
	return unwanted;
}

/* Returns 0, or OVERLAY_STOPPED with the reason why the image must be rolled back. */
static int probation_failed(struct overlay *ov, bool over)
{
	if (ov->failed || (over && last_look(ov)))
		return OVERLAY_STOPPED;
	if (ov->ops->queues->crashed(ov->board))
		return overlay_stop(ov, -EIO, "a hart crashed");
	if (judge(ov, over))
		return OVERLAY_STOPPED;
	if (is_unwanted(ov, over))
		return overlay_stop(ov, -EINTR, "rolled back by hand");
	return 0;
}

/* The image stays, and is final: if a permanent update was asked for, write it to the media. */
static int make_permanent(struct overlay *ov)
{
	int err = ov->permanent ? ov->ops->media->write_file(ov->board) : 0;

	return err ? overlay_stop(ov, err, "the board's media cannot be written") : 0;
}

/**
 * overlay_probation() - look after an image on probation
 * @ov: the engine, after overlay_update() has returned 0
 * @result: set to the final status if the update ends here
 *
 * Context: as for overlay_update(). To be called again and again: every few
 * milliseconds, and after overlay_decide().
 * Return: 1: probation goes on. 0: the update has ended, the new image stays.
 * -ECANCELED: it has ended, the old image runs again, and @result->error says
 * why. -EINVAL: no image is on probation, and @result is not set.
 */
int overlay_probation(struct overlay *ov, struct overlay_status *result)
{
	bool over;

	/* the next update may be claimed just now: pairs with overlay_advance() */
	if (READ_ONCE(ov->status.state) != OVERLAY_PROBATION)
		return -EINVAL;
	over = probation_is_over(ov);
	if (probation_failed(ov, over))
		return roll_back(ov, result);
	if (!over)
		return 1;
	if (make_permanent(ov))
		return roll_back(ov, result);
	overlay_finish(ov, 0, result);
	return 0;
}

/**
 * overlay_decide() - take the user's decision about an image on probation
 * @ov: the engine
 * @verdict: OVERLAY_COMMIT or OVERLAY_ROLL_BACK; the last one counts
 *
 * Context: any but interrupts. Takes effect at the next overlay_probation().
 * Return: 0, or -EINVAL: no image is on probation, or its fate is already decided.
 */
int overlay_decide(struct overlay *ov, enum overlay_verdict verdict)
{
	int err = -EINVAL;

	spin_lock(&ov->lock);
	if (ov->status.state == OVERLAY_PROBATION && !ov->decided) {
		WRITE_ONCE(ov->verdict, verdict);
		err = 0;
	}
	spin_unlock(&ov->lock);
	return err;
}
