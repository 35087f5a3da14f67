// SPDX-License-Identifier: GPL-2.0
/*
 * A board of kind "banked": two banks, each with an instruction cache of its own. The bank
 * register selects the bank that is the code region; the selection can be changed only while
 * the register's open bit is set. A flush makes the harts fetch from the cache of the bank that
 * is in place.
 */
#include <linux/bits.h>

#include <hba_sim/board.h>

#include "memctl_banks.h"

#define BANK_SELECT	BIT(0)
#define BANK_CACHE	BIT(1)
#define BANK_OPEN	BIT(7)

static void write_bank(struct memctl *mc, u32 value)
{
	if (!(mc->reg & BANK_OPEN))
		value = (mc->reg & ~BANK_OPEN) | (value & BANK_OPEN);
	if ((mc->reg ^ value) & BANK_SELECT)
		memctl_exchange(mc);
	mc->reg = value;
	mc->locked = !(value & BANK_OPEN);
}

static void banked_unlock(struct memctl *mc)
{
	write_bank(mc, mc->reg | BANK_OPEN);
}

static void banked_lock(struct memctl *mc)
{
	write_bank(mc, mc->reg & ~BANK_OPEN);
}

static void banked_flush(struct memctl *mc)
{
	write_bank(mc, mc->reg ^ BANK_CACHE);
}

static void banked_put(struct memctl *mc, const struct mrb_header *image,
		       const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes)
{
	memctl_banks_ready(mc, image, keep, bytes);
	write_bank(mc, mc->reg ^ BANK_SELECT);
}

static void banked_undo(struct memctl *mc, const struct mrb_header *image,
			const struct mrb_header *old)
{
	u32 open = mc->reg & BANK_OPEN;

	banked_unlock(mc);
	write_bank(mc, mc->reg ^ (mc->flushed ? BANK_SELECT | BANK_CACHE : BANK_SELECT));
	if (!open)
		banked_lock(mc);
}

/** board_banked - two banks, exchanged by remapping */
const struct board_kind board_banked = {
	.name		= "banked",
	.capabilities	= CAP_BOARD_OVERLAY | CAP_BOARD_BANKED,
	.services	= true,
	.banks		= true,
	.unlock		= banked_unlock,
	.lock		= banked_lock,
	.flush		= banked_flush,
	.put		= banked_put,
	.try_put	= memctl_banks_try_put,
	.verify		= memctl_banks_verify,
	.undo		= banked_undo,
};
