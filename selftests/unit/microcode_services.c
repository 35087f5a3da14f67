// SPDX-License-Identifier: GPL-2.0
/* The board for tests of the microcode: the system services for an update. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "microcode.h"

#define OFFSET(address)	((address) & 0x0fffffff)

static struct bus_window *window(struct machine *m, u32 base)
{
	return &m->hart[0].h.win[base >> BUS_WINDOW_BITS];
}

static void map_staging(struct machine *m)
{
	*window(m, BOARD_STAGING_TEXT_BASE) = (struct bus_window){
		.mem = m->staging_text, .size = BOARD_TEXT_SIZE, .perm = BUS_R,
	};
	*window(m, BOARD_STAGING_DATA_BASE) = (struct bus_window){
		.mem = m->staging_data, .size = BOARD_DATA_SIZE, .perm = BUS_R | BUS_W,
	};
	*window(m, BOARD_STAGING_CHIPS_BASE) = (struct bus_window){
		.mem = m->staging_chips, .size = BOARD_STAGING_CHIPS_SIZE, .perm = BUS_R,
	};
}

static u32 serve_open(struct machine *m)
{
	hart_interrupt(&m->hart[0].h, false);
	memset(m->staging_text, 0, BOARD_TEXT_SIZE);
	memset(m->staging_data, 0, BOARD_DATA_SIZE);
	map_staging(m);
	return m->source_len;
}

static u32 serve_read(struct machine *m, u32 offset, u32 address, u32 len)
{
	const struct bus_window *w = window(m, address & 0xf0000000);

	assert_true(w->mem == m->staging_text || w->mem == m->staging_data ||
		    w->mem == m->staging_chips);
	assert_in_range(OFFSET(address) + len, 0, w->size);
	if (offset >= m->source_len)
		return 0;
	if (len > m->source_len - offset)
		len = m->source_len - offset;
	memcpy(w->mem + OFFSET(address), m->source + offset, len);
	return len;
}

/* The old image can be read from now on, and executed until it jumps away. */
static u32 serve_staged(struct machine *m)
{
	struct bus_window *text = window(m, BOARD_STAGING_TEXT_BASE);

	icache_decode(m->staging_insns, m->staging_text, BOARD_TEXT_SIZE);
	text->perm = BUS_R | BUS_X;
	text->insns = m->staging_insns;
	text->nr_insns = BOARD_TEXT_SIZE / 4;
	window(m, BOARD_DATA_BASE)->perm = BUS_R;
	m->sealed = true;
	m->converting = true;
	if (m->staged)
		m->staged(m);
	return 0;
}

static bool kept(const struct mrb_header *h, u32 keep, u32 address)
{
	for (u32 i = 0; i < h->nr_schemas; i++)
		if (keep & 1u << i && address >= h->schema[i].address &&
		    address - h->schema[i].address < h->schema[i].record_size * h->schema[i].count)
			return true;
	return false;
}

static u32 serve_copy(struct machine *m, u32 keep)
{
	const struct mrb_header *h = (const struct mrb_header *)m->staging_text;

	memcpy(m->undo_text, m->text, BOARD_TEXT_SIZE);
	memcpy(m->undo_data, m->data, BOARD_DATA_SIZE);
	memcpy(m->text, m->staging_text, BOARD_TEXT_SIZE);
	for (u32 i = 0; i < h->nr_blocks; i++)
		for (u32 at = 0; h->block[i].type == MRB_DATA && at < h->block[i].mem_size; at++)
			if (!kept(h, keep, h->block[i].address + at))
				m->data[OFFSET(h->block[i].address) + at] =
					m->staging_data[OFFSET(h->block[i].address) + at];
	m->image = *h;
	return 0;
}

static u32 serve_lock(struct machine *m)
{
	window(m, BOARD_TEXT_BASE)->perm = BUS_R | BUS_X;
	window(m, BOARD_DATA_BASE)->perm = BUS_R | BUS_W;
	return 0;
}

static void track(struct machine *m, bool on)
{
	free(m->dirty);
	m->dirty = on ? calloc(1, MACHINE_DIRTY_BYTES) : NULL;
	for (u32 i = 0; i < MACHINE_HARTS; i++)
		m->hart[i].h.win[BOARD_DATA_BASE >> BUS_WINDOW_BITS].dirty = m->dirty;
}

static u32 serve_dirty(struct machine *m, u32 offset)
{
	assert_non_null(m->dirty);
	for (; offset < BOARD_DATA_SIZE; offset = (offset | (BUS_GRANULE - 1)) + 1)
		if (test_and_clear_bit(offset / BUS_GRANULE, m->dirty))
			return offset / BUS_GRANULE * BUS_GRANULE;
	return -ENOENT;
}

