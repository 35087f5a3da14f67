// SPDX-License-Identifier: GPL-2.0
/* The table of the kinds of board. */
#include <linux/stddef.h>

#include "board_kind.h"

const struct board_kind *const board_kinds[] = {
	&board_sram,
	&board_banked,
	&board_flash,
	&board_rom,
	&board_legacy,
	NULL,
};
