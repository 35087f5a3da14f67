// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for one image, of which the memory controller has several: in place, in staging,
 * preserved. And an image's text in decoded form.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <hba_sim/board.h>

#include "../processor/processor.h"
#include "segments.h"

/**
 * segments_alloc() - allocate memory for one image, all zeros
 * @s: set to the memory
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; segments_free() is to be called in either case.
 */
int segments_alloc(struct segments *s)
{
	s->text = vzalloc(BOARD_TEXT_SIZE);
	s->data = vzalloc(BOARD_DATA_SIZE);
	s->text_used = 0;
	s->data_used = 0;
	return s->text && s->data ? 0 : -ENOMEM;
}

/**
 * segment_free() - wipe and free one segment's memory
 * @mem: memory from vmalloc(), or NULL
 * @used: bytes of @mem that may have been written
 *
 * Context: may sleep.
 */
void segment_free(void *mem, size_t used)
{
	if (mem)
		memset(mem, 0, used);
	vfree(mem);
}

/**
 * segments_free() - wipe and free an image's memory
 * @s: the memory; parts of it may be NULL
 *
 * Context: may sleep.
 */
void segments_free(struct segments *s)
{
	segment_free(s->text, s->text_used);
	segment_free(s->data, s->data_used);
	segment_free(s->chips, BOARD_STAGING_CHIPS_SIZE);
	s->text = NULL;
	s->data = NULL;
	s->chips = NULL;
}

/**
 * segments_use() - note which part may be written
 * @s: the memory
 * @text: bytes from the start of the text
 * @data: bytes from the start of the data
 */
void segments_use(struct segments *s, u32 text, u32 data)
{
	s->text_used = max(s->text_used, text);
	s->data_used = max(s->data_used, data);
}

/**
 * segments_at() - where a block of an image lies
 * @s: the image's memory
 * @block: the block, of an image that was checked against the board
 *
 * Return: its first byte; NULL if @s has no memory for blocks of this type.
 */
u8 *segments_at(const struct segments *s, const struct mrb_block *block)
{
	u32 address = le32_to_cpu(block->address);

	switch (le32_to_cpu(block->type)) {
	case MRB_TEXT:
		return s->text + (address - BOARD_TEXT_BASE);
	case MRB_DATA:
		return s->data + (address - BOARD_DATA_BASE);
	default:
		return s->chips ? s->chips + (address - BOARD_STAGING_CHIPS_BASE) : NULL;
	}
}

/**
 * segments_load() - load an image file
 * @s: memory to load it into
 * @file: the image file, checked
 * @image: its header
 */
void segments_load(struct segments *s, const void *file, const struct mrb_header *image)
{
	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];
		u32 file_size = le32_to_cpu(b->file_size);
		u8 *dst = segments_at(s, b);

		if (!dst)
			continue;
		memcpy(dst, file + le32_to_cpu(b->file_offset), file_size);
		memset(dst + file_size, 0, le32_to_cpu(b->mem_size) - file_size);
	}
}

/**
 * segment_copy_data() - copy all data blocks of an image
 * @to: a data segment
 * @from: another data segment
 * @image: header of the image, which was checked against the board
 *
 * Context: any; does not sleep.
 * Return: bytes copied.
 */
u64 segment_copy_data(u8 *to, const u8 *from, const struct mrb_header *image)
{
	u64 bytes = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];
		u32 offset = le32_to_cpu(b->address) - BOARD_DATA_BASE;
		u32 len = le32_to_cpu(b->mem_size);

		if (le32_to_cpu(b->type) != MRB_DATA)
			continue;
		memcpy(to + offset, from + offset, len);
		bytes += len;
	}
	return bytes;
}

/**
 * icache_fill() - decode a text
 * @ic: set to the decoded text; empty before
 * @text: the text
 * @bytes: its length
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int icache_fill(struct icache *ic, const u8 *text, u32 bytes)
{
	ic->nr = bytes / 4;
	ic->insns = vmalloc(array_size(ic->nr, sizeof(*ic->insns)));
	if (!ic->insns)
		return -ENOMEM;
	icache_decode(ic->insns, text, ic->nr * 4);
	return 0;
}

/**
 * icache_free() - free a decoded text
 * @ic: no hart executes from it
 *
 * Context: may sleep.
 */
void icache_free(struct icache *ic)
{
	vfree(ic->insns);
	ic->insns = NULL;
	ic->nr = 0;
}
