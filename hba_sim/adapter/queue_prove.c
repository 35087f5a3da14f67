// SPDX-License-Identifier: GPL-2.0
/*
 * Proof that an I/O hart serves commands. No host may have sent one before an image is
 * committed, so the board gives the hart a command of its own, which has no effect and which
 * the driver never sees.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "adapter.h"
#include "mailbox.h"

/* INQUIRY to a nonexistent logical unit: it has no state and no statistics. */
static void make_probe(struct hba_queue *q, struct hba_cmd *cmd)
{
	static const u8 inquiry[] = { 0x12, 0, 0, 0, 36, 0 };

	memset(cmd, 0, sizeof(*cmd));
	INIT_LIST_HEAD(&cmd->node);
	cmd->queue = q;
	cmd->tag = q->depth;
	cmd->generation = ++q->generation;
	cmd->next = FRAME_SCSI;
	cmd->state = CMD_HART;
	cmd->lun[1] = 1;
	cmd->buf.dir = FRAME_DIR_IN;
	cmd->cdb_len = sizeof(inquiry);
	memcpy(cmd->cdb, inquiry, sizeof(inquiry));
}

/* NULL, or what the hart did instead of answering. Lock held. */
static const char *run_probe(struct hba_queue *q, struct hba_cmd *cmd, struct list_head *todo)
{
	const char *why;

	lockdep_assert_held(&q->lock);
	mailbox_give(q, cmd);
	why = mailbox_run(q, todo);
	if (!why && cmd->state != CMD_DONE)
		why = "does not answer an INQUIRY";
	if (cmd->state == CMD_DONE) {
		q->ended--;
		q->unproven = cmd->status;
	}
	if (cmd->state == CMD_POSTED)
		service_unpost(q->adapter, cmd);
	else
		list_del_init(&cmd->node);
	return why;
}

/**
 * queue_prove() - does the hart serve commands?
 * @q: the queue
 *
 * A hart that traps, hangs, or does not answer has crashed. If it answers, but not with GOOD as
 * each image has to (SPC-4 6.6.1), @q->unproven is set: see served_judge(). A queue that is held
 * is skipped: its hart has crashed already.
 *
 * Context: the service hart's thread, no pause.
 */
void queue_prove(struct hba_queue *q)
{
	struct hba_cmd *cmd = &q->probe;
	const char *why = NULL;
	LIST_HEAD(todo);

	queue_lock(q);
	if (!q->held && !READ_ONCE(q->adapter->dead)) {
		make_probe(q, cmd);
		q->cmds[cmd->tag] = cmd;
		why = run_probe(q, cmd, &todo);
		q->cmds[cmd->tag] = NULL;
	}
	if (why)
		queue_crash(q, why);
	queue_unlock(q, &todo);
}
