// SPDX-License-Identifier: GPL-2.0
/*
 * Does an image serve, or does it only live? The adapter counts how the microcode ends
 * those commands that succeed with every sane image, for each logical unit: with the image
 * on probation, and with the previous one. If the previous one ended most of a kind well, and
 * the new one ends none well and some badly, at all units, then the new one is worse.
 *
 * Failures that the image does not cause do not count: commands that ask for too much or too
 * strange things, unit attentions, reservations, write protection, a full or a bad medium;
 * units that a host has stopped; units whose session has been lost meanwhile.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "adapter.h"

#define BAD_MIN		3u	/* commands that ended badly: fewer may be chance */
#define WINDOW		256u	/* commands that are remembered */

#define TEST_UNIT_READY		0x00
#define INQUIRY			0x12
#define START_STOP_UNIT		0x1b
#define READ_CAPACITY_10	0x25
#define REPORT_LUNS		0xa0
#define GROUP_OF_CODE		0xe0
#define CODE_IN_GROUP		0x1f
#define CODE_READ		0x08
#define CODE_WRITE		0x0a
#define DPO_FUA			0x18

#define STATUS_CHECK_CONDITION	0x02
#define STATUS_RESERVED		0x18

#define RECOVERED_ERROR		0x1
#define MEDIUM_ERROR		0x3
#define ILLEGAL_REQUEST		0x5
#define UNIT_ATTENTION		0x6
#define DATA_PROTECT		0x7

static const char * const kinds[] = {
	[SERVED_READ]	= "READ",
	[SERVED_WRITE]	= "WRITE",
	[SERVED_TEST]	= "TEST UNIT READY",
	[SERVED_ABOUT]	= "INQUIRY, REPORT LUNS or READ CAPACITY",
};

/**
 * served_init() - begin to count what a queue serves
 * @q: the queue
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; served_destroy() is to be called in either case.
 */
int served_init(struct hba_queue *q)
{
	q->served = kvcalloc(q->adapter->cfg.nr_targets, sizeof(*q->served), GFP_KERNEL);
	return q->served ? 0 : -ENOMEM;
}

/**
 * served_destroy() - end of served_init()
 * @q: the queue
 */
void served_destroy(struct hba_queue *q)
{
	kvfree(q->served);
}

static u64 big_endian(const u8 *p, u32 bytes)
{
	u64 n = 0;

	while (bytes--)
		n = n << 8 | *p++;
	return n;
}

/* Does a READ or WRITE ask for blocks that exist, with a buffer of the right size? */
static bool wants_blocks(const struct hba_cmd *cmd)
{
	const u8 *cdb = cmd->cdb;
	u64 lba, blocks;

	switch (cdb[0] & GROUP_OF_CODE) {
	case 0x00:
		lba = big_endian(cdb + 1, 3) & 0x1fffff;
		blocks = cdb[4] ?: 256;
		break;
	case 0x20:
		lba = big_endian(cdb + 2, 4);
		blocks = big_endian(cdb + 7, 2);
		break;
	case 0xa0:
		lba = big_endian(cdb + 2, 4);
		blocks = big_endian(cdb + 6, 4);
		break;
	default:
		lba = big_endian(cdb + 2, 8);
		blocks = big_endian(cdb + 10, 4);
	}
	if (cdb[0] & GROUP_OF_CODE && cdb[1] & ~DPO_FUA)
		return false;
	return blocks && lba < cmd->queue->adapter->cfg.blocks &&
	       blocks <= cmd->queue->adapter->cfg.blocks - lba &&
	       cmd->buf.len == blocks * BOARD_BLOCK_SIZE;
}

/* READ and WRITE have the same code in the groups of 6, 10, 12 and 16 bytes. */
static enum served_kind kind_of_transfer(const struct hba_cmd *cmd)
{
	u8 group = cmd->cdb[0] & GROUP_OF_CODE;
	u8 code = cmd->cdb[0] & CODE_IN_GROUP;

	if (group && group != 0x20 && group != 0x80 && group != 0xa0)
		return SERVED_KINDS;
	if (code == CODE_READ && cmd->buf.dir == FRAME_DIR_IN && wants_blocks(cmd))
		return SERVED_READ;
	if (code == CODE_WRITE && cmd->buf.dir == FRAME_DIR_OUT && wants_blocks(cmd))
		return SERVED_WRITE;
	return SERVED_KINDS;
}

