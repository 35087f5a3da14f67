// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile microcode at run time: what harts put into their mailboxes and call,
 * made by the input, while a driver submits, aborts and resets. The harts
 * execute the puppet of the unit tests. The adapter may fail; the driver's
 * memory, the media and the count of ended commands may not suffer, and a power
 * cycle must bring it back.
 *
 * An input is a byte of choices and then records, each something that happens.
 */
#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/slab.h>

#include <linux/vmalloc.h>
#include <hba_sim/services.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/memory/board_kind.h"
#include "../unit/els.h"
#include "../unit/fixture.h"
#include "../unit/puppet.h"
#include "fuzz.h"
#include "hooks.h"
#include "host.h"
#include "warp.h"

#define SLOTS		8u	/* commands, each with its number as tag */
#define UPDATES_MAX	16u	/* that one command can begin: as many messages as it has */
#define RECORDS_MAX	40
#define DATA_MAX	4096u
#define FILLER		0xa5	/* in buffers that the device may fill */
#define PATTERN		0x10	/* and the slot: in those that it may read */
#define TINY_TEXT	2048u
#define TINY_DATA	4096u

/* The first byte of an input; bits 2 to 4 are the kind of board. */
#define LATENCY		1u	/* media requests take time */
#define FRAGILE		2u	/* the adapter stops at the first crash */
#define BUSY		0x20u	/* the engine has another update */
#define KINDS		5u

enum happens {
	SUBMIT, SUBMIT_TOO, STEPS, STEPS_TOO, STEPS_AGAIN, SERVICE_STEPS, WAKE, MEDIA, SERVICE,
	ABORT_ONE, ABORT_ALL, HOLD, RELEASE, PROBATION, COMMIT, NO_MEMORY, POWER_CYCLE, HAPPENS,
};

/**
 * struct out - a frame that a hart puts out
 * @type: enum frame_type; most are of a kind that the hart may put out
 * @whose: bits 0-2: command whose tag and generation it has; 3: another tag,
 *	   4: another generation; 5-7 all set: another format
 * @a: port, hart, status or ELS
 * @b: operation or length of the sense data
 * @token: 0-199 the session's
 * @high: high parts of block numbers
 * @lba: first block
 * @blocks: number of blocks
 * @offset: in the buffer, in units of 64 bytes
 */
struct out {
	u8 type;
	u8 whose;
	u8 a;
	u8 b;
	u8 token;
	u8 high;
	u8 lba;
	u8 blocks;
	u8 offset;
};

/**
 * struct record - something that happens
 * @what: enum happens
 * @who: bit 0 queue, bits 1-3 command
 * @take: what becomes of the inbound frame: see make_step()
 * @call: an ecall, 0-127 none, up to 239 BOARD_DMA, then one of calls[]
 * @arg: see make_call()
 * @out_count: frames
 * @out: the frames
 * @flags: direction of the data, and more
 * @len: their length, in units of 16 bytes
 */
struct record {
	u8 what;
	u8 who;
	u8 take;
	u8 call;
	u8 arg[6];
	u8 out_count;
	struct out out[FRAME_OUT_MAX];
	u8 flags;
	u8 len;
};

static struct model *models[KINDS];
static struct model *m;		/* the input's */
static bool busy, begun;	/* the engine has an update, and one that came in band */
static struct host_cmd cmds_[SLOTS];
static u32 queue_of[SLOTS];

/* Image 1.0's header over hardly any text, so that a power cycle is quick. */
static struct image tiny_image(void)
{
	struct image img = image_read("1.0");
	struct mrb_header *h = (struct mrb_header *)img.bytes;

