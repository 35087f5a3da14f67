// SPDX-License-Identifier: GPL-2.0
/*
 * A command that begins an update (download.c): first the service hart has the command's
 * message, then the command waits for the update's outcome, and at last it is given to its
 * hart, with whichever image is in place then. Until then error handling may take the command
 * away at any time.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "adapter.h"

/* The command whose message the service hart has, or NULL. Lock held. */
static struct hba_cmd *find_served(struct hba_queue *q, u32 tag, u32 generation)
{
	struct hba_cmd *cmd = queue_find(q, tag, generation);

	return cmd && READ_ONCE(cmd->state) == CMD_SERVICE ? cmd : NULL;
}

/**
 * queue_at_service() - find out about a command whose message the service hart has
 * @q: queue that the message came from
 * @tag: of the command
 * @generation: of the command
 * @target: set to its remote port
 * @len: set to the bytes in its data buffer
 *
 * Context: thread.
 * Return: false: there is no such command (any more).
 */
bool queue_at_service(struct hba_queue *q, u32 tag, u32 generation, u16 *target, u32 *len)
{
	const struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = find_served(q, tag, generation);
	if (cmd) {
		*target = cmd->target;
		*len = cmd->buf.len;
	}
	spin_unlock_bh(&q->lock);
	return cmd;
}

/**
 * queue_read_data() - copy from the data of a command whose message the service hart has
 * @q: queue that the message came from
 * @tag: of the command
 * @generation: of the command
 * @at: offset of the first byte
 * @to: where the bytes go
 * @len: bytes, 0 to BOARD_DMA_MAX; all are copied under the queue's lock
 *
 * Context: thread.
 * Return: 0; -EIO: the command has less data, or no data-out; -ENOENT: there is no such
 * command (any more).
 */
int queue_read_data(struct hba_queue *q, u32 tag, u32 generation, u32 at, void *to, u32 len)
{
	struct hba_cmd *cmd;
	int err = -ENOENT;

	spin_lock_bh(&q->lock);
	cmd = find_served(q, tag, generation);
	if (cmd)
		err = dma_scratch(&cmd->buf, at, to, len, FRAME_DIR_OUT) == len ? 0 : -EIO;
	spin_unlock_bh(&q->lock);
	return err;
}

/**
 * queue_await_update() - a command whose message the service hart has waits for an update
 * @q: queue that the message came from
 * @tag: of the command
 * @generation: of the command
 *
 * The command does not delay the update: it can be taken away as if a hart had it.
 *
 * Context: thread.
 * Return: false: there is no such command (any more).
 */
bool queue_await_update(struct hba_queue *q, u32 tag, u32 generation)
{
	struct hba_cmd *cmd;

	spin_lock_bh(&q->lock);
	cmd = find_served(q, tag, generation);
	if (cmd)
		queue_pass(cmd, CMD_UPDATE);
	spin_unlock_bh(&q->lock);
	return cmd;
}

/**
 * queue_updated() - the update that a command waits for has ended
 * @q: the command's queue
 * @tag: of the command
 * @generation: of the command; if it is not there any more, nothing is done
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
