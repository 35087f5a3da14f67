// SPDX-License-Identifier: GPL-2.0
/*
 * An I/O hart's queue. This is the way of one command through the adapter:
 *
 *	queue_submit()          the driver has a command
 *	  queue_deliver()       its frame goes into the mailbox, the hart runs to wfi
 *	    mailbox_run()       and what it put out is taken
 *	queue_finish()          without the lock: media requests are executed
 *	  queue_start_media()   (queue_media.c), and their completions delivered in the
 *	                        same way, until the hart's reply ends the command
 */
#include <asm/byteorder.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "adapter.h"
#include "mailbox.h"
#include "trace.h"

/**
 * queue_init() - make an I/O hart and its queue
 * @q: the queue, all zeros
 * @a: its adapter
 * @index: 0 for the first
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; queue_destroy() is to be called in either case.
 */
int queue_init(struct hba_queue *q, struct adapter *a, u32 index)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->parked);
	INIT_LIST_HEAD(&q->waiting);
	INIT_LIST_HEAD(&q->deferred);
	q->adapter = a;
	q->depth = a->cfg.depth;
	q->hart.id = index + 1;
	q->hart.owner = a->name;
	q->mbox = kzalloc(BOARD_MBOX_SIZE, GFP_KERNEL);
	q->scratch = kzalloc(BOARD_SCRATCH_SIZE, GFP_KERNEL);
	q->cmds = kcalloc(q->depth + 1, sizeof(*q->cmds), GFP_KERNEL);
	if (served_init(q))
		return -ENOMEM;
	return q->mbox && q->scratch && q->cmds ? 0 : -ENOMEM;
}

/**
 * queue_destroy() - free a queue
 * @q: the queue; it has no command
 */
void queue_destroy(struct hba_queue *q)
{
	served_destroy(q);
	kfree(q->cmds);
	kfree(q->scratch);
	kfree(q->mbox);
}

/**
 * queue_crash() - the hart cannot go on
 * @q: its queue
 * @why: what it did
 *
 * After its restart the hart is given again what it had: a command, an answer, or the
 * completion of a media request, so that the request is not executed a second time.
 *
 * Context: the queue's lock is held.
 */
void queue_crash(struct hba_queue *q, const char *why)
{
	lockdep_assert_held(&q->lock);
	q->held = true;
	for (u32 tag = 0; tag < q->depth; tag++)
		if (q->cmds[tag] && READ_ONCE(q->cmds[tag]->state) == CMD_HART)
			queue_park(q, q->cmds[tag]);
	adapter_crash(q->adapter, &q->hart, why);
}

/**
 * queue_deliver() - give the hart the command's next frame, or park it
 * @q: the queue
 * @cmd: the command; nobody else has it
 * @todo: commands that queue_unlock() is to act on as a result
 *
 * Context: the queue's lock is held.
 */
void queue_deliver(struct hba_queue *q, struct hba_cmd *cmd, struct list_head *todo)
{
	const char *why;

	lockdep_assert_held(&q->lock);
	if (READ_ONCE(q->adapter->dead)) {
		queue_end(q, cmd, CMD_LOST, todo);
		return;
	}
	if (READ_ONCE(cmd->taken) != CMD_REPLIED) {
		queue_end(q, cmd, cmd->taken, todo);
		return;
	}
	if (cmd->next == FRAME_NONE || queue_is_cut_off(cmd)) {
		queue_strand(q, cmd, CMD_DISRUPTED, todo);
		return;
	}
	if (q->held) {
		queue_park(q, cmd);
		return;
	}
	if (cmd->next == FRAME_SCSI)
		cmd->buf.moved = 0;	/* the command may have begun before */
	mailbox_give(q, cmd);
	queue_pass(cmd, CMD_HART);
	/* Pairs with queue_lock_noting(), which waits for the lock. */
	WRITE_ONCE(q->serving, queue_serving(cmd));
	why = mailbox_run(q, todo);
	WRITE_ONCE(q->serving, 0);
	if (why)
		queue_crash(q, why);
}

/* Begin a command that was just submitted; its remote port may be lost. Lock held. */
static void queue_begin(struct hba_queue *q, struct hba_cmd *cmd, struct list_head *todo)
{
	struct adapter *a = q->adapter;

	cmd->losses = fabric_losses(&a->fabric, cmd->target);
	if (fabric_is_gone(&a->fabric, cmd->target) && !READ_ONCE(a->dead))
		queue_strand(q, cmd, CMD_NOT_BEGUN, todo);
	else
		queue_deliver(q, cmd, todo);
}

/**
 * queue_lock() - begin to work on a queue
 * @q: the queue
 *
 * Until queue_unlock() has returned, this thread may be the only owner of some commands. The
 * RCU read lock allows queue_abort()'s callers and the end of the adapter to wait for that.
 *
 * Context: any but hard interrupt.
 */
void queue_lock(struct hba_queue *q)
	__acquires(RCU) __acquires(&q->lock)
{
	rcu_read_lock();
	spin_lock_bh(&q->lock);
}

/* Do what the hart asked for. Lock not held; this thread owns each command in the list. */
static void queue_finish(struct list_head *todo)
{
	struct hba_cmd *cmd;

	while ((cmd = list_first_entry_or_null(todo, struct hba_cmd, node))) {
		list_del_init(&cmd->node);
		switch (cmd->state) {
		case CMD_DONE:
			queue_pass(cmd, CMD_IDLE);
			trace_hba_complete(cmd);
			cmd->queue->adapter->ops->complete(cmd);
			break;
		case CMD_MEDIA:
			queue_start_media(cmd, todo);
			break;
		default:
			WARN_ON_ONCE(1);
		}
	}
}