	img.size = TINY_TEXT;
	h->total_size = cpu_to_le32(TINY_TEXT);
	h->runtime_entry = cpu_to_le32(sizeof(*h));
	h->bootstrap_entry = h->runtime_entry;
	h->update_entry = h->runtime_entry;
	h->rollback_entry = 0;
	h->nr_blocks = cpu_to_le16(2);
	h->nr_schemas = 0;
	memset(h->block, 0, sizeof(h->block));
	memset(h->schema, 0, sizeof(h->schema));
	h->block[0] = (struct mrb_block){ cpu_to_le32(MRB_TEXT), h->load_addr, 0,
					  cpu_to_le32(TINY_TEXT), cpu_to_le32(TINY_TEXT) };
	h->block[1] = (struct mrb_block){ cpu_to_le32(MRB_DATA), cpu_to_le32(BOARD_DATA_BASE),
					  cpu_to_le32(TINY_TEXT), 0, cpu_to_le32(TINY_DATA) };
	image_sign(&img);
	return img;
}

static void log_in(void)
{
	for (u32 i = 0; i < m->a.cfg.nr_ports; i++) {
		els_log_in(&m->a.fabric, i);
		fabric_open(&m->a.fabric, i);
	}
}

static int claim_op(struct adapter *a, bool permanent)
{
	return busy ? -EBUSY : 0;
}

/* What comes in band was in buffers that were meant for that; it may be nothing at all. */
static void start_op(struct adapter *a, void *image, size_t size)
{
	const u8 *bytes = image;

	FUZZ_CHECK(!busy && !image == !size && size <= BOARD_DOWNLOAD_MAX);
	for (size_t i = 0; i < size; i++)
		FUZZ_CHECK(bytes[i] >= PATTERN && bytes[i] < PATTERN + SLOTS);
	vfree(image);
	busy = true;
	begun = true;
}

static int on_apply(struct model *model, const char *name, bool permanent)
{
	FUZZ_CHECK(strlen(name) < UPDATE_NAME_MAX);
	FUZZ_CHECK(!permanent || model->a.memctl.kind->boot_flash);
	FUZZ_CHECK(model->a.memctl.kind->services && !model->a.memctl.kind->fixed);
	return busy ? -EBUSY : 0;
}

/* An update that came in band ends, one way or the other. */
static void end_update(u8 result)
{
	if (!begun)
		return;
	begun = false;
	busy = false;
	download_updated(&m->a, result % (ACTIVATED_CANCELLED + 1));
}

static struct model *new_model(u32 kind)
{
	static struct adapter_ops ops[KINDS];
	struct adapter_config cfg = model_config;
	struct model *model;

	FUZZ_CHECK(board_kinds[KINDS - 1] && !board_kinds[KINDS]);
	cfg.kind = board_kinds[kind];
	cfg.inband = true;
	v1_0 = tiny_image();
	model = puppet_on(&cfg);
	image_free(&v1_0);
	host_adopt(model);
	ops[kind] = *model->a.ops;
	ops[kind].update_claim = claim_op;
	ops[kind].update_start = start_op;
	model->a.ops = &ops[kind];
	model->on_apply = on_apply;
	/* its only file is the text, and the puppet's is gone by now */
	model->a.rom = fuzz_copy(model->a.memctl.region.text, model->a.rom_len);
	return model;
}

static void use_model(u32 kind)
{
	if (!models[kind])
		models[kind] = new_model(kind);
	m = models[kind];
	host_use(m);
	begun = false;
	download_reset(&m->a, -1);
	download_saved(&m->a);
	m->a.download.hart = 0;
}

/* No hart has a step to do: it takes its frames, and that is all. */
static void idle(void)
{
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++)
		puppet_io(m, i, NULL, 0);
	puppet_service(m, NULL, 0);
}

/* As after a power cycle, with new sessions and empty disks. */
static void begin(u8 choices)
{
	const struct media_how how = {};

	warp_reset();
	use_model((choices >> 2 & 7) % KINDS);
	busy = choices & BUSY;
	m->a.cfg.media_latency_ns = choices & LATENCY;
	m->a.crashes = choices & FRAGILE ? ADAPTER_CRASHES : 0;
	for (u32 i = 0; i < ADAPTER_CRASHES; i++)
		m->a.crash_ns[i] = m->a.ops->now_ns();
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		media_unmap(m->a.fabric.ports[i].media, 0, m->a.cfg.blocks, &how);
	idle();
	log_in();
}

