// SPDX-License-Identifier: GPL-2.0
/*
 * The update module (patent: 402), which handles the update interrupt in the
 * running image, the old one. Its loader (404) brings the new image into staging,
 * each block to its place, and checks it; its branch module (406) fills the control
 * block and jumps into the new image's bootstrap.
 */
#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "conventional.h"
#include "lib.h"
#include "login.h"

#define PIECE		4096u
#define PROGRESS_LOADED	90u	/* percent of the work before the pause */

#define AT(field)	__builtin_offsetof(struct mrb_header, field)

extern const struct mrb_header image_header;

void update_module(void);

static void abort_update(u32 reason, u32 detail)
{
	board_call(OVERLAY_ABORT, reason, detail, 0);
	for (;;)
		wait_for_frame();
}

/* The session token for the far end, if the new image is behind a remote port. */
static u32 source_token(void)
{
	u32 source = board_regs()->update_source;
	u32 token;

	if (!source)
		return 0;
	token = login_token(source - 1);
	if (!token)
		abort_update(ABORT_SESSION, source - 1);
	return token;
}

static u32 open_source(void)
{
	s32 size = board_call(OVERLAY_OPEN, source_token(), 0, 0);

	if (size < 0)
		abort_update(ABORT_SOURCE, size);
	if ((u32)size < sizeof(struct mrb_header))
		abort_update(ABORT_TRUNCATED, size);
	return size;
}

static void read_source(u32 offset, u32 address, u32 len)
{
	s32 got = board_call(OVERLAY_READ, offset, address, len);

	if (got < 0)
		abort_update(ABORT_SOURCE, got);
	if ((u32)got < len)
		abort_update(ABORT_TRUNCATED, offset + got);
}

static void require(bool good, u32 field)
{
	if (!good)
		abort_update(ABORT_HEADER, field);
}

static u32 window_of(const struct mrb_block *block)
{
	if (block->type == MRB_TEXT)
		return BOARD_TEXT_BASE;
	return block->type == MRB_DATA ? BOARD_DATA_BASE : BOARD_STAGING_CHIPS_BASE;
}

static u32 window_size(const struct mrb_block *block)
{
	if (block->type == MRB_TEXT)
		return BOARD_TEXT_SIZE;
	return block->type == MRB_DATA ? BOARD_DATA_SIZE : BOARD_STAGING_CHIPS_SIZE;
}

/* Contents for a chip exist only in staging, from where they are burned. */
static u32 staging_of(const struct mrb_block *block)
{
	if (block->type == MRB_TEXT)
		return block->address - BOARD_TEXT_BASE + BOARD_STAGING_TEXT_BASE;
	if (block->type == MRB_DATA)
		return block->address - BOARD_DATA_BASE + BOARD_STAGING_DATA_BASE;
	return block->address;
}

static void check_block(const struct mrb_block *block, u32 file_offset, u32 total_size)
{
	u32 at = (const u8 *)block - (const u8 *)BOARD_STAGING_TEXT_BASE;
	u32 space = window_size(block);
	u32 place = block->address - window_of(block);

	require(block->type >= MRB_TEXT && block->type < MRB_CHIP(BOARD_CHIPS), at);
	require(place < space && !(place & 15), at + 4);
	require(block->file_offset == file_offset, at + 8);
	require(block->file_size <= total_size - file_offset && !(block->file_size & 3), at + 12);
	require(block->mem_size >= block->file_size && block->mem_size <= space - place, at + 16);
}

/* The blocks tile the file, and the first one begins with the header. */
static void check_blocks(const struct mrb_header *h)
{
	const struct mrb_block *block = h->block;
	u32 offset = 0;

	require(h->nr_blocks && h->nr_blocks <= MRB_MAX_BLOCKS, AT(nr_blocks));
	for (u32 i = 0; i < h->nr_blocks; i++) {
		check_block(&block[i], offset, h->total_size);
		offset += block[i].file_size;
	}
	require(offset == h->total_size, AT(total_size));
	require(block[0].type == MRB_TEXT, AT(block[0].type));
	require(block[0].address == h->load_addr, AT(block[0].address));
	require(block[0].file_size >= sizeof(*h), AT(block[0].file_size));
}

