// SPDX-License-Identifier: GPL-2.0
/*
 * The conventional overlay, for comparison with the real one: this image's own
 * bootstrap stops I/O and reads the source straight over this image. Nothing is
 * staged, reconciled or kept for a way back. By the time it finds a fault in the new
 * image, this image is gone, and no code is left to go on with.
 *
 * The code keeps running from the instruction cache, which is not flushed before the
 * reset, as such code elsewhere runs from a boot block. The cache holds only
 * instructions, so this code must not use constants in memory, above all not the table
 * of crc32().
 */
#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "conventional.h"
#include "lib.h"

#define PIECE		4096u
#define CHIP_PIECE	256u
#define POLYNOMIAL	0xedb88320u
#define AT(field)	__builtin_offsetof(struct mrb_header, field)

extern const struct mrb_header image_header;

static void give_up(u32 reason, u32 detail)
{
	board_call(OVERLAY_ABORT, reason, detail, 0);
	for (;;)
		wait_for_frame();
}

static u32 call(u32 service)
{
	s32 answer = board_call(service, 0, 0, 0);

	if (answer < 0)
		give_up(service == OVERLAY_OPEN ? ABORT_SOURCE : ABORT_SERVICE, answer);
	return answer;
}

static void read_over(u32 offset, u32 address, u32 len)
{
	s32 got = board_call(OVERLAY_READ, offset, address, len);

	if (got < 0)
		give_up(ABORT_SOURCE, got);
	if ((u32)got < len)
		give_up(ABORT_TRUNCATED, offset + got);
}

/* Is this an image for this board at all? */
static void check(const struct mrb_header *h, u32 size)
{
	if (h->magic != MRB_MAGIC)
		give_up(ABORT_HEADER, AT(magic));
	if (h->board_id != board_regs()->board_id)
		give_up(ABORT_BOARD, h->board_id);
	if (h->total_size != size)
		give_up(ABORT_TRUNCATED, size);
	if (h->nr_blocks > MRB_MAX_BLOCKS || h->nr_schemas > MRB_MAX_SCHEMAS)
		give_up(ABORT_HEADER, AT(nr_blocks));
}

static void make_remainders(u32 *remainder)
{
	for (u32 i = 0; i < 16; i++) {
		u32 crc = i;

		for (u32 bit = 0; bit < 4; bit++)
			crc = crc >> 1 ^ (POLYNOMIAL & -(crc & 1));
		remainder[i] = crc;
	}
}

static u32 add_to_crc(const u32 *remainder, u32 crc, const u8 *p, u32 len)
{
	while (len--) {
		crc ^= *p++;
		crc = crc >> 4 ^ remainder[crc & 15];
		crc = crc >> 4 ^ remainder[crc & 15];
	}
	return crc;
}

/*
 * Reads a block from byte @from on; returns the checksum including its bytes. Contents for a
 * chip are read to a place that is not kept, and are not burned.
 */
static u32 read_block(const struct mrb_block *block, u32 from, const u32 *remainder, u32 crc)
{
	bool chip = block->type >= MRB_CHIP(0);
	u32 len;

	for (; from < block->file_size; from += len) {
		u32 to = chip ? (u32)data_buffer() : block->address + from;

		len = min_u32(chip ? CHIP_PIECE : PIECE, block->file_size - from);
		read_over(block->file_offset + from, to, len);
		crc = add_to_crc(remainder, crc, (const u8 *)to, len);
	}
	return crc;
}

static u32 read_blocks(const struct mrb_header *h)
{
	struct mrb_header copy;
	u32 remainder[16];
	u32 crc;

	make_remainders(remainder);
	memcpy(&copy, h, sizeof(copy));
	copy.crc32 = 0;
	memset(copy.sha256, 0, sizeof(copy.sha256));
	crc = add_to_crc(remainder, ~0u, (const u8 *)&copy, sizeof(copy));
	crc = read_block(&h->block[0], sizeof(*h), remainder, crc);
	for (u32 i = 1; i < h->nr_blocks; i++)
		crc = read_block(&h->block[i], 0, remainder, crc);
	return ~crc;
}

/* Have all persistent tables the same place and format? If not, none of them can be used. */
static bool same_tables(const struct mrb_header *old, const struct mrb_header *new)
{
	const u32 *a = (const u32 *)old->schema;
	const u32 *b = (const u32 *)new->schema;

	if (old->nr_schemas != new->nr_schemas)
		return false;
	for (u32 i = 0; i < sizeof(old->schema) / (sizeof(u32)); i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static bool holds_tables(const struct mrb_header *h, const struct mrb_block *block)
{
	for (u32 i = 0; i < h->nr_schemas; i++)
		if (h->schema[i].address - block->address < block->mem_size)
			return true;
	return false;
}

/* Zero the data that the file has no bytes for, except for tables that are kept. */
static void clear_data(const struct mrb_header *h, bool keep)
{
	for (u32 i = 0; i < h->nr_blocks; i++) {
		const struct mrb_block *block = &h->block[i];

		if (block->type != MRB_DATA || block->mem_size <= block->file_size ||
		    (keep && holds_tables(h, block)))
			continue;
		memset((void *)(block->address + block->file_size), 0,
		       block->mem_size - block->file_size);
	}
}

/**
 * conventional_bootstrap() - read the new image over this one and start it
 *
 * Context: service hart, at the update interrupt; does not return: the board is
 * reset, or stops.
 */
void conventional_bootstrap(void)
{
	const struct mrb_header *there = (const struct mrb_header *)BOARD_TEXT_BASE;
	struct mrb_header old, new;
	bool keep;
	u32 size;
	u32 crc;

	memcpy(&old, &image_header, sizeof(old));
	call(OVERLAY_QUIESCE);
	size = call(OVERLAY_OPEN);
	call(OVERLAY_UNLOCK);
	read_over(0, BOARD_TEXT_BASE, sizeof(new));
	memcpy(&new, there, sizeof(new));
	check(&new, size);
	crc = read_blocks(&new);
	if (crc != new.crc32)
		give_up(ABORT_CHECKSUM, crc);
	keep = same_tables(&old, &new);
	clear_data(&new, keep);
	call(OVERLAY_LOCK);
	board_call(OVERLAY_RESUME, keep ? START_WARM : START_COLD, 0, 0);
	give_up(ABORT_SERVICE, OVERLAY_RESUME);
}
