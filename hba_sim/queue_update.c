// SPDX-License-Identifier: GPL-2.0
/*
 * A command that begins an update (download.c): the service hart has its message, then
 * the overlay engine has the command itself, and at last its hart, in whichever image
 * is in place then.
 */
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "queue.h"

/**
 * queue_at_service() - the command whose message the service hart has
 * @q: queue that the message came from
 * @tag: of the command
 * @generation: of the command
 *
 * Context: the service hart's thread: until it is idle again nobody takes the command
 * away.
 * Return: the command; NULL if there is none.
 */
struct hba_cmd *queue_at_service(struct hba_queue *q, u32 tag, u32 generation)
{
	struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = queue_find(q, tag, generation);
	if (cmd && READ_ONCE(cmd->state) != CMD_SERVICE)
		cmd = NULL;
	spin_unlock_bh(&q->lock);
	return cmd;
}

/**
 * queue_await_update() - the command waits for an update
 * @cmd: from queue_at_service()
 *
 * It does not hold the update up: it can be taken away as if a hart had it.
 */
void queue_await_update(struct hba_cmd *cmd)
{
	spin_lock_bh(&cmd->queue->lock);
	cmd->state = CMD_UPDATE;
	spin_unlock_bh(&cmd->queue->lock);
}

/**
 * queue_updated() - the update that a command waits for has come to its end
 * @q: the command's queue
 * @tag: of the command
 * @generation: of the command; if there is none any more, there is nobody to be told
 * @result: ACTIVATED_*
 *
 * Context: thread.
 */
void queue_updated(struct hba_queue *q, u16 tag, u32 generation, u8 result)
{
	struct frame_activated *frame;
	struct hba_cmd *cmd;
	LIST_HEAD(todo);

	queue_lock(q);
	cmd = queue_find(q, tag, generation);
	if (cmd && READ_ONCE(cmd->state) == CMD_UPDATE) {
		frame = &cmd->frame.activated;
		memset(frame, 0, sizeof(*frame));
		frame->target = cpu_to_le16(cmd->target);
		frame->result = result;
		frame->opcode = cmd->cdb[0];
		frame->how = cmd->cdb[4];
		cmd->next = FRAME_ACTIVATED;
		queue_deliver(q, cmd, &todo);
	}
	queue_unlock(q, &todo);
}
