// SPDX-License-Identifier: GPL-2.0
/* What others can read about a board's updates, and what the board is told about its image. */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "parts.h"

/**
 * overlay_support() - what the board is able to do for an update (S5, S6)
 * @ov: the engine
 *
 * Return: enum overlay_support.
 */
enum overlay_support overlay_support(const struct overlay *ov)
{
	return ov->ops->board->support ? ov->ops->board->support(ov->board) : OVERLAY_TEMPORARY;
}

/**
 * overlay_show_running() - copy the image in place into the status
 * @ov: the engine
 *
 * Context: @ov->lock is held.
 */
void overlay_show_running(struct overlay *ov)
{
	struct overlay_status *st = &ov->status;

	lockdep_assert_held(&ov->lock);
	strscpy(st->name, ov->running->name, sizeof(st->name));
	st->version = le32_to_cpu(ov->running->version);
	st->ordinal = le32_to_cpu(ov->running->ordinal);
	st->file_size = le32_to_cpu(ov->running->total_size);
	st->capabilities = le32_to_cpu(ov->running->cap_provided);
}

/**
 * overlay_tell() - tell board and driver what the image in place can do
 * @ov: the update
 *
 * Context: the update's thread, not in the pause.
 */
void overlay_tell(struct overlay *ov)
{
	u32 now = le32_to_cpu(ov->running->cap_provided);

	if (ov->ops->board->told && now != ov->told)
		ov->ops->board->told(ov->board, ov->told, now);
	ov->told = now;
}

/**
 * overlay_read_status() - a consistent copy of what can be read
 * @ov: the engine
 * @status: set
 */
void overlay_read_status(struct overlay *ov, struct overlay_status *status)
{
	spin_lock(&ov->lock);
	*status = ov->status;
	spin_unlock(&ov->lock);
}

/**
 * overlay_is_busy() - is an update under way?
 * @ov: the engine
 *
 * Context: any; the answer may change at any time.
 * Return: true if one was claimed and has not ended.
 */
bool overlay_is_busy(struct overlay *ov)
{
	return READ_ONCE(ov->busy);
}
