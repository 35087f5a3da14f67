// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile images: two that do what the input says, one in place and one laid
 * over it, with commands that arrive meanwhile. However that ends, the adapter
 * has one whole image, or has failed; nothing of the update is left; and after a
 * power cycle a clean update succeeds.
 *
 * With CONVENTIONAL the image in place reads the other over itself, in whatever order
 * and to whatever places: then what has not failed runs what lies in the code region.
 *
 * All that on each kind of board. On one with flash the update may be permanent: then the
 * image that stays is in a slot, and whatever it does at the next power-on, an image runs.
 *
 * An input is a struct choices and then records, each a step of a part of one
 * of the two images.
 */
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/memory/board_kind.h"
#include "../../overlay/engine/engine.h"
#include "fuzz.h"
#include "host.h"
#include "program.h"
#include "warp.h"

#define RECORDS_MAX	80
#define QUEUES		2u
#define TRIES		20	/* looks at an image on probation */
#define BYTES		32u

/**
 * struct choices - what the input has to say beside the images
 * @old: bits of image_flags, for the image in place
 * @new: the same for the other
 * @host: bits of host_flags
 * @verdict: what the user wants of an image on probation
 * @damage: 0 or where the new file is changed
 * @budget: of the pause in us, 0 for none
 * @board: bits 0-3 the kind of board, bit 7: the update is to be permanent
 */
struct choices {
	u8 old;
	u8 new;
	u8 host;
	u8 verdict;
	u8 damage;
	u8 budget;
	u8 board;
};

#define KINDS		5u
#define PERMANENT	0x80u

enum image_flags { SKIPS = 1, NO_ROLLBACK = 2, OTHER_SCHEMA = 4, MORE_DATA = 8, OLDER = 16,
		   NO_COLD_START = 32 };
enum host_flags { COMMANDS_IN_PAUSE = 1, COMMANDS_IN_PROBATION = 2, CANCEL = 4, AGAIN = 8,
		  FRAGILE = 16, LONG_PROBATION = 32, RESETS = 64, CONVENTIONAL = 128 };

struct record {
	u8 where;	/* bits 0-2 part, bit 3 which image */
	struct program_op op;
};

static struct model *models[KINDS];
static struct model *m;			/* the input's */
static struct image good_old, good_new;
static struct host_cmd cmds_[QUEUES];
static bool commands_in_pause;

static struct program make_program(u8 flags, u32 version)
{
	return (struct program){
		.version = flags & OLDER ? 1 : version, .skips = flags & SKIPS,
		.no_rollback = flags & NO_ROLLBACK, .no_cold_start = flags & NO_COLD_START,
		.schema_version = flags & OTHER_SCHEMA ? 2 : 1,
		.data = flags & MORE_DATA ? 8192 : 4096,
	};
}

static struct image clean_image(u32 version)
{
	struct program p = make_program(0, version);

	return program_image(&p);
}

static void let_go(struct host_cmd *c)
{
	if (c->ended)
		host_check_ended(c);
	host_check_buffer(c);
	host_free(c);
}

static void submit(void)
{
	static const u8 data[BYTES];

	for (u32 i = 0; i < QUEUES; i++) {
		if (cmds_[i].busy && cmds_[i].ended)
			let_go(&cmds_[i]);
		if (cmds_[i].busy)
			continue;
		cmds_[i].cmd.tag = i;
		host_submit(m, i, &cmds_[i], data, BYTES, FRAME_DIR_IN);
	}
}

static void on_hold(struct model *model)
{
	if (commands_in_pause)
		submit();
}

/* What the image in place had in its data blocks when another was put over it. */
static u8 data_before[BOARD_DATA_SIZE];

static int put_op(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	u8 *data = m->a.memctl.region.data;

	if (!m->a.memctl.copied)
		segment_copy_data(data_before, data, &m->a.image);
	return adapter_overlay_ops.memory->put(board, image, keep, saved, copied);
}

