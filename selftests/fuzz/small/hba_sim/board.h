/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The board with a small code region, for targets that fill and clear it for
 * each input: that is what they would spend nearly all of their time with.
 */
#ifndef FUZZ_SMALL_BOARD_H
#define FUZZ_SMALL_BOARD_H

#include_next <hba_sim/board.h>

#undef BOARD_TEXT_SIZE
#undef BOARD_DATA_SIZE
#define BOARD_TEXT_SIZE		0x4000u
#define BOARD_DATA_SIZE		0x4000u

#endif
