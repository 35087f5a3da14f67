// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter behind the engine's struct overlay_conventional: an adapter whose
 * microcode is read straight over the old one, and which is then reset.
 */
#include <asm/byteorder.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../adapter/adapter.h"
#include "ops.h"

#define STOP_POLL_MS	2

/* Pairs with bus_load(): I/O harts may read the register, too. */
static void conv_select(void *board, bool on)
{
	struct adapter *a = board;

	WRITE_ONCE(a->regs->update_method,
		   cpu_to_le32(on ? UPDATE_CONVENTIONAL : UPDATE_OVERLAY));
}

/*
 * This waits for media requests that are being executed; their completions are not delivered.
 * The port's format is not changed: nobody would restore it if the old image went on.
 */
static void conv_stop(void *board)
{
	struct adapter *a = board;

	port_pause(a, false);
	while (adapter_abort_all(a, QUEUE_BEGUN))
		msleep(STOP_POLL_MS);
}

/* Data that the bootstrap only wants to look at goes to its scratch memory. */
static int conv_write(void *board, u32 addr, const void *src, u32 len)
{
	struct adapter *a = board;
	u32 scratch = addr - BOARD_SCRATCH_BASE;

	if (scratch < BOARD_SCRATCH_SIZE && len <= BOARD_SCRATCH_SIZE - scratch) {
		memcpy(a->service.scratch + scratch, src, len);
		return 0;
	}
	return memctl_overwrite(&a->memctl, addr, src, len);
}

static int conv_adopt(void *board, struct mrb_header *image)
{
	struct adapter *a = board;
	const struct mrb_header *there = (const void *)a->memctl.region.text;
	struct mrb_fault fault;
	int err;

	err = mrb_check_header(there, BOARD_TEXT_SIZE, le32_to_cpu(there->total_size),
			       &board_limits, &fault);
	if (err)
		return err;
	if (!port_speaks(a, there))
		return -EPROTO;
	*image = *there;
	err = memctl_adopt(&a->memctl, image);
	if (!err)
		coredump_reserve(a, image);
	return err;
}

static int conv_boot(void *board, u32 reason, u64 *insns)
{
	struct adapter *a = board;
	u64 before = adapter_instructions(a);
	int err;

	if (reason != START_COLD && reason != START_WARM)
		return -EINVAL;
	adapter_forget_crashes(a);
	WRITE_ONCE(a->crashed, false);
	err = adapter_start_harts(a, reason);
	*insns += adapter_instructions(a) - before;
	return err;
}

/** adapter_conventional - the adapter as a board for a conventional overlay */
const struct overlay_conventional adapter_conventional = {
	.select	= conv_select,
	.stop	= conv_stop,
	.write	= conv_write,
	.adopt	= conv_adopt,
	.boot	= conv_boot,
};