/* An undo gives it back, to the byte. */
static void undo_op(void *board, const struct mrb_header *image)
{
	const struct mrb_header *old = &m->a.image;
	bool copied = m->a.memctl.copied;

	adapter_overlay_ops.memory->undo(board, image);
	for (u32 i = 0; copied && i < le16_to_cpu(old->nr_blocks); i++) {
		const struct mrb_block *b = &old->block[i];
		u32 at = le32_to_cpu(b->address) - BOARD_DATA_BASE;

		if (le32_to_cpu(b->type) == MRB_DATA)
			FUZZ_CHECK(!memcmp(m->a.memctl.region.data + at, data_before + at,
					   le32_to_cpu(b->mem_size)));
	}
}

static bool power_on(const struct image *rom)
{
	struct overlay_ops *ops = &m->ops;

	m->a.rom = rom->bytes;
	m->a.rom_len = rom->size;
	if (adapter_power_cycle(&m->a))
		return false;
	memset(&m->ov, 0, sizeof(m->ov));
	overlay_init(&m->ov, ops, &m->a, &m->a.image);
	overlay_include(&m->ov);
	m->ov.probation_commands = 0;
	return true;
}

static void check_windows(const struct hart *h)
{
	const struct bus_window *text = &h->win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS];

	FUZZ_CHECK(text->insns == m->a.memctl.icache.insns);
	FUZZ_CHECK(text->nr_insns == m->a.memctl.icache.nr);
	FUZZ_CHECK(text->perm == (BUS_R | BUS_X));
	FUZZ_CHECK(!h->win[BOARD_STAGING_TEXT_BASE >> BUS_WINDOW_BITS].size);
	FUZZ_CHECK(!h->win[BOARD_STAGING_DATA_BASE >> BUS_WINDOW_BITS].size);
	FUZZ_CHECK(h->win[BOARD_DATA_BASE >> BUS_WINDOW_BITS].perm == (BUS_R | BUS_W));
	FUZZ_CHECK(!h->win[BOARD_DATA_BASE >> BUS_WINDOW_BITS].dirty);
}

/* Nothing of an update is left, and one image is there as a whole. */
static void check_after(const struct image *old, const struct image *new, bool updated)
{
	const struct memctl *mc = &m->a.memctl;
	const struct image *there = updated ? new : old;

	FUZZ_CHECK(m->ov.status.state == OVERLAY_IDLE && !m->ov.busy);
	FUZZ_CHECK(!mc->staging.text && !mc->undo.text && !mc->prefetched.insns && !mc->dirty);
	FUZZ_CHECK(!mc->kept_data && mc->locked && !m->a.regs->probation);
	if (m->a.dead)
		return;
	FUZZ_CHECK(!memcmp(&m->a.image, there->bytes, sizeof(struct mrb_header)));
	FUZZ_CHECK(!memcmp(mc->region.text, there->bytes,
			   le32_to_cpu(m->a.image.block[0].mem_size)));
	check_windows(&m->a.service.hart);
	for (u32 i = 0; i < QUEUES; i++) {
		check_windows(&m->a.queues[i].hart);
		FUZZ_CHECK(!m->a.queues[i].held || m->a.crashed);
	}
}

/* 0 if the new image stays. */
static int look_after_probation(const struct choices *c)
{
	int ret = 1;

	m->ov.probation_commands = c->host & LONG_PROBATION ? 1000 : 0;
	FUZZ_CHECK(m->ov.status.state == OVERLAY_PROBATION);
	if (c->host & COMMANDS_IN_PROBATION)
		submit();
	if (c->host & RESETS)
		queue_reset(&m->a.queues[0], 0, TMF_HARD_RESET);
	model_service(m);
	if (c->verdict % 3)
		FUZZ_CHECK(!overlay_decide(&m->ov, c->verdict % 3 == 1 ? OVERLAY_COMMIT :
									 OVERLAY_ROLL_BACK));
	for (u32 i = 0; ret == 1 && i < TRIES; i++)
		ret = overlay_probation(&m->ov, &m->result);
	if (ret == 1) {
		FUZZ_CHECK(!overlay_decide(&m->ov, OVERLAY_COMMIT));
		ret = overlay_probation(&m->ov, &m->result);
	}
	FUZZ_CHECK(ret <= 0 && overlay_probation(&m->ov, &m->result) < 0);
	return ret;
}

