// SPDX-License-Identifier: GPL-2.0
/* Messages of the I/O harts' commands that wait for the service hart. */
#include <asm/byteorder.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "adapter.h"

/**
 * service_post() - put a message on the service hart's list
 * @a: its adapter
 * @cmd: command whose @frame.msg it is, CMD_POSTED
 *
 * Context: the lock of @cmd's queue is held.
 */
void service_post(struct adapter *a, struct hba_cmd *cmd)
{
	struct service *s = &a->service;

	lockdep_assert_held(&cmd->queue->lock);
	spin_lock(&s->lock);
	list_add_tail(&cmd->node, &s->messages);
	spin_unlock(&s->lock);
	a->ops->wake_service(a);
}

/**
 * service_post_again() - the service hart crashed over a message
 * @a: its adapter
 * @cmd: command whose @frame.msg it is, CMD_POSTED
 *
 * The message goes to the head of the list: so an image that had done what the message asks
 * for, but had not answered, gets it again before it does anything else.
 *
 * Context: the lock of @cmd's queue is held.
 */
void service_post_again(struct adapter *a, struct hba_cmd *cmd)
{
	struct service *s = &a->service;

	lockdep_assert_held(&cmd->queue->lock);
	spin_lock(&s->lock);
	list_add(&cmd->node, &s->messages);
	spin_unlock(&s->lock);
}

/**
 * service_unpost() - take a message back
 * @a: its adapter
 * @cmd: command whose message it is
 *
 * Context: the lock of @cmd's queue is held.
 * Return: true if the service hart has not seen it and never will.
 */
bool service_unpost(struct adapter *a, struct hba_cmd *cmd)
{
	struct service *s = &a->service;
	bool there;

	lockdep_assert_held(&cmd->queue->lock);
	spin_lock(&s->lock);
	there = !list_empty(&cmd->node);
	if (there)
		list_del_init(&cmd->node);
	spin_unlock(&s->lock);
	return there;
}

/**
 * service_next_message() - take the next message off the list
 * @s: the service hart
 * @msg: set to the message, for the mailbox
 *
 * Context: any but hard interrupt.
 * Return: false if no message is waiting.
 */
bool service_next_message(struct service *s, struct frame_msg *msg)
{
	struct hba_cmd *cmd;

	spin_lock_bh(&s->lock);
	cmd = list_first_entry_or_null(&s->messages, struct hba_cmd, node);
	if (cmd) {
		list_del_init(&cmd->node);
		*msg = cmd->frame.msg;
		msg->hdr.tag = cpu_to_le16(cmd->tag);
		msg->hdr.generation = cpu_to_le32(cmd->generation);
	}
	spin_unlock_bh(&s->lock);
	return cmd;
}