/**
 * queue_unlock() - end of queue_lock(): drop the lock, then act on commands
 * @q: the queue
 * @todo: the commands to act on, collected under the lock
 *
 * Context: as for queue_lock().
 */
void queue_unlock(struct hba_queue *q, struct list_head *todo)
	__releases(&q->lock) __releases(RCU)
{
	spin_unlock_bh(&q->lock);
	queue_finish(todo);
	rcu_read_unlock();
}

/**
 * queue_submit() - the adapter takes a command
 * @q: the queue
 * @cmd: the command, CMD_IDLE, with the fields set that are the submitter's: see struct hba_cmd
 *
 * The command ends with adapter_ops.complete, perhaps before this returns.
 *
 * Context: softirq or thread; interprets microcode, does not sleep.
 */
void queue_submit(struct hba_queue *q, struct hba_cmd *cmd)
{
	LIST_HEAD(todo);

	cmd->queue = q;
	cmd->next = FRAME_SCSI;
	cmd->requests = 0;
	cmd->waits = 0;
	cmd->taken = CMD_REPLIED;
	cmd->sense_len = 0;
	trace_hba_submit(cmd);

	queue_lock(q);
	cmd->generation = ++q->generation;
	q->cmds[cmd->tag] = cmd;
	queue_begin(q, cmd, &todo);
	queue_unlock(q, &todo);
}

/**
 * queue_answer() - the service hart answers a message
 * @q: queue of the hart that the answer is for
 * @msg: the answer, untrusted: dropped unless it names a command whose message the
 *	 service hart has
 *
 * Context: thread.
 */
void queue_answer(struct hba_queue *q, const struct frame_msg *msg)
{
	struct hba_cmd *cmd;
	LIST_HEAD(todo);

	queue_lock(q);
	cmd = queue_find(q, le16_to_cpu(msg->hdr.tag), le32_to_cpu(msg->hdr.generation));
	if (cmd && READ_ONCE(cmd->state) == CMD_SERVICE) {
		cmd->frame.msg = *msg;
		cmd->frame.msg.hart = cpu_to_le16(BOARD_SERVICE_HART);
		cmd->next = FRAME_MSG;
		queue_deliver(q, cmd, &todo);
	}
	queue_unlock(q, &todo);
}

/**
 * queue_served() - the service hart is given a message
 * @q: queue that it came from
 * @tag: of the command
 * @generation: of the command
 */
void queue_served(struct hba_queue *q, u16 tag, u32 generation)
{
	struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = queue_find(q, tag, generation);
	if (cmd && READ_ONCE(cmd->state) == CMD_POSTED)
		queue_pass(cmd, CMD_SERVICE);
	spin_unlock_bh(&q->lock);
}

/**
 * queue_unanswered() - the service hart had a message and is idle again
 * @q: queue that it came from
 * @tag: of the command
 * @generation: of the command
 * @again: the service hart crashed over the message and is to have it again
 *
 * Unless @again is set, a message that has not been answered by now never will be, and only an
 * abort or a reset ends the command.
 */
void queue_unanswered(struct hba_queue *q, u16 tag, u32 generation, bool again)
{
	struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = queue_find(q, tag, generation);
	if (cmd && READ_ONCE(cmd->state) == CMD_SERVICE) {
		queue_pass(cmd, again ? CMD_POSTED : CMD_HART);
		if (again)
			service_post_again(q->adapter, cmd);
	}
	spin_unlock_bh(&q->lock);
}

/**
 * queue_end_wait() - the probation has ended: serve the commands that waited for its end
 * @q: the queue; if it is held the commands are parked
 *
 * Context: thread; with preemption off only in a pause, where all queues are held.
 */
void queue_end_wait(struct hba_queue *q)
{
	struct hba_cmd *cmd;
	bool held;

	do {
		LIST_HEAD(todo);

		queue_lock(q);
		cmd = list_first_entry_or_null(&q->waiting, struct hba_cmd, node);
		if (cmd) {
			list_del_init(&cmd->node);
			cmd->next = FRAME_SCSI;
			queue_deliver(q, cmd, &todo);
		}
		held = q->held;
		queue_unlock(q, &todo);
		if (!held)
			cond_resched();
	} while (cmd);
}

/**
 * queue_start_hart() - (re)start an I/O hart at the image's run-time entry
 * @q: the queue
 * @reason: START_*
 *
 * Context: power-on, or in a pause: no frame is delivered meanwhile.
 * Return: NULL, or why the hart did not get to its wfi.
 */
const char *queue_start_hart(struct hba_queue *q, u32 reason)
{
	struct adapter *a = q->adapter;
	const char *why;
	LIST_HEAD(todo);

	queue_lock(q);
	memset(q->mbox, 0, BOARD_MBOX_SIZE);
	hart_reset(&q->hart, q->hart.id, BOARD_TEXT_BASE + le32_to_cpu(a->image.runtime_entry));
	adapter_map_hart(a, &q->hart, q->mbox, q->scratch);
	q->hart.x[10] = q->hart.id;
	q->hart.x[11] = reason;
	if (q->hart.id == BOARD_LOGIN_HART)
		els_allow(a);
	why = mailbox_run(q, &todo);
	queue_unlock(q, &todo);
	return why;
}
