// SPDX-License-Identifier: GPL-2.0
/*
 * An I/O hart's mailbox: a command's next frame goes in, the hart runs to its
 * wfi, and what it put out is taken. All that it puts out is checked here
 * against what the queue knows; a hart that breaks the rules crashes and is
 * restarted, and harms no kernel.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include <hba_sim/cost.h>

#include "../processor/processor.h"
#include "adapter.h"
#include "frame_format.h"
#include "mailbox.h"
#include "trace.h"

#define FRAME_INSN_LIMIT	200000u	/* instructions for one frame */
#define FRAME_INSN_SLICE	20000u	/* more than a good image needs */
#define FRAME_NS		500000000ull
#define CMD_REQUESTS_MAX	16u	/* for one command, so that none goes on forever */

static const struct budget_limit frame_limit = {
	.insns = FRAME_INSN_LIMIT, .slice = FRAME_INSN_SLICE, .ns = FRAME_NS,
};

static struct hba_cmd *find_at_hart(const struct hba_queue *q, const struct frame_hdr *hdr)
{
	struct hba_cmd *cmd = queue_find(q, le16_to_cpu(hdr->tag), le32_to_cpu(hdr->generation));

	return cmd && cmd->state == CMD_HART ? cmd : NULL;
}

static bool take_reply(struct hba_queue *q, const struct frame_reply *reply, struct list_head *todo)
{
	struct hba_cmd *cmd = find_at_hart(q, &reply->hdr);

	if (!cmd || reply->sense_len > FRAME_SENSE_MAX)
		return false;
	cmd->status = reply->status;
	cmd->sense_len = reply->sense_len;
	memcpy(cmd->sense, reply->sense, reply->sense_len);
	trace_hba_reply(cmd);
	queue_end(q, cmd, CMD_REPLIED, todo);
	return true;
}

static bool take_media(struct hba_queue *q, const struct frame_media *req, struct list_head *todo)
{
	struct hba_cmd *cmd = find_at_hart(q, &req->hdr);

	if (!cmd || cmd->requests >= CMD_REQUESTS_MAX)
		return false;
	cmd->requests++;
	cmd->frame.media = *req;
	queue_pass(cmd, CMD_MEDIA);
	trace_hba_media(cmd, &cmd->frame.media);
	list_add_tail(&cmd->node, todo);
	return true;
}

static bool take_message(struct hba_queue *q, const struct frame_msg *msg)
{
	struct hba_cmd *cmd = find_at_hart(q, &msg->hdr);

	if (!cmd || cmd->requests >= CMD_REQUESTS_MAX ||
	    le16_to_cpu(msg->hart) != BOARD_SERVICE_HART)
		return false;
	cmd->requests++;
	cmd->frame.msg = *msg;
	cmd->frame.msg.hart = cpu_to_le16(q->hart.id);
	queue_pass(cmd, CMD_POSTED);
	service_post(q->adapter, cmd);
	return true;
}

/*
 * The probation may have ended since the hart looked, so the service hart's thread checks
 * again.
 */
static bool take_wait(struct hba_queue *q, const struct frame_hdr *hdr)
{
	struct hba_cmd *cmd = find_at_hart(q, hdr);

	if (!cmd || cmd->waits >= CMD_REQUESTS_MAX)
		return false;
	cmd->waits++;
	queue_pass(cmd, CMD_WAITING);
	list_add_tail(&cmd->node, &q->waiting);
	q->adapter->ops->wake_service(q->adapter);
	return true;
}

/* A frame about a command. False if such a frame is not allowed now. */
static bool take_command(struct hba_queue *q, const union frame *frame, struct list_head *todo)
{
	switch (frame->hdr.type) {
	case FRAME_REPLY:
		return take_reply(q, &frame->reply, todo);
	case FRAME_MEDIA:
		return take_media(q, &frame->media, todo);
	case FRAME_MSG:
		return take_message(q, &frame->msg);
	case FRAME_WAIT:
		return take_wait(q, &frame->hdr);
	default:
		return false;
	}
}

/* The hart may have put it out over a frame of a command: so login_work() has to be woken. */
static const char *take_login(struct hba_queue *q, const struct frame_els *els)
{
	const char *why = els_take(q->adapter, els);

	if (!why)
		q->adapter->ops->wake_login(q->adapter);
	return why;
}

static const char *mailbox_take(struct hba_queue *q, const union frame *frame,
				struct list_head *todo)
{
	union frame decoded;

	if (frame->hdr.format != q->adapter->port.format)
		return "put out a bad frame";
	if (frame->hdr.format != FRAME_FORMAT_1) {
		frame_decode(frame, &decoded);
		frame = &decoded;
	}
	if (frame->hdr.type == FRAME_ELS && q->hart.id == BOARD_LOGIN_HART)
		return take_login(q, &frame->els);
	return take_command(q, frame, todo) ? NULL : "put out a bad frame";
}

/* The hart is at wfi: take what it put out. NULL, or what is wrong with it. */
static const char *mailbox_collect(struct hba_queue *q, struct list_head *todo)
{
	u32 count = le32_to_cpu(q->mbox->out_count);
	const char *why = NULL;

	if (q->mbox->in.hdr.type != FRAME_NONE)
		return "did not take its frame";
	if (count > FRAME_OUT_MAX)
		return "put out too many frames";
	for (u32 i = 0; i < count && !why; i++)
		why = mailbox_take(q, &q->mbox->out[i], todo);
	q->mbox->out_count = 0;
	return why;
}

