// SPDX-License-Identifier: GPL-2.0
/*
 * Commands whose remote port has lost its session. A command belongs to the session that
 * existed when the command came; no later session ever sees it. From the loss to
 * fabric_block() such commands wait here, so that the midlayer does not send them again and
 * again before it knows of the loss. Then all of them end, those of all ports in one pass.
 */
#include <linux/kernel.h>

#include "../far_end/far_end.h"
#include "adapter.h"

static bool is_to_end(const struct hba_queue *q, const struct hba_cmd *cmd)
{
	if (fabric_is_lost(&q->adapter->fabric, cmd->target))
		return false;
	return READ_ONCE(cmd->state) == CMD_STRANDED || queue_is_cut_off(cmd);
}

static void end_lost(struct hba_queue *q, struct hba_cmd *cmd, struct list_head *todo)
{
	bool stranded = READ_ONCE(cmd->state) == CMD_STRANDED;

	if (is_to_end(q, cmd) && queue_detach(q, cmd, CMD_DISRUPTED))
		queue_end(q, cmd, stranded ? cmd->outcome : CMD_DISRUPTED, todo);
}

/**
 * queue_end_lost() - end the commands of lost sessions, of all ports
 * @q: the queue
 *
 * Commands to a port that is still PORT_LOST wait for the next call. A command that a thread or
 * the timer has is not waited for: its owner ends it, see queue_deliver().
 *
 * Context: thread.
 */
void queue_end_lost(struct hba_queue *q)
{
	LIST_HEAD(todo);

	queue_lock(q);
	for (u32 tag = 0; tag < q->depth; tag++)
		if (q->cmds[tag])
			end_lost(q, q->cmds[tag], &todo);
	queue_unlock(q, &todo);
}
