/* SPDX-License-Identifier: GPL-2.0 */
/* Which frame format image and driver have in common. */
#ifndef IMAGES_NEGOTIATE_H
#define IMAGES_NEGOTIATE_H

#include <hba_sim/mrb.h>
#include "hart.h"

u32 common_format(const struct mrb_header *image);
void report_format(const struct mrb_header *image);
void switch_format(const struct mrb_header *image);

#endif