static bool all_zero(const struct hba_cmd *cmd, u32 from, u32 to)
{
	return !memchr_inv(cmd->cdb + from, 0, to - from);
}

/* SERVED_KINDS if an image may have good reasons not to do what the command asks for. */
static enum served_kind kind_of(const struct hba_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case TEST_UNIT_READY:
		return all_zero(cmd, 1, 6) ? SERVED_TEST : SERVED_KINDS;
	case INQUIRY:
		return all_zero(cmd, 1, 3) && !cmd->cdb[5] ? SERVED_ABOUT : SERVED_KINDS;
	case READ_CAPACITY_10:
		return all_zero(cmd, 1, 10) ? SERVED_ABOUT : SERVED_KINDS;
	case REPORT_LUNS:
		return all_zero(cmd, 1, 6) && big_endian(cmd->cdb + 6, 4) >= 16 &&
		       all_zero(cmd, 10, 12) ? SERVED_ABOUT : SERVED_KINDS;
	default:
		return kind_of_transfer(cmd);
	}
}

static bool is_unit(const struct adapter *a, const struct hba_cmd *cmd)
{
	return cmd->target < a->cfg.nr_targets && !memchr_inv(cmd->lun, 0, sizeof(cmd->lun));
}

/* From sense data in fixed or descriptor format; without any, a key that excuses nothing. */
static u8 sense_key(const struct hba_cmd *cmd)
{
	if (cmd->sense_len < 3)
		return ILLEGAL_REQUEST;
	return cmd->sense[(cmd->sense[0] & 0x7f) < 0x72 ? 2 : 1] & 0xf;
}

/* GOOD without the data is worse than an error. */
static bool lacks_data(const struct hba_cmd *cmd, enum served_kind kind)
{
	return kind <= SERVED_WRITE && !cmd->buf.moved;
}

/* Does the sense key name a cause other than the image? */
static bool excuses(const struct hba_cmd *cmd, enum served_kind kind)
{
	switch (sense_key(cmd)) {
	case UNIT_ATTENTION:
		return true;
	case RECOVERED_ERROR:
		return !lacks_data(cmd, kind);
	case MEDIUM_ERROR:
		return kind <= SERVED_WRITE;
	case DATA_PROTECT:
		return kind == SERVED_WRITE;
	default:
		return false;
	}
}

static bool ended_badly(const struct hba_cmd *cmd, enum served_kind kind)
{
	switch (cmd->status) {
	case STATUS_RESERVED:
		return false;
	case STATUS_CHECK_CONDITION:
		return !excuses(cmd, kind);
	default:
		return true;
	}
}

/* Pairs with the readers below, which take no lock. */
static void count(struct served_count *c, bool good)
{
	if (c->good + c->bad >= WINDOW) {
		WRITE_ONCE(c->good, (c->good + 1) / 2);
		WRITE_ONCE(c->bad, c->bad / 2);
	}
	if (good)
		WRITE_ONCE(c->good, c->good + 1);
	else
		WRITE_ONCE(c->bad, c->bad + 1);
}

/* A unit is stopped from a START STOP UNIT on until something shows that it is not. */
static void note_stop(struct adapter *a, const struct hba_cmd *cmd, enum served_kind kind)
{
	if (cmd->cdb[0] == START_STOP_UNIT)
		set_bit(cmd->target, a->served.stopped);
	else if (kind <= SERVED_TEST && test_bit(cmd->target, a->served.stopped))
		clear_bit(cmd->target, a->served.stopped);
}

/**
 * served_note() - the microcode has ended a command
 * @q: its queue
 * @cmd: the command, with status and sense data; a host's, not the board's own probe
 *
 * Context: the queue's lock is held.
 */
void served_note(struct hba_queue *q, const struct hba_cmd *cmd)
{
	enum served_kind kind = kind_of(cmd);
	struct adapter *a = q->adapter;
	bool good = !cmd->status && !lacks_data(cmd, kind);

	lockdep_assert_held(&q->lock);
	if (!is_unit(a, cmd))
		return;
	if (good)
		note_stop(a, cmd, kind);
	if (kind == SERVED_KINDS || (!good && !ended_badly(cmd, kind)))
		return;
	count(&q->served[cmd->target].now[kind], good);
	if (!good)
		WRITE_ONCE(a->served.doubt, true);
}

static u32 session_of(const struct adapter *a, u32 target)
{
	return READ_ONCE(a->fabric.ports[target].token);
}

/**
 * served_begin() - another image begins
 * @a: the adapter
 *
 * Context: all queues are held.
 */
