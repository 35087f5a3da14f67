/* SPDX-License-Identifier: GPL-2.0 */
/* What is done to a path: each mode goes through all points of one kind. */
#ifndef SWEEP_MODES_H
#define SWEEP_MODES_H

#include <stdbool.h>
#include <linux/types.h>

/**
 * struct sweep_mode - a kind of points
 * @name: of the mode
 * @sweep: does them all, in a process of its own with a world before the update
 * @burns: only on paths that burn a chip
 * @copies: only where the pause copies something
 * @stride: in scripts/check without --deep, on a path that is not complete there
 */
struct sweep_mode {
	const char *name;
	void (*sweep)(void);
	u64 stride;
	bool burns;
	bool copies;
};

extern const struct sweep_mode sweep_modes[];
extern const u32 nr_sweep_modes;

/* instants.c: every instruction. */
void sweep_update(void);
void sweep_start(void);
void sweep_rollback(void);
void sweep_probation(void);

/* seeds.c: interleavings without faults. */
void sweep_seeds(void);

/* flips.c: the image file and the copy. */
void sweep_file_flips(void);
void sweep_copy_flips(void);
void sweep_probation_flips(void);
void sweep_torn_copy(void);

/* burn.c: the chips. */
void sweep_burn(void);

#endif
