// SPDX-License-Identifier: GPL-2.0
/*
 * The rollback module: puts the preserved image back, which this one had
 * replaced. That image knows nothing of this one's formats, so it is this one
 * that converts what they hold now. It runs in place, in the image that is
 * given up; its variables are read only by then, only the stack is not.
 */
#include "compare.h"
#include "exchange.h"

void rollback(void);

/* See place.S: only then both images go on together from the flush. */
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
 * Versions and capabilities are not compared: that image is older, and it ran
 * on this board.
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
