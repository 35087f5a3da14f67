// SPDX-License-Identifier: GPL-2.0
/*
 * A command's media request. It is executed by the thread that took it from the hart,
 * or in softirq when the media latency is over, and its completion is delivered:
 *
 *	queue_start_media()	at once, or after the media latency
 *	queue_media_due()	the media latency is over
 *	  queue_execute()	the remote port moves the data
 *	    queue_deliver()	the completion goes to the hart
 *
 * A request that finds no memory, or would take too long in a context that may not sleep, is
 * deferred to queue_media_work(). While that function waits for memory it knows the command's
 * tag and generation and has a copy of the request, but does not own the command.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "adapter.h"

/**
 * struct deferred - what queue_media_work() knows of a command that it does not own
 * @tag: the command's
 * @generation: the command's
 * @request: a copy of its media request
 */
struct deferred {
	u32 tag;
	u32 generation;
	struct frame_media request;
};

/* 0: the completion can be delivered. -ENOMEM or -EAGAIN: the request has to be deferred. */
static int queue_execute(struct hba_cmd *cmd, bool may_sleep)
{
	const struct media_how how = { .may_sleep = may_sleep, .stop = &cmd->taken };
	struct fabric *f = &cmd->queue->adapter->fabric;
	struct frame_media_done done;
	int err = -ENOLINK;

	if (!queue_is_cut_off(cmd))
		err = fabric_media(f, &cmd->frame.media, &cmd->buf, &how, &done);
	if (err == -ENOMEM || err == -EAGAIN)
		return err;
	if (err == -ENOLINK) {
		cmd->next = FRAME_NONE;
		return 0;
	}
	cmd->frame.media_done = done;
	cmd->next = FRAME_MEDIA_DONE;
	return 0;
}

/* Leave the request to queue_media_work(). Lock held. */
static void queue_defer(struct hba_queue *q, struct hba_cmd *cmd, struct list_head *todo)
{
	lockdep_assert_held(&q->lock);
	if (READ_ONCE(cmd->taken) != CMD_REPLIED) {
		queue_end(q, cmd, cmd->taken, todo);
		return;
	}
	queue_pass(cmd, CMD_DEFERRED);
	list_add_tail(&cmd->node, &q->deferred);
	q->adapter->ops->wake_media(q);
}

static void queue_executed(struct hba_queue *q, struct hba_cmd *cmd, int err,
			   struct list_head *todo)
{
	lockdep_assert_held(&q->lock);
	if (err)
		queue_defer(q, cmd, todo);
	else
		queue_deliver(q, cmd, todo);
}

/**
 * queue_start_media() - execute a command's media request, now or after the latency
 * @cmd: the command, CMD_MEDIA, the caller's
 * @todo: commands that queue_unlock() is to act on as a result
 *
 * Context: between queue_lock() and the end of queue_unlock(), without the lock; does
 * not sleep.
 */
void queue_start_media(struct hba_cmd *cmd, struct list_head *todo)
{
	struct hba_queue *q = cmd->queue;
	const struct adapter *a = q->adapter;
	int err;

	if (a->cfg.media_latency_ns) {
		queue_pass(cmd, CMD_DELAY);
		a->ops->delay(cmd);
		return;
	}
	err = queue_execute(cmd, false);
	spin_lock_bh(&q->lock);
	queue_executed(q, cmd, err, todo);
	spin_unlock_bh(&q->lock);
}

/**
 * queue_media_due() - a command's media latency is over
 * @cmd: the command, CMD_DELAY, the caller's
 *
 * Context: softirq or thread; does not sleep.
 */
void queue_media_due(struct hba_cmd *cmd)
{
	struct hba_queue *q = cmd->queue;
	LIST_HEAD(todo);
	int err;

	queue_pass(cmd, CMD_MEDIA);
	err = queue_execute(cmd, false);
	queue_lock(q);
	queue_executed(q, cmd, err, &todo);
	queue_unlock(q, &todo);
}

/* Gets tag, generation and request of the command that waits longest; false: none waits. */
static bool next_deferred(struct hba_queue *q, struct deferred *d)
{
	const struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = list_first_entry_or_null(&q->deferred, struct hba_cmd, node);
	if (cmd) {
		d->tag = cmd->tag;
		d->generation = cmd->generation;
		d->request = cmd->frame.media;
	}
	spin_unlock_bh(&q->lock);
	return cmd;
}

/* Make this thread the command's owner. NULL: the command has been taken away. */
static struct hba_cmd *take_deferred(struct hba_queue *q, const struct deferred *d)
{
	struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = queue_find(q, d->tag, d->generation);
	if (cmd && READ_ONCE(cmd->state) != CMD_DEFERRED)
		cmd = NULL;
	if (cmd) {
		list_del_init(&cmd->node);
		queue_pass(cmd, CMD_MEDIA);
	}
	spin_unlock_bh(&q->lock);
	return cmd;
}

static void no_space(struct hba_cmd *cmd)
{
	struct frame_media_done done = {
		.result = MEDIA_NO_SPACE, .context = cmd->frame.media.context,
	};

	cmd->frame.media_done = done;
	cmd->next = FRAME_MEDIA_DONE;
}

/*
 * -ENOMEM: the memory that was found before is gone again (UNMAP), or the request needed all of
 * it at once: the command goes back to the head of the queue's deferred list.
 */
static int execute_deferred(struct hba_queue *q, struct hba_cmd *cmd, int backed)
{
	LIST_HEAD(todo);
	int err = 0;

	if (backed == -ENOMEM)
		no_space(cmd);
	else
		err = queue_execute(cmd, true);
	queue_lock(q);
	if (err && READ_ONCE(cmd->taken) == CMD_REPLIED) {
		queue_pass(cmd, CMD_DEFERRED);
		list_add(&cmd->node, &q->deferred);
	} else {
		queue_deliver(q, cmd, &todo);
	}
	queue_unlock(q, &todo);
	return err;
}

/**
 * queue_media_work() - execute the media requests that are deferred
 * @q: the queue
 *
 * Context: a thread, one at a time for each queue; waits for memory, without starting I/O to
 * get it.
 */
void queue_media_work(struct hba_queue *q)
{
	struct fabric *f = &q->adapter->fabric;
	struct hba_cmd *cmd;
	struct deferred d;
	int backed = 0;

	while (next_deferred(q, &d)) {
		cmd = take_deferred(q, &d);
		while (cmd && execute_deferred(q, cmd, backed) == -ENOMEM) {
			backed = fabric_back(f, &d.request);
			cmd = take_deferred(q, &d);
		}
		backed = 0;
	}
}
