// SPDX-License-Identifier: GPL-2.0
/* The board for tests of the microcode: harts, ports, media, commands. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "microcode.h"

#ifndef IMAGES
#define IMAGES "../../build/images"
#endif

#define SERIAL		0x00c0ffeeu
#define INSN_LIMIT	20000000u
#define FRAME_INSN_LIMIT 200000u	/* as in mailbox.c */
#define IO_HART		1u
#define MACHINE_PORT_ID	0x20000u

/* Login requests that have not been answered. */
struct els_ring {
	struct frame_els els[BOARD_MAX_ELS];
	u32 put;
	u32 got;
	u32 most;
};

/* The microcode's byte order is taken for the host's throughout. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "byte order");

u8 *image_read(const char *version, u32 *len)
{
	const char *dir = getenv("IMAGES");
	char path[256];
	u8 *image;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.mrb", dir ? dir : IMAGES, version);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("no %s: run make -C images", path);
	image = calloc(1, BOARD_TEXT_SIZE);
	*len = fread(image, 1, BOARD_TEXT_SIZE, f);
	fclose(f);
	return image;
}

static u32 crc32_bytes(u32 crc, const u8 *p, u32 len)
{
	while (len--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

void image_sign(u8 *image, u32 len)
{
	struct mrb_header *h = (struct mrb_header *)image;

	memset(h->sha256, 0, sizeof(h->sha256));
	h->crc32 = 0;
	h->crc32 = ~crc32_bytes(~0u, image, len);
}

static void map(struct hart *h, u32 base, void *mem, u32 size, u32 perm)
{
	h->win[base >> BUS_WINDOW_BITS] = (struct bus_window){
		.mem = mem, .size = size, .perm = perm,
	};
}

static void map_hart(struct machine *m, struct machine_hart *mh)
{
	struct bus_window *text = &mh->h.win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS];

	memset(mh->h.win, 0, sizeof(mh->h.win));
	map(&mh->h, BOARD_REGS_BASE, m->regs, BOARD_REGS_SIZE, BUS_R);
	map(&mh->h, BOARD_MBOX_BASE, mh->mbox, BOARD_MBOX_SIZE, BUS_R | BUS_W);
	map(&mh->h, BOARD_SCRATCH_BASE, mh->scratch, BOARD_SCRATCH_SIZE, BUS_R | BUS_W);
	map(&mh->h, BOARD_TEXT_BASE, m->text, BOARD_TEXT_SIZE, BUS_R | BUS_X);
	map(&mh->h, BOARD_DATA_BASE, m->data, BOARD_DATA_SIZE, BUS_R | BUS_W);
	text->insns = m->insns;
	text->nr_insns = BOARD_TEXT_SIZE / 4;
	mh->h.win[BOARD_DATA_BASE >> BUS_WINDOW_BITS].dirty = m->dirty;
	if (mh != &m->hart[0])
		return;
	map(&mh->h, BOARD_CONTROL_BASE, m->control, BOARD_CONTROL_SIZE, BUS_R | BUS_W);
	map(&mh->h, BOARD_CELLS_BASE, m->cells, BOARD_CELLS_SIZE, BUS_R);
}

static void *memory(size_t size)
{
	return aligned_alloc(64, size);
}

static void *zeros(size_t size)
{
	return memset(memory(size), 0, size);
}

struct machine *machine_new(void)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->regs = zeros(BOARD_REGS_SIZE);
	*m->regs = (struct board_regs){
		.board_id = BOARD_ID, .capabilities = CAP_BOARD_OVERLAY | CAP_BOARD_SRAM,
		.nr_harts = MACHINE_HARTS, .nr_ports = MACHINE_PORTS,
		.nr_targets = MACHINE_TARGETS, .serial = SERIAL, .storage = SERIAL,
		.frame_format = FRAME_FORMAT_1,
		.driver_formats = 1u << FRAME_FORMAT_1, .port_formats = 1u << FRAME_FORMAT_1,
	};
	m->text = zeros(BOARD_TEXT_SIZE);
	m->data = zeros(BOARD_DATA_SIZE);
	m->insns = calloc(BOARD_TEXT_SIZE / 4, sizeof(struct insn));
	m->staging_text = zeros(BOARD_TEXT_SIZE);
	m->staging_data = zeros(BOARD_DATA_SIZE);
	m->staging_insns = calloc(BOARD_TEXT_SIZE / 4, sizeof(struct insn));
	m->staging_chips = zeros(BOARD_STAGING_CHIPS_SIZE);
	m->cells = memset(memory(BOARD_CELLS_SIZE), 0xff, BOARD_CELLS_SIZE);
	m->control = zeros(BOARD_CONTROL_SIZE);
	m->undo_text = zeros(BOARD_TEXT_SIZE);
	m->undo_data = zeros(BOARD_DATA_SIZE);
	for (u32 i = 0; i < MACHINE_HARTS; i++) {
		m->hart[i].mbox = zeros(BOARD_MBOX_SIZE);
		m->hart[i].scratch = zeros(BOARD_SCRATCH_SIZE);
	}
	for (u32 i = 0; i < MACHINE_PORTS; i++) {
		m->port[i].port_id = 0x10000 + i;
		m->port[i].blocks = i < MACHINE_TARGETS ? MACHINE_BLOCKS : 0;
		m->port[i].media = calloc(MACHINE_BLOCKS, BOARD_BLOCK_SIZE);
		m->port[i].backed = calloc(MACHINE_BLOCKS, 1);
	}
	return m;
}

void machine_free(struct machine *m)
{
	for (u32 i = 0; i < MACHINE_PORTS; i++) {
		free(m->port[i].media);
		free(m->port[i].backed);
	}
	for (u32 i = 0; i < MACHINE_HARTS; i++) {
		free(m->hart[i].mbox);
		free(m->hart[i].scratch);
	}
	free(m->dirty);
	free(m->undo_data);
	free(m->undo_text);
	free(m->control);
	free(m->cells);
	free(m->staging_chips);
	free(m->staging_insns);
	free(m->staging_data);
	free(m->staging_text);
	free(m->insns);
	free(m->data);
	free(m->text);
	free(m->regs);
	free(m);
}

void machine_grow(struct machine *m, u32 ports, u32 targets)
{
	m->regs->nr_ports = ports;
	m->regs->nr_targets = targets;
	for (u32 i = 0; i < ports; i++) {
		m->port[i].port_id = 0x10000 + i;
		m->port[i].blocks = i < targets ? MACHINE_BLOCKS : 0;
	}
}

void machine_load(struct machine *m, const u8 *image, u32 len)
{
	const struct mrb_header *h = (const struct mrb_header *)image;

	assert_in_range(len, sizeof(*h), BOARD_TEXT_SIZE);
	m->image = *h;
	for (u32 i = 0; i < h->nr_blocks; i++) {
		const struct mrb_block *b = &h->block[i];
		u8 *to = b->type == MRB_TEXT ? m->text : m->data;

		if (b->type >= MRB_CHIP(0))
			continue;
		to += b->address & 0x0fffffff;
		memset(to, 0, b->mem_size);
		memcpy(to, image + b->file_offset, b->file_size);
	}
	icache_decode(m->insns, m->text, BOARD_TEXT_SIZE);
}

void machine_start_hart(struct machine *m, u32 i, u32 reason)
{
	struct machine_hart *mh = &m->hart[i];

	m->damaged = i ? m->damaged : MACHINE_NO_TEST;
	memset(mh->mbox, 0, BOARD_MBOX_SIZE);
	hart_reset(&mh->h, i, BOARD_TEXT_BASE + m->image.runtime_entry);
	map_hart(m, mh);
	mh->h.x[10] = i;
	mh->h.x[11] = reason;
	machine_run(m, mh);
}

void machine_power_on(struct machine *m, const char *version)
{
	u32 len;
	u8 *image = image_read(version, &len);

	machine_load(m, image, len);
	machine_load_chips(m, image);
	free(image);
	machine_start_hart(m, 0, START_COLD);
	machine_start_hart(m, 1, START_COLD);
	machine_start_hart(m, 2, START_COLD);
	machine_log_in(m);
}

/* BOARD_DMA */
static u32 dma(struct machine *m, struct machine_hart *mh)
{
	const u32 *arg = &mh->h.x[10];
	struct command *cmd = m->cmd;
	u32 offset = arg[4] - BOARD_SCRATCH_BASE;
	u32 len = arg[5];

	if (!cmd || arg[0] != cmd->tag || arg[1] != cmd->generation || arg[2] > DMA_FROM_HOST ||
	    len > BOARD_DMA_MAX || offset > BOARD_SCRATCH_SIZE - len)
		return DMA_BAD;
	if (cmd->dir != (arg[2] == DMA_TO_HOST ? FRAME_DIR_IN : FRAME_DIR_OUT) ||
	    arg[3] >= cmd->data_len)
		return 0;
	if (len > cmd->data_len - arg[3])
		len = cmd->data_len - arg[3];
	if (cmd->dir == FRAME_DIR_IN)
		memcpy(cmd->data + arg[3], mh->scratch + offset, len);
	else
		memcpy(mh->scratch + offset, cmd->data + arg[3], len);
	cmd->moved = arg[3] + len;
	return len;
}

