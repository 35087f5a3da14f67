// SPDX-License-Identifier: GPL-2.0
/*
 * An update whose image lies on a storage device behind the board's own ports (patent:
 * P 053; requirements U2, S8). The running image has to grant access: its loader
 * presents the token of its session with the far end. The image is read as a whole
 * when the loader opens its source; from there on everything goes as with a file,
 * because the host must be able to look at the same bytes that the loader gets.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/vmalloc.h>

#include "parts.h"

/**
 * overlay_update_from() - an update with an image behind one of the board's ports
 * @ov: the engine, claimed by overlay_claim(); its board has overlay_ops.remote
 * @port: number of the port
 * @result: set to the final status if the update ends here
 *
 * Context: as for overlay_update().
 * Return: as for overlay_update().
 */
int overlay_update_from(struct overlay *ov, u32 port, struct overlay_status *result)
{
	struct overlay_fetch fetch = { .port = port };
	int err;

	ov->fetch = &fetch;
	ov->ops->remote->select(ov->board, port);
	err = overlay_update(ov, NULL, 0, result);
	ov->ops->remote->select(ov->board, U32_MAX);
	ov->fetch = NULL;
	vfree(fetch.file);
	return err;
}
