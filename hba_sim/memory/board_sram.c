// SPDX-License-Identifier: GPL-2.0
/*
 * A board of kind "sram": one code region, and an update copies the staged image over
 * it (patent: copy module 414, P 076). Two keys, written to the controller's lock
 * register one after the other, unlock it; anything else locks it.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "board_kind.h"
#include "memctl_data.h"

#define KEY_1	0x5555u
#define KEY_2	0xaaaau
#define NO_KEY	0u

static void write_lock(struct memctl *mc, u32 value)
{
	mc->locked = mc->reg != KEY_1 || value != KEY_2;
	mc->reg = value;
}

static void sram_unlock(struct memctl *mc)
{
	write_lock(mc, KEY_1);
	write_lock(mc, KEY_2);
}

static void sram_lock(struct memctl *mc)
{
	write_lock(mc, NO_KEY);
}

static u64 copy_data(u8 *to, const u8 *from, u32 len)
{
	memcpy(to, from, len);
	return len;
}

static u64 differ_data(u8 *to, const u8 *from, u32 len)
{
	return memcmp(to, from, len) != 0;
}

/* The rest of a longer old text is zeroed. */
static u64 copy_text(struct segments *to, const struct segments *from, u32 new, u32 old)
{
	memcpy(to->text, from->text, new);
	if (old > new)
		memset(to->text + new, 0, old - new);
	return max(old, new);
}

static u64 copy_image(struct segments *to, const struct segments *from,
		      const struct mrb_header *image, const struct mrb_header *old, u32 keep)
{
	return copy_text(to, from, memctl_text_bytes(image), memctl_text_bytes(old)) +
	       memctl_sum_replaced(to->data, from->data, image, keep, copy_data);
}

static bool is_copied(const struct segments *to, const struct segments *from,
		      const struct mrb_header *image, u32 keep)
{
	return !memcmp(to->text, from->text, memctl_text_bytes(image)) &&
	       !memctl_sum_replaced(to->data, from->data, image, keep, differ_data);
}

static void sram_put(struct memctl *mc, const struct mrb_header *image,
		     const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes)
{
	segments_use(&mc->undo, 0, memctl_data_bytes(old));
	bytes->saved = segment_copy_data(mc->undo.data, mc->region.data, old);
	bytes->copied = copy_image(&mc->region, &mc->staging, image, old, keep);
}

/*
 * Nothing in place is read or written: the copies go to the undo memory, and the bytes that
 * stand for the data to be saved come from staging, too.
 */
static bool sram_try_put(struct memctl *mc, const struct mrb_header *image,
			 const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes)
{
	segments_use(&mc->undo, max(memctl_text_bytes(image), memctl_text_bytes(old)),
		     max(memctl_data_bytes(image), memctl_data_bytes(old)));
	bytes->saved = segment_copy_data(mc->undo.data, mc->staging.data, old);
	bytes->copied = copy_image(&mc->undo, &mc->staging, image, old, keep);
	return is_copied(&mc->undo, &mc->staging, image, keep);
}

static bool sram_verify(const struct memctl *mc, const struct mrb_header *image, u32 keep)
{
	return is_copied(&mc->region, &mc->staging, image, keep);
}

static void sram_undo(struct memctl *mc, const struct mrb_header *image,
		      const struct mrb_header *old)
{
	memset(mc->region.text, 0, memctl_text_bytes(image));
	memcpy(mc->region.text, mc->undo.text, memctl_text_bytes(old));
	segment_copy_data(mc->region.data, mc->undo.data, old);
}

/** board_sram - one code region, updated by copying */
const struct board_kind board_sram = {
	.name		= "sram",
	.capabilities	= CAP_BOARD_OVERLAY | CAP_BOARD_SRAM,
	.services	= true,
	.unlock		= sram_unlock,
	.lock		= sram_lock,
	.put		= sram_put,
	.try_put	= sram_try_put,
	.verify		= sram_verify,
	.undo		= sram_undo,
};
