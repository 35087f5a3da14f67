// SPDX-License-Identifier: GPL-2.0
/*
 * The memory controller of kind "sram": one code region, and an update copies
 * the staged image over it (patent: copy module 414, P 076). Everything that
 * takes long or can fail is done before the pause, when staging is sealed:
 * allocation, decoding of the new text, saving of the old text.
 */
#include <asm/byteorder.h>
#include <crypto/sha2.h>
#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <hba_sim/board.h>

#include "../overlay/mrb.h"
#include "cpu.h"
#include "memctl.h"

#define GRANULES	(BOARD_DATA_SIZE / BUS_GRANULE)

static int segments_alloc(struct segments *s)
{
	s->text = vzalloc(BOARD_TEXT_SIZE);
	s->data = vzalloc(BOARD_DATA_SIZE);
	return s->text && s->data ? 0 : -ENOMEM;
}

static void wipe_and_free(void *mem, size_t size)
{
	if (mem)
		memset(mem, 0, size);
	vfree(mem);
}

static void segments_free(struct segments *s)
{
	wipe_and_free(s->text, BOARD_TEXT_SIZE);
	wipe_and_free(s->data, BOARD_DATA_SIZE);
	s->text = NULL;
	s->data = NULL;
}

/* Where a block of an image lies; the image was checked against the board. */
static u8 *segments_at(const struct segments *s, const struct mrb_block *block)
{
	u32 address = le32_to_cpu(block->address);

	if (le32_to_cpu(block->type) == MRB_TEXT)
		return s->text + (address - BOARD_TEXT_BASE);
	return s->data + (address - BOARD_DATA_BASE);
}

static void segments_load(struct segments *s, const void *file, const struct mrb_header *image)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];
		u32 file_size = le32_to_cpu(b->file_size);
		u8 *dst = segments_at(s, b);

		memcpy(dst, file + le32_to_cpu(b->file_offset), file_size);
		memset(dst + file_size, 0, le32_to_cpu(b->mem_size) - file_size);
	}
}

/**
 * memctl_text_bytes() - how far an image's text reaches
 * @image: its header, checked
 *
 * Return: bytes from the start of the text window.
 */
u32 memctl_text_bytes(const struct mrb_header *image)
{
	u32 end = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];

		if (le32_to_cpu(b->type) == MRB_TEXT)
			end = max(end, le32_to_cpu(b->address) - BOARD_TEXT_BASE +
				       le32_to_cpu(b->mem_size));
	}
	return end;
}

static void text_digest(const u8 *text, const struct mrb_header *image, u8 *digest)
{
	sha256(text, memctl_text_bytes(image), digest);
}

static int icache_fill(struct icache *ic, const u8 *text, u32 bytes)
{
	ic->nr = bytes / 4;
	ic->insns = vmalloc(array_size(ic->nr, sizeof(*ic->insns)));
	if (!ic->insns)
		return -ENOMEM;
	icache_decode(ic->insns, text, ic->nr * 4);
	return 0;
}

static void icache_free(struct icache *ic)
{
	vfree(ic->insns);
	ic->insns = NULL;
	ic->nr = 0;
}

/**
 * memctl_init() - give an adapter its memory
 * @mc: the controller, all zeros
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; memctl_destroy() is to be called in either case.
 */
int memctl_init(struct memctl *mc)
{
	return segments_alloc(&mc->region);
}

/**
 * memctl_destroy() - free all memory of an adapter
 * @mc: the controller; no hart runs
 *
 * Context: may sleep.
 */
void memctl_destroy(struct memctl *mc)
{
	memctl_stage_close(mc);
	icache_free(&mc->icache);
	segments_free(&mc->region);
}

/**
 * memctl_power_on() - copy the ROM to the code region and lock it (S1)
 * @mc: the controller; no hart runs
 * @file: the image, checked by mrb_check()
 * @image: its header
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int memctl_power_on(struct memctl *mc, const void *file, const struct mrb_header *image)
{
	mc->locked = false;
	memset(mc->region.text, 0, BOARD_TEXT_SIZE);
	memset(mc->region.data, 0, BOARD_DATA_SIZE);
	segments_load(&mc->region, file, image);
	icache_free(&mc->icache);
	if (icache_fill(&mc->icache, mc->region.text, memctl_text_bytes(image)))
		return -ENOMEM;
	text_digest(mc->region.text, image, mc->digest);
	mc->text_bytes = memctl_text_bytes(image);
	memctl_lock(mc);
	return 0;
}

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
	if (!err)
		err = segments_alloc(&mc->undo);
	mc->kept_data = vmalloc(BOARD_DATA_SIZE);
	mc->dirty = kvcalloc(BITS_TO_LONGS(GRANULES), sizeof(long), GFP_KERNEL);
	if (err || !mc->kept_data || !mc->dirty) {
		memctl_stage_close(mc);
		return -ENOMEM;
	}
	return 0;
}

/**
 * memctl_stage_write() - write a piece of an image into staging
 * @mc: the controller, with staging open
 * @addr: where, as the microcode sees it; not to be believed
 * @src: the bytes
 * @len: their number
 *
 * Return: 0, or -EFAULT if that is not wholly within staging.
 */
