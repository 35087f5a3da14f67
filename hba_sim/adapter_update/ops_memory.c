// SPDX-License-Identifier: GPL-2.0
/*
 * The code region and staging: the memory controller puts images in place, and this file maps
 * them for the service hart.
 */
#include <asm/byteorder.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "ops.h"

/**
 * service_window() - a window of the service hart
 * @a: the adapter
 * @base: its address
 *
 * Return: the window.
 */
struct bus_window *service_window(struct adapter *a, u32 base)
{
	return &a->service.hart.win[base >> BUS_WINDOW_BITS];
}

/* Map the code region, as it is now, for the service hart. */
static void map_region(struct adapter *a, u32 data_perm)
{
	struct bus_window *text = service_window(a, BOARD_TEXT_BASE);
	struct bus_window *data = service_window(a, BOARD_DATA_BASE);

	text->mem = a->memctl.region.text;
	text->insns = a->memctl.icache.insns;
	text->nr_insns = a->memctl.icache.nr;
	data->mem = a->memctl.region.data;
	data->perm = data_perm;
}

static void op_flush(void *board)
{
	struct adapter *a = board;

	memctl_flush(&a->memctl);
	map_region(a, service_window(a, BOARD_DATA_BASE)->perm);
}

static int op_stage_open(void *board)
{
	struct adapter *a = board;
	struct hart *h = &a->service.hart;
	struct memctl *mc = &a->memctl;
	int err;

	bus_map(h, BOARD_STAGING_TEXT_BASE, NULL, 0, 0);
	bus_map(h, BOARD_STAGING_DATA_BASE, NULL, 0, 0);
	bus_map(h, BOARD_STAGING_CHIPS_BASE, NULL, 0, 0);
	mutex_lock(&a->staging_lock);
	err = memctl_stage_open(mc);
	mutex_unlock(&a->staging_lock);
	if (err)
		return err;
	a->port.forced = false;
	bus_map(h, BOARD_STAGING_TEXT_BASE, mc->staging.text, BOARD_TEXT_SIZE, BUS_R);
	bus_map(h, BOARD_STAGING_DATA_BASE, mc->staging.data, BOARD_DATA_SIZE, BUS_R);
	bus_map(h, BOARD_STAGING_CHIPS_BASE, mc->staging.chips, BOARD_STAGING_CHIPS_SIZE,
		BUS_R);
	return 0;
}

static int op_stage_write(void *board, u32 addr, const void *src, u32 len)
{
	struct adapter *a = board;

	return memctl_stage_write(&a->memctl, addr, src, len);
}

/* Only a checked image becomes executable (A3); the old image's data becomes read-only (U14). */
static int op_stage_seal(void *board, const void *file, const struct mrb_header *image)
{
	struct adapter *a = board;
	struct bus_window *text = service_window(a, BOARD_STAGING_TEXT_BASE);
	struct bus_window *data = service_window(a, BOARD_STAGING_DATA_BASE);
	int err;

	err = memctl_stage_seal(&a->memctl, file, image);
	if (err)
		return err;
	coredump_reserve(a, image);
	text->perm = BUS_R | BUS_X;
	text->insns = a->memctl.prefetched.insns;
	text->nr_insns = a->memctl.prefetched.nr;
	data->perm = BUS_R | BUS_W;
	data->size = memctl_data_bytes(image);
	map_region(a, BUS_R);
	return 0;
}

static void op_stage_close(void *board)
{
	struct adapter *a = board;

	bus_map(&a->service.hart, BOARD_STAGING_TEXT_BASE, NULL, 0, 0);
	bus_map(&a->service.hart, BOARD_STAGING_DATA_BASE, NULL, 0, 0);
	bus_map(&a->service.hart, BOARD_STAGING_CHIPS_BASE, NULL, 0, 0);
	mutex_lock(&a->staging_lock);
	memctl_stage_close(&a->memctl);
	slots_drop_file(&a->slots);
	mutex_unlock(&a->staging_lock);
	download_not_saved(a);
	login_resume(a);
}

/* Fill in the patent's data structure 306 for a rollback, which has no update module to do so. */
static void fill_control_block(struct adapter *a, const struct mrb_header *preserved)
{
	struct control_block *control = (struct control_block *)a->service.control;

	control->magic = cpu_to_le32(CONTROL_MAGIC);
	control->old_image = cpu_to_le32(BOARD_TEXT_BASE);
	control->new_image = cpu_to_le32(BOARD_STAGING_TEXT_BASE);
	control->old_version = a->image.version;
	control->new_version = preserved->version;
	control->board_capabilities = a->regs->capabilities;
	control->image_capabilities = a->image.cap_provided;
}

