// SPDX-License-Identifier: GPL-2.0
/*
 * Taking commands away: abort, resets, another image. A command that a thread or the
 * timer owns is marked as taken: it ends within one page of its media request. Any other is
 * taken at once, even if its hart, the service hart or a wait for memory has to do with it:
 * they know it only by tag and generation, and do not find it any more. So nothing here waits
 * for microcode, for memory or for the disk.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "adapter.h"
#include "mailbox.h"

/**
 * queue_detach() - take a command away from whoever has it
 * @q: the queue
 * @cmd: the command, which has not ended
 * @outcome: how it is to end if a thread or the timer has it
 *
 * Context: the queue's lock is held.
 * Return: true: the caller now owns it; false: a thread or the timer does, and will end it.
 */
bool queue_detach(struct hba_queue *q, struct hba_cmd *cmd, enum cmd_outcome outcome)
{
	lockdep_assert_held(&q->lock);
	switch (READ_ONCE(cmd->state)) {
	case CMD_HART:
	case CMD_UPDATE:
	case CMD_SERVICE:
	case CMD_STRANDED:
		return true;
	case CMD_PARKED:
	case CMD_WAITING:
	case CMD_DEFERRED:
		list_del_init(&cmd->node);
		return true;
	case CMD_POSTED:
		service_unpost(q->adapter, cmd);
		return true;
	case CMD_DELAY:
		if (q->adapter->ops->cancel_delay(cmd))
			return true;
		break;
	default:
		break;
	}
	WRITE_ONCE(cmd->taken, outcome);
	return false;
}

/**
 * queue_abort() - end a command without status
 * @cmd: a command that was submitted
 *
 * Context: thread.
 * Return: 0: nothing refers to the command any more and adapter_ops.complete
 * is not called for it; -ENOENT: it has ended, though adapter_ops.complete may
 * not have returned before a synchronize_rcu(); -EBUSY: a thread or the timer has it,
 * which ends it within one page of its media request.
 */
int queue_abort(struct hba_cmd *cmd)
{
	struct hba_queue *q = cmd->queue;
	int err = -EBUSY;

	spin_lock_bh(&q->lock);
	if (q->cmds[cmd->tag] != cmd) {
		err = READ_ONCE(cmd->state) == CMD_IDLE ? -ENOENT : -EBUSY;
	} else if (queue_detach(q, cmd, CMD_RESET)) {
		q->cmds[cmd->tag] = NULL;
		queue_pass(cmd, CMD_IDLE);
		err = 0;
	}
	spin_unlock_bh(&q->lock);
	return err;
}

/**
 * queue_serves() - does the service hart have a command's message?
 * @q: the queue
 * @target: remote port whose commands are meant; -1 for all
 *
 * If a reset takes such a command, the service hart still finishes what the message asks for.
 * So it is worthwhile to wait before the reset.
 *
 * Context: thread.
 * Return: true if there is such a command.
 */
bool queue_serves(struct hba_queue *q, int target)
{
	bool serves = false;

	spin_lock_bh(&q->lock);
	for (u32 tag = 0; tag < q->depth && !serves; tag++) {
		const struct hba_cmd *cmd = q->cmds[tag];

		serves = cmd && READ_ONCE(cmd->state) == CMD_SERVICE &&
			 (target < 0 || cmd->target == target);
	}
	spin_unlock_bh(&q->lock);
	return serves;
}

/* Has the board done anything for the command, or has it been parked since it came? */
static bool cmd_begun(const struct hba_cmd *cmd)
{
	return cmd->requests || cmd->next != FRAME_SCSI || READ_ONCE(cmd->state) != CMD_PARKED;
}

static bool cmd_concerned(const struct hba_cmd *cmd, int target)
{
	if (target == QUEUE_BEGUN)
		return cmd_begun(cmd);
	return target < 0 || cmd->target == target;
}

static u32 end_all(struct hba_queue *q, int target, enum cmd_outcome outcome)
{
	LIST_HEAD(todo);
	u32 busy = 0;

	queue_lock(q);
	for (u32 tag = 0; tag < q->depth; tag++) {
		struct hba_cmd *cmd = q->cmds[tag];

		if (!cmd || !cmd_concerned(cmd, target))
			continue;
		if (queue_detach(q, cmd, outcome))
			queue_end(q, cmd, outcome, &todo);
		else
			busy++;
	}
	queue_unlock(q, &todo);
	return busy;
}

