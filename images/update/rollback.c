// SPDX-License-Identifier: GPL-2.0
/*
 * The rollback module: puts back the preserved image, which this image had replaced.
 * The preserved image does not know this image's formats, so this image converts
 * the current data back. The module runs in place, in the image that is given up; of
 * its memory only the stack can be written.
 */
#include "compare.h"
#include "exchange.h"

void rollback(void);

/* The code must be the same in both images to go on after the flush: see place.S. */
static bool same_last_steps(void)
{
	u32 staged = BOARD_STAGING_TEXT_BASE - BOARD_TEXT_BASE;

	for (const u32 *word = put_in_place_start; word < put_in_place_end; word++)
		if (*word != *(const u32 *)((u32)word + staged))
			return false;
	return true;
}

/**
 * rollback() - the host wants the preserved image back
 *
 * Versions and capabilities are not compared: the preserved image is older, and it
 * has already run on this board.
 *
 * Context: service hart, called by start.S, does not return.
 */
void rollback(void)
{
	const struct control_block *control = read_control_block();
	const struct mrb_header *preserved = (const struct mrb_header *)control->new_image;

	if (!same_last_steps())
		abort_update(ABORT_NO_CONVERSION, 0);
	require_conversion(&image_header, preserved);
	exchange_images(&image_header, preserved);
}