int memctl_stage_write(struct memctl *mc, u32 addr, const void *src, u32 len)
{
	u32 text = addr - BOARD_STAGING_TEXT_BASE;
	u32 data = addr - BOARD_STAGING_DATA_BASE;

	if (!mc->staging.text)
		return -EFAULT;
	if (text < BOARD_TEXT_SIZE && len <= BOARD_TEXT_SIZE - text)
		memcpy(mc->staging.text + text, src, len);
	else if (data < BOARD_DATA_SIZE && len <= BOARD_DATA_SIZE - data)
		memcpy(mc->staging.data + data, src, len);
	else
		return -EFAULT;
	return 0;
}

/* Is a block in place as the file has it, and zero behind that? */
static bool block_staged(const struct segments *s, const void *file, const struct mrb_block *b)
{
	u32 file_size = le32_to_cpu(b->file_size);
	const u8 *at = segments_at(s, b);

	return !memcmp(at, file + le32_to_cpu(b->file_offset), file_size) &&
	       !memchr_inv(at + file_size, 0, le32_to_cpu(b->mem_size) - file_size);
}

/* The text block that @offset lies in, or else the next one's start. */
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

/**
 * memctl_stage_seal() - take what was staged as the image to be put in place
 * @mc: the controller, with staging open
 * @file: the image file, checked by mrb_check()
 * @image: its header
 *
 * The old image's loader has put the image into staging; this compares its
 * work with the file, decodes the new text, and saves the old text, which is
 * locked and thus does not change any more.
 *
 * Context: may sleep.
 * Return: 0; -EBADMSG if staging is not as the file says; -ENOMEM.
 */
int memctl_stage_seal(struct memctl *mc, const void *file, const struct mrb_header *image)
{
	if (!mc->staging.text || !image_staged(&mc->staging, file, image))
		return -EBADMSG;
	icache_free(&mc->prefetched);
	if (icache_fill(&mc->prefetched, mc->staging.text, memctl_text_bytes(image)))
		return -ENOMEM;
	text_digest(mc->staging.text, image, mc->staged_digest);
	mc->staged_text_bytes = memctl_text_bytes(image);
	memcpy(mc->undo.text, mc->region.text, BOARD_TEXT_SIZE);
	return 0;
}

/**
 * memctl_stage_close() - wipe and free staging, and what an undo would need
 * @mc: the controller; no hart executes from staging
 *
 * Context: may sleep.
 */
void memctl_stage_close(struct memctl *mc)
{
	icache_free(&mc->prefetched);
	segments_free(&mc->staging);
	segments_free(&mc->undo);
	wipe_and_free(mc->kept_data, BOARD_DATA_SIZE);
	mc->kept_data = NULL;
	kvfree(mc->dirty);
	mc->dirty = NULL;
	mc->copied = false;
	mc->flushed = false;
}

/**
 * memctl_turn_back() - make the preserved image the staged one
 * @mc: the controller, after memctl_put(), locked again
 *
 * What was staging becomes the room where the image in place is preserved, so
 * nothing is allocated. An image that never flushed the caches is not in them:
 * then they need no flush now.
 *
 * Context: the service hart's windows to staging are to be mapped anew.
 */
void memctl_turn_back(struct memctl *mc)
{
	swap(mc->staging, mc->undo);
	memcpy(mc->kept_data, mc->staging.data, BOARD_DATA_SIZE);
	memcpy(mc->undo.text, mc->region.text, BOARD_TEXT_SIZE);
	mc->copied = false;
	mc->flushed = !mc->flushed;
}

/**
 * memctl_preserve() - the preserved image's data as it was at the update
 * @mc: the controller, after memctl_turn_back(), with nothing put in place
 *
 * Whatever a rollback module has made of it is forgotten.
 */
void memctl_preserve(struct memctl *mc)
{
	memcpy(mc->staging.data, mc->kept_data, BOARD_DATA_SIZE);
}

/**
 * memctl_restore_data() - an image that came back gets the data that it had
 * @mc: the controller; the image that was preserved has been put in place
 * @image: its header
 *
 * Context: in the pause: no hart runs. Does not sleep.
 */
