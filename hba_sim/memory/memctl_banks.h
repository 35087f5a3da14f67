/* SPDX-License-Identifier: GPL-2.0 */
/* What the kinds of board with two banks have in common. */
#ifndef HBA_SIM_MEMCTL_BANKS_H
#define HBA_SIM_MEMCTL_BANKS_H

#include "board_kind.h"

bool memctl_mirror_begin(struct memctl *mc, const struct mrb_header *image, u32 keep);
void memctl_mirror(struct memctl *mc, const struct mrb_header *image);

/* For the kinds of board. */
void memctl_banks_ready(struct memctl *mc, const struct mrb_header *image, u32 keep,
			struct memctl_bytes *bytes);
bool memctl_banks_try_put(struct memctl *mc, const struct mrb_header *image,
			  const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes);
bool memctl_banks_verify(const struct memctl *mc, const struct mrb_header *image, u32 keep);
void memctl_exchange(struct memctl *mc);

#endif