static void damaged(struct machine *m, struct hart *h)
{
	assert_int_equal(m->damaged, MACHINE_NO_TEST);
	m->damaged = h->x[10];
	hart_return(h, 0);
}

static void ecall(struct machine *m, struct machine_hart *mh)
{
	struct hart *h = &mh->h;

	if (h->x[17] == BOARD_DMA)
		hart_return(h, dma(m, mh));
	else if (h->x[17] == BOARD_PANIC)
		fail_msg("hart %u panicked: %s at %08x, %08x", h->id, hart_cause_name(h->x[10]),
			 h->x[11], h->x[12]);
	else if (h->id == 0 && h->x[17] == BOARD_DAMAGED)
		damaged(m, h);
	else if (h->id == 0 && h->x[17] == BOARD_DOWNLOAD && m->download)
		hart_return(h, m->download(m, &h->x[10]));
	else if (h->id != 0 || !machine_service(m, h))
		fail_msg("hart %u calls %x", h->id, h->x[17]);
}

/*
 * What the bootstrap executes is in staging, all of it: if it were not
 * position-independent, it would run into the old image, which from its first
 * instruction on cannot be executed. True: one step closer to that.
 */
static bool approaching_bootstrap(struct machine *m, struct hart *h)
{
	if (!m->sealed || h->id != 0)
		return false;
	if (h->pc >> BUS_WINDOW_BITS != BOARD_STAGING_TEXT_BASE >> BUS_WINDOW_BITS)
		return true;
	h->win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS].perm = BUS_R;
	m->sealed = false;
	return false;
}

