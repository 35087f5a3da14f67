// SPDX-License-Identifier: GPL-2.0
/*
 * Damage: a bit of the image file, a bit of what was copied into the code
 * region, a copy that stops after each granule. With banks the pause copies only what I/O has
 * changed of the tables that are kept: that is little, so it is each bit and each word.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/memory/board_kind.h"
#include "../../hba_sim/processor/bus.h"
#include "judge.h"
#include "modes.h"
#include "points.h"
#include "world.h"

#define FLIP_STRIDE	64u	/* bits, behind the header */
#define HEADER_BITS	(sizeof(struct mrb_header) * 8)
#define UNBOUNDED	(~0u)

/**
 * struct refusal - how damage to a field of the header is told
 * @start: the field
 * @end: behind it
 * @why: one of these is in the error
 */
struct refusal {
	size_t start;
	size_t end;
	const char *why[3];
};

#define FIELD(field, ...) {									\
	offsetof(struct mrb_header, field),							\
	offsetof(struct mrb_header, field) + sizeof_field(struct mrb_header, field),		\
	{ __VA_ARGS__ } }

/* The loader's checksum finds what its look at the header does not. */
static const struct refusal refusals[] = {
	FIELD(magic, "bad header, field at byte 0x0"),
	FIELD(format, "bad header, field at byte 0x4"),
	FIELD(header_size, "bad header, field at byte 0x6"),
	/* What is behind a shorter image is padding, and its blocks do not fit. */
	FIELD(total_size, "bad header, field at byte", "file is truncated"),
	FIELD(crc32, "bad checksum"),
	FIELD(sha256, "SHA-256 differs"),
	FIELD(board_id, "for another board"),
	FIELD(load_addr, "bad header, field at byte 0x3c"),
	FIELD(runtime_entry, "bad checksum", "bad header, field at byte 0x40"),
	FIELD(bootstrap_entry, "bad checksum", "bad header, field at byte 0x44"),
	FIELD(update_entry, "bad checksum", "bad header, field at byte 0x48"),
	/* Blocks without bytes in the file may be missing, for all that the loader sees. */
	FIELD(nr_blocks, "bad checksum", "bad header, field at byte"),
	FIELD(nr_schemas, "bad checksum", "bad header, field at byte 0x5e"),
	FIELD(block, "bad checksum", "bad header, field at byte"),
	{ 0, ~(size_t)0, { "bad checksum" } },
};

static void judge_refusal(size_t byte)
{
	const char *error = world.m->ov.status.error;
	const struct refusal *r = refusals;

	while (byte < r->start || byte >= r->end)
		r++;
	for (u32 i = 0; i < ARRAY_SIZE(r->why) && r->why[i]; i++)
		if (strstr(error, r->why[i]))
			return;
	judge_fail("byte %zu: error is '%s', not '%s'", byte, error, r->why[0]);
}

static void flip_bit(u8 *bytes, u64 bit)
{
	bytes[bit / 8] ^= 1u << bit % 8;
}

/* All bits of the header, then every 64th. */
static u64 file_bit(u64 n)
{
	return n < HEADER_BITS ? n : HEADER_BITS + (n - HEADER_BITS) * FLIP_STRIDE;
}

static void one_file_flip(u64 bit)
{
	struct sweep_image damaged = *world.to;

	damaged.file.bytes = malloc(damaged.file.size);
	memcpy(damaged.file.bytes, world.to->file.bytes, damaged.file.size);
	flip_bit(damaged.file.bytes, bit);
	if (!world_update(&damaged))
		judge_fail("bit %llu: not refused", (unsigned long long)bit);
	judge_refusal(bit / 8);
	judge_point(world.from);
}

static void some_file_flips(u64 from, u64 to)
{
	for (u64 n = from; n < to; n += options.stride)
		if (point_begin(n, FAULT_NONE)) {
			one_file_flip(file_bit(n));
			point_done();
		}
}

void sweep_file_flips(void)
{
	tally->count = HEADER_BITS + (world.to->file.size * 8 - HEADER_BITS) / FLIP_STRIDE;
	points_spread(&(struct points){ tally->count, some_file_flips });
}

