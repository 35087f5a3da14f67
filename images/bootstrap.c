// SPDX-License-Identifier: GPL-2.0
/*
 * The bootstrap (patent: 408), which the old image's update module jumps to in
 * the new image while that still is in staging. It compares the two images and
 * their environment (logic module 220); exchange.c does the rest.
 *
 * It must run where it is: no pointers in initialised data, no tables of
 * functions. The packer looks for such relocations.
 */
#include "compare.h"
#include "exchange.h"

#define PROGRESS_COMPARED	91u	/* percent of the work before the pause */

void bootstrap(void);

static void compare_versions(const struct mrb_header *old, const struct mrb_header *new)
{
	if (new->board_id != board_regs()->board_id)
		abort_update(ABORT_BOARD, new->board_id);
	if (new->ordinal < old->ordinal)
		abort_update(ABORT_OLDER, new->ordinal);
}

/* With the environment (board, driver) first, then with the old image. */
static void compare_capabilities(const struct control_block *control,
				 const struct mrb_header *new)
{
	u32 missing = new->cap_required & ~(control->board_capabilities | new->cap_provided);
	u32 format = 1u << board_regs()->frame_format;
	u32 lost = control->image_capabilities & ~new->cap_provided;

	if (missing)
		abort_update(ABORT_CAPABILITY, missing);
	if (!(new->frame_formats & format))
		abort_update(ABORT_CAPABILITY, format);
	if (lost)
		abort_update(ABORT_CAP_LOST, lost);
}

/**
 * bootstrap() - compare the images, then put this one in place
 *
 * Context: service hart, in staging, called by start.S, does not return.
 */
void bootstrap(void)
{
	const struct control_block *control = read_control_block();
	const struct mrb_header *old = (const struct mrb_header *)control->old_image;

	if (control->image_capabilities != old->cap_provided)
		abort_update(ABORT_CONTROL,
			     __builtin_offsetof(struct control_block, image_capabilities));
	compare_versions(old, &image_header);
	compare_capabilities(control, &image_header);
	board_call(OVERLAY_PROGRESS, PROGRESS_COMPARED, 0, 0);
	exchange_images(old, &image_header);
}