/* How far the service hart may go before I/O has its turn. */
static u64 slice_left(const struct machine *m)
{
	u64 executed = m->hart[0].h.executed;

	if (!m->slice || !m->converting)
		return INSN_LIMIT;
	return executed < m->slice_end ? m->slice_end - executed : 0;
}

/* I/O goes on, unless the queues are held; true if there was a slice to end. */
static bool end_slice(struct machine *m)
{
	if (slice_left(m))
		return false;
	m->slice_end = m->hart[0].h.executed + m->slice;
	m->between(m);
	return true;
}

static void run_to_exit(struct machine *m, struct machine_hart *mh)
{
	bool step = approaching_bootstrap(m, &mh->h);
	bool service = mh == &m->hart[0];
	enum hart_exit why = hart_run(&mh->h, step ? 1 : service ? slice_left(m) : INSN_LIMIT);

	if (why == HART_ECALL)
		ecall(m, mh);
	else if (why == HART_WFI)
		mh->waits = true;
	else if (why == HART_LIMIT ? !step && !(service && m->slice) : why != HART_FENCE_I)
		fail_msg("hart %u stopped at %08x: %s", mh->h.id, mh->h.pc,
			 hart_cause_name(mh->h.mcause));
}

void machine_run(struct machine *m, struct machine_hart *mh)
{
	mh->waits = false;
	while (!m->ended && !mh->waits)
		if (mh != &m->hart[0] || !end_slice(m))
			run_to_exit(m, mh);
}

