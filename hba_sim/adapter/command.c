// SPDX-License-Identifier: GPL-2.0
/*
 * The table of a queue's commands, and their owners: every change of a command's state is made
 * and checked here. Nothing in this file runs a hart.
 */
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "adapter.h"

/**
 * queue_find() - a command that has not ended
 * @q: the queue
 * @tag: what microcode calls its tag
 * @generation: what microcode calls its generation
 *
 * Context: the queue's lock is held.
 * Return: the command, or NULL if none has this tag and generation.
 */
struct hba_cmd *queue_find(const struct hba_queue *q, u32 tag, u32 generation)
{
	struct hba_cmd *cmd;

	lockdep_assert_held(&q->lock);
	cmd = tag <= q->depth ? q->cmds[tag] : NULL;
	return cmd && cmd->generation == generation ? cmd : NULL;
}

/* From which states a command may enter each state; error handling takes it to IDLE or DONE. */
#define CMD_TAKEN_FROM	(BIT(CMD_HART) | BIT(CMD_PARKED) | BIT(CMD_DELAY) | BIT(CMD_DEFERRED) | \
			 BIT(CMD_POSTED) | BIT(CMD_SERVICE) | BIT(CMD_WAITING) | BIT(CMD_UPDATE) | \
			 BIT(CMD_STRANDED))

static const u16 comes_from[] = {
	[CMD_IDLE]	= BIT(CMD_DONE) | CMD_TAKEN_FROM,
	[CMD_HART]	= BIT(CMD_IDLE) | BIT(CMD_PARKED) | BIT(CMD_MEDIA) | BIT(CMD_SERVICE) |
			  BIT(CMD_WAITING) | BIT(CMD_UPDATE),
	[CMD_PARKED]	= BIT(CMD_IDLE) | BIT(CMD_HART) | BIT(CMD_MEDIA) | BIT(CMD_POSTED) |
			  BIT(CMD_SERVICE) | BIT(CMD_WAITING) | BIT(CMD_UPDATE),
	[CMD_DELAY]	= BIT(CMD_MEDIA),
	[CMD_MEDIA]	= BIT(CMD_HART) | BIT(CMD_DELAY) | BIT(CMD_DEFERRED),
	[CMD_DEFERRED]	= BIT(CMD_MEDIA),
	[CMD_POSTED]	= BIT(CMD_HART) | BIT(CMD_SERVICE),
	[CMD_SERVICE]	= BIT(CMD_POSTED),
	[CMD_WAITING]	= BIT(CMD_HART),
	[CMD_UPDATE]	= BIT(CMD_SERVICE),
	[CMD_STRANDED]	= BIT(CMD_IDLE) | BIT(CMD_PARKED) | BIT(CMD_MEDIA) | BIT(CMD_SERVICE) |
			  BIT(CMD_WAITING) | BIT(CMD_UPDATE),
	[CMD_DONE]	= BIT(CMD_IDLE) | BIT(CMD_MEDIA) | CMD_TAKEN_FROM,
};

/**
 * queue_pass() - a command gets another owner
 * @cmd: the command
 * @to: the owner
 *
 * Context: the queue's lock is held, or the caller is the owner and enum cmd_state says
 * that no lock is needed.
 */
void queue_pass(struct hba_cmd *cmd, enum cmd_state to)
{
	WARN_ON_ONCE(!(comes_from[to] & BIT(READ_ONCE(cmd->state))));
	WRITE_ONCE(cmd->state, to);
}

static void count_traffic(struct traffic *t, const struct hba_cmd *cmd)
{
	switch (cmd->buf.dir) {
	case FRAME_DIR_IN:
		t->in_requests++;
		t->in_bytes += cmd->buf.moved;
		break;
	case FRAME_DIR_OUT:
		t->out_requests++;
		t->out_bytes += cmd->buf.moved;
		break;
	default:
		t->control_requests++;
	}
}

/**
 * queue_end() - a command has its outcome
 * @q: the queue
 * @cmd: the command; nobody else has it
 * @outcome: how it ended
 * @todo: where queue_unlock() will find it
 *
 * Context: the queue's lock is held.
 */
void queue_end(struct hba_queue *q, struct hba_cmd *cmd, enum cmd_outcome outcome,
	       struct list_head *todo)
{
	lockdep_assert_held(&q->lock);
	cmd->outcome = outcome;
	if (outcome == CMD_REPLIED && cmd != &q->probe) {
		count_traffic(&q->traffic, cmd);
		served_note(q, cmd);
	}
	q->cmds[cmd->tag] = NULL;
	/* Pairs with op_commands(), which takes no lock. */
	WRITE_ONCE(q->ended, q->ended + 1);
	queue_pass(cmd, CMD_DONE);
	list_add_tail(&cmd->node, todo);
}

/**
 * queue_park() - a command waits until the queue is released
 * @q: the queue, held
 * @cmd: the command; nobody else has it
 *
 * Context: the queue's lock is held.
 */
void queue_park(struct hba_queue *q, struct hba_cmd *cmd)
{
	lockdep_assert_held(&q->lock);
	queue_pass(cmd, CMD_PARKED);
	cmd->parked_ns = q->adapter->ops->now_ns();
	list_add_tail(&cmd->node, &q->parked);
}

/**
 * queue_is_cut_off() - has the session that a command belongs to been lost?
 * @cmd: a command that was submitted
 *
 * Context: any.
 * Return: true if it has, even if the port has a new session by now.
 */
bool queue_is_cut_off(const struct hba_cmd *cmd)
{
	return cmd->losses != fabric_losses(&cmd->queue->adapter->fabric, cmd->target);
}

/**
 * queue_strand() - a command cannot go on because its session is lost
 * @q: the queue
 * @cmd: the command; nobody else has it
 * @outcome: how it is to end: CMD_DISRUPTED or CMD_NOT_BEGUN
 * @todo: where queue_unlock() will find the command, unless it has to wait
 *
 * Context: the queue's lock is held.
 */
void queue_strand(struct hba_queue *q, struct hba_cmd *cmd, enum cmd_outcome outcome,
		  struct list_head *todo)
{
	lockdep_assert_held(&q->lock);
	cmd->outcome = outcome;
	if (fabric_is_lost(&q->adapter->fabric, cmd->target))
		queue_pass(cmd, CMD_STRANDED);
	else
		queue_end(q, cmd, outcome, todo);
}