static void submit(u32 slot, u32 queue, u32 len, u8 dir)
{
	static u8 data[DATA_MAX];
	struct host_cmd *c = &cmds_[slot];

	if (c->busy)
		return;
	if (dir == FRAME_DIR_NONE)
		len = 0;
	memset(data, dir == FRAME_DIR_IN ? FILLER : PATTERN + slot, len);
	c->cmd.tag = slot;
	c->cmd.cdb_len = 6;
	queue_of[slot] = queue;
	host_submit(m, queue, c, data, len, dir);
}

/* The name of a command: of one that is not there yet, if it is not. */
static void name_command(struct frame_hdr *hdr, u32 queue, u8 whose)
{
	u32 slot = whose % SLOTS;
	u32 generation = cmds_[slot].busy ? cmds_[slot].cmd.generation :
					    m->a.queues[queue].generation + 1;

	hdr->tag = cpu_to_le16(slot + (whose & 8 ? whose * 257 : 0));
	hdr->generation = cpu_to_le32(generation + (whose & 16 ? (s8)whose : 0));
	hdr->format = (whose & 0xe0) == 0xe0 ? whose & 3 : FRAME_FORMAT_1;
}

static void make_media(struct frame_media *f, const struct out *o)
{
	u32 port = o->a % (m->a.cfg.nr_ports + 1);

	if (port == m->a.cfg.nr_ports)
		port = o->a << 8;
	f->port = cpu_to_le16(o->a & 0x80 ? port : port % m->a.cfg.nr_targets);
	f->op = o->b & 0x80 ? o->b : o->b % 10;
	f->flags = o->b >> 4 & 3;
	f->token = cpu_to_le32(o->token * 0x01010101u);
	if (o->token < 200 && le16_to_cpu(f->port) < m->a.cfg.nr_ports)
		f->token = cpu_to_le32(m->a.fabric.ports[le16_to_cpu(f->port)].token);
	f->lba_lo = cpu_to_le32(o->lba + (o->high & 1 ? m->a.cfg.blocks - 128 : 0));
	f->blocks = cpu_to_le32(o->high & 2 ? (u32)o->blocks << 24 : o->blocks % 64);
	f->offset = cpu_to_le32(o->high & 4 ? (u32)o->offset << 24 : o->offset * 64);
	f->lba_hi = cpu_to_le32(o->high & 8 ? (u32)o->high << 24 : 0);
	if (o->high & 16)
		f->blocks = cpu_to_le32(-1);
	if (o->high & 32)
		f->lba_lo = cpu_to_le32(-o->lba);
	if (o->high & 64)
		f->lba_hi = cpu_to_le32(-1);
	if (o->high & 128)
		f->blocks = cpu_to_le32(m->a.cfg.blocks / 2 + o->blocks);
	f->context = (struct media_context){ .opcode = o->a, .target = cpu_to_le16(o->b) };
}

static union frame make_frame(const struct out *o, u32 queue)
{
	static const u8 types[] = { FRAME_REPLY, FRAME_MEDIA, FRAME_MEDIA, FRAME_MSG, FRAME_WAIT,
				    FRAME_ELS };
	union frame f = {};

	f.hdr.type = o->type & 0x80 ? o->type : types[o->type % ARRAY_SIZE(types)];
	name_command(&f.hdr, queue, o->whose);
	switch (f.hdr.type) {
	case FRAME_REPLY:
		f.reply.status = o->a;
		f.reply.sense_len = o->b % 40;
		memset(f.reply.sense, o->token, sizeof(f.reply.sense));
		break;
	case FRAME_MEDIA:
		make_media(&f.media, o);
		break;
	case FRAME_MSG:
		f.msg.hart = cpu_to_le16(o->a & 0x80 ? o->a * 257 : o->a % 4);
		f.msg.data[0] = o->b;
		break;
	case FRAME_ELS:
		f.hdr.tag = cpu_to_le16(o->a % 16);
		f.els.els = o->b % 6;
		break;
	}
	return f;
}

