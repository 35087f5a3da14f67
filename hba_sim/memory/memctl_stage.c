// SPDX-License-Identifier: GPL-2.0
/*
 * The memory controller's staging, the patent's temporary memory 218: what the old image's
 * loader writes, the copies that an undo and a rollback need, and the marks of data that is
 * written meanwhile. All of it is allocated before the pause.
 */
#include <asm/byteorder.h>
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <hba_sim/board.h>

#include "../processor/processor.h"
#include "board_kind.h"

#define MARK_LONGS	BITS_TO_LONGS(MEMCTL_GRANULES)
#define MARK_SETS	3u	/* dirty, unseen, stale */

/**
 * memctl_stage_open() - make temporary memory 218 available, empty
 * @mc: the controller
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int memctl_stage_open(struct memctl *mc)
{
	int err;

	memctl_stage_close(mc);
	err = segments_alloc(&mc->staging);
	if (!err && !mc->kind->banks)
		err = segments_alloc(&mc->undo);
	mc->staging.chips = vzalloc(BOARD_STAGING_CHIPS_SIZE);
	mc->kept_data = vmalloc(BOARD_DATA_SIZE);
	mc->dirty = kvcalloc(MARK_SETS * MARK_LONGS, sizeof(long), GFP_KERNEL);
	if (err || !mc->staging.chips || !mc->kept_data || !mc->dirty) {
		memctl_stage_close(mc);
		return -ENOMEM;
	}
	mc->unseen = mc->dirty + MARK_LONGS;
	mc->stale = mc->unseen + MARK_LONGS;
	return 0;
}

/**
 * memctl_stage_write() - write a piece of an image into staging
 * @mc: the controller, with staging open
 * @addr: address to write to, as the microcode sees it; untrusted
 * @src: the bytes
 * @len: their number
 *
 * Return: 0, or -EFAULT if the bytes are not wholly within staging.
 */
int memctl_stage_write(struct memctl *mc, u32 addr, const void *src, u32 len)
{
	struct segments *s = &mc->staging;
	u32 text = addr - BOARD_STAGING_TEXT_BASE;
	u32 data = addr - BOARD_STAGING_DATA_BASE;
	u32 chips = addr - BOARD_STAGING_CHIPS_BASE;

	if (!s->text)
		return -EFAULT;
	if (text < BOARD_TEXT_SIZE && len <= BOARD_TEXT_SIZE - text) {
		segments_use(s, text + len, 0);
		memcpy(s->text + text, src, len);
	} else if (data < BOARD_DATA_SIZE && len <= BOARD_DATA_SIZE - data) {
		segments_use(s, 0, data + len);
		memcpy(s->data + data, src, len);
	} else if (chips < BOARD_STAGING_CHIPS_SIZE && len <= BOARD_STAGING_CHIPS_SIZE - chips) {
		memcpy(s->chips + chips, src, len);
	} else {
		return -EFAULT;
	}
	return 0;
}

/**
 * memctl_stage_page() - a page of contents for a chip
 * @mc: the controller
 * @addr: the page's address, as the microcode sees it; untrusted
 *
 * Return: BOARD_PROGRAM_SIZE bytes, or NULL if the page is not wholly within staging.
 */
const u8 *memctl_stage_page(const struct memctl *mc, u32 addr)
{
	u32 chips = addr - BOARD_STAGING_CHIPS_BASE;

	if (!mc->staging.chips || chips > BOARD_STAGING_CHIPS_SIZE - BOARD_PROGRAM_SIZE)
		return NULL;
	return mc->staging.chips + chips;
}

/* Is a block staged as the file has it, with zeros after the file's bytes? */
static bool block_staged(const struct segments *s, const void *file, const struct mrb_block *b)
{
	u32 file_size = le32_to_cpu(b->file_size);
	const u8 *at = segments_at(s, b);

	return !memcmp(at, file + le32_to_cpu(b->file_offset), file_size) &&
	       !memchr_inv(at + file_size, 0, le32_to_cpu(b->mem_size) - file_size);
}

/* @offset if it lies in a text block, or else the next block's start; sets @end to its end. */
static u32 next_text(const struct mrb_header *image, u32 offset, u32 *end)
{
	u32 next = memctl_text_bytes(image);

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];
		u32 start = le32_to_cpu(b->address) - BOARD_TEXT_BASE;
		u32 stop = start + le32_to_cpu(b->mem_size);

		if (le32_to_cpu(b->type) != MRB_TEXT || stop <= offset || start > next)
			continue;
		next = max(start, offset);
		*end = stop;
	}
	return next;
}

/* No code may hide between the text blocks, where no digest covers it. */
static bool text_gaps_zero(const struct segments *s, const struct mrb_header *image)
{
	u32 end = memctl_text_bytes(image);
	u32 at = 0;

	while (at < end) {
		u32 stop = end;
		u32 start = next_text(image, at, &stop);

		if (memchr_inv(s->text + at, 0, start - at))
			return false;
		at = stop;
	}
	return true;
}

static bool image_staged(const struct segments *s, const void *file,
			 const struct mrb_header *image)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (!block_staged(s, file, &image->block[i]))
			return false;
	return text_gaps_zero(s, image);
}

