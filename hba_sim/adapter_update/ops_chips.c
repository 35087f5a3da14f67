// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter's chips as the overlay engine sees them: only the inactive configuration can be
 * erased and programmed, with contents from staging.
 */
#include <linux/errno.h>

#include "../adapter/adapter.h"
#include "ops.h"

/* Wait until nobody reads the configuration that is to be burned. */
static void settle(struct adapter *a, u32 chip)
{
	if (chip == CHIP_PORT)
		port_hart_settle(a);
}

static int op_erase(void *board, u32 chip, u32 block)
{
	struct adapter *a = board;

	settle(a, chip);
	return chip_erase(&a->chips, chip, chip_idle(&a->chips, chip), block);
}

static int op_program(void *board, u32 chip, u32 page, u32 addr)
{
	struct adapter *a = board;
	const u8 *src = memctl_stage_page(&a->memctl, addr);
	int err;

	if (!src)
		return -EFAULT;
	settle(a, chip);
	err = chip_program(&a->chips, chip, chip_idle(&a->chips, chip), page, src);
	return err ?: (int)BOARD_PROGRAM_SIZE;
}

static int op_select(void *board, u32 chip)
{
	struct adapter *a = board;

	return chip_select(&a->chips, chip);
}

/** adapter_chip_ops - the adapter's chips for the overlay engine */
const struct overlay_chip_ops adapter_chip_ops = {
	.erase		= op_erase,
	.program	= op_program,
	.select		= op_select,
};