/**
 * struct piece - memory that a copy is to change
 * @to: where it is: in the code region, or in the bank that becomes that
 * @len: bytes, a multiple of 4
 */
struct piece {
	u8 *to;
	u32 len;
};

#define PIECES_MAX	64u

static struct piece pieces[PIECES_MAX];
static u32 nr_pieces;
static u64 part_from, part_to;

static bool has_banks(void)
{
	return world.m->a.memctl.kind->banks;
}

static u32 copy_flip_stride(void)
{
	return has_banks() ? 1 : FLIP_STRIDE;
}

static u32 tear_bytes(void)
{
	return has_banks() ? sizeof(u32) : BUS_GRANULE;
}

static void add_piece(u8 *to, u32 len)
{
	if (!len)
		return;
	if (nr_pieces == PIECES_MAX)
		judge_fail("there are too many pieces");
	pieces[nr_pieces++] = (struct piece){ to, len };
}

/* A data block without the tables that are kept, which lie in it in any order. */
static void add_data(const struct mrb_header *image, u32 keep, u32 at, u32 end)
{
	struct memctl *mc = &world.m->a.memctl;
	u32 start = end, stop = end;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++) {
		const struct mrb_schema *s = &image->schema[i];
		u32 address = le32_to_cpu(s->address) - BOARD_DATA_BASE;

		if (!(keep & 1u << i) || address < at || address >= start)
			continue;
		start = address;
		stop = address + le32_to_cpu(s->record_size) * le32_to_cpu(s->count);
	}
	add_piece(mc->region.data + at, start - at);
	if (stop < end)
		add_data(image, keep, stop, end);
}

static void find_image(const struct mrb_header *image, u32 keep)
{
	struct memctl *mc = &world.m->a.memctl;

	add_piece(mc->region.text, world.to->text_size);
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];
		u32 at = le32_to_cpu(b->address) - BOARD_DATA_BASE;

		if (le32_to_cpu(b->type) == MRB_DATA)
			add_data(image, keep, at, at + le32_to_cpu(b->mem_size));
	}
}

/* What a granule has of a table, in the bank that will be in place. */
static void add_part(const struct mrb_schema *s, u32 granule)
{
	u32 start = le32_to_cpu(s->address) - BOARD_DATA_BASE;
	u32 end = start + le32_to_cpu(s->record_size) * le32_to_cpu(s->count);
	u32 from = max(start, granule * BUS_GRANULE);
	u32 to = min(end, (granule + 1) * BUS_GRANULE);

	if (from < to)
		add_piece(world.m->a.memctl.staging.data + from, to - from);
}

static void find_changed(const struct mrb_header *image, u32 keep)
{
	const struct memctl *mc = &world.m->a.memctl;

	for (u32 granule = 0; granule < MEMCTL_GRANULES; granule++) {
		if (!test_bit(granule, mc->dirty) && !test_bit(granule, mc->stale))
			continue;
		for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++)
			if (keep & 1u << i)
				add_part(&image->schema[i], granule);
	}
}

/* Before the copy, whose memory is where it is, though banks are exchanged. */
static void find_pieces(const struct mrb_header *image, u32 keep)
{
	nr_pieces = 0;
	if (has_banks())
		find_changed(image, keep);
	else
		find_image(image, keep);
}

static u64 all_bytes(void)
{
	u64 sum = 0;

	for (u32 i = 0; i < nr_pieces; i++)
		sum += pieces[i].len;
	return sum;
}

static u8 *byte_at(u64 n)
{
	u32 i = 0;

	while (n >= pieces[i].len)
		n -= pieces[i++].len;
	return pieces[i].to + n;
}

static int put(const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	return adapter_overlay_ops.memory->put(&world.m->a, image, keep, saved, copied);
}

/* In the copy of the update: how many bytes does it change? */
static int measure_put(struct world *w, const struct mrb_header *image, u32 keep, u64 *saved,
		       u64 *copied)
{
	find_pieces(image, keep);
	tally->count = all_bytes();
	return put(image, keep, saved, copied);
}

static void measure(void)
{
	world.on_put = measure_put;
	if (world_update(world.to))
		judge_fail("the update fails: %s", world.m->ov.status.error);
	point_done();
}

