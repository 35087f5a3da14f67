// SPDX-License-Identifier: GPL-2.0
/*
 * Other modules that an image depends on (requirement U8): the services by which a
 * bootstrap burns the chip contents that the new image needs into inactive configurations
 * before the pause, and activates them in the pause. However the update ends, the engine
 * makes sure that the image in place has the configurations that it ran with.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include <hba_sim/cost.h>

#include "parts.h"

static bool has_chip(const struct overlay *ov, u32 chip)
{
	return ov->ops->chips && chip < ov->ops->board->limits->nr_chips;
}

/* 0, or why no cell of the chip may be changed. */
static int may_burn(struct overlay *ov, u32 chip)
{
	int err;

	if (!has_chip(ov, chip))
		return -ENODEV;
	err = overlay_require_fit(ov);
	if (err)
		return err;
	return ov->checking ? -EROFS : 0;
}

/* OVERLAY_ERASE */
int overlay_serve_erase(struct overlay *ov, const u32 *arg)
{
	int err;

	overlay_charge(ov, call_cost(OVERLAY_ERASE, 0));
	err = may_burn(ov, arg[0]);
	if (err)
		return err;
	err = ov->ops->chips->erase(ov->board, arg[0], arg[1]);
	ov->work.erases++;
	return err;
}

/* OVERLAY_PROGRAM */
int overlay_serve_program(struct overlay *ov, const u32 *arg)
{
	int err, bytes;

	overlay_charge(ov, call_cost(OVERLAY_PROGRAM, 0));
	err = may_burn(ov, arg[0]);
	if (err)
		return err;
	bytes = ov->ops->chips->program(ov->board, arg[0], arg[1], arg[2]);
	if (bytes < 0)
		return bytes;
	ov->work.programs++;
	ov->work.burned_bytes += bytes;
	return 0;
}

/* OVERLAY_SELECT */
int overlay_serve_select(struct overlay *ov, const u32 *arg)
{
	u32 chip = arg[0];
	int err;

	overlay_charge(ov, call_cost(OVERLAY_SELECT, 0));
	if (!has_chip(ov, chip))
		return -ENODEV;
	if (ov->selected & BIT(chip))
		return -EALREADY;
	err = ov->ops->chips->select(ov->board, chip);
	if (err)
		return err;
	ov->selected |= BIT(chip);
	ov->chips_new = true;
	return 0;
}

/**
 * overlay_chips() - switch the chips to what one of the two images needs
 * @ov: the update or rollback, in its pause
 * @new: true: the image that the update brings; false: the one that it replaces
 *
 * Chips that the update has not selected are left alone.
 *
 * Context: the update's thread; does not sleep.
 */
void overlay_chips(struct overlay *ov, bool new)
{
	if (ov->chips_new == new)
		return;
	for (u32 chip = 0; ov->selected && chip < ov->ops->board->limits->nr_chips; chip++)
		if (ov->selected & BIT(chip))
			ov->ops->chips->select(ov->board, chip);
	ov->chips_new = new;
}
