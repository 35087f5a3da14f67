// SPDX-License-Identifier: GPL-2.0
/*
 * A board of kind "rom": its memory controller locks the shadow RAM at power-on, and nothing
 * unlocks it (S6). It has the system services, so that they can report this.
 */
#include <hba_sim/board.h>

#include "board_kind.h"

/** board_rom - cannot be updated */
const struct board_kind board_rom = {
	.name		= "rom",
	.capabilities	= CAP_BOARD_OVERLAY,
	.services	= true,
	.fixed		= true,
};
