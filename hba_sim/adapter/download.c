// SPDX-License-Identifier: GPL-2.0
/*
 * In-band downloads (WRITE BUFFER): the service hart has a command's message and calls
 * BOARD_DOWNLOAD, which adds the command's data to an image, and starts an update once the
 * image is complete. The command that completed it waits for the update's outcome, across the
 * swap, and whichever image is in place then replies: see FRAME_ACTIVATED. Only the microcode
 * interprets CDBs and reports errors.
 */
#include <asm/byteorder.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <hba_sim/cost.h>

#include "../../mrb/mrb.h"
#include "../processor/processor.h"
#include "adapter.h"
#include "download_padding.h"

/**
 * download_init() - set up an adapter's downloads
 * @a: the adapter
 */
void download_init(struct adapter *a)
{
	struct download *d = &a->download;

	mutex_init(&d->lock);
	spin_lock_init(&d->waits_lock);
	overlay_stream_init(&d->stream, BOARD_DOWNLOAD_MAX);
}

/**
 * download_destroy() - end of an adapter's downloads
 * @a: the adapter, on which download_init() may not have been called
 *
 * Context: may sleep.
 */
void download_destroy(struct adapter *a)
{
	if (a->download.stream.max)
		overlay_stream_destroy(&a->download.stream);
	vfree(a->download.image);
}

/**
 * struct sender - the command whose message the service hart has
 * @queue: its queue
 * @tag: its tag
 * @generation: its generation
 * @target: its remote port
 * @data_len: bytes in its data buffer
 *
 * Error handling may take the command away at any time, so it is named, not pointed to.
 */
struct sender {
	struct hba_queue *queue;
	u32 tag;
	u32 generation;
	u16 target;
	u32 data_len;
};

static bool is_last(const struct download *d, const struct sender *cmd)
{
	return d->generation == cmd->generation && d->tag == cmd->tag &&
	       d->hart == cmd->queue->hart.id;
}

static void note_last(struct download *d, const struct sender *cmd)
{
	d->hart = cmd->queue->hart.id;
	d->tag = cmd->tag;
	d->generation = cmd->generation;
}

static void drop_deferred(struct download *d)
{
	vfree(d->image);
	d->image = NULL;
	d->events = 0;
}

/* Read bytes of the command's buffer into @d->piece. */
static int read_piece(struct download *d, const struct sender *cmd, u32 at, u32 len)
{
	return queue_read_data(cmd->queue, cmd->tag, cmd->generation, at, d->piece, len);
}

/* Copy the command's bytes from its buffer to their place in the image. */
static int take_bytes(struct download *d, const struct sender *cmd, u32 at, u32 len)
{
	u32 done, n;
	int err = 0;

	if (len > cmd->data_len)
		return -EIO;
	for (done = 0; done < len && !err; done += n) {
		n = min(len - done, DOWNLOAD_PIECE);
		if (read_piece(d, cmd, done, n))
			return -EIO;
		err = overlay_stream_append(&d->stream, (u64)at + done, d->piece, n);
	}
	return err == -EFBIG || !err ? err : -EPROTO;
}

/* Read the command's bytes and discard them: the sender's residual tells how many were read. */
static int drop_bytes(struct download *d, const struct sender *cmd, u32 len)
{
	u32 done, n;
	int err = 0;

	for (done = 0; done < len && !err; done += n) {
		n = min(len - done, DOWNLOAD_PIECE);
		err = read_piece(d, cmd, done, n);
	}
	return err;
}

/* Padding is read and discarded: see drop_bytes(). */
static int take_padding(struct download *d, const struct sender *cmd, u32 len)
{
	int err = drop_bytes(d, cmd, len);

	if (err)
		return err;
	note_last(d, cmd);
	padding_took(d, cmd->target, len);
	return 0;
}

