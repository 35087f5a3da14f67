// SPDX-License-Identifier: GPL-2.0
/* The model host for fuzz targets: see host.h. */
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/container_of.h>
#include <linux/delay.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fuzz.h"
#include "host.h"

#define ROUNDS		1000	/* far more than any command may take */
#define PARTS		64

static void complete_op(struct hba_cmd *cmd)
{
	container_of(cmd, struct host_cmd, cmd)->ended++;
}

static struct model *adopted;

/* While the adapter sleeps, media requests that found no memory are tried again. */
static void meanwhile(void)
{
	model_media(adopted);
}

void host_use(struct model *m)
{
	adopted = m;
	host_meanwhile = meanwhile;
}

void host_adopt(struct model *m)
{
	static struct adapter_ops ops;

	ops = *m->a.ops;
	ops.complete = complete_op;
	m->a.ops = &ops;
	host_use(m);
}

struct model *host_new(const struct adapter_config *cfg, const struct image *rom)
{
	struct model *m = model_new(cfg, rom);

	if (m)
		host_adopt(m);
	return m;
}

static void scatter(struct host_cmd *c, const u8 *data, u32 len)
{
	const u32 lens[HOST_PIECES] = { len / 3, len / 2 - len / 3, len - len / 2 };

	for (u32 i = 0; i < HOST_PIECES; data += lens[i++])
		c->sg[i] = (struct scatterlist){ fuzz_copy(data, lens[i]), lens[i] };
}

void host_gather(const struct host_cmd *c, u8 *data)
{
	for (u32 i = 0; i < HOST_PIECES; i++) {
		memcpy(data, c->sg[i].mem, c->sg[i].length);
		data += c->sg[i].length;
	}
}

void host_submit(struct model *m, u32 queue, struct host_cmd *c, const u8 *data, u32 len, u8 dir)
{
	FUZZ_CHECK(!c->busy && len <= HOST_DATA_MAX);
	INIT_LIST_HEAD(&c->cmd.node);
	scatter(c, data, len);
	c->before = fuzz_copy(data, len);
	c->ended = 0;
	c->busy = true;
	c->cmd.state = CMD_IDLE;
	c->cmd.buf = (struct dma_buffer){ .sgl = c->sg, .nents = HOST_PIECES, .len = len,
					  .dir = dir };
	queue_submit(&m->a.queues[queue], &c->cmd);
}

void host_free(struct host_cmd *c)
{
	for (u32 i = 0; c->busy && i < HOST_PIECES; i++)
		free(c->sg[i].mem);
	free(c->before);
	c->before = NULL;
	c->busy = false;
}

static bool has_deferred(struct model *m)
{
	bool has = false;

	for (u32 i = 0; i < m->a.cfg.nr_queues; i++)
		has |= !list_empty(&m->a.queues[i].deferred);
	return has;
}

static bool has_work(struct model *m)
{
	return !list_empty(&m->delayed) || has_deferred(m) ||
	       !list_empty(&m->a.service.messages) ||
	       (m->a.crashed && (!m->a.dead || m->woken));
}

void host_settle(struct model *m)
{
	u32 rounds = 0;

	do {
		model_media(m);
		model_service(m);
		FUZZ_CHECK(rounds++ < ROUNDS);
	} while (has_work(m) && !(m->a.regs->probation && m->a.crashed));
}

/* Only a buffer for data from the device is written, and no more is counted. */
void host_check_buffer(const struct host_cmd *c)
{
	static u8 now[HOST_DATA_MAX];

	FUZZ_CHECK(c->cmd.buf.moved <= c->cmd.buf.len);
	host_gather(c, now);
	if (c->cmd.buf.dir != FRAME_DIR_IN)
		FUZZ_CHECK(!memcmp(now, c->before, c->cmd.buf.len));
	if (c->cmd.buf.dir == FRAME_DIR_NONE)
		FUZZ_CHECK(!c->cmd.buf.moved);
}

void host_check_ended(const struct host_cmd *c)
{
	FUZZ_CHECK(c->ended == 1 && c->cmd.state == CMD_IDLE);
	FUZZ_CHECK(c->cmd.outcome <= CMD_NOT_BEGUN);
	FUZZ_CHECK(c->cmd.sense_len <= FRAME_SENSE_MAX);
	host_check_buffer(c);
}

/**
 * struct host_snapshot - an adapter without commands, as it once was
 * @m: its model
 * @part: memory that may have changed, with a copy
 * @nr: entries in @part
 */
struct host_snapshot {
	struct model *m;
	struct {
		void *mem;
		size_t len;
		u8 *copy;
	} part[PARTS];
	u32 nr;
};

static void add_part(struct host_snapshot *s, void *mem, size_t len)
{
	FUZZ_CHECK(s->nr < PARTS);
	s->part[s->nr].mem = mem;
	s->part[s->nr].len = len;
	s->part[s->nr++].copy = fuzz_copy(mem, len);
}

static void add_data(struct host_snapshot *s, struct adapter *a)
{
	for (u32 i = 0; i < le16_to_cpu(a->image.nr_blocks); i++) {
		const struct mrb_block *b = &a->image.block[i];

		if (le32_to_cpu(b->type) == MRB_DATA)
			add_part(s, a->memctl.region.data + le32_to_cpu(b->address) -
				 BOARD_DATA_BASE, le32_to_cpu(b->mem_size));
	}
}

struct host_snapshot *host_snapshot(struct model *m)
{
	struct host_snapshot *s = calloc(1, sizeof(*s));
	struct adapter *a = &m->a;

	s->m = m;
	add_part(s, m, sizeof(*m));
	add_part(s, a->regs, BOARD_REGS_SIZE);
	add_part(s, a->chips.cells, BOARD_CELLS_SIZE);
	add_part(s, a->port_hart.mem, sizeof(*a->port_hart.mem));
	add_part(s, a->service.mbox, BOARD_MBOX_SIZE);
	add_part(s, a->service.scratch, BOARD_SCRATCH_SIZE);
	add_part(s, a->service.control, BOARD_CONTROL_SIZE);
	add_part(s, a->queues, a->cfg.nr_queues * sizeof(*a->queues));
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		add_part(s, a->queues[i].mbox, BOARD_MBOX_SIZE);
		add_part(s, a->queues[i].scratch, BOARD_SCRATCH_SIZE);
		add_part(s, a->queues[i].cmds, a->cfg.depth * sizeof(*a->queues[i].cmds));
	}
	add_data(s, a);
	add_part(s, a->fabric.ports, a->cfg.nr_ports * sizeof(*a->fabric.ports));
	return s;
}

void host_restore(struct host_snapshot *s)
{
	const struct media_how how = {};
	struct adapter *a = &s->m->a;

	download_destroy(a);
	for (u32 i = 0; i < a->cfg.nr_targets; i++) {
		struct media *media = a->fabric.ports[i].media;

		media_unmap(media, 0, media->blocks, &how);
	}
	for (u32 i = 0; i < s->nr; i++)
		memcpy(s->part[i].mem, s->part[i].copy, s->part[i].len);
}