/* Of those that only the service hart has; or none at all. */
static const u32 calls[] = {
	BOARD_UPDATE, BOARD_UPDATE, BOARD_DOWNLOAD, BOARD_DOWNLOAD, BOARD_DOWNLOAD, BOARD_PORT,
	BOARD_DAMAGED, BOARD_PANIC, 0, 1, 0x105, 0x1d6, 0x1d8, 0x200, 0x2ff, 0xffffffff,
};

/* Address and length are those of BOARD_DMA, or it is the step itself that is looked at. */
static void make_update_call(struct puppet_step *s, const struct record *r)
{
	s->arg[0] = r->arg[0] & 0x80 ? (u32)r->arg[0] << 24 : r->arg[0] % 4;
	s->arg[1] = r->arg[3] & 0x40 ? BOARD_SCRATCH_BASE + r->arg[4] * 4 : s->arg[4];
	s->arg[2] = s->arg[5];
}

/* The command is mostly one that there is. */
static void make_download_call(struct puppet_step *s, const struct record *r)
{
	s->arg[3] = s->arg[1];
	s->arg[2] = s->arg[0];
	s->arg[1] = r->arg[2] & 0x80 ? r->arg[2] : 1 + r->arg[2] % 2;
	s->arg[0] = r->arg[1];
	s->arg[4] = r->arg[4] & 0x80 ? (u32)r->arg[4] << 24 : r->arg[4] * 16;
}

/* Mostly BOARD_DMA, with addresses near the borders of what the hart may reach. */
static void make_call(struct puppet_step *s, const struct record *r, u32 queue)
{
	static const u32 bases[] = { BOARD_SCRATCH_BASE, BOARD_MBOX_BASE, BOARD_DATA_BASE,
				     BOARD_TEXT_BASE, BOARD_REGS_BASE, BOARD_CONTROL_BASE,
				     BOARD_STAGING_TEXT_BASE, 0xf0000000 };
	static const u32 sizes[] = { BOARD_SCRATCH_SIZE, BOARD_MBOX_SIZE, BOARD_DATA_SIZE,
				     BOARD_TEXT_SIZE, BOARD_REGS_SIZE, BOARD_CONTROL_SIZE,
				     BOARD_TEXT_SIZE, 64 };
	u32 window = r->arg[3] % ARRAY_SIZE(bases);
	struct frame_hdr name;

	s->call = r->call < 240 ? BOARD_DMA : calls[r->call - 240];
	s->for_ever = r->take == 0xff;
	name_command(&name, queue, r->arg[0]);
	s->arg[0] = le16_to_cpu(name.tag);
	s->arg[1] = le32_to_cpu(name.generation);
	s->arg[2] = r->arg[1] % 3;
	s->arg[3] = r->arg[2] & 0x80 ? (u32)r->arg[2] << 24 : r->arg[2] * 16;
	s->arg[4] = bases[window] + (r->arg[3] & 0x80 ? sizes[window] : PUPPET_STEPS_SIZE) -
		    r->arg[4] * 4;
	s->arg[5] = r->arg[5] & 0x80 ? (u32)r->arg[5] << 24 : r->arg[5] * 16;
	if (r->arg[5] == 0x7f)
		s->arg[5] = BOARD_DMA_MAX;
	if (s->call == BOARD_UPDATE)
		make_update_call(s, r);
	else if (s->call == BOARD_DOWNLOAD)
		make_download_call(s, r);
}

static struct puppet_step make_step(const struct record *r, u32 queue, bool last)
{
	struct puppet_step s = { .next = last ? 0 : STEP_NEXT };

