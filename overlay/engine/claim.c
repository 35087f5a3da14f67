// SPDX-License-Identifier: GPL-2.0
/*
 * Who may use the overlay engine: one update at a time claims it, from any thread;
 * engine.c then drives the update.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "parts.h"

#define PROBATION_COMMANDS	1000u
#define PROBATION_MS		500u

/**
 * overlay_init() - set up an engine for a board
 * @ov: the engine, all zeros
 * @ops: the board
 * @board: handed to @ops
 * @running: where the header of the image in place is kept
 */
void overlay_init(struct overlay *ov, const struct overlay_ops *ops, void *board,
		  struct mrb_header *running)
{
	spin_lock_init(&ov->lock);
	ov->ops = ops;
	ov->board = board;
	ov->running = running;
	ov->probation_commands = PROBATION_COMMANDS;
	ov->probation_ms = PROBATION_MS;
	strscpy(ov->status.error, "none", sizeof(ov->status.error));
	strscpy(ov->status.held_up, "none", sizeof(ov->status.held_up));
}

/**
 * overlay_unable() - report that the board cannot do what is asked for, now or ever
 * @ov: the engine
 * @why: for the "error" attribute
 *
 * If an update is under way, its own outcome replaces this text when it ends.
 *
 * Context: any but interrupts.
 * Return: -EOPNOTSUPP.
 */
int overlay_unable(struct overlay *ov, const char *why)
{
	spin_lock(&ov->lock);
	scnprintf(ov->status.error, sizeof(ov->status.error), "idle: %s (error %d)", why,
		  -EOPNOTSUPP);
	ov->status.cause = -EOPNOTSUPP;
	spin_unlock(&ov->lock);
	return -EOPNOTSUPP;
}

/* A board that can never be updated is refused at once. */
static int overlay_able(struct overlay *ov)
{
	switch (overlay_support(ov)) {
	case OVERLAY_NO_SERVICES:
		return overlay_unable(ov, "board lacks the services for an update");
	case OVERLAY_FIXED:
		return overlay_unable(ov, "board cannot be updated");
	default:
		return 0;
	}
}

/**
 * overlay_want_permanent() - can the next update be one that outlives a power cycle?
 * @ov: the engine
 *
 * If so, the caller sets @ov->permanent after it has claimed the update.
 *
 * Context: any but interrupts.
 * Return: 0, or -EOPNOTSUPP; the status then gives the reason.
 */
int overlay_want_permanent(struct overlay *ov)
{
	int err = overlay_able(ov);

	if (err || overlay_support(ov) == OVERLAY_PERMANENT)
		return err;
	return overlay_unable(ov, "board has no media for a permanent update");
}

/* Lock held. */
static int overlay_take(struct overlay *ov)
{
	lockdep_assert_held(&ov->lock);
	if (ov->closed)
		return -ENODEV;
	if (ov->busy)
		return -EBUSY;
	WRITE_ONCE(ov->busy, true);	/* pairs with overlay_is_busy() */
	ov->owner = NULL;
	return 0;
}

/**
 * overlay_exclude() - let no update begin until overlay_include()
 * @ov: the engine
 *
 * The board calls this before it starts an image by itself.
 *
 * Context: any but interrupts.
 * Return: 0; -EBUSY while an update is under way; -ENODEV after
 * overlay_close().
 */
int overlay_exclude(struct overlay *ov)
{
	int err;

	spin_lock(&ov->lock);
	err = overlay_take(ov);
	spin_unlock(&ov->lock);
	return err;
}

/**
 * overlay_include() - end of overlay_exclude()
 * @ov: the engine; its @running is the header of the image in place
 */
void overlay_include(struct overlay *ov)
{
	ov->told = le32_to_cpu(ov->running->cap_provided);
	spin_lock(&ov->lock);
	overlay_show_running(ov);
	ov->status.applied = false;
	WRITE_ONCE(ov->busy, false);
	spin_unlock(&ov->lock);
}

