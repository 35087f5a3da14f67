// SPDX-License-Identifier: GPL-2.0
/* The memory map of the harts. */
#include <linux/string.h>

#include <hba_sim/board.h>

#include "adapter.h"

/**
 * adapter_map_hart() - give a hart the board's memory map
 * @a: the adapter
 * @h: the hart, not running
 * @mbox: its own mailbox
 * @scratch: its own scratch memory
 *
 * The text is mapped with the instruction cache as it is now.
 */
void adapter_map_hart(struct adapter *a, struct hart *h, struct mailbox *mbox, u8 *scratch)
{
	struct bus_window *text = &h->win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS];
	struct memctl *mc = &a->memctl;

	memset(h->win, 0, sizeof(h->win));
	bus_map(h, BOARD_REGS_BASE, a->regs, BOARD_REGS_SIZE, BUS_R);
	bus_map(h, BOARD_MBOX_BASE, mbox, BOARD_MBOX_SIZE, BUS_R | BUS_W);
	bus_map(h, BOARD_SCRATCH_BASE, scratch, BOARD_SCRATCH_SIZE, BUS_R | BUS_W);
	bus_map(h, BOARD_TEXT_BASE, mc->region.text, BOARD_TEXT_SIZE, BUS_R | BUS_X);
	bus_map(h, BOARD_DATA_BASE, mc->region.data, BOARD_DATA_SIZE, BUS_R | BUS_W);
	text->insns = mc->icache.insns;
	text->nr_insns = mc->icache.nr;
}