static void op_turn_back(void *board, const struct mrb_header *image)
{
	struct adapter *a = board;
	struct hart *h = &a->service.hart;
	struct memctl *mc = &a->memctl;

	memctl_turn_back(mc);
	a->port.forced = false;
	service_reset(a, &a->image, START_WARM);
	hart_set_pc(h, BOARD_TEXT_BASE + le32_to_cpu(a->image.rollback_entry));
	bus_map(h, BOARD_STAGING_TEXT_BASE, mc->staging.text, BOARD_TEXT_SIZE, BUS_R);
	bus_map(h, BOARD_STAGING_DATA_BASE, mc->staging.data, memctl_data_bytes(image),
		BUS_R | BUS_W);
	map_region(a, BUS_R);
	fill_control_block(a, image);
}

static void op_preserve(void *board)
{
	struct adapter *a = board;

	memctl_preserve(&a->memctl);
	a->port.forced = true;
}

static void op_restore_data(void *board, const struct mrb_header *image)
{
	struct adapter *a = board;

	memctl_restore_data(&a->memctl, image);
}

/* When this returns, each queue's lock has been taken once, so all I/O harts know of it. */
static void mark_writes(struct adapter *a, bool on, bool silent)
{
	u32 data = BOARD_DATA_BASE >> BUS_WINDOW_BITS;

	memctl_mark(&a->memctl, on, silent);
	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		struct hba_queue *q = &a->queues[i];

		spin_lock_bh(&q->lock);
		q->hart.win[data].dirty = on ? a->memctl.dirty : NULL;
		spin_unlock_bh(&q->lock);
	}
}

static void op_track(void *board, bool on)
{
	mark_writes(board, on, false);
}

/* What the service hart writes into the other bank from now on differs from the mirrored data. */
static void op_prepare(void *board, const struct mrb_header *image, u32 keep)
{
	struct adapter *a = board;
	struct memctl *mc = &a->memctl;

	if (!memctl_mirror_begin(mc, image, keep))
		return;
	if (!mc->marking)
		mark_writes(a, true, true);
	memctl_mirror(mc, image);
	service_window(a, BOARD_STAGING_DATA_BASE)->dirty = mc->stale;
}

static s32 op_next_dirty(void *board, u32 offset)
{
	struct adapter *a = board;

	return memctl_next_dirty(&a->memctl, offset);
}

static int op_check_text(void *board)
{
	struct adapter *a = board;

	return memctl_check_text(&a->memctl, &a->image);
}

static int op_unlock(void *board)
{
	struct adapter *a = board;

	return memctl_unlock(&a->memctl);
}

static int op_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	struct adapter *a = board;
	struct memctl_bytes bytes = {};
	int err = port_check(a, image);

	if (!err)
		err = memctl_put(&a->memctl, image, &a->image, keep, &bytes);
	map_region(a, service_window(a, BOARD_DATA_BASE)->perm);
	*saved = bytes.saved;
	*copied = bytes.copied;
	return err;
}

static int op_try_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		      u64 *copied)
{
	struct adapter *a = board;
	struct memctl_bytes bytes = {};
	int err = memctl_try_put(&a->memctl, image, &a->image, keep, &bytes);

	*saved = bytes.saved;
	*copied = bytes.copied;
	return err;
}

static int op_verify(void *board, const struct mrb_header *image, u32 keep)
{
	struct adapter *a = board;

	return memctl_verify(&a->memctl, image, keep);
}

/* The image in place is whole: the service hart may write its data again. */
static void op_lock(void *board)
{
	struct adapter *a = board;

	memctl_lock(&a->memctl);
	service_window(a, BOARD_DATA_BASE)->perm = BUS_R | BUS_W;
}

static void op_undo(void *board, const struct mrb_header *image)
{
	struct adapter *a = board;

	memctl_undo(&a->memctl, image, &a->image);
	port_restore(a);
}

const struct overlay_memory_ops adapter_memory_ops = {
	.stage_open	= op_stage_open,
	.stage_write	= op_stage_write,
	.stage_seal	= op_stage_seal,
	.stage_close	= op_stage_close,
	.turn_back	= op_turn_back,
	.preserve	= op_preserve,
	.restore_data	= op_restore_data,
	.track		= op_track,
	.prepare	= op_prepare,
	.next_dirty	= op_next_dirty,
	.check_text	= op_check_text,
	.unlock		= op_unlock,
	.put		= op_put,
	.try_put	= op_try_put,
	.verify		= op_verify,
	.flush		= op_flush,
	.lock		= op_lock,
	.undo		= op_undo,
};