/*
 * The header tells how long the image is. Bytes beyond the image are padding, whether they come
 * with its last part or with later ones. Data without a valid header, or with that of an image
 * larger than allowed, counts as complete: waiting for more of it is useless.
 */
static bool cut_if_complete(struct download *d)
{
	struct mrb_header h;
	u32 size;

	if (!overlay_stream_read(&d->stream, &h, sizeof(h)))
		return false;
	size = max_t(u32, le32_to_cpu(h.total_size), sizeof(h));
	if (le32_to_cpu(h.magic) != MRB_MAGIC || size > d->stream.max)
		return true;
	if (overlay_stream_size(&d->stream) < size)
		return false;
	overlay_stream_cut(&d->stream, size);
	return true;
}

/*
 * Microcode is checked before it is deferred, since later no command could report a fault. It
 * replaces microcode that was deferred before it (SPC-4 5.4).
 */
static int defer(struct download *d, u32 events)
{
	struct mrb_fault fault;
	size_t size = 0;
	void *image = overlay_stream_take(&d->stream, &size);

	if (!image)
		return -EPROTO;
	if (mrb_check(image, size, &board_limits, &fault)) {
		vfree(image);
		return -EBADMSG;
	}
	drop_deferred(d);
	d->image = image;
	d->size = size;
	d->events = events;
	d->older = false;
	return 0;
}

static int claim(struct adapter *a, u32 flags)
{
	if (!a->ops->update_claim)
		return -EOPNOTSUPP;
	return a->ops->update_claim(a, flags & DOWNLOAD_SAVE);
}

/* End the wait for an update. Returns the waiting command's queue; NULL if none waited. */
static struct hba_queue *end_wait(struct download *d, u8 result)
{
	struct hba_queue *queue = d->queue;

	lockdep_assert_held(&d->lock);
	spin_lock(&d->waits_lock);
	d->queue = NULL;
	spin_unlock(&d->waits_lock);
	if (queue && result == ACTIVATED_GOOD)
		padding_open(d->waits_padding);
	d->waits_padding = NULL;
	return queue;
}

/*
 * Let a command wait for the update that was claimed for it. If the command has been taken away
 * meanwhile, the update is abandoned.
 */
static int await(struct adapter *a, const struct sender *cmd)
{
	struct download *d = &a->download;

	spin_lock(&d->waits_lock);
	d->queue = cmd->queue;
	d->waits_tag = cmd->tag;
	d->waits_generation = cmd->generation;
	d->waits_target = cmd->target;
	spin_unlock(&d->waits_lock);
	d->waits_padding = NULL;
	d->on_command = false;
	if (queue_await_update(cmd->queue, cmd->tag, cmd->generation))
		return 0;
	end_wait(d, ACTIVATED_CANCELLED);
	overlay_stream_discard(&d->stream);
	a->ops->update_start(a, NULL, 0);
	return -EINVAL;
}

/* If the update cannot begin now, the last part is dropped, so that it can be sent again. */
static int activate_stream(struct adapter *a, const struct sender *cmd, u32 at, u32 len)
{
	struct download *d = &a->download;
	int err = claim(a, d->flags);
	size_t size = 0;
	void *image;

	if (err) {
		overlay_stream_cut(&d->stream, at);
		d->hart = 0;
		return err;
	}
	err = await(a, cmd);
	if (err)
		return err;
	d->waits_padding = padding_expect(d, cmd->target, d->flags, at + len);
	image = overlay_stream_take(&d->stream, &size);
	a->ops->update_start(a, image, size);
	return DOWNLOAD_WAITS;
}

/* @cmd: the command that is to wait for the update; NULL if none is. */
static int activate_deferred(struct adapter *a, const struct sender *cmd)
{
	struct download *d = &a->download;
	void *image = d->image;
	int err;

	if (!image)
		return -EPROTO;
	err = claim(a, DOWNLOAD_SAVE);
	if (err)
		return err;
	if (cmd)
		err = await(a, cmd);
	if (err)
		return err;
	d->image = NULL;
	d->events = 0;
	a->ops->update_start(a, image, d->size);
	return DOWNLOAD_WAITS;
}

