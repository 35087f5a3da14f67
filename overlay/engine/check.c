// SPDX-License-Identifier: GPL-2.0
/*
 * A check (requirement U5: what is incompatible is known before): the image is loaded,
 * its bootstrap compares and converts as in an update, and where the pause would begin the
 * copy is tried in a room that nobody uses. Then all of it is let go: no queue is held, no
 * chip burned, and the history does not know of it.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "parts.h"

/**
 * overlay_claim_check() - begin a check
 * @ov: the engine
 * @name: what the user calls the image
 *
 * overlay_update() or overlay_no_source() is to follow, in any thread; neither will say
 * that an image is on probation.
 *
 * Context: any but interrupts.
 * Return: as overlay_claim().
 */
int overlay_claim_check(struct overlay *ov, const char *name)
{
	int err = overlay_claim(ov);

	if (err)
		return err;
	ov->checking = true;
	spin_lock(&ov->lock);
	memset(&ov->check, 0, sizeof(ov->check));
	strscpy(ov->check.name, name, sizeof(ov->check.name));
	ov->check.finding = OVERLAY_CHECKING;
	spin_unlock(&ov->lock);
	return 0;
}

/**
 * overlay_read_check() - a consistent copy of what the last check has found
 * @ov: the engine
 * @check: set
 */
void overlay_read_check(struct overlay *ov, struct overlay_check *check)
{
	spin_lock(&ov->lock);
	*check = ov->check;
	spin_unlock(&ov->lock);
}
