/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kinds of board: how the memory controller is unlocked and locked, how an image
 * takes another's place, how the caches are flushed (S2, S3). Each kind is a file
 * board_NAME.c; memctl.c has what all kinds have in common. Images make the same calls on all
 * kinds (S4).
 */
#ifndef HBA_SIM_BOARD_KIND_H
#define HBA_SIM_BOARD_KIND_H

#include <linux/types.h>

#include "memctl.h"

/**
 * struct board_kind - a kind of board
 * @name: value of the module parameter "board"
 * @capabilities: CAP_BOARD_*
 * @services: it has the system services for an update
 * @fixed: its microcode cannot be replaced; @unlock and all after it are NULL
 * @banks: an update exchanges two banks; else it copies, which needs memory to save the
 *	old image
 * @boot_flash: it boots from flash, and an update can be permanent
 * @unlock: reprogram the controller: the code region can be written
 * @lock: undo @unlock: the code region cannot be written any more
 * @expired: has it been unlocked for too long? NULL if there is no time limit
 * @written: something was written to the unlocked region; may be NULL
 * @flush: the caches are about to forget the old text; may be NULL
 * @put: put the staged image in place; see memctl_put()
 * @try_put: do as much work as @put, but elsewhere; see memctl_try_put()
 * @verify: is what was put in place what was staged?
 * @undo: put the old image back, as it was at @put
 *
 * @flush and all after it are called in the pause of an update, except @try_put, which is
 * called before the pause; none of them sleeps.
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

/* All kinds of board, NULL at the end; the first one is the default. */
extern const struct board_kind *const board_kinds[];

#endif