/* The others have no services, or no memory to write to. */
static bool can_update(void)
{
	return m->a.memctl.kind->services && !m->a.memctl.kind->fixed;
}

/* A file that somebody asks for once, with all queues held. */
struct file_source {
	struct overlay_source source;
	const u8 *file;
	size_t size;
	bool cancel;
	u32 fetched;
};

static int fetch_op(struct overlay_source *source, const void **file, size_t *size,
		    const char **why)
{
	struct file_source *f = container_of(source, struct file_source, source);

	FUZZ_CHECK(!f->fetched++);
	for (u32 i = 0; i < QUEUES; i++)
		FUZZ_CHECK(m->a.queues[i].held);
	FUZZ_CHECK(!m->a.port.paused);
	if (f->cancel)
		overlay_cancel(&m->ov);
	*file = f->file;
	*size = f->size;
	return 0;
}

/* What runs then is what the image in place has made of the code region. */
static bool update_conventionally(const struct image *img, const struct choices *c)
{
	struct file_source f = { { fetch_op }, .size = img->size };
	u8 *file = fuzz_copy(img->bytes, img->size);
	int ret = overlay_claim(&m->ov);

	FUZZ_CHECK(!ret == (!m->a.dead && can_update()));
	if (c->damage)
		file[c->damage * 24u % img->size] ^= c->damage;
	f.file = file;
	f.cancel = c->host & CANCEL;
	if (!ret)
		ret = overlay_conventional(&m->ov, &f.source, &m->result);
	free(file);
	FUZZ_CHECK(m->a.port.state == PORT_ENABLED && m->a.port.format == FRAME_FORMAT_1);
	FUZZ_CHECK(!m->a.regs->update_method);
	return !ret;
}

static bool update(const struct image *img, const struct choices *c)
{
	u8 *file = fuzz_copy(img->bytes, img->size);
	int ret = overlay_claim(&m->ov);

	FUZZ_CHECK(!ret == (!m->a.dead && can_update()));
	m->ov.permanent = !ret && c->board & PERMANENT && m->a.memctl.kind->boot_flash;
	if (!ret && c->damage)
		file[c->damage * 24u % img->size] ^= c->damage;
	if (!ret && c->host & CANCEL)
		overlay_cancel(&m->ov);
	if (!ret)
		ret = overlay_update(&m->ov, file, img->size, &m->result);
	free(file);
	if (!ret)
		ret = look_after_probation(c);
	return !ret;
}

/* Commands end, or their hart has not answered and they can be taken from it. */
static void end_all(void)
{
	host_settle(m);
	for (u32 i = 0; i < QUEUES; i++) {
		if (!cmds_[i].busy)
			continue;
		if (!cmds_[i].ended) {
			FUZZ_CHECK(!m->a.dead && cmds_[i].cmd.state == CMD_HART);
			FUZZ_CHECK(!queue_abort(&cmds_[i].cmd));
		}
		let_go(&cmds_[i]);
	}
}

static void serve_well(void)
{
	submit();
	for (u32 i = 0; i < QUEUES; i++) {
		host_check_ended(&cmds_[i]);
		FUZZ_CHECK(cmds_[i].cmd.outcome == CMD_REPLIED && !cmds_[i].cmd.status);
	}
	end_all();
}

/* Power off and on, with a good image: it serves, and can be updated. */
static void recover(void)
{
	static const struct choices none;

	commands_in_pause = true;
	warp_reset();
	FUZZ_CHECK(power_on(&good_old));
	serve_well();
	FUZZ_CHECK(update(&good_new, &none) == can_update());
	check_after(&good_old, &good_new, can_update());
	serve_well();
}

/* Slots as they were when the board was made. */
static void erase_flash(void)
{
	struct flash *f = &m->a.slots.flash;

	FUZZ_CHECK(!flash_erase(f, 0, f->dev->size));
	f->operations = 0;
}

static u32 slots_failed(const struct slots *b)
{
	return b->slot[0].failed + b->slot[1].failed;
}

