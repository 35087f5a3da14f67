// SPDX-License-Identifier: GPL-2.0
/*
 * Files that show the board's insides, as they are at the moment:
 *
 *	harts		the registers of each hart
 *	mailboxes	what each hart was given, and what its queue holds
 *	memory		the memory controller
 *
 * An I/O hart is read under its queue's lock, when it does not run. The service hart has no
 * lock: it may run while it is read, and its registers may be from different moments.
 * Documentation/ABI/debugfs-hba_sim describes the files.
 */
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "../adapter/adapter.h"
#include "debugfs_board.h"

/**
 * struct view - what is shown of a hart
 * @x: integer registers
 * @pc: program counter
 * @mstatus: like those below, as in struct hart
 * @mie: see @mstatus
 * @mip: see @mstatus
 * @mtvec: see @mstatus
 * @mscratch: see @mstatus
 * @mepc: see @mstatus
 * @mcause: see @mstatus
 * @mtval: see @mstatus
 * @traps: traps taken since the hart's reset
 * @executed: instructions, ever
 * @dead: the hart cannot go on
 */
struct view {
	u32 x[32];
	u32 pc;
	u32 mstatus;
	u32 mie;
	u32 mip;
	u32 mtvec;
	u32 mscratch;
	u32 mepc;
	u32 mcause;
	u32 mtval;
	u32 traps;
	u64 executed;
	bool dead;
};

/* The hart may run. */
static void look_at(struct view *v, const struct hart *h)
{
	for (u32 i = 0; i < ARRAY_SIZE(v->x); i++)
		v->x[i] = READ_ONCE(h->x[i]);
	v->pc = READ_ONCE(h->pc);
	v->mstatus = READ_ONCE(h->mstatus);
	v->mie = READ_ONCE(h->mie);
	v->mip = READ_ONCE(h->mip);
	v->mtvec = READ_ONCE(h->mtvec);
	v->mscratch = READ_ONCE(h->mscratch);
	v->mepc = READ_ONCE(h->mepc);
	v->mcause = READ_ONCE(h->mcause);
	v->mtval = READ_ONCE(h->mtval);
	v->traps = READ_ONCE(h->trapped.count);
	v->executed = READ_ONCE(h->executed);
	v->dead = READ_ONCE(h->dead);
}

static void show_hart(struct seq_file *m, u32 id, const struct view *v)
{
	seq_printf(m, "hart %u\npc %08x\nexecuted %llu\ntraps %u\ndead %u\n", id, v->pc,
		   v->executed, v->traps, v->dead);
	for (u32 i = 0; i < ARRAY_SIZE(v->x); i += 8)
		seq_printf(m, "x%u %08x %08x %08x %08x %08x %08x %08x %08x\n", i, v->x[i],
			   v->x[i + 1], v->x[i + 2], v->x[i + 3], v->x[i + 4], v->x[i + 5],
			   v->x[i + 6], v->x[i + 7]);
	seq_printf(m, "mstatus %08x\nmie %08x\nmip %08x\nmtvec %08x\nmscratch %08x\nmepc %08x\n"
		   "mcause %08x\nmtval %08x\n\n", v->mstatus, v->mie, v->mip, v->mtvec,
		   v->mscratch, v->mepc, v->mcause, v->mtval);
}

static int harts_show(struct seq_file *m, void *unused)
{
	struct adapter *a = m->private;
	struct view view;

	look_at(&view, &a->service.hart);
	show_hart(m, BOARD_SERVICE_HART, &view);
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		struct hba_queue *q = &a->queues[i];

		spin_lock_bh(&q->lock);
		look_at(&view, &q->hart);
		spin_unlock_bh(&q->lock);
		show_hart(m, i + 1, &view);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(harts);

static void show_mailbox(struct seq_file *m, u32 id, const struct mailbox *mbox)
{
	seq_printf(m, "hart %u in %u tag %u out %u", id, READ_ONCE(mbox->in.hdr.type),
		   le16_to_cpu(READ_ONCE(mbox->in.hdr.tag)),
		   le32_to_cpu(READ_ONCE(mbox->out_count)));
}

static u32 list_len(const struct list_head *list)
{
	const struct list_head *at;
	u32 n = 0;

	list_for_each(at, list)
		n++;
	return n;
}

static u32 commands_of(const struct hba_queue *q)
{
	u32 n = 0;

	for (u32 tag = 0; tag <= q->depth; tag++)
		n += !!q->cmds[tag];
	return n;
}

static int mailboxes_show(struct seq_file *m, void *unused)
{
	struct adapter *a = m->private;
	u32 messages;

	spin_lock_bh(&a->service.lock);
	messages = list_len(&a->service.messages);
	spin_unlock_bh(&a->service.lock);
	show_mailbox(m, BOARD_SERVICE_HART, a->service.mbox);
	seq_printf(m, " messages %u\n", messages);
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		struct hba_queue *q = &a->queues[i];

		spin_lock_bh(&q->lock);
		show_mailbox(m, i + 1, q->mbox);
		seq_printf(m, " held %u commands %u parked %u waiting %u ended %llu\n", q->held,
			   commands_of(q), list_len(&q->parked), list_len(&q->waiting), q->ended);
		spin_unlock_bh(&q->lock);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(mailboxes);

static bool is_tracking(struct hba_queue *q)
{
	bool tracking;

	spin_lock_bh(&q->lock);
	tracking = q->hart.win[BOARD_DATA_BASE >> BUS_WINDOW_BITS].dirty;
	spin_unlock_bh(&q->lock);
	return tracking;
}

/* Harts may set bits meanwhile. */
static u32 count_dirty(const unsigned long *dirty)
{
	u32 n = 0;

	for (u32 i = 0; i < BITS_TO_LONGS(MEMCTL_GRANULES); i++)
		n += hweight_long(READ_ONCE(dirty[i]));
	return n;
}

/* Staging may come and go, but not while its lock is held. */
static int memory_show(struct seq_file *m, void *unused)
{
	struct adapter *a = m->private;
	const struct memctl *mc = &a->memctl;
	u32 dirty = 0;
	bool staging;

	mutex_lock(&a->staging_lock);
	staging = mc->dirty;
	if (staging)
		dirty = count_dirty(mc->dirty);
	mutex_unlock(&a->staging_lock);
	seq_printf(m, "locked %u\ncopied %u\nflushed %u\ntext_bytes %u\nstaging %u\n"
		   "tracking %u\ndirty_granules %u\ngranule_bytes %u\n", READ_ONCE(mc->locked),
		   READ_ONCE(mc->copied), READ_ONCE(mc->flushed), READ_ONCE(mc->text_bytes),
		   staging, is_tracking(&a->queues[0]), dirty, BUS_GRANULE);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(memory);

/**
 * hba_debugfs_add_board() - make the files of a board
 * @a: the adapter; it outlives the folder
 * @folder: where the files go
 */
void hba_debugfs_add_board(struct adapter *a, struct dentry *folder)
{
	debugfs_create_file("harts", 0400, folder, a, &harts_fops);
	debugfs_create_file("mailboxes", 0400, folder, a, &mailboxes_fops);
	debugfs_create_file("memory", 0400, folder, a, &memory_fops);
}
