// SPDX-License-Identifier: GPL-2.0
/*
 * Digests: see digest.h. Left out is what nothing but figures and messages
 * depend on: the clock and what was measured with it, the host's count of
 * instructions, the text of the last error, the random numbers of a load that
 * has ended.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/far_end/media.h"
#include "digest.h"
#include "world.h"

#define JUDGED_MAX	BIT(18)
#define LANES		4u
#define LANE_KEY	0xd6e8feb86659fd93ull

static u64 mix(u64 h, u64 value)
{
	h = (h ^ value) * LANE_KEY;
	return h ^ h >> 32;
}

static u64 fold(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return product ^ product >> 64;
}

/* Lanes are independent, so that the host's processor does them at once. */
static u64 add_bytes(u64 h, const void *bytes, size_t len)
{
	u64 lane[LANES] = { h, h + 1, h + 2, h + 3 };
	const u8 *p = bytes;
	u64 word[2 * LANES];

	h = mix(h, len);
	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		memcpy(word, p, sizeof(word));
		for (u32 i = 0; i < LANES; i++)
			lane[i] = fold(lane[i] ^ word[2 * i], word[2 * i + 1] ^ LANE_KEY);
	}
	memset(word, 0, sizeof(word));
	memcpy(word, p, len);
	for (u32 i = 0; i < LANES; i++)
		h = mix(mix(h, lane[i] ^ word[2 * i]), word[2 * i + 1]);
	return h;
}

#define ADD(h, object) add_bytes(h, &(object), sizeof(object))

static u64 add_hart(u64 h, const struct hart *hart)
{
	h = add_bytes(h, hart, offsetof(struct hart, executed));
	h = mix(h, hart->reserved);
	h = mix(h, (u64)hart->res_addr << 32 | hart->res_value);
	for (u32 i = 0; i < BUS_WINDOWS; i++) {
		const struct bus_window *w = &hart->win[i];

		h = mix(h, (u64)w->perm << 32 | w->size);
		h = mix(h, (u64)w->nr_insns << 3 | !!w->mem << 2 | !!w->insns << 1 | !!w->dirty);
	}
	return h;
}

static u64 add_cmd(u64 h, const struct hba_cmd *c)
{
	h = mix(h, (u64)c->tag << 32 | c->generation);
	h = mix(h, (u64)c->target << 32 | c->state << 24 | c->next << 16 | c->requests << 8 |
		   c->waits);
	h = mix(h, (u64)c->buf.moved << 32 | c->buf.len);
	h = add_bytes(h, c->cdb, c->cdb_len);
	return ADD(h, c->frame);
}

static u64 add_list(u64 h, const struct list_head *head)
{
	for (const struct list_head *node = head->next; node != head; node = node->next) {
		const struct hba_cmd *c = container_of(node, struct hba_cmd, node);

		h = mix(h, (u64)c->queue->hart.id << 32 | c->tag);
	}
	return mix(h, 0);
}

static u64 add_queue(u64 h, const struct hba_queue *q)
{
	h = add_hart(h, &q->hart);
	h = add_bytes(h, q->scratch, BOARD_SCRATCH_SIZE);
	h = add_bytes(h, q->mbox, sizeof(*q->mbox));
	h = mix(h, (u64)q->generation << 1 | q->held);
	for (u32 tag = 0; tag < q->depth; tag++)
		h = q->cmds[tag] ? add_cmd(h, q->cmds[tag]) : mix(h, tag);
	h = add_list(h, &q->parked);
	h = add_list(h, &q->deferred);
	return add_list(h, &q->waiting);
}

/* Has an image this block, too? */
static bool has_block(const struct mrb_header *image, const struct mrb_block *b)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (image->block[i].address == b->address &&
		    image->block[i].mem_size == b->mem_size)
			return true;
	return false;
}

/* Data blocks of an image that another one has not. */
static u64 add_data(u64 h, const struct mrb_header *image, const struct mrb_header *but,
		    const u8 *data)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];

		if (le32_to_cpu(b->type) == MRB_DATA && !(but && has_block(but, b)))
			h = add_bytes(h, data + (le32_to_cpu(b->address) - BOARD_DATA_BASE),
				      le32_to_cpu(b->mem_size));
	}
	return h;
}

static u64 add_memctl(u64 h, const struct memctl *mc)
{
	u32 text = max(world.from->text_size, world.to->text_size);

	h = mix(h, mc->locked << 6 | mc->copied << 5 | mc->flushed << 4 | !!mc->staging.text << 3 |
		   !!mc->undo.text << 2 | !!mc->kept_data << 1 | !!mc->dirty);
	h = ADD(h, mc->digest);
	h = add_bytes(h, mc->icache.insns, mc->icache.nr * sizeof(*mc->icache.insns));
	h = add_bytes(h, mc->region.text, text);
	h = add_data(h, world.from->header, NULL, mc->region.data);
	return add_data(h, world.to->header, world.from->header, mc->region.data);
}