/* I/O has a last turn before its queues are held. */
static u32 serve_quiesce(struct machine *m)
{
	m->converting = false;
	if (m->between)
		m->between(m);
	m->quiesced = m->hart[0].h.executed;
	return 0;
}

static u32 serve_resume(struct machine *m)
{
	m->resumed = m->hart[0].h.executed;
	track(m, false);
	machine_start_hart(m, 1, START_OVERLAY);
	machine_start_hart(m, 2, START_OVERLAY);
	return 0;
}

static void serve_abort(struct machine *m, u32 reason, u32 detail)
{
	m->abort_reason = reason;
	m->abort_detail = detail;
	m->ended = true;
	track(m, false);
}

static u32 serve(struct machine *m, u32 call, const u32 *arg)
{
	switch (call) {
	case OVERLAY_OPEN:
		return serve_open(m);
	case OVERLAY_READ:
		return serve_read(m, arg[0], arg[1], arg[2]);
	case OVERLAY_STAGED:
		return serve_staged(m);
	case OVERLAY_QUIESCE:
		return serve_quiesce(m);
	case OVERLAY_ERASE:
		return machine_erase(m, arg[0], arg[1]);
	case OVERLAY_PROGRAM:
		return machine_program(m, arg[0], arg[1], arg[2]);
	case OVERLAY_SELECT:
		return machine_select(m, arg[0]);
	case OVERLAY_COPY:
		return serve_copy(m, arg[0]);
	case OVERLAY_FLUSH:
		icache_decode(m->insns, m->text, BOARD_TEXT_SIZE);
		return 0;
	case OVERLAY_LOCK:
		return serve_lock(m);
	case OVERLAY_RESUME:
		return serve_resume(m);
	case OVERLAY_TRACK:
		assert_true(m->converting);
		track(m, arg[0]);
		return 0;
	case OVERLAY_DIRTY:
		return serve_dirty(m, arg[0]);
	case OVERLAY_SELFTEST:
		m->selftest = arg[0];
		return 0;
	case OVERLAY_ABORT:
		serve_abort(m, arg[0], arg[1]);
		return 0;
	default:
		return 0;
	}
}

static void note_call(struct machine *m, const struct hart *h)
{
	if (m->nr_calls == MACHINE_CALLS)
		return;
	m->call[m->nr_calls] = h->x[17];
	m->call_arg[m->nr_calls][0] = h->x[10];
	m->call_arg[m->nr_calls][1] = h->x[11];
	m->nr_calls++;
}

bool machine_service(struct machine *m, struct hart *h)
{
	u32 call = h->x[17];

	if (!m->updating || call < OVERLAY_CALL_FIRST || call > OVERLAY_CALL_LAST)
		return false;
	note_call(m, h);
	if (call == m->fail_call)
		hart_return(h, -EIO);
	else
		hart_return(h, serve(m, call, &h->x[10]));
	return true;
}

/* Runs the service hart until an image is in place, or stays there. */
static u32 run_update(struct machine *m)
{
	m->nr_calls = 0;
	m->abort_reason = 0;
	m->selftest = MACHINE_NO_TEST;
	m->updating = true;
	m->ended = false;
	machine_run(m, &m->hart[0]);
	m->updating = false;
	m->converting = false;
	m->sealed = false;
	m->ended = false;
	if (m->abort_reason)
		machine_start_hart(m, 0, START_WARM);
	return m->abort_reason;
}

u32 machine_update(struct machine *m, const u8 *image, u32 len)
{
	u32 reason;

	m->source = image;
	m->source_len = len;
	m->sealed = false;
	hart_interrupt(&m->hart[0].h, true);
	reason = run_update(m);
	m->source = NULL;
	return reason;
}

static void fill_control_block(struct machine *m)
{
	const struct mrb_header *staged = (const struct mrb_header *)m->staging_text;

	*(struct control_block *)m->control = (struct control_block){
		.magic = CONTROL_MAGIC,
		.old_image = BOARD_TEXT_BASE, .new_image = BOARD_STAGING_TEXT_BASE,
		.old_version = m->image.version, .new_version = staged->version,
		.board_capabilities = m->regs->capabilities,
		.image_capabilities = m->image.cap_provided,
	};
}

/*
 * What was preserved is staged now. The module runs in the image in place, so
 * from the flush on it runs in what has become of its text.
 */
u32 machine_rollback(struct machine *m)
{
	struct hart *h = &m->hart[0].h;

	memcpy(m->staging_text, m->undo_text, BOARD_TEXT_SIZE);
	memcpy(m->staging_data, m->undo_data, BOARD_DATA_SIZE);
	map_staging(m);
	window(m, BOARD_DATA_BASE)->perm = BUS_R;
	fill_control_block(m);
	m->converting = true;
	h->pc = BOARD_TEXT_BASE + m->image.rollback_entry;
	h->x[10] = 0;
	return run_update(m);
}