/*
 * A command that activates microcode which was deferred until such a command (SBC-4 4.24), and
 * is itself carried out after that. If none was, or it cannot be activated now, the command is
 * carried out at once.
 */
static int activate_before(struct adapter *a, const struct sender *cmd)
{
	struct download *d = &a->download;
	int ret = d->events & DOWNLOAD_ON_COMMAND ? activate_deferred(a, cmd) : 0;

	if (ret == DOWNLOAD_WAITS)
		d->on_command = true;
	return max(ret, 0);
}

/* Offset 0 begins a new image, even if another I_T nexus has not completed its own. */
static int begin(struct download *d, const struct sender *cmd, u32 flags)
{
	d->flags = flags;
	d->target = cmd->target;
	return overlay_stream_open(&d->stream);
}

/* A sender that changes the mode abandons what it has sent (SPC-4 5.4), not what others have. */
static void look_at_mode(struct download *d, const struct sender *cmd, u32 flags)
{
	const struct download_padding *p = padding_of(d, cmd->target);

	if (d->target == cmd->target && d->flags != flags)
		overlay_stream_discard(&d->stream);
	if (p && p->flags != flags)
		padding_end(d, cmd->target);
}

static bool goes_on(const struct download *d, const struct sender *cmd, u32 flags)
{
	return d->flags == flags && d->target == cmd->target;
}

static int defer_stream(struct download *d, const struct sender *cmd, u32 flags, u32 end)
{
	int err = defer(d, flags & DOWNLOAD_EVENTS);

	if (err)
		d->hart = 0;	/* if the message comes again, it is handled again */
	else
		padding_open(padding_expect(d, cmd->target, flags, end));
	return err;
}

static int take_data(struct adapter *a, const struct sender *cmd, u32 flags, u32 at, u32 len)
{
	struct download *d = &a->download;
	int err;

	if (is_last(d, cmd))	/* the service hart stopped before its answer */
		return drop_bytes(d, cmd, len);
	if (padding_goes_on(d, cmd->target, flags, at))
		return take_padding(d, cmd, len);
	if (!at) {
		padding_end(d, cmd->target);
		err = begin(d, cmd, flags);
	} else {
		look_at_mode(d, cmd, flags);
		err = goes_on(d, cmd, flags) ? 0 : -EPROTO;
	}
	if (!err)
		err = take_bytes(d, cmd, at, len);
	if (err)
		return err;
	note_last(d, cmd);
	if (!cut_if_complete(d) && !(flags & DOWNLOAD_WHOLE))
		return 0;
	if (!(flags & DOWNLOAD_DEFER))
		return activate_stream(a, cmd, at, len);
	return defer_stream(d, cmd, flags, at + len);
}

/* @target: -1 for all. */
static void forget(struct download *d, int target)
{
	lockdep_assert_held(&d->lock);
	if (target < 0 || target == d->target)
		overlay_stream_discard(&d->stream);
	for (u32 i = 0; i < BOARD_MAX_TARGETS; i++)
		if (target < 0 || target == i)
			padding_end(d, i);
}

static void forget_later(struct download *d)
{
	const u32 bits = BOARD_MAX_TARGETS + 1;

	for (u32 i = find_next_bit(d->resets, bits, 0); i < bits;
	     i = find_next_bit(d->resets, bits, i + 1)) {
		clear_bit(i, d->resets);
		forget(d, i < BOARD_MAX_TARGETS ? i : -1);
	}
}