/* Save the old text for an undo. On boards with banks the old bank still has it. */
static void save_text(struct memctl *mc)
{
	if (mc->kind->banks)
		return;
	segments_use(&mc->undo, mc->text_bytes, 0);
	memcpy(mc->undo.text, mc->region.text, mc->text_bytes);
}

/**
 * memctl_stage_seal() - accept what was staged as the image to be put in place
 * @mc: the controller, with staging open
 * @file: the image file, checked by mrb_check()
 * @image: its header
 *
 * The old image's loader has put the image into staging; this compares the result with the file,
 * decodes the new text, and saves the old text, which is write-locked and so does not change any
 * more.
 *
 * Context: may sleep.
 * Return: 0; -EBADMSG if staging differs from the file; -ENOMEM.
 */
int memctl_stage_seal(struct memctl *mc, const void *file, const struct mrb_header *image)
{
	if (!mc->staging.text || !image_staged(&mc->staging, file, image))
		return -EBADMSG;
	icache_free(&mc->prefetched);
	if (icache_fill(&mc->prefetched, mc->staging.text, memctl_text_bytes(image)))
		return -ENOMEM;
	memctl_text_digest(mc->staging.text, image, mc->staged_digest);
	mc->staged_text_bytes = memctl_text_bytes(image);
	segments_use(&mc->staging, 0, memctl_data_bytes(image));
	save_text(mc);
	return 0;
}

/**
 * memctl_stage_close() - wipe and free staging and the memory for an undo
 * @mc: the controller; no hart executes from staging
 *
 * Context: may sleep.
 */
void memctl_stage_close(struct memctl *mc)
{
	icache_free(&mc->prefetched);
	segments_free(&mc->staging);
	segments_free(&mc->undo);
	segment_free(mc->kept_data, mc->kept_bytes);
	mc->kept_data = NULL;
	mc->kept_bytes = 0;
	kvfree(mc->dirty);
	mc->dirty = NULL;
	mc->unseen = NULL;
	mc->stale = NULL;
	mc->marking = false;
	mc->silent = false;
	mc->mirrored = 0;
	mc->copied = false;
	mc->flushed = false;
	mc->reverting = false;
}

/**
 * memctl_turn_back() - make the preserved image the staged one
 * @mc: the controller, after memctl_put(), locked again
 *
 * The former staging memory becomes the memory in which the image in place is preserved (on
 * boards with banks the image in place already is in it), so nothing is allocated. If the image
 * in place never flushed the caches, they still hold the preserved one and need no flush now.
 *
 * Context: the caller then maps the service hart's windows to staging anew.
 */
void memctl_turn_back(struct memctl *mc)
{
	if (!mc->kind->banks)
		swap(mc->staging, mc->undo);
	mc->kept_bytes = mc->staging.data_used;
	memcpy(mc->kept_data, mc->staging.data, mc->kept_bytes);
	save_text(mc);
	mc->copied = false;
	mc->flushed = !mc->flushed;
	mc->reverting = true;
}

/**
 * memctl_preserve() - reset the preserved image's data to what it was at the update
 * @mc: the controller, after memctl_turn_back(), with nothing put in place
 *
 * Changes that a rollback module has made to the data are lost.
 */
void memctl_preserve(struct memctl *mc)
{
	memcpy(mc->staging.data, mc->kept_data, mc->kept_bytes);
}

/**
 * memctl_mark() - begin or stop to mark writes to the data segment in place
 * @mc: the controller, with staging open unless @on is false
 * @on: begin, with no granule dirty
 * @silent: memctl_next_dirty() is not to find the marks
 *
 * Context: the caller then sets @mc->dirty, or NULL, in the harts' windows.
 */
void memctl_mark(struct memctl *mc, bool on, bool silent)
{
	mc->marking = on;
	mc->silent = silent;
	if (on)
		bitmap_zero(mc->dirty, MARK_SETS * MARK_LONGS * BITS_PER_LONG);
}

/* Was a granule written without the microcode being told? Clears the mark: it is told now. */
static bool take_mark(struct memctl *mc, unsigned long bit)
{
	bool unseen = test_and_clear_bit(bit, mc->unseen);

	if (!test_and_clear_bit(bit, mc->dirty))
		return unseen;
	set_bit(bit, mc->stale);
	return true;
}

/**
 * memctl_next_dirty() - find the next granule that was written, and clear its mark
 * @mc: the controller, with staging open
 * @offset: where to begin, in bytes from the data window's base
 *
 * Context: any. Pairs with bus_touch(): whoever reads the granule now sees what was written
 * before the mark was cleared.
 * Return: offset of the granule, or -ENOENT.
 */
s32 memctl_next_dirty(struct memctl *mc, u32 offset)
{
	unsigned long bit = offset / BUS_GRANULE;

	if (mc->silent)
		return -ENOENT;
	do {
		bit = min(find_next_bit(mc->dirty, MEMCTL_GRANULES, bit),
			  find_next_bit(mc->unseen, MEMCTL_GRANULES, bit));
		if (bit >= MEMCTL_GRANULES)
			return -ENOENT;
	} while (!take_mark(mc, bit));
	return bit * BUS_GRANULE;
}
