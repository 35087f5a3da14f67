// SPDX-License-Identifier: GPL-2.0
/* An image's data, and the tables in it that may stay where they are in an update. */
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "../../mrb/mrb.h"
#include "memctl_data.h"

static bool is_there(const struct mrb_header *old, const struct mrb_schema *schema)
{
	const struct mrb_schema *there = mrb_find_schema(old, le16_to_cpu(schema->id));

	return there && !memcmp(there, schema, sizeof(*schema));
}

/**
 * memctl_may_keep() - can these tables stay where they are?
 * @image: header of the image that is to be put in place
 * @old: header of the image in place
 * @keep: bit n set: the records of @image's schema n
 *
 * Return: true if @old has each of them in the same format and place.
 */
bool memctl_may_keep(const struct mrb_header *image, const struct mrb_header *old, u32 keep)
{
	if (keep >> le16_to_cpu(image->nr_schemas))
		return false;
	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++)
		if (keep & BIT(i) && !is_there(old, &image->schema[i]))
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
		*stop = at + mrb_schema_bytes(s);
	}
}

static u64 sum_block(u8 *to, const u8 *from, const struct mrb_block *b,
		     const struct mrb_header *image, u32 keep,
		     u64 (*fn)(u8 *to, const u8 *from, u32 len))
{
	u32 at = le32_to_cpu(b->address);
	u32 end = at + le32_to_cpu(b->mem_size);
	u32 start, stop, offset;
	u64 sum = 0;

	while (at < end) {
		start = end;
		stop = end;
		next_kept(image, keep, at, &start, &stop);
		offset = at - BOARD_DATA_BASE;
		if (start > at)
			sum += fn(to + offset, from + offset, start - at);
		at = stop;
	}
	return sum;
}

/**
 * memctl_sum_replaced() - call a function for each part of an image's data that is not kept
 * @to: a data segment
 * @from: another data segment
 * @image: header of the image
 * @keep: bit n set: the records of schema n are kept
 * @fn: called for each part
 *
 * Context: any; does not sleep unless @fn does.
 * Return: sum of the values that @fn returned.
 */
u64 memctl_sum_replaced(u8 *to, const u8 *from, const struct mrb_header *image, u32 keep,
			u64 (*fn)(u8 *to, const u8 *from, u32 len))
{
	u64 sum = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++)
		if (le32_to_cpu(image->block[i].type) == MRB_DATA)
			sum += sum_block(to, from, &image->block[i], image, keep, fn);
	return sum;
}
