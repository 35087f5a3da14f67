// SPDX-License-Identifier: GPL-2.0
/* The whole adapter as the overlay engine sees it. The other ops_*.c have its parts. */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>

#include "ops.h"

static enum overlay_support op_support(void *board)
{
	struct adapter *a = board;
	const struct board_kind *kind = a->memctl.kind;

	if (!kind->services)
		return OVERLAY_NO_SERVICES;
	if (kind->fixed)
		return OVERLAY_FIXED;
	return kind->boot_flash ? OVERLAY_PERMANENT : OVERLAY_TEMPORARY;
}

static bool op_alive(void *board)
{
	struct adapter *a = board;

	return !READ_ONCE(a->dead);
}

static u32 op_capabilities(void *board)
{
	struct adapter *a = board;

	return le32_to_cpu(a->regs->capabilities);
}

static u32 op_needed(void *board)
{
	struct adapter *a = board;

	return le32_to_cpu(a->regs->needed);
}

static int op_suits(void *board, const void *file, char *why, size_t size)
{
	u32 chip;

	if (!chips_carried_whole(file, &chip)) {
		scnprintf(why, size, "carries contents for chip %u that are not whole", chip);
		return -EBADMSG;
	}
	if (port_suits(board, file))
		return 0;
	scnprintf(why, size, "speaks no frame format that driver and board do");
	return -EPROTO;
}

static void op_told(void *board, u32 old, u32 new)
{
	struct adapter *a = board;

	if (a->ops->told)
		a->ops->told(a, old, new);
}

static void op_fail(void *board, const char *why)
{
	struct adapter *a = board;

	adapter_fail(a, &a->service.hart, why);
}

static u64 op_now_ns(void)
{
	return ktime_get_ns();
}

const struct overlay_board_ops adapter_board_ops = {
	.limits		= &board_limits,
	.support	= op_support,
	.alive		= op_alive,
	.capabilities	= op_capabilities,
	.needed		= op_needed,
	.suits		= op_suits,
	.told		= op_told,
	.capability_name	= capability_name,
	.fail		= op_fail,
	.now_ns		= op_now_ns,
};

/** adapter_overlay_ops - the adapter as a board for the overlay engine */
const struct overlay_ops adapter_overlay_ops = {
	.board		= &adapter_board_ops,
	.processor	= &adapter_processor_ops,
	.memory		= &adapter_memory_ops,
	.queues		= &adapter_queue_ops,
	.media		= &adapter_media_ops,
	.chips		= &adapter_chip_ops,
	.conventional	= &adapter_conventional,
	.remote		= &adapter_remote,
};
