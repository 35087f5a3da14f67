// SPDX-License-Identifier: GPL-2.0
/*
 * A board of kind "flash": two banks as on "banked", and a boot flash (slots.c), so that an
 * update can be permanent. A key word unlocks the code region for a number of instructions;
 * each write restarts that period. When it is over, nothing can be put in place or flushed any
 * more.
 */
#include <linux/kernel.h>

#include <hba_sim/board.h>

#include "memctl_banks.h"

#define KEY_WORD	0x0ff5e77eu
#define NO_KEY		0u
#define KEY_INSNS	100000u

static void write_key(struct memctl *mc, u32 word)
{
	mc->reg = word;
	mc->locked = word != KEY_WORD;
	mc->open_until = *mc->clock + KEY_INSNS;
}

static void flash_board_unlock(struct memctl *mc)
{
	write_key(mc, KEY_WORD);
}

static void flash_board_lock(struct memctl *mc)
{
	write_key(mc, NO_KEY);
}

static bool flash_board_expired(const struct memctl *mc)
{
	return *mc->clock > mc->open_until;
}

static void flash_board_put(struct memctl *mc, const struct mrb_header *image,
			    const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes)
{
	memctl_banks_ready(mc, image, keep, bytes);
	memctl_exchange(mc);
}

static void flash_board_undo(struct memctl *mc, const struct mrb_header *image,
			     const struct mrb_header *old)
{
	memctl_exchange(mc);
}

/** board_flash - two banks and a boot flash */
const struct board_kind board_flash = {
	.name		= "flash",
	.capabilities	= CAP_BOARD_OVERLAY | CAP_BOARD_BANKED | CAP_BOARD_FLASH,
	.services	= true,
	.banks		= true,
	.boot_flash	= true,
	.unlock		= flash_board_unlock,
	.lock		= flash_board_lock,
	.expired	= flash_board_expired,
	.written	= flash_board_unlock,
	.put		= flash_board_put,
	.try_put	= memctl_banks_try_put,
	.verify		= memctl_banks_verify,
	.undo		= flash_board_undo,
};
