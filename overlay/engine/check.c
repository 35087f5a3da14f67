// SPDX-License-Identifier: GPL-2.0
/*
 * A check (requirement U5: incompatibilities are known before an update): the image is
 * loaded, its bootstrap compares and converts as in an update, and where the pause would
 * begin, the copy is tried in memory that nothing else uses. Then everything is discarded:
 * no queue is held, no chip is burned, and the history gets no record.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "parts.h"

/**
 * overlay_claim_check() - begin a check
 * @ov: the engine
 * @name: what the user calls the image
 *
 * overlay_update() or overlay_no_source() must follow, in any thread; neither will report
 * an image on probation.
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