/*
 * An image that stayed was to be booted, and it may not even start: then the one in ROM
 * runs, and its slot is not tried again. What was updated twice is in both.
 */
static void boot_from_flash(const struct image *new)
{
	struct slots *b = &m->a.slots;
	u32 written = b->slot[0].good + b->slot[1].good;
	u64 operations = b->flash.operations;
	u32 booted;

	FUZZ_CHECK(!operations == !written);
	if (!operations)
		return;
	warp_reset();
	FUZZ_CHECK(power_on(&good_old));
	booted = b->booted;
	FUZZ_CHECK(slots_failed(b) == (booted == SLOT_ROM ? written : 0));
	FUZZ_CHECK(b->flash.operations == operations + slots_failed(b));
	FUZZ_CHECK(!memcmp(&m->a.image, (booted == SLOT_ROM ? &good_old : new)->bytes,
			   sizeof(m->a.image)));
	operations = b->flash.operations;
	warp_reset();
	FUZZ_CHECK(power_on(&good_old));
	FUZZ_CHECK(b->booted == booted && b->flash.operations == operations);
	erase_flash();
}

static struct model *new_model(u32 kind)
{
	struct adapter_config config = {
		.nr_queues = QUEUES, .depth = 4, .nr_ports = 1, .nr_targets = 1, .blocks = 64,
	};
	struct model *model;

	FUZZ_CHECK(board_kinds[KINDS - 1] && !board_kinds[KINDS]);
	config.kind = board_kinds[kind];
	model = host_new(&config, &good_old);
	FUZZ_CHECK(model);
	model->on_hold = on_hold;
	model->memory_ops.put = put_op;
	model->memory_ops.undo = undo_op;
	return model;
}

static void begin(const struct choices *c)
{
	u32 kind = c->board % 16 % KINDS;

	if (!good_old.bytes) {
		good_old = clean_image(2);
		good_new = clean_image(3);
	}
	warp_reset();
	if (!models[kind])
		models[kind] = new_model(kind);
	m = models[kind];
	host_use(m);
	commands_in_pause = c->host & COMMANDS_IN_PAUSE;
}

static void try_conventional(const struct image *old, const struct image *new,
			     const struct choices *c)
{
	struct image there = { m->a.memctl.region.text, BOARD_TEXT_SIZE };
	bool updated = update_conventionally(new, c);

	check_after(old, &there, updated);
	end_all();
}

static void try_images(const struct image *old, const struct image *new, const struct choices *c)
{
	bool updated;

	if (!power_on(old)) {
		FUZZ_CHECK(m->a.dead);
		return;
	}
	m->a.crashes = c->host & FRAGILE ? ADAPTER_CRASHES : 0;
	m->ov.pause_budget_us = c->budget;
	submit();
	if (c->host & CONVENTIONAL)
		return try_conventional(old, new, c);
	updated = update(new, c);
	check_after(old, new, updated);
	end_all();
	if (c->host & AGAIN && !m->a.dead) {
		bool again = update(new, c);

		check_after(old, new, updated || again);
		end_all();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct program program[2];
	struct image old, new;
	struct choices c;
	struct record r;

	take_bytes(&in, &c, sizeof(c));
	program[0] = make_program(c.old & ~OLDER, 2);
	program[1] = make_program(c.new, 3);
	for (u32 i = 0; in.left && i < RECORDS_MAX; i++) {
		struct program_part_ops *part;

		take_bytes(&in, &r, sizeof(r));
		part = &program[r.where >> 3 & 1].part[r.where % 8 % PARTS];
		if (part->nr < PROGRAM_OPS)
			part->op[part->nr++] = r.op;
	}
	begin(&c);
	old = program_image(&program[0]);
	new = program_image(&program[1]);
	try_images(&old, &new, &c);
	boot_from_flash(&new);
	recover();
	image_free(&old);
	image_free(&new);
	return 0;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed)
{
	u32 rng = seed;

	return fuzz_mutate_records(data, size, max, sizeof(struct choices), sizeof(struct record),
				   &rng);
}
