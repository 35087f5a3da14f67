// SPDX-License-Identifier: GPL-2.0
/*
 * Probation, commit and rollback. After the swap the old image is preserved
 * for a stated number of commands or a stated time. If the new image fails in
 * that time (a trap, a hang, a damaged text, its own self-test), if it lives and
 * does not serve, or if the user wants it, the preserved image goes back in the
 * same way as the new one came, with persistent data that is current.
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

/* As serve_quiesce() to serve_lock(), with no image to ask for it. */
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

/* The image that came back starts as after an update. */
static int start_again(struct overlay *ov)
{
	overlay_forget_run(ov);
	ov->work.pause_insns = 0;
	ov->ops->processor->restart(ov->board, &ov->staged, true);
	return overlay_drive(ov);
}

/*
 * The image came back, and cannot live with what the other one has left behind:
 * it gets the data that it had at the update.
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
 * The image in place is not able to convert its data back. What has the same
 * format in both images is current if it is @kept, the rest is as it was at the
 * update.
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

/* By the image's own rollback module. */
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
 * The image that came back runs, but its service hart stopped at once. A fault that
 * is not of its data does not come again: then nothing is to be given up for it.
 */
static bool goes_on(struct overlay *ov)
{
	return !overlay_selftest_failed(ov) && !ov->ops->queues->crashed(ov->board) &&
	       !overlay_restart(ov);
}

/**
 * struct way_back - how an image came back
 * @forced: not all of its data is current
 * @restored: none of it is, as it could not live with what was current
 */
struct way_back {
	bool forced;
	bool restored;
};

/* One way after the other, until it runs and is content. */
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

/* Which data are those of the update, not the current ones; @n: length so far. */
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

/* What a user is to know of a rollback: why, and what it could not do. */
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

/* The preserved image comes back. @ov->reason says why. */
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

/* At the end of the probation: is it good for what it was not asked to do, too? */
static int last_look(struct overlay *ov)
{
	/* it may have had no command that would have shown how it fails */
	ov->ops->queues->prove(ov->board);
	if (!ov->ops->queues->crashed(ov->board) && ov->ops->memory->check_text(ov->board))
		return overlay_stop(ov, -EBADMSG, "text in place is damaged");
	return 0;
}

/* What the board has seen of it: does it serve? */
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

/* 0, or OVERLAY_STOPPED with the reason why the image must go. */
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

/* The image stays, and has nothing more to prove. Who wanted it for good gets it so, or not. */
static int make_permanent(struct overlay *ov)
{
	int err = ov->permanent ? ov->ops->media->write_file(ov->board) : 0;

	return err ? overlay_stop(ov, err, "the board's media cannot be written") : 0;
}

/**
 * overlay_probation() - look after an image on probation
 * @ov: the engine, after overlay_update() has returned 0
 * @result: set to the status at the end, if that is reached
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

	/* the next update may just be claimed: pairs with overlay_advance() */
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
 * overlay_decide() - the user's word on an image on probation
 * @ov: the engine
 * @verdict: OVERLAY_COMMIT or OVERLAY_ROLL_BACK; the last word counts
 *
 * Context: any but interrupts. It takes effect at the next overlay_probation().
 * Return: 0, or -EINVAL: no image is on probation, or it is decided already.
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
