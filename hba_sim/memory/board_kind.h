/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of board: how the memory controller is unlocked and locked, how an image
 * takes another's place, how the caches are flushed (S2, S3). Each kind is a file
 * board_NAME.c; memctl.c has what is the same for all. What an image calls does not
 * differ (S4).
 */
#ifndef HBA_SIM_BOARD_KIND_H
#define HBA_SIM_BOARD_KIND_H

#include <linux/types.h>

#include "memctl.h"

/**
 * struct board_kind - a kind of board
 * @name: as the module's parameter "board" has it
 * @capabilities: CAP_BOARD_*
 * @services: it has the system services for an update
 * @fixed: its microcode cannot be replaced; there is nothing behind @unlock
 * @banks: an update exchanges two banks; else it copies, and the old image needs room
 *	for that
 * @boot_flash: it boots from flash, and an update can be permanent
 * @unlock: reprogram the controller: the code region can be written
 * @lock: and no more
 * @expired: unlocked, but for too long; NULL: that cannot be
 * @written: something was written to the unlocked region; may be NULL
 * @flush: the caches are about to forget the old text; may be NULL
 * @put: put the staged image in place; see memctl_put()
 * @try_put: as much work, with another place for all of it; see memctl_try_put()
 * @verify: is what was put in place what was staged?
 * @undo: the old image is back, as it was at @put
 *
 * Those from @flush on are called in the pause of an update, but @try_put before it: they do
 * not sleep.
 */
struct board_kind {
	const char *name;
	u32 capabilities;
	bool services;
	bool fixed;
	bool banks;
	bool boot_flash;
	void (*unlock)(struct memctl *mc);
	void (*lock)(struct memctl *mc);
	bool (*expired)(const struct memctl *mc);
	void (*written)(struct memctl *mc);
	void (*flush)(struct memctl *mc);
	void (*put)(struct memctl *mc, const struct mrb_header *image,
		    const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes);
	bool (*try_put)(struct memctl *mc, const struct mrb_header *image,
			const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes);
	bool (*verify)(const struct memctl *mc, const struct mrb_header *image, u32 keep);
	void (*undo)(struct memctl *mc, const struct mrb_header *image,
		     const struct mrb_header *old);
};

extern const struct board_kind board_sram;
extern const struct board_kind board_banked;
extern const struct board_kind board_flash;
extern const struct board_kind board_rom;
extern const struct board_kind board_legacy;

/* All of them; the first is what a board is if nobody says otherwise. The last is NULL. */
extern const struct board_kind *const board_kinds[];

#endif