/* What the hart put out: one frame, or none (FRAME_NONE). */
static union frame collect(struct machine_hart *mh)
{
	union frame out = {};

	assert_int_equal(mh->mbox->in.hdr.type, FRAME_NONE);
	assert_in_range(mh->mbox->out_count, 0, 1);
	if (mh->mbox->out_count) {
		out = mh->mbox->out[0];
		assert_int_equal(out.hdr.format, FRAME_FORMAT_1);
	}
	mh->mbox->out_count = 0;
	return out;
}

static union frame give(struct machine *m, struct machine_hart *mh, const union frame *in)
{
	mh->mbox->in = *in;
	machine_run(m, mh);
	return collect(mh);
}

static void accept_prli(struct machine_port *port, u32 index, struct frame_els_done *done)
{
	port->logins++;
	port->token = 0x1000 * port->logins + index + 1;
	done->role = port->blocks ? ELS_IS_TARGET : ELS_IS_INITIATOR;
	done->token = port->token;
	done->blocks_lo = port->blocks;
	done->blocks_hi = port->blocks >> 32;
}

/* FLOGI comes before all others, PLOGI before PRLI. */
static union frame answer_login(struct machine *m, const struct frame_els *req)
{
	union frame done = { .els_done = { .hdr = req->hdr, .els = req->els } };
	struct machine_port *port = &m->port[req->hdr.tag];

	assert_in_range(req->hdr.tag, 0, m->regs->nr_ports - 1);
	done.hdr.type = FRAME_ELS_DONE;
	if (req->els == ELS_FLOGI) {
		done.els_done.accepted = 1;
		done.els_done.role = ELS_IS_FABRIC;
		m->regs->port_id = MACHINE_PORT_ID;
		done.els_done.port_id = MACHINE_PORT_ID;
		m->flogis++;
		return done;
	}
	assert_int_not_equal(m->regs->port_id, 0);
	done.els_done.port_id = port->port_id;
	done.els_done.wwpn_lo = req->hdr.tag;
	done.els_done.wwpn_hi = 0x50000000u + 3 * req->hdr.tag;
	if (port->rejects)
		return done;
	done.els_done.accepted = 1;
	assert_int_equal(req->els, port->offered ? ELS_PRLI : ELS_PLOGI);
	port->offered = !port->offered;
	if (req->els == ELS_PRLI)
		accept_prli(port, req->hdr.tag, &done.els_done);
	return done;
}

/* All requests of the mailbox; at most BOARD_MAX_ELS are under way. */
static void collect_logins(struct machine *m, struct els_ring *ring)
{
	struct mailbox *mbox = m->hart[BOARD_LOGIN_HART].mbox;

	assert_int_equal(mbox->in.hdr.type, FRAME_NONE);
	assert_in_range(mbox->out_count, 0, FRAME_OUT_MAX);
	for (u32 i = 0; i < mbox->out_count; i++) {
		assert_int_equal(mbox->out[i].hdr.type, FRAME_ELS);
		assert_int_equal(mbox->out[i].hdr.format, FRAME_FORMAT_1);
		assert_true(ring->put - ring->got < BOARD_MAX_ELS);
		ring->els[ring->put++ % BOARD_MAX_ELS] = mbox->out[i].els;
	}
	mbox->out_count = 0;
	ring->most = ring->put - ring->got > ring->most ? ring->put - ring->got : ring->most;
}

/* A frame about logins takes no more than any other may. */
static void give_login(struct machine *m, struct els_ring *ring, const union frame *in)
{
	struct machine_hart *mh = &m->hart[BOARD_LOGIN_HART];
	u64 before = mh->h.executed;

	mh->mbox->in = *in;
	machine_run(m, mh);
	collect_logins(m, ring);
	if (mh->h.executed - before > m->login_insns)
		m->login_insns = mh->h.executed - before;
	assert_true(m->login_insns < FRAME_INSN_LIMIT);
}

