/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The conventional overlay (patent: 006 to 008, 055), which is here to be
 * compared with: see conventional.c.
 */
#ifndef OVERLAY_CONVENTIONAL_H
#define OVERLAY_CONVENTIONAL_H

#include "engine.h"

/**
 * struct overlay_conventional - what a board needs for it besides overlay_ops
 * @select: tell the image in place that the update interrupt means this
 * @stop: after overlay_ops.hold: end the commands that have begun
 * @write: write into the code region, unlocked; -EFAULT outside
 * @adopt: take what lies in the code region for an image, and set its header;
 *	an error of mrb_check_header(): it is none; -ENOMEM
 * @boot: reset the board: start all processors in the image that was adopted, for
 *	the reason that the old image gave; adds the instructions executed to
 *	*@insns; -EIO if one does not get to its wfi, -EINVAL for a bad reason
 *
 * All of them may sleep.
 */
struct overlay_conventional {
	void (*select)(void *board, bool on);
	void (*stop)(void *board);
	int (*write)(void *board, u32 addr, const void *src, u32 len);
	int (*adopt)(void *board, struct mrb_header *image);
	int (*boot)(void *board, u32 reason, u64 *insns);
};

/**
 * struct overlay_source - where the new image is read from, while I/O stands still
 * @fetch: get the file; it stays until the update has ended. A negative errno, and
 *	@why, a short phrase, is set
 */
struct overlay_source {
	int (*fetch)(struct overlay_source *source, const void **file, size_t *size,
		     const char **why);
};

int overlay_conventional(struct overlay *ov, struct overlay_source *source,
			 struct overlay_status *result);

#endif