void served_begin(struct adapter *a)
{
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		struct hba_queue *q = &a->queues[i];

		spin_lock_bh(&q->lock);
		for (u32 t = 0; t < a->cfg.nr_targets; t++) {
			memcpy(q->served[t].before, q->served[t].now,
			       sizeof(q->served[t].before));
			memset(q->served[t].now, 0, sizeof(q->served[t].now));
		}
		q->unproven = false;
		spin_unlock_bh(&q->lock);
	}
	for (u32 t = 0; t < a->cfg.nr_targets; t++)
		a->served.session[t] = session_of(a, t);
	WRITE_ONCE(a->served.doubt, false);
}

/**
 * struct sum - a kind of commands at one unit, in all queues
 * @good: ended well by the image in place
 * @bad: ended badly by the image in place
 * @good_before: ended well by the previous image
 * @bad_before: ended badly by the previous image
 */
struct sum {
	u32 good;
	u32 bad;
	u32 good_before;
	u32 bad_before;
};

static struct sum sum_up(const struct adapter *a, enum served_kind kind, u32 target)
{
	struct sum s = {};

	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		const struct served_unit *u = &a->queues[i].served[target];

		s.good += READ_ONCE(u->now[kind].good);
		s.bad += READ_ONCE(u->now[kind].bad);
		s.good_before += u->before[kind].good;
		s.bad_before += u->before[kind].bad;
	}
	return s;
}

/* A host or the fabric is the reason if commands to this unit fail. */
static bool excused(const struct adapter *a, u32 target)
{
	return test_bit(target, a->served.stopped) || !session_of(a, target) ||
	       session_of(a, target) != a->served.session[target];
}

/* How many commands of this kind speak against the image; 0 if any ended well. */
static u32 bad_alone(const struct adapter *a, enum served_kind kind)
{
	u32 bad = 0;

	for (u32 t = 0; t < a->cfg.nr_targets; t++) {
		struct sum s = sum_up(a, kind, t);

		if (s.good)
			return 0;
		if (s.good_before > s.bad_before && !excused(a, t))
			bad += s.bad;
	}
	return bad;
}

/*
 * A command that the hart has taken but neither answered nor passed on, although it waits for
 * the next frame: it will never be answered, and the host waits until it times out. Or one that
 * the hart delays until the end of the probation, although all other images serve it at once.
 */
static bool is_kept(const struct hba_cmd *cmd)
{
	enum cmd_state state = READ_ONCE(cmd->state);

	return state == CMD_HART || state == CMD_WAITING;
}

static void count_kept(struct hba_queue *q)
{
	spin_lock_bh(&q->lock);
	for (u32 tag = 0; tag < q->depth && !q->held; tag++) {
		const struct hba_cmd *cmd = q->cmds[tag];
		enum served_kind kind;

		if (!cmd || !is_kept(cmd) || !is_unit(q->adapter, cmd))
			continue;
		kind = kind_of(cmd);
		for (u32 i = 0; kind < SERVED_KINDS && i < BAD_MIN; i++)
			count(&q->served[cmd->target].now[kind], false);
		WRITE_ONCE(q->adapter->served.doubt, true);
	}
	spin_unlock_bh(&q->lock);
}

static const struct hba_queue *find_unproven(const struct adapter *a)
{
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		if (READ_ONCE(a->queues[i].unproven))
			return &a->queues[i];
	return NULL;
}

/**
 * served_judge() - is the image in place worse than the previous one?
 * @a: the adapter
 * @over: the probation is over: commands that the image has kept to itself count as well
 * @why: set to what is worse
 * @size: bytes at @why
 *
 * Context: the service hart's thread, not in the pause.
 * Return: 0, or -EIO.
 */
int served_judge(struct adapter *a, bool over, char *why, size_t size)
{
	const struct hba_queue *q = find_unproven(a);

	if (q) {
		scnprintf(why, size, "hart %u does not end an INQUIRY with GOOD", q->hart.id);
		return -EIO;
	}
	for (u32 i = 0; over && i < a->cfg.nr_queues; i++)
		count_kept(&a->queues[i]);
	for (u32 kind = 0; READ_ONCE(a->served.doubt) && kind < SERVED_KINDS; kind++) {
		u32 bad = bad_alone(a, kind);

		if (bad < BAD_MIN)
			continue;
		scnprintf(why, size, "no %s ends well any more, %u did not", kinds[kind], bad);
		return -EIO;
	}
	return 0;
}