static void answer_logins(struct machine *m, struct els_ring *ring)
{
	while (ring->got < ring->put) {
		const struct frame_els *els = &ring->els[ring->got++ % BOARD_MAX_ELS];
		union frame in = answer_login(m, els);

		give_login(m, ring, &in);
	}
}

u32 machine_log_in(struct machine *m)
{
	const union frame in = { .link.hdr = { FRAME_LINK, FRAME_FORMAT_1, LINK_BEGIN, 0 } };
	struct els_ring ring = {};

	give_login(m, &ring, &in);
	answer_logins(m, &ring);
	return ring.most;
}

/* A port that asks for it by itself: the microcode has not been told to. */
void machine_log_in_again(struct machine *m, u32 port)
{
	struct els_ring ring = { .put = 1 };

	ring.els[0] = (struct frame_els){
		.hdr = { FRAME_ELS, FRAME_FORMAT_1, port, 0 }, .els = ELS_PLOGI,
	};
	answer_logins(m, &ring);
}

void machine_tmf(struct machine *m, u16 target, u8 function)
{
	union frame in = { .tmf = {
		.hdr = { .type = FRAME_TMF, .format = FRAME_FORMAT_1 },
		.target = target, .function = function,
	} };
	union frame out = give(m, &m->hart[IO_HART], &in);

	assert_int_equal(out.hdr.type, FRAME_NONE);
}

union frame machine_submit(struct machine *m, struct command *cmd)
{
	union frame in = { .scsi = {
		.hdr = { FRAME_SCSI, FRAME_FORMAT_1, cmd->tag, ++m->generation },
		.target = cmd->target, .dir = cmd->dir, .cdb_len = cmd->cdb_len,
		.lun = { 0, cmd->lun }, .data_len = cmd->data_len,
	} };

	memcpy(in.scsi.cdb, cmd->cdb, sizeof(in.scsi.cdb));
	cmd->generation = m->generation;
	m->cmd = cmd;
	return machine_deliver(m, &in);
}

union frame machine_deliver(struct machine *m, const union frame *in)
{
	struct machine_hart *mh = &m->hart[IO_HART];
	u64 before = mh->h.executed;
	union frame out = give(m, mh, in);

	m->cmd->insns += mh->h.executed - before;
	assert_int_equal(out.hdr.tag, m->cmd->tag);
	assert_int_equal(out.hdr.generation, m->cmd->generation);
	return out;
}

/* Bytes of the data buffer that a request uses. */
static u32 media_buffer(const struct frame_media *req)
{
	switch (req->op) {
	case MEDIA_READ:
	case MEDIA_WRITE:
	case MEDIA_COMPARE:
	case MEDIA_OR_WRITE:
		return req->blocks * BOARD_BLOCK_SIZE;
	case MEDIA_WRITE_SAME:
		return req->flags & MEDIA_ZERO ? 0 : BOARD_BLOCK_SIZE;
	case MEDIA_COMPARE_WRITE:
		return 2 * req->blocks * BOARD_BLOCK_SIZE;
	default:
		return 0;
	}
}

static void media_status(const u8 *backed, u32 blocks, struct frame_media_done *done)
{
	done->mapped = backed[0];
	while (done->extent < blocks && backed[done->extent] == backed[0])
		done->extent++;
}