/* Each child has one flipped bit from here on. */
static int flipped_put(struct world *w, const struct mrb_header *image, u32 keep, u64 *saved,
		       u64 *copied)
{
	int err;

	if (w->m->ov.reverting)
		return put(image, keep, saved, copied);
	find_pieces(image, keep);
	err = put(image, keep, saved, copied);
	for (u64 n = part_from; n < part_to; n += options.stride)
		if (point_begin(n, FAULT_NONE)) {
			flip_bit(byte_at(n * copy_flip_stride() / 8), n % 8);
			return err;
		}
	point_done();
}

static void some_copy_flips(u64 from, u64 to)
{
	part_from = from;
	part_to = to;
	world.on_put = flipped_put;
	if (!world_update(world.to))
		judge_fail("damage in the copy was not found");
	world.on_put = NULL;
	judge_error("service failed, number 0x207");
	judge_point(world.from);
	point_done();
}

void sweep_copy_flips(void)
{
	if (point_begin(0, FAULT_NONE))
		measure();
	tally->count = tally->count * 8 / copy_flip_stride();
	points_spread(&(struct points){ tally->count, some_copy_flips });
}

/*
 * On probation: the digest at its end finds it. The rollback module executes
 * from the caches; what it reads may be damaged, and then it has to give up.
 */
static void one_probation_flip(u64 n)
{
	flip_bit(world.m->a.memctl.region.text, file_bit(n));
	world.m->ov.probation_commands = 0;
	world.quiet = true;	/* what reads damaged tables may answer anything */
	if (!world_end_update())
		judge_fail("damage on probation was not found");
	world.quiet = false;
	judge_error("text in place is damaged");
	world.rollbacks++;
	judge_point(world.from);
}

static void some_probation_flips(u64 from, u64 to)
{
	for (u64 n = from; n < to; n += options.stride)
		if (point_begin(n, FAULT_NONE)) {
			one_probation_flip(n);
			point_done();
		}
}

void sweep_probation_flips(void)
{
	if (world_begin_update(world.to, UNBOUNDED))
		judge_fail("the update fails: %s", world.m->ov.status.error);
	load_steps(40);
	tally->count = HEADER_BITS + (world.to->text_size * 8 - HEADER_BITS) / FLIP_STRIDE;
	points_spread(&(struct points){ tally->count, some_probation_flips });
}

/* The pieces' bytes from the @n-th on are as they were before the copy. */
static void tear(u64 n, u8 **before)
{
	for (u32 i = 0; i < nr_pieces; i++) {
		u32 skip = min_t(u64, n, pieces[i].len);

		memcpy(pieces[i].to + skip, before[i] + skip, pieces[i].len - skip);
		n -= skip;
	}
}

static int torn_put(struct world *w, const struct mrb_header *image, u32 keep, u64 *saved,
		    u64 *copied)
{
	u8 *before[PIECES_MAX];

	if (w->m->ov.reverting)
		return put(image, keep, saved, copied);
	find_pieces(image, keep);
	for (u32 i = 0; i < nr_pieces; i++) {
		before[i] = malloc(pieces[i].len);
		memcpy(before[i], pieces[i].to, pieces[i].len);
	}
	put(image, keep, saved, copied);
	for (u64 n = part_from; n < part_to; n += options.stride)
		for (enum fault fault = FAULT_TRAP; fault <= FAULT_POWER; fault += 2)
			if (point_begin(n, fault)) {
				tear(n * tear_bytes(), before);
				if (fault == FAULT_POWER)
					longjmp(processor.power, 1);
				return -EIO;
			}
	point_done();
}

static void some_tears(u64 from, u64 to)
{
	part_from = from;
	part_to = to;
	if (setjmp(processor.power)) {
		world.on_put = NULL;
		judge_power_loss();
		point_done();
	}
	world.on_put = torn_put;
	if (!world_update(world.to))
		judge_fail("a torn copy was not found");
	world.on_put = NULL;
	judge_error("service failed, number 0x206");
	judge_point(world.from);
	point_done();
}

void sweep_torn_copy(void)
{
	if (point_begin(0, FAULT_NONE))
		measure();
	tally->count = (tally->count + tear_bytes() - 1) / tear_bytes();
	points_spread(&(struct points){ tally->count, some_tears });
}