static int download_serve(struct adapter *a, const u32 *arg)
{
	struct download *d = &a->download;
	struct sender cmd = { .tag = arg[2], .generation = arg[3] };
	int ret;

	if (!arg[1] || arg[1] > a->cfg.nr_queues || arg[0] & ~DOWNLOAD_FLAGS)
		return -EINVAL;
	cmd.queue = &a->queues[arg[1] - 1];
	if (!queue_at_service(cmd.queue, cmd.tag, cmd.generation, &cmd.target, &cmd.data_len))
		return -EINVAL;
	mutex_lock(&d->lock);
	forget_later(d);
	if (arg[0] & DOWNLOAD_ACTIVATE && arg[0] & DOWNLOAD_ON_COMMAND) {
		ret = activate_before(a, &cmd);
	} else if (arg[0] & DOWNLOAD_ACTIVATE) {
		look_at_mode(d, &cmd, arg[0]);
		ret = activate_deferred(a, &cmd);
	} else {
		ret = take_data(a, &cmd, arg[0], arg[4], arg[5]);
	}
	mutex_unlock(&d->lock);
	return ret;
}

/**
 * download_call() - the service hart may have called BOARD_DOWNLOAD
 * @a: its adapter
 *
 * Context: the service hart's thread, outside of an update; may sleep.
 * Return: false if it has not, or if the driver does not allow downloads.
 */
bool download_call(struct adapter *a)
{
	struct hart *h = &a->service.hart;

	if (h->x[17] != BOARD_DOWNLOAD || !(le32_to_cpu(a->regs->capabilities) & CAP_DRIVER_INBAND))
		return false;
	a->service.cost += call_cost(BOARD_DOWNLOAD, min(h->x[15], BOARD_DOWNLOAD_MAX));
	hart_return(h, download_serve(a, &h->x[10]));
	return true;
}

/**
 * download_awaited() - does a command for a remote port wait for an update that it began?
 * @a: the adapter
 * @target: the remote port; -1 for any
 *
 * The command may have been taken away since.
 *
 * Context: thread; does not sleep; the answer may be outdated at once.
 * Return: true if so.
 */
bool download_awaited(struct adapter *a, int target)
{
	struct download *d = &a->download;
	bool awaited;

	spin_lock(&d->waits_lock);
	awaited = d->queue && (target < 0 || target == d->waits_target);
	spin_unlock(&d->waits_lock);
	return awaited;
}

/**
 * download_awaited_by() - does this command wait for an update that it began?
 * @cmd: a command that was submitted; it may have been taken away since
 *
 * Context: as for download_awaited().
 * Return: true if so.
 */
bool download_awaited_by(const struct hba_cmd *cmd)
{
	struct download *d = &cmd->queue->adapter->download;
	bool awaited;

	spin_lock(&d->waits_lock);
	awaited = d->queue == cmd->queue && d->waits_tag == cmd->tag &&
		  d->waits_generation == cmd->generation;
	spin_unlock(&d->waits_lock);
	return awaited;
}

/**
 * download_is_lost() - has the command that waits for an update it began lost its session?
 * @a: the adapter
 *
 * Context: as for download_awaited().
 * Return: true if the command is to end because of that, or has already been taken away.
 */
bool download_is_lost(struct adapter *a)
{
	struct download *d = &a->download;
	const struct hba_cmd *cmd;
	struct hba_queue *queue;
	u32 generation;
	bool lost;
	u16 tag;

	spin_lock(&d->waits_lock);
	queue = d->queue;
	tag = d->waits_tag;
	generation = d->waits_generation;
	spin_unlock(&d->waits_lock);
	if (!queue)
		return false;
	spin_lock_bh(&queue->lock);
	cmd = queue_find(queue, tag, generation);
	lost = !cmd || queue_is_cut_off(cmd);
	spin_unlock_bh(&queue->lock);
	return lost;
}

/**
 * download_reset() - a reset: discard an image that has been sent only in part
 * @a: the adapter
 * @target: remote port whose logical unit was reset; -1 for all
 *
 * No more padding is expected after a complete image, either. A deferred image stays.
 *
 * Context: may sleep.
 */
void download_reset(struct adapter *a, int target)
{
	struct download *d = &a->download;

	mutex_lock(&d->lock);
	forget(d, target);
	mutex_unlock(&d->lock);
}