/* What lies before the offset in the buffer has to be walked through. */
static u32 dma_cost(const struct hba_queue *q)
{
	const u32 *arg = &q->hart.x[10];
	const struct hba_cmd *cmd = queue_find(q, arg[0], arg[1]);
	u32 walk = cmd && arg[3] ? cmd->buf.nents * DMA_WALK_INSNS : 0;

	return call_cost(BOARD_DMA, min(arg[5], BOARD_DMA_MAX)) + walk;
}

/* BOARD_DMA: see include/hba_sim/board.h. */
static u32 mailbox_dma(struct hba_queue *q)
{
	const u32 *arg = &q->hart.x[10];
	struct hba_cmd *cmd = queue_find(q, arg[0], arg[1]);
	bool to_host = arg[2] == DMA_TO_HOST;
	u32 addr = arg[4], len = arg[5];
	void *mem;

	if (!cmd || cmd->state != CMD_HART || arg[2] > DMA_FROM_HOST || len > BOARD_DMA_MAX)
		return DMA_BAD;
	mem = bus_span(&q->hart, addr, len, to_host ? BUS_R : BUS_W);
	if (!mem)
		return DMA_BAD;
	len = dma_scratch(&cmd->buf, arg[3], mem, len, to_host ? FRAME_DIR_IN : FRAME_DIR_OUT);
	if (!to_host)
		bus_mark(&q->hart, addr, len);
	return len;
}

/* The hart did an ecall. NULL, or why it cannot go on. */
static const char *mailbox_ecall(struct hba_queue *q)
{
	struct hart *h = &q->hart;

	switch (h->x[17]) {
	case BOARD_DMA:
		budget_use(&q->budget, dma_cost(q));
		hart_return(h, mailbox_dma(q));
		return NULL;
	case BOARD_PANIC:
		hart_note_panic(h);
		return "panicked";
	default:
		budget_use(&q->budget, COST_REFUSED);
		return hart_refuse_call(h) ? NULL : "made a call that it may not make";
	}
}

/* One turn of the hart, and what it costs. */
static enum hart_exit mailbox_turn(struct hba_queue *q)
{
	struct hart *h = &q->hart;
	u64 executed = h->executed;
	u32 traps = h->trapped.count;
	enum hart_exit exit = hart_run(h, budget_slice(&q->budget));

	budget_use(&q->budget, h->executed - executed + hart_trap_cost(h, traps));
	return exit;
}

/**
 * mailbox_run() - run the hart until its wfi and take what it puts out
 * @q: its queue
 * @todo: commands that queue_unlock() is to act on
 *
 * Context: the queue's lock is held.
 * Return: NULL, or what the hart did instead.
 */
const char *mailbox_run(struct hba_queue *q, struct list_head *todo)
{
	u64 (*now_ns)(void) = q->adapter->ops->now_ns;
	const char *why = NULL;

	lockdep_assert_held(&q->lock);
	budget_begin(&q->budget, &frame_limit);
	while (!why) {
		switch (mailbox_turn(q)) {
		case HART_WFI:
			return mailbox_collect(q, todo);
		case HART_ECALL:
			why = mailbox_ecall(q);
			break;
		case HART_FENCE_I:
			/* the text is write-locked, so the cache still matches memory */
			budget_use(&q->budget, COST_FENCE_I);
			break;
		case HART_LIMIT:
			break;
		case HART_DEAD:
			why = "trapped";
			break;
		}
		if (!why)
			why = budget_over(&q->budget, now_ns);
	}
	return why;
}

static void fill_scsi(const struct hba_cmd *cmd, struct frame_scsi *frame)
{
	memset(frame, 0, sizeof(*frame));
	frame->target = cpu_to_le16(cmd->target);
	frame->dir = cmd->buf.dir;
	frame->cdb_len = cmd->cdb_len;
	memcpy(frame->lun, cmd->lun, sizeof(frame->lun));
	frame->data_len = cpu_to_le32(cmd->buf.len);
	memcpy(frame->cdb, cmd->cdb, sizeof(frame->cdb));
}

/**
 * mailbox_give() - put a command's next frame into the mailbox
 * @q: the hart's queue
 * @cmd: the command; @cmd->next says which frame
 *
 * Context: the queue's lock is held.
 */
void mailbox_give(struct hba_queue *q, const struct hba_cmd *cmd)
{
	union frame *frame = &q->mbox->in;

	lockdep_assert_held(&q->lock);
	if (cmd->next == FRAME_SCSI)
		fill_scsi(cmd, &frame->scsi);
	else
		*frame = cmd->frame;
	frame->hdr.type = cmd->next;
	frame->hdr.format = q->adapter->port.format;
	frame->hdr.tag = cpu_to_le16(cmd->tag);
	frame->hdr.generation = cpu_to_le32(cmd->generation);
	if (frame->hdr.format != FRAME_FORMAT_1)
		frame_encode(frame);
}