	if (r->take >= 0xf0 && r->take < 0xff)
		s.take = r->take;
	if (r->call >= 128)
		make_call(&s, r, queue);
	s.out_count = r->out_count & 0x80 ? r->out_count * 0x01010101u :
					    r->out_count % (FRAME_OUT_MAX + 1);
	for (u32 i = 0; i < FRAME_OUT_MAX; i++)
		s.out[i] = make_frame(&r->out[i], queue);
	return s;
}

/* A step for the next time, and idleness or the same again behind it. */
static void steps(const struct record *r, u32 queue)
{
	struct puppet_step s = make_step(r, queue, r->flags & 0x80);

	puppet_io(m, queue, &s, 1);
}

static void service_steps(const struct record *r, u32 queue)
{
	struct puppet_step s = make_step(r, queue, false);

	s.call = r->call >= 240 ? s.call : 0;
	puppet_service(m, &s, 1);
}

static void let_go(struct host_cmd *c)
{
	if (c->ended)
		host_check_ended(c);
	host_check_buffer(c);
	host_free(c);
}

static void abort_one(struct host_cmd *c)
{
	u32 ended = c->ended;
	int err;

	if (!c->busy)
		return;
	err = queue_abort(&c->cmd);
	FUZZ_CHECK(c->ended == ended && !ended && err != -ENOENT);
	if (!err)
		let_go(c);
}

static void end_probation(void)
{
	m->a.regs->probation = 0;
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++)
		queue_end_wait(&m->a.queues[i]);
}

static void release(u32 queue)
{
	struct overlay_waits waits = {};

	if (m->a.crashed)	/* adapter_recover() will do it */
		return;
	queue_release(&m->a.queues[queue]);
	while (queue_drain_one(&m->a.queues[queue], &waits))
		;
}

static void power_cycle(void)
{
	host_alloc_left = -1;
	end_probation();
	/* one hart is told to log in, and has nothing else to do */
	idle();
	FUZZ_CHECK(!adapter_power_cycle(&m->a));
	FUZZ_CHECK(!m->a.dead && !m->a.crashed);
}

static void happen(const struct record *r)
{
	u32 queue = r->who & 1, slot = r->who >> 1 & 7;

	switch (r->what % HAPPENS) {
	case SUBMIT:
	case SUBMIT_TOO:
		return submit(slot, queue, r->len * 16, r->flags % 3);
	case STEPS:
	case STEPS_TOO:
	case STEPS_AGAIN:
		return steps(r, queue);
	case SERVICE_STEPS:
		return service_steps(r, queue);
	case WAKE:
		queue_reset(&m->a.queues[queue], slot, TMF_LUN_RESET);
		return;
	case MEDIA:
		return model_media(m);
	case SERVICE:
		model_service(m);
		return end_update(r->flags);
	case ABORT_ONE:
		return abort_one(&cmds_[slot]);
	case ABORT_ALL:
		download_reset(&m->a, r->flags & 1 ? 0 : -1);
		queue_abort_all(&m->a.queues[queue], r->flags & 1 ? 0 : -1);
		return;
	case HOLD:
		return queue_hold(&m->a.queues[queue]);
	case RELEASE:
		return release(queue);
	case PROBATION:
		m->a.regs->probation = cpu_to_le32(1);
		return;
	case COMMIT:
		return end_probation();
	case NO_MEMORY:
		host_alloc_left = r->len % 16;
		return;
	case POWER_CYCLE:
		return power_cycle();
	}
}

static void reap(void)
{
	for (u32 i = 0; i < SLOTS; i++)
		if (cmds_[i].busy && cmds_[i].ended)
			let_go(&cmds_[i]);
}

/* A command that hears that its update has failed may begin another, but not for ever. */
static void end_updates(u32 *rounds)
{
	while (begun) {
		end_update(ACTIVATED_FAILED);
		host_settle(m);
		FUZZ_CHECK((*rounds)++ < SLOTS * UPDATES_MAX);
	}
}