/**
 * queue_abort_all() - end commands by a reset
 * @q: the queue
 * @target: remote port whose commands are to end; -1 for all; QUEUE_BEGUN for all
 *	    but those that were parked when they came
 *
 * Commands that can be ended now are completed, as CMD_RESET.
 *
 * Context: thread.
 * Return: number of the others, which end as soon as the threads that have them notice.
 * When it is 0, all have ended after a synchronize_rcu().
 */
u32 queue_abort_all(struct hba_queue *q, int target)
{
	return end_all(q, target, CMD_RESET);
}

/**
 * queue_disrupt() - end commands because their remote port is gone
 * @q: the queue
 * @target: the remote port
 *
 * As queue_abort_all(), but the commands are completed as CMD_DISRUPTED.
 *
 * Context: thread.
 * Return: number of commands that cannot be ended now.
 */
u32 queue_disrupt(struct hba_queue *q, u16 target)
{
	return end_all(q, target, CMD_DISRUPTED);
}

/**
 * queue_take_back() - another image has been put in place
 * @q: the queue, held
 *
 * It gets the commands that the previous image had been given and had not answered. Messages
 * are private to an image, so it gets none of the previous one's: a command with a message
 * begins anew.
 *
 * Context: in the pause of an update; does not sleep.
 */
void queue_take_back(struct hba_queue *q)
{
	spin_lock_bh(&q->lock);
	for (u32 tag = 0; tag < q->depth; tag++) {
		struct hba_cmd *cmd = q->cmds[tag];
		bool posted = cmd && cmd->state == CMD_POSTED;

		if (!cmd || (posted && !service_unpost(q->adapter, cmd)))
			continue;
		if (!posted && cmd->state != CMD_HART && cmd->state != CMD_PARKED)
			continue;
		if (posted || cmd->next == FRAME_MSG)
			cmd->next = FRAME_SCSI;
		if (cmd->state != CMD_PARKED)
			queue_park(q, cmd);
	}
	spin_unlock_bh(&q->lock);
}

/**
 * queue_reset() - tell the microcode of a task management function
 * @q: any queue of the adapter
 * @target: remote port, with TMF_LUN_RESET
 * @function: TMF_LUN_RESET or TMF_HARD_RESET; the commands concerned were
 *	      aborted already
 *
 * Context: thread.
 * Return: 0; -EBUSY in the pause of an update, and when the hart crashed;
 * -ENODEV when the adapter has failed.
 */
int queue_reset(struct hba_queue *q, u16 target, u8 function)
{
	struct frame_tmf *tmf = &q->mbox->in.tmf;
	const char *why;
	LIST_HEAD(todo);
	int err = 0;

	queue_lock(q);
	if (READ_ONCE(q->adapter->dead)) {
		err = -ENODEV;
	} else if (q->held) {
		err = -EBUSY;
	} else {
		memset(tmf, 0, sizeof(*tmf));
		tmf->hdr.type = FRAME_TMF;
		tmf->hdr.format = q->adapter->port.format;
		tmf->target = cpu_to_le16(target);
		tmf->function = function;
		why = mailbox_run(q, &todo);
		if (why) {
			queue_crash(q, why);
			err = -EBUSY;
		}
	}
	queue_unlock(q, &todo);
	return err;
}

/**
 * queue_lose_all() - the adapter has failed: end what nobody else will end
 * @q: the queue
 *
 * Commands that a thread has are ended by that thread, as lost.
 *
 * Context: thread.
 */
void queue_lose_all(struct hba_queue *q)
{
	LIST_HEAD(todo);

	queue_lock(q);
	for (u32 tag = 0; tag < q->depth; tag++)
		if (q->cmds[tag] && queue_detach(q, q->cmds[tag], CMD_LOST))
			queue_end(q, q->cmds[tag], CMD_LOST, &todo);
	queue_unlock(q, &todo);
}