void memctl_restore_data(struct memctl *mc, const struct mrb_header *image)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];
		u32 offset = le32_to_cpu(b->address) - BOARD_DATA_BASE;

		if (le32_to_cpu(b->type) == MRB_DATA)
			memcpy(mc->region.data + offset, mc->kept_data + offset,
			       le32_to_cpu(b->mem_size));
	}
}

/**
 * memctl_check_text() - is the text in place what was put there?
 * @mc: the controller
 * @image: header of the image in place
 *
 * Context: a thread; takes as long as a digest of the text does.
 * Return: 0 or -EBADMSG.
 */
int memctl_check_text(const struct memctl *mc, const struct mrb_header *image)
{
	u8 digest[MRB_SHA256_SIZE];

	text_digest(mc->region.text, image, digest);
	return memcmp(digest, mc->digest, sizeof(digest)) ? -EBADMSG : 0;
}

static void swap_digests(struct memctl *mc)
{
	u8 digest[MRB_SHA256_SIZE];

	memcpy(digest, mc->digest, sizeof(digest));
	memcpy(mc->digest, mc->staged_digest, sizeof(digest));
	memcpy(mc->staged_digest, digest, sizeof(digest));
	swap(mc->text_bytes, mc->staged_text_bytes);
}

/**
 * memctl_clean() - no granule is dirty
 * @mc: the controller, with staging open and tracking off
 */
void memctl_clean(struct memctl *mc)
{
	bitmap_zero(mc->dirty, GRANULES);
}

/**
 * memctl_next_dirty() - the next granule that was written, no more dirty
 * @mc: the controller, with staging open
 * @offset: where to begin, in bytes from the data window's base
 *
 * Context: any. Pairs with bus_touch(): what was written before the mark was
 * cleared is seen by who reads the granule now.
 * Return: offset of the granule, or -ENOENT.
 */
s32 memctl_next_dirty(struct memctl *mc, u32 offset)
{
	unsigned long bit = offset / BUS_GRANULE;

	do {
		bit = find_next_bit(mc->dirty, GRANULES, bit);
		if (bit >= GRANULES)
			return -ENOENT;
	} while (!test_and_clear_bit(bit, mc->dirty));
	return bit * BUS_GRANULE;
}

/**
 * memctl_unlock() - make the text of the code region writable (S2)
 * @mc: the controller
 *
 * Context: in the pause: all I/O harts are held.
 * Return: 0, or -EALREADY.
 */
int memctl_unlock(struct memctl *mc)
{
	if (!mc->locked)
		return -EALREADY;
	mc->locked = false;
	return 0;
}

/**
 * memctl_lock() - write-lock the text of the code region (S1, S2)
 * @mc: the controller
 */
void memctl_lock(struct memctl *mc)
{
	mc->locked = true;
}

static bool may_keep(const struct mrb_header *old, const struct mrb_schema *schema)
{
	const struct mrb_schema *there = mrb_find_schema(old, le16_to_cpu(schema->id));

	return there && !memcmp(there, schema, sizeof(*schema));
}

static bool keep_valid(const struct mrb_header *image, const struct mrb_header *old, u32 keep)
{
	if (keep >> le16_to_cpu(image->nr_schemas))
		return false;
	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++)
		if (keep & BIT(i) && !may_keep(old, &image->schema[i]))
			return false;
	return true;
}

/* Moves @start and @stop to the lowest kept record table in [@from, @start). */
static void next_kept(const struct mrb_header *image, u32 keep, u32 from, u32 *start, u32 *stop)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++) {
		const struct mrb_schema *s = &image->schema[i];
		u32 at = le32_to_cpu(s->address);

		if (!(keep & BIT(i)) || at < from || at >= *start)
			continue;
		*start = at;
		*stop = at + le32_to_cpu(s->record_size) * le32_to_cpu(s->count);
	}
}

/* Calls @fn for each part of a data block that is not kept; sums its answers. */
static u64 sum_replaced(const struct memctl *mc, const struct mrb_block *b,
			const struct mrb_header *image, u32 keep,
			u64 (*fn)(const struct memctl *mc, u32 offset, u32 len))
{
	u32 at = le32_to_cpu(b->address);
	u32 end = at + le32_to_cpu(b->mem_size);
	u32 start, stop;
	u64 sum = 0;

	while (at < end) {
		start = end;
		stop = end;
		next_kept(image, keep, at, &start, &stop);
		if (start > at)
			sum += fn(mc, at - BOARD_DATA_BASE, start - at);
		at = stop;
	}
	return sum;
}

