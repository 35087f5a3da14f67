/* SPDX-License-Identifier: GPL-2.0 */
/* The board's chips in an update: what the new image carries for them. */
#ifndef IMAGES_CHIPS_H
#define IMAGES_CHIPS_H

#include <hba_sim/mrb.h>
#include "hart.h"

bool chip_needs(const struct mrb_block *block);
void burn_chips(const struct mrb_header *image);
u32 chips_needed(const struct mrb_header *image);
void select_chips(u32 chips);

#endif
