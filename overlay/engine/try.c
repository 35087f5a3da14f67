// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a check: where the pause would begin, the copy is tried in memory that nothing
 * else uses, and the length of the pause is estimated.
 */
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "parts.h"

#define TRIES	3u	/* copies; the shortest time was disturbed least */

static int try_copy(struct overlay *ov, u32 keep, u64 *bytes, u64 *ns)
{
	const struct overlay_ops *ops = ov->ops;
	u64 saved = 0, copied = 0;
	int err = 0;

	*ns = U64_MAX;
	for (u32 i = 0; i < TRIES && !err; i++) {
		u64 start = ops->board->now_ns();

		err = ops->memory->try_put(ov->board, &ov->staged, keep, &saved, &copied);
		*ns = min(*ns, ops->board->now_ns() - start);
	}
	*bytes = saved + copied;
	return err;
}

/* All of a pause but the copy: estimated to take as long as in the last pause. */
static u64 rest_of_pause(const struct overlay *ov)
{
	const u64 *part = ov->status.last.part_ns;

	return part[OVERLAY_PART_QUIESCE] + part[OVERLAY_PART_DELTA] + part[OVERLAY_PART_START];
}

static u64 converted_bytes(const struct mrb_header *image, u32 keep)
{
	u64 bytes = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++)
		if (!(keep & BIT(i)))
			bytes += mrb_schema_bytes(&image->schema[i]);
	return bytes;
}

/**
 * overlay_try_pause() - end a check where the pause would begin
 * @ov: the check
 *
 * Context: the update's thread.
 * Return: OVERLAY_STOPPED, always.
 */
int overlay_try_pause(struct overlay *ov)
{
	u32 keep = mrb_equal_schemas(&ov->staged, ov->running);
	u64 prepare_ns = ov->ops->board->now_ns() - ov->start_ns;
	u64 bytes, ns;
	int err = try_copy(ov, keep, &bytes, &ns);

	if (err)
		return overlay_stop(ov, err, "the copy cannot be tried");
	spin_lock(&ov->lock);
	ov->check.finding = OVERLAY_FITS;
	ov->check.prepare_ns = prepare_ns;
	ov->check.converted_bytes = converted_bytes(&ov->staged, keep);
	ov->check.pause_bytes = bytes;
	ov->check.pause_ns = ns + rest_of_pause(ov);
	spin_unlock(&ov->lock);
	return overlay_stop(ov, -ECANCELED, "checked");
}

/**
 * overlay_end_check() - complete the finding of a check that has ended
 * @ov: the check; unless the image fits, @ov->reason says why it does not
 *
 * Context: @ov->lock is held.
 */
void overlay_end_check(struct overlay *ov)
{
	struct overlay_check *check = &ov->check;

	lockdep_assert_held(&ov->lock);
	if (check->finding == OVERLAY_FITS)
		return;
	check->finding = OVERLAY_REFUSED;
	strscpy(check->reason, ov->reason, sizeof(check->reason));
}