static void check_entry(const struct mrb_header *h, u32 entry, u32 field)
{
	require(!(entry & 3) && entry >= sizeof(*h) && entry < BOARD_TEXT_SIZE, field);
}

static void check_header(const struct mrb_header *h, u32 size)
{
	require(h->magic == MRB_MAGIC, AT(magic));
	require(h->format == MRB_FORMAT, AT(format));
	require(h->header_size == sizeof(*h), AT(header_size));
	if (h->total_size > size)
		abort_update(ABORT_TRUNCATED, size);
	require(h->total_size == size, AT(total_size));
	if (h->board_id != board_regs()->board_id)
		abort_update(ABORT_BOARD, h->board_id);
	require(h->load_addr == BOARD_TEXT_BASE, AT(load_addr));
	require(h->nr_schemas <= MRB_MAX_SCHEMAS, AT(nr_schemas));
	check_entry(h, h->runtime_entry, AT(runtime_entry));
	check_entry(h, h->bootstrap_entry, AT(bootstrap_entry));
	check_entry(h, h->update_entry, AT(update_entry));
	check_blocks(h);
}

/* The header's checksum and digest count as zeros. */
static u32 header_crc(const struct mrb_header *h)
{
	struct mrb_header *copy = (struct mrb_header *)data_buffer();

	memcpy(copy, h, sizeof(*copy));
	copy->crc32 = 0;
	memset(copy->sha256, 0, sizeof(copy->sha256));
	return crc32(0, copy, sizeof(*copy));
}

static void report_progress(u32 done, u32 all)
{
	board_call(OVERLAY_PROGRESS, min_u32(done / (all / PROGRESS_LOADED), PROGRESS_LOADED),
		   0, 0);
}

/* Loads a block from byte @from on; returns the checksum including its bytes. */
static u32 load_block(const struct mrb_header *h, const struct mrb_block *block, u32 from, u32 crc)
{
	u32 staging = staging_of(block);
	u32 len;

	for (; from < block->file_size; from += len) {
		u32 offset = block->file_offset + from;

		len = min_u32(PIECE, block->file_size - from);
		read_source(offset, staging + from, len);
		crc = crc32(crc, (const void *)(staging + from), len);
		report_progress(offset + len, h->total_size);
	}
	return crc;
}

static const struct mrb_header *load_image(void)
{
	const struct mrb_header *h = (const struct mrb_header *)BOARD_STAGING_TEXT_BASE;
	u32 size = open_source();
	u32 crc;

	read_source(0, BOARD_STAGING_TEXT_BASE, sizeof(*h));
	check_header(h, size);
	crc = load_block(h, &h->block[0], sizeof(*h), header_crc(h));
	for (u32 i = 1; i < h->nr_blocks; i++)
		crc = load_block(h, &h->block[i], 0, crc);
	if (crc != h->crc32)
		abort_update(ABORT_CHECKSUM, crc);
	return h;
}

static void fill_control_block(const struct mrb_header *new)
{
	struct control_block *control = (struct control_block *)BOARD_CONTROL_BASE;

	control->magic = CONTROL_MAGIC;
	control->old_image = (u32)&image_header;
	control->new_image = (u32)new;
	control->old_version = image_header.version;
	control->new_version = new->version;
	control->board_capabilities = board_regs()->capabilities;
	control->image_capabilities = image_header.cap_provided;
}

static void branch(const struct mrb_header *new)
{
	void (*entry)(void);

	entry = (void *)((u32)new + new->bootstrap_entry);
	entry();
}

/**
 * update_module() - the update interrupt has come
 *
 * Context: service hart, called by start.S, does not return: the new image
 * starts, or the host restarts this one.
 */
void update_module(void)
{
	const struct mrb_header *new;

	if (board_regs()->update_method == UPDATE_CONVENTIONAL)
		conventional_bootstrap();
	new = load_image();
	fill_control_block(new);
	if (board_call(OVERLAY_STAGED, 0, 0, 0))
		abort_update(ABORT_SERVICE, OVERLAY_STAGED);
	branch(new);
}
