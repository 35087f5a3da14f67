// SPDX-License-Identifier: GPL-2.0
/*
 * Boards with two banks, which exchange them instead of copying: one is the code region, the
 * other one is staging. The contents of tables that are kept are copied into the other bank
 * before the pause, while I/O goes on and changes them; in the pause only what was written
 * since is copied. So the pause grows neither with the image nor with its tables.
 *
 * Writes are marked in memctl.dirty for two users: the microcode, which converts what
 * OVERLAY_DIRTY reports to it, and this file. Whichever clears a mark there makes one for the
 * other: in memctl.unseen for the microcode, in memctl.stale for this file.
 */
#include <asm/byteorder.h>
#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "../../mrb/mrb.h"
#include "../processor/processor.h"
#include "memctl_banks.h"
#include "memctl_data.h"

#define ROUNDS_MAX	8u
#define FEW		4u	/* if a round has no more granules than this, it is the last */

/* Copy from a table that harts may be writing. */
static void copy_live(u8 *to, const u8 *from, u32 len)
{
	u32 words = ((unsigned long)from | len) & 3 ? 0 : len / 4;

	for (u32 i = 0; i < words; i++)
		((u32 *)to)[i] = READ_ONCE(((const u32 *)from)[i]);
	for (u32 i = words * 4; i < len; i++)
		to[i] = READ_ONCE(from[i]);
}

static void copy_still(u8 *to, const u8 *from, u32 len)
{
	memcpy(to, from, len);
}

static u32 table_start(const struct mrb_schema *s)
{
	return le32_to_cpu(s->address) - BOARD_DATA_BASE;
}

static bool is_in(u32 mask, u32 schema)
{
	return mask & BIT(schema);
}

/* Bytes of a table that lie in a granule, from @at on; 0 if none do. */
static u32 part_of(const struct mrb_schema *s, u32 granule, u32 *at)
{
	u32 start = max(table_start(s), granule * BUS_GRANULE);
	u32 end = min(table_start(s) + mrb_schema_bytes(s), (granule + 1) * BUS_GRANULE);

	*at = start;
	return end > start ? end - start : 0;
}

/* Copy the parts of tables that lie in a granule. Returns their bytes. */
static u32 copy_granule(struct memctl *mc, const struct mrb_header *image, u32 tables, u32 granule,
			void (*copy)(u8 *to, const u8 *from, u32 len))
{
	u32 bytes = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++) {
		u32 at, len = is_in(tables, i) ? part_of(&image->schema[i], granule, &at) : 0;

		if (len)
			copy(mc->staging.data + at, mc->region.data + at, len);
		bytes += len;
	}
	return bytes;
}

static bool has_tables(const struct mrb_header *image, u32 tables, u32 granule)
{
	u32 at;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++)
		if (is_in(tables, i) && part_of(&image->schema[i], granule, &at))
			return true;
	return false;
}

static u32 next_marked(const struct memctl *mc, u32 granule)
{
	u32 written = find_next_bit(mc->dirty, MEMCTL_GRANULES, granule);
	u32 stale = find_next_bit(mc->stale, MEMCTL_GRANULES, granule);

	return min(written, stale);
}

/* One round: copy what was written. Returns how many granules there were to copy. */
static u32 mirror_dirty(struct memctl *mc, const struct mrb_header *image)
{
	u32 granules = 0;
	u32 g;

	for (g = next_marked(mc, 0); g < MEMCTL_GRANULES; g = next_marked(mc, g + 1)) {
		if (!has_tables(image, mc->mirrored, g))
			continue;
		/* Pairs with bus_touch(), as memctl_next_dirty() does. */
		if (test_and_clear_bit(g, mc->dirty))
			set_bit(g, mc->unseen);
		clear_bit(g, mc->stale);
		copy_granule(mc, image, mc->mirrored, g, copy_live);
		granules++;
	}
	return granules;
}

/**
 * memctl_mirror_begin() - note what the tables hold in the staged image
 * @mc: the controller, with staging sealed
 * @image: header of the staged image
 * @keep: bit n set: the records of its schema n will likely be kept
 *
 * Context: a thread, before the pause.
 * Return: false: there is nothing to mirror; true: the caller has to begin to mark writes to the
 * tables, then call memctl_mirror().
 */
bool memctl_mirror_begin(struct memctl *mc, const struct mrb_header *image, u32 keep)
{
	mc->mirrored = 0;
	if (!mc->kind->banks || !keep)
		return false;
	/* in a rollback memctl_turn_back() has noted it */
	for (u32 i = 0; !mc->reverting && i < le16_to_cpu(image->nr_schemas); i++) {
		u32 at = table_start(&image->schema[i]);

		if (is_in(keep, i))
			memcpy(mc->kept_data + at, mc->staging.data + at,
			       mrb_schema_bytes(&image->schema[i]));
	}
	if (!mc->reverting)
		mc->kept_bytes = memctl_data_bytes(image);
	mc->mirrored = keep;
	return true;
}

