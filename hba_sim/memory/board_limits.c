// SPDX-License-Identifier: GPL-2.0
/* The limits that this board sets to images, for the module and the mrb tool. */
#include <hba_sim/board.h>

#include "board_limits.h"

/** board_limits - what mrb_check() requires of an image for this board */
const struct mrb_limits board_limits = {
	.board_id	= BOARD_ID,
	.text_base	= BOARD_TEXT_BASE,
	.text_size	= BOARD_TEXT_SIZE,
	.data_base	= BOARD_DATA_BASE,
	.data_size	= BOARD_DATA_SIZE,
	.chips_base	= BOARD_STAGING_CHIPS_BASE,
	.chips_size	= BOARD_STAGING_CHIPS_SIZE,
	.nr_chips	= BOARD_CHIPS,
	.config_size	= BOARD_CONFIG_SIZE,
	.image_caps	= CAP_IMAGE,
};
