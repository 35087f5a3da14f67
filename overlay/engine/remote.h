/* SPDX-License-Identifier: GPL-2.0 */
/* An image that lies behind the board's own ports: see remote.c. */
#ifndef OVERLAY_REMOTE_H
#define OVERLAY_REMOTE_H

#include "engine.h"

/**
 * struct overlay_remote - what a board needs for it besides overlay_ops
 * @select: tell the image in place that its loader is to find the new one behind
 *	@port; U32_MAX: the host has it, as usual
 * @read: read @len bytes from byte @offset of what is behind @port on; @key is what the
 *	image in place shows for it, and is not to be believed. 0 or a negative errno
 *
 * Both may sleep.
 */
struct overlay_remote {
	void (*select)(void *board, u32 port);
	int (*read)(void *board, u32 port, u32 key, u32 offset, void *to, u32 len);
};

int overlay_update_from(struct overlay *ov, u32 port, struct overlay_status *result);

#endif