/**
 * download_reset_later() - as download_reset(), for callers that must not wait for memory
 * @a: the adapter
 * @target: as for download_reset()
 * @event: DOWNLOAD_ON_*, as for download_event(); 0 for none
 *
 * The service hart's thread does the work, before it takes more of an image.
 *
 * Context: any but interrupts; does not sleep.
 */
void download_reset_later(struct adapter *a, int target, u32 event)
{
	struct download *d = &a->download;

	set_bit(target < 0 ? BOARD_MAX_TARGETS : target, d->resets);
	if (event)
		set_bit(ffs(event) - 1, &d->happened);
	a->ops->wake_service(a);
}

/**
 * download_work() - do what download_reset_later() asked for
 * @a: the adapter
 *
 * Context: the service hart's thread; may sleep.
 */
void download_work(struct adapter *a)
{
	struct download *d = &a->download;
	unsigned long happened;

	mutex_lock(&d->lock);
	forget_later(d);
	happened = xchg(&d->happened, 0);
	if (d->events & happened)
		activate_deferred(a, NULL);
	mutex_unlock(&d->lock);
}

/**
 * download_to_save() - an image that is to be saved has come, in band or otherwise
 * @a: the adapter
 *
 * An image that is deferred now is marked as older; one that is deferred from now until the
 * new image has been saved is not.
 *
 * Context: may sleep.
 */
void download_to_save(struct adapter *a)
{
	struct download *d = &a->download;

	mutex_lock(&d->lock);
	d->older = d->image;
	mutex_unlock(&d->lock);
}

/**
 * download_not_saved() - the update has ended, and its image will not be saved
 * @a: the adapter
 *
 * Context: may sleep.
 */
void download_not_saved(struct adapter *a)
{
	struct download *d = &a->download;

	mutex_lock(&d->lock);
	d->older = false;
	mutex_unlock(&d->lock);
}

/**
 * download_saved() - the update's image was written to the boot flash
 * @a: the adapter
 *
 * An older deferred image is dropped (SPC-4 5.4).
 *
 * Context: may sleep.
 */
void download_saved(struct adapter *a)
{
	struct download *d = &a->download;

	mutex_lock(&d->lock);
	if (d->older)
		drop_deferred(d);
	mutex_unlock(&d->lock);
}

/**
 * download_event() - an event that may activate a deferred image
 * @a: the adapter
 * @event: DOWNLOAD_ON_*
 *
 * If another update is under way, the image stays deferred.
 *
 * Context: may sleep.
 */
void download_event(struct adapter *a, u32 event)
{
	struct download *d = &a->download;

	mutex_lock(&d->lock);
	if (d->events & event)
		activate_deferred(a, NULL);
	mutex_unlock(&d->lock);
}

/**
 * download_running() - the new image runs, and is on probation
 * @a: the adapter
 * @permanent: it is to be saved
 *
 * A command that waits for an image that is to be saved waits until it has been saved (SPC-4
 * 5.4). One that only triggered the activation (see download.on_command) does not.
 *
 * Context: thread; may sleep.
 */
void download_running(struct adapter *a, bool permanent)
{
	if (!permanent || READ_ONCE(a->download.on_command))
		download_updated(a, ACTIVATED_GOOD);
}

/**
 * download_updated() - the new image runs, or the update has ended without it
 * @a: the adapter
 * @result: ACTIVATED_*
 *
 * The command that waits for the update, if there still is one, is given to its hart.
 *
 * Context: thread; may sleep.
 */
void download_updated(struct adapter *a, u8 result)
{
	struct download *d = &a->download;
	struct hba_queue *queue;

	mutex_lock(&d->lock);
	queue = end_wait(d, result);
	mutex_unlock(&d->lock);
	if (queue)
		queue_updated(queue, d->waits_tag, d->waits_generation, result);
}