/**
 * memctl_mirror() - bring the tables that will be kept into the other bank
 * @mc: the controller, after memctl_mirror_begin()
 * @image: header of the staged image
 *
 * Context: a thread, before the pause; may sleep.
 */
void memctl_mirror(struct memctl *mc, const struct mrb_header *image)
{
	u32 before = MEMCTL_GRANULES + 1;
	u32 granules;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++) {
		u32 at = table_start(&image->schema[i]);

		if (is_in(mc->mirrored, i))
			copy_live(mc->staging.data + at, mc->region.data + at,
				  mrb_schema_bytes(&image->schema[i]));
		cond_resched();
	}
	for (u32 round = 0; round < ROUNDS_MAX; round++) {
		granules = mirror_dirty(mc, image);
		if (granules <= FEW || granules >= before)
			break;
		before = granules;
		cond_resched();
	}
}

/* Correct a table that was mirrored and is not kept, or is kept and was not mirrored. */
static u32 correct_table(struct memctl *mc, const struct mrb_schema *s, bool keep)
{
	u32 at = table_start(s);
	u32 bytes = mrb_schema_bytes(s);

	memcpy(mc->staging.data + at, (keep ? mc->region.data : mc->kept_data) + at, bytes);
	return bytes;
}

/**
 * memctl_banks_ready() - the other bank gets what has changed since memctl_mirror()
 * @mc: the controller, unlocked
 * @image: header of the staged image
 * @keep: bit n set: the records of its schema n are kept
 * @bytes: set to the bytes that were copied; none are saved, as the old image stays in its bank
 *
 * Granules that are copied are marked as stale, for memctl_banks_verify().
 *
 * Context: in the pause. Does not sleep.
 */
void memctl_banks_ready(struct memctl *mc, const struct mrb_header *image, u32 keep,
			struct memctl_bytes *bytes)
{
	u32 tables = keep & mc->mirrored;
	u32 g;

	*bytes = (struct memctl_bytes){};
	for (g = next_marked(mc, 0); tables && g < MEMCTL_GRANULES; g = next_marked(mc, g + 1)) {
		bytes->copied += copy_granule(mc, image, tables, g, copy_still);
		set_bit(g, mc->stale);
	}
	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++)
		if (is_in(keep ^ mc->mirrored, i))
			bytes->copied += correct_table(mc, &image->schema[i], is_in(keep, i));
}

/**
 * memctl_banks_try_put() - board_kind.try_put of boards with two banks
 * @mc: the controller
 * @image: header of the staged image
 * @old: header of the image in place
 * @keep: tables that would be kept
 * @bytes: left at zero: the pause moves only data that is dirty by then
 *
 * Return: true.
 */
bool memctl_banks_try_put(struct memctl *mc, const struct mrb_header *image,
			  const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes)
{
	*bytes = (struct memctl_bytes){};
	return true;
}

static bool granule_differs(const struct memctl *mc, const struct mrb_header *image, u32 tables,
			    u32 granule)
{
	u32 at, len;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++) {
		len = is_in(tables, i) ? part_of(&image->schema[i], granule, &at) : 0;
		if (len && memcmp(mc->region.data + at, mc->staging.data + at, len))
			return true;
	}
	return false;
}

/**
 * memctl_banks_verify() - is what was copied in the pause correct?
 * @mc: the controller, its banks exchanged
 * @image: header of the image that was put in place
 * @keep: bit n set: the records of its schema n are kept
 *
 * Context: in the pause. Does not sleep.
 * Return: true if so. memctl_stage_seal() has compared everything else with the file.
 */
bool memctl_banks_verify(const struct memctl *mc, const struct mrb_header *image, u32 keep)
{
	u32 tables = keep & mc->mirrored;
	u32 g = find_next_bit(mc->stale, MEMCTL_GRANULES, 0);

	while (g < MEMCTL_GRANULES && !granule_differs(mc, image, tables, g))
		g = find_next_bit(mc->stale, MEMCTL_GRANULES, g + 1);
	return g >= MEMCTL_GRANULES;
}

/**
 * memctl_exchange() - exchange the two banks
 * @mc: the controller
 *
 * The windows of harts are not changed: they show the same banks as before.
 *
 * Context: in the pause. Does not sleep.
 */
void memctl_exchange(struct memctl *mc)
{
	swap(mc->region.text, mc->staging.text);
	swap(mc->region.data, mc->staging.data);
	segments_use(&mc->region, BOARD_TEXT_SIZE, BOARD_DATA_SIZE);
	segments_use(&mc->staging, BOARD_TEXT_SIZE, BOARD_DATA_SIZE);
}