static u64 copy_data(const struct memctl *mc, u32 offset, u32 len)
{
	memcpy(mc->region.data + offset, mc->staging.data + offset, len);
	return len;
}

static u64 differ_data(const struct memctl *mc, u32 offset, u32 len)
{
	return memcmp(mc->region.data + offset, mc->staging.data + offset, len) != 0;
}

static u64 save_data(struct memctl *mc, const struct mrb_header *old)
{
	u64 bytes = 0;

	for (u32 i = 0; i < le16_to_cpu(old->nr_blocks); i++) {
		const struct mrb_block *b = &old->block[i];
		u32 len = le32_to_cpu(b->mem_size);

		if (le32_to_cpu(b->type) != MRB_DATA)
			continue;
		memcpy(segments_at(&mc->undo, b), segments_at(&mc->region, b), len);
		bytes += len;
	}
	return bytes;
}

/* Nothing of a longer old text stays behind the new one. */
static u64 copy_text(struct memctl *mc, u32 new, u32 old)
{
	memcpy(mc->region.text, mc->staging.text, new);
	if (old > new)
		memset(mc->region.text + new, 0, old - new);
	return max(old, new);
}

/**
 * memctl_put() - put the staged image over the old one, at the same address
 * @mc: the controller, unlocked, with staging sealed
 * @image: header of the staged image
 * @old: header of the image in place
 * @keep: bit n set: the records of @image's schema n stay as they are
 * @bytes: set to the bytes that were saved and copied
 *
 * Context: in the pause: all I/O harts are held. Does not sleep.
 * Return: 0; -EACCES if the region is locked; -EALREADY; -EINVAL if @keep names a schema
 * that @old does not have in the same format and place.
 */
int memctl_put(struct memctl *mc, const struct mrb_header *image, const struct mrb_header *old,
	       u32 keep, struct memctl_bytes *bytes)
{
	if (mc->locked)
		return -EACCES;
	if (mc->copied)
		return -EALREADY;
	if (!keep_valid(image, old, keep))
		return -EINVAL;

	bytes->saved = save_data(mc, old);
	mc->copied = true;
	swap_digests(mc);
	bytes->copied = copy_text(mc, memctl_text_bytes(image), memctl_text_bytes(old));
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == MRB_DATA)
			bytes->copied += sum_replaced(mc, &image->block[i], image, keep, copy_data);
	return 0;
}

/**
 * memctl_verify() - is what was put in place what was staged?
 * @mc: the controller
 * @image: header of the image that was put in place
 * @keep: as it was for memctl_put()
 *
 * Context: in the pause. Does not sleep.
 * Return: 0 or -EIO.
 */
int memctl_verify(const struct memctl *mc, const struct mrb_header *image, u32 keep)
{
	u64 bad = memcmp(mc->region.text, mc->staging.text, memctl_text_bytes(image)) != 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == MRB_DATA)
			bad += sum_replaced(mc, &image->block[i], image, keep, differ_data);
	return bad ? -EIO : 0;
}

/**
 * memctl_flush() - let the instruction caches see the text in place (S3)
 * @mc: the controller, after memctl_put()
 *
 * Context: in the pause: all I/O harts are held; their windows are to be
 * mapped anew before they run. Does not sleep. Without a copy, a second time
 * and when the region is locked again it does nothing.
 */
void memctl_flush(struct memctl *mc)
{
	if (mc->locked || !mc->copied || mc->flushed)
		return;
	swap(mc->icache, mc->prefetched);
	mc->flushed = true;
}

/**
 * memctl_undo() - put the old image back, as it was at memctl_put()
 * @mc: the controller; nothing happens unless an image was put in place
 * @image: header of the image in place
 * @old: header of the image to come back
 *
 * Context: in the pause: no hart runs. Does not sleep.
 */
void memctl_undo(struct memctl *mc, const struct mrb_header *image, const struct mrb_header *old)
{
	if (!mc->copied)
		return;

	memset(mc->region.text, 0, memctl_text_bytes(image));
	memcpy(mc->region.text, mc->undo.text, memctl_text_bytes(old));
	for (u32 i = 0; i < le16_to_cpu(old->nr_blocks); i++) {
		const struct mrb_block *b = &old->block[i];

		if (le32_to_cpu(b->type) == MRB_DATA)
			memcpy(segments_at(&mc->region, b), segments_at(&mc->undo, b),
			       le32_to_cpu(b->mem_size));
	}
	if (mc->flushed)
		swap(mc->icache, mc->prefetched);
	mc->flushed = false;
	mc->copied = false;
	swap_digests(mc);
}
