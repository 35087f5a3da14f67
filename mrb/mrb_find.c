// SPDX-License-Identifier: GPL-2.0
/* Where an image ends in a file, and how to find a part of an image that was checked. */
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "mrb.h"

/**
 * mrb_image_size() - how much of a file is the image?
 * @file: the file, not trusted; may be NULL
 * @len: bytes in @file, any number
 *
 * What lies behind the image is padding, whatever it holds: tools fill files up to the
 * size of a transfer, and a sender cannot mark the last part of a file. Checksum and
 * digest cover only the image. This rule holds for all ways to provide an image.
 *
 * Context: any.
 * Return: bytes, at most @len; @len if there is no header, or if it cannot be right:
 * mrb_check() then tells what is wrong.
 */
size_t mrb_image_size(const void *file, size_t len)
{
	const struct mrb_header *h = file;
	u32 size;

	if (!file || (unsigned long)file % 4 || len < sizeof(*h) ||
	    le32_to_cpu(h->magic) != MRB_MAGIC)
		return len;
	size = le32_to_cpu(h->total_size);
	return size >= sizeof(*h) && size < len ? size : len;
}

/**
 * mrb_find_schema() - where an image keeps a table of persistent data
 * @h: header that mrb_check() or mrb_check_header() has passed
 * @id: the table, not 0
 *
 * Context: any.
 * Return: the schema in @h, or NULL if the image has no such table.
 */
const struct mrb_schema *mrb_find_schema(const struct mrb_header *h, u16 id)
{
	u32 n = min_t(u32, le16_to_cpu(h->nr_schemas), MRB_MAX_SCHEMAS);
	u32 i;

	for (i = 0; i < n; i++)
		if (le16_to_cpu(h->schema[i].id) == id)
			return &h->schema[i];
	return NULL;
}

/**
 * mrb_equal_schemas() - find the tables that two images have in the same format and place
 * @to: header that mrb_check() or mrb_check_header() has passed
 * @from: another such header
 *
 * Context: any.
 * Return: a mask; bit n is set if @from has a schema equal to schema n of @to.
 */
u32 mrb_equal_schemas(const struct mrb_header *to, const struct mrb_header *from)
{
	u32 n = min_t(u32, le16_to_cpu(to->nr_schemas), MRB_MAX_SCHEMAS);
	u32 equal = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		const struct mrb_schema *s = &to->schema[i];
		const struct mrb_schema *there = mrb_find_schema(from, le16_to_cpu(s->id));

		if (there && !memcmp(there, s, sizeof(*s)))
			equal |= BIT(i);
	}
	return equal;
}

/**
 * mrb_find_chip() - what an image carries for a chip
 * @h: header that mrb_check() or mrb_check_header() has passed
 * @chip: the chip
 *
 * Context: any.
 * Return: the block in @h, or NULL if the image leaves that chip as it is.
 */
const struct mrb_block *mrb_find_chip(const struct mrb_header *h, u32 chip)
{
	u32 n = min_t(u32, le16_to_cpu(h->nr_blocks), MRB_MAX_BLOCKS);
	u32 i;

	for (i = 0; i < n; i++)
		if (le32_to_cpu(h->block[i].type) == MRB_CHIP(chip))
			return &h->block[i];
	return NULL;
}