/* All that the adapter still has can be taken from it. */
static void end_all(void)
{
	u32 rounds = 0;

	host_alloc_left = -1;
	end_probation();
	host_settle(m);
	end_updates(&rounds);
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++)
		release(i);
	host_settle(m);
	end_updates(&rounds);
	reap();
	for (u32 i = 0; i < SLOTS; i++) {
		if (!cmds_[i].busy)
			continue;
		FUZZ_CHECK(!m->a.dead && cmds_[i].cmd.state == CMD_HART);
		abort_one(&cmds_[i]);
		FUZZ_CHECK(!cmds_[i].busy);
	}
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++) {
		FUZZ_CHECK(list_empty(&m->a.queues[i].parked));
		FUZZ_CHECK(list_empty(&m->a.queues[i].waiting));
	}
}

/* A command that the microcode answers well, on each queue, with a block read. */
static void serve_well(void)
{
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++) {
		struct record media = { .out_count = 1, .out = { { .type = 1, .b = MEDIA_READ,
					.blocks = 1 } } };
		struct record reply = { .out_count = 1 };
		struct puppet_step s[] = { make_step(&media, i, false),
					   make_step(&reply, i, false) };

		puppet_io(m, i, s, ARRAY_SIZE(s));
		submit(0, i, 512, FRAME_DIR_IN);
		host_settle(m);
		host_check_ended(&cmds_[0]);
		FUZZ_CHECK(cmds_[0].cmd.outcome == CMD_REPLIED && !cmds_[0].cmd.status);
		FUZZ_CHECK(cmds_[0].cmd.buf.moved == 512);
		let_go(&cmds_[0]);
	}
}

/*
 * The linker puts this before fabric_media(): a port does nothing for who does
 * not know its session, and nothing beyond its last block.
 */
int __wrap_fabric_media(struct fabric *f, const struct frame_media *req, struct dma_buffer *buf,
			const struct media_how *how, struct frame_media_done *done)
{
	u64 lba = (u64)le32_to_cpu(req->lba_hi) << 32 | le32_to_cpu(req->lba_lo);
	u64 blocks = le32_to_cpu(req->blocks);
	u32 port = le16_to_cpu(req->port);
	int err = __real_fabric_media(f, req, buf, how, done);

	if (err || (done->result != MEDIA_OK && done->result != MEDIA_MISCOMPARE))
		return err;
	FUZZ_CHECK(port < f->nr_ports && req->token);
	FUZZ_CHECK(le32_to_cpu(req->token) == f->ports[port].token);
	FUZZ_CHECK(lba <= f->ports[port].media->blocks);
	FUZZ_CHECK(blocks <= f->ports[port].media->blocks - lba);
	return 0;
}

/* What is on the disks was in buffers that were meant for them. */
static void check_disk(struct media *media)
{
	for (u64 lba = 0; lba < m->a.cfg.blocks; lba += MEDIA_PAGE_BLOCKS) {
		const u8 *page = media_find(media, lba);

		for (u32 i = 0; page && i < MEDIA_PAGE_SIZE; i++)
			FUZZ_CHECK(!page[i] || (page[i] >= PATTERN && page[i] < PATTERN + SLOTS));
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct record r;

	begin(take_u8(&in));
	for (u32 i = 0; in.left && i < RECORDS_MAX; i++) {
		take_bytes(&in, &r, sizeof(r));
		happen(&r);
		reap();
	}
	end_all();
	FUZZ_CHECK(!memctl_check_text(&m->a.memctl, &m->a.image));
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		check_disk(m->a.fabric.ports[i].media);
	log_in();
	warp_reset();
	if (!m->a.dead)
		serve_well();
	power_cycle();
	serve_well();
	return 0;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed)
{
	u32 rng = seed;

	return fuzz_mutate_records(data, size, max, 1, sizeof(struct record), &rng);
}
