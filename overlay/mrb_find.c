// SPDX-License-Identifier: GPL-2.0
/* Where an image that was checked has what is looked for. */
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "mrb.h"

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