static u64 add_media(u64 h, struct media *m)
{
	for (u64 lba = 0; lba < ORACLE_SLOTS; lba += MEDIA_PAGE_BLOCKS) {
		const void *page = media_find(m, lba);

		h = page ? add_bytes(h, page, MEDIA_PAGE_SIZE) : mix(h, lba);
	}
	return h;
}

static u64 add_fabric(u64 h, struct fabric *f)
{
	h = mix(h, (u64)f->port_id << 32 | (u32)atomic_read(&f->flogis));
	for (u32 i = 0; i < f->nr_ports; i++) {
		struct remote_port *p = &f->ports[i];

		h = mix(h, (u64)p->offered << 32 | p->token);
		h = ADD(h, p->agreed);
		h = mix(h, atomic_read(&p->plogis));
		h = mix(h, (u64)atomic_read(&p->prlis) << 32 | (u32)atomic_read(&p->rejected));
		if (i < ORACLE_UNITS)
			h = add_media(h, p->media);
	}
	return h;
}

static u64 add_jobs(u64 h)
{
	for (u32 i = 0; i < LOAD_QUEUES * LOAD_JOBS; i++) {
		const struct job *j = &world.load.jobs[i / LOAD_JOBS][i % LOAD_JOBS];

		if (j->busy) {
			h = mix(h, (u64)j->kind << 16 | j->unit << 8 | j->slot);
			h = mix(h, j->number);
			h = add_bytes(h, j->c.data, j->c.cmd.buf.len);
		}
	}
	return h;
}

static u64 add_engine(u64 h, const struct overlay *ov)
{
	const struct overlay_status *st = &ov->status;

	h = mix(h, (u64)st->version << 32 | st->state << 8 | ov->busy << 1 | ov->closed);
	return mix(h, (u64)st->updates << 32 | st->rollbacks);
}

/* All of the world, and which image has to run in it. */
u64 digest_world(const struct sweep_image *runs)
{
	struct adapter *a = &world.m->a;
	u64 h = mix(world.path - sweep_paths, le32_to_cpu(runs->header->version));

	h = mix(h, a->crashes << 2 | a->crashed << 1 | a->dead);
	h = ADD(h, a->image);
	h = add_memctl(h, &a->memctl);
	h = add_bytes(h, a->chips.cells, BOARD_CELLS_SIZE);
	h = add_bytes(h, a->port_hart.mem, sizeof(*a->port_hart.mem));
	h = ADD(h, a->port_hart.link);
	h = add_hart(h, &a->service.hart);
	h = add_bytes(h, a->service.scratch, BOARD_SCRATCH_SIZE);
	h = add_bytes(h, a->service.mbox, sizeof(*a->service.mbox));
	h = add_bytes(h, a->service.control, BOARD_CONTROL_SIZE);
	h = ADD(h, *a->regs);
	h = add_list(h, &a->service.messages);
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		h = add_queue(h, &a->queues[i]);
	h = add_list(h, &world.m->delayed);
	h = add_fabric(h, &a->fabric);
	h = add_jobs(h);
	h = add_engine(h, &world.m->ov);
	h = ADD(h, world.oracle);
	return mix(h, (u64)world.updates << 32 | world.rollbacks);
}

/* What is there after a power loss: cells, ports, media, and what the oracle wants of them. */
u64 digest_survivors(void)
{
	u64 h = add_fabric(~(world.path - sweep_paths), &world.m->a.fabric);

	h = add_bytes(h, world.m->a.chips.cells, BOARD_CELLS_SIZE);
	h = ADD(h, world.oracle.slot);
	return mix(h, world.oracle.logins);
}

static u64 *judged;

void *shared_alloc(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(2);
	return p;
}

void judged_init(void)
{
	judged = shared_alloc((JUDGED_MAX + 1) * sizeof(*judged));
}

/* Where a digest is, or is to be. */
static u64 *judged_at(u64 digest)
{
	u32 i = digest % JUDGED_MAX;

	while (__atomic_load_n(&judged[i], __ATOMIC_RELAXED) && judged[i] != digest)
		i = (i + 1) % JUDGED_MAX;
	return &judged[i];
}

bool judged_before(u64 digest)
{
	return *judged_at(digest) == digest;
}

/* When the table is nearly full, later ones are judged each time. */
void judged_good(u64 digest)
{
	u64 expected = 0;

	if (judged[JUDGED_MAX] > JUDGED_MAX / 2)
		return;
	if (__atomic_compare_exchange_n(judged_at(digest), &expected, digest, false,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		__atomic_fetch_add(&judged[JUDGED_MAX], 1, __ATOMIC_RELAXED);
}

u64 judged_number(void)
{
	return judged[JUDGED_MAX];
}