/* A request that is in order. */
static u8 execute_media(const struct frame_media *req, struct machine_port *port, u64 lba,
			u8 *data, struct frame_media_done *done)
{
	u8 *media = port->media + lba * BOARD_BLOCK_SIZE;
	u32 len = req->blocks * BOARD_BLOCK_SIZE;
	bool compares = req->op == MEDIA_COMPARE || req->op == MEDIA_COMPARE_WRITE;

	for (; compares && done->first_bad < len; done->first_bad++)
		if (media[done->first_bad] != data[done->first_bad])
			return MEDIA_MISCOMPARE;
	if (req->op == MEDIA_READ)
		memcpy(data, media, len);
	if (req->op == MEDIA_WRITE)
		memcpy(media, data, len);
	if (req->op == MEDIA_COMPARE_WRITE)
		memcpy(media, data + len, len);
	for (u32 i = 0; req->op == MEDIA_OR_WRITE && i < len; i++)
		media[i] |= data[i];
	for (u32 i = 0; req->op == MEDIA_WRITE_SAME && i < len; i++)
		media[i] = req->flags & MEDIA_ZERO ? 0 : data[i % BOARD_BLOCK_SIZE];
	if (req->op == MEDIA_UNMAP)
		memset(media, 0, len);
	if (req->op == MEDIA_UNMAP || req->op == MEDIA_WRITE || req->op == MEDIA_WRITE_SAME ||
	    req->op == MEDIA_OR_WRITE)
		memset(port->backed + lba, req->op != MEDIA_UNMAP, req->blocks);
	if (req->op == MEDIA_LBA_STATUS)
		media_status(port->backed + lba, req->blocks, done);
	return MEDIA_OK;
}

static u8 serve_media(struct machine *m, const struct frame_media *req,
		      struct frame_media_done *done)
{
	struct machine_port *port = &m->port[req->port];
	u64 lba = (u64)req->lba_hi << 32 | req->lba_lo;
	u32 len = media_buffer(req);
	u8 result;

	if (req->token != port->token)
		return MEDIA_BAD_TOKEN;
	if (lba + req->blocks > MACHINE_BLOCKS)
		return MEDIA_BAD_RANGE;
	if (len > m->cmd->data_len || req->op < MEDIA_READ || req->op > MEDIA_OR_WRITE)
		return MEDIA_BAD_REQUEST;
	result = execute_media(req, port, lba, m->cmd->data + req->offset, done);
	if (result == MEDIA_OK && len && req->op != MEDIA_COMPARE)
		m->cmd->moved = len;
	return result;
}

union frame machine_media(struct machine *m, const struct frame_media *req)
{
	union frame done = { .media_done = { .hdr = req->hdr, .context = req->context } };

	m->cmd->media = *req;
	m->cmd->nr_media++;
	done.hdr.type = FRAME_MEDIA_DONE;
	done.media_done.result = serve_media(m, req, &done.media_done);
	return done;
}

/* The service hart answers; a frame for the I/O hart that asked. */
union frame machine_message(struct machine *m, const struct frame_msg *msg)
{
	union frame in = { .msg = *msg };
	union frame out;

	assert_int_equal(msg->hart, BOARD_SERVICE_HART);
	m->cmd->messages++;
	in.msg.hart = IO_HART;
	out = give(m, &m->hart[0], &in);
	assert_int_equal(out.hdr.type, FRAME_MSG);
	assert_int_equal(out.msg.hart, IO_HART);
	assert_int_equal(out.hdr.tag, msg->hdr.tag);
	out.msg.hart = BOARD_SERVICE_HART;
	return out;
}

void machine_reply(struct machine *m, const struct frame_reply *reply)
{
	struct command *cmd = m->cmd;

	assert_int_equal(reply->hdr.type, FRAME_REPLY);
	assert_in_range(reply->sense_len, 0, FRAME_SENSE_MAX);
	cmd->status = reply->status;
	cmd->sense_len = reply->sense_len;
	memcpy(cmd->sense, reply->sense, reply->sense_len);
	m->cmd = NULL;
}

void machine_command(struct machine *m, struct command *cmd)
{
	union frame frame = machine_submit(m, cmd);

	while (frame.hdr.type != FRAME_REPLY) {
		if (frame.hdr.type == FRAME_MEDIA)
			frame = machine_media(m, &frame.media);
		else
			frame = machine_message(m, &frame.msg);
		frame = machine_deliver(m, &frame);
	}
	machine_reply(m, &frame.reply);
}