/* Reset what earlier updates have left behind. Lock held, so that no cancel gets lost. */
static void overlay_begin(struct overlay *ov)
{
	lockdep_assert_held(&ov->lock);
	memset(&ov->work, 0, sizeof(ov->work));
	overlay_begin_record(ov);
	memset(&ov->reports, 0, sizeof(ov->reports));
	WRITE_ONCE(ov->cancel, false);
	WRITE_ONCE(ov->verdict, OVERLAY_WAIT);
	ov->decided = false;
	ov->failed = false;
	ov->checking = false;
	ov->permanent = false;
	ov->reverting = false;
	ov->keep = 0;
	ov->selected = 0;
	ov->chips_new = false;
	ov->cause = 0;
	overlay_forget_run(ov);
	ov->status.progress = 0;
}

/**
 * overlay_claim() - begin an update
 * @ov: the engine
 *
 * overlay_update() or overlay_no_source() must follow, in any thread.
 *
 * Context: any but interrupts.
 * Return: 0; -EBUSY while an update is under way; -ENODEV after overlay_close() or
 * when the board has failed; -EOPNOTSUPP if the board cannot be updated.
 */
int overlay_claim(struct overlay *ov)
{
	int err;

	if (!ov->ops->board->alive(ov->board))
		return -ENODEV;
	err = overlay_able(ov);
	if (err)
		return err;
	spin_lock(&ov->lock);
	err = overlay_take(ov);
	if (!err)
		overlay_begin(ov);
	spin_unlock(&ov->lock);
	if (err)
		return err;
	ov->start_ns = ov->ops->board->now_ns();
	overlay_advance(ov, OVERLAY_LOADING);
	return 0;
}

/**
 * overlay_cancel() - ask the update under way to end before its pause
 * @ov: the engine
 *
 * It does not wait for the end. Later updates are not affected.
 */
void overlay_cancel(struct overlay *ov)
{
	spin_lock(&ov->lock);
	if (ov->busy)
		WRITE_ONCE(ov->cancel, true);
	spin_unlock(&ov->lock);
}

/**
 * overlay_own() - give the update an owner, who may cancel it
 * @ov: the engine, just claimed
 * @owner: the owner; only compared, never dereferenced
 */
void overlay_own(struct overlay *ov, const void *owner)
{
	spin_lock(&ov->lock);
	ov->owner = owner;
	spin_unlock(&ov->lock);
}

/**
 * overlay_cancel_own() - as overlay_cancel(), but only if the update belongs to @owner
 * @ov: the engine
 * @owner: the owner, as given to overlay_own()
 *
 * Return: true: the update ends before its pause. False: no update is under way, it is not
 * @owner's, or it is too late to cancel it.
 */
bool overlay_cancel_own(struct overlay *ov, const void *owner)
{
	bool own;

	spin_lock(&ov->lock);
	own = ov->busy && ov->owner == owner;
	if (own)
		WRITE_ONCE(ov->cancel, true);
	spin_unlock(&ov->lock);
	return own;
}

/**
 * overlay_last_call() - has the update been cancelled? Afterwards its owner can no longer do so
 * @ov: the update, just before its pause
 *
 * So overlay_cancel_own() never claims to have cancelled an update that then goes on.
 *
 * Return: true if the update has been cancelled.
 */
bool overlay_last_call(struct overlay *ov)
{
	bool cancelled;

	spin_lock(&ov->lock);
	cancelled = ov->cancel;
	ov->owner = NULL;
	spin_unlock(&ov->lock);
	return cancelled;
}

/**
 * overlay_close() - allow no more updates; ask the one under way to end
 * @ov: the engine
 */
void overlay_close(struct overlay *ov)
{
	spin_lock(&ov->lock);
	WRITE_ONCE(ov->closed, true);	/* pairs with probation_is_over() */
	WRITE_ONCE(ov->cancel, true);
	spin_unlock(&ov->lock);
}
