/* SPDX-License-Identifier: GPL-2.0 */
/* One image takes another's place, with the other's persistent data. */
#ifndef IMAGES_EXCHANGE_H
#define IMAGES_EXCHANGE_H

#include <hba_sim/mrb.h>
#include "hart.h"

/* place.S: the last steps, after which the image that is put in place starts. */
__attribute__((noreturn)) void put_in_place(u32 keep, u32 runtime_entry);

extern const u32 put_in_place_start[], put_in_place_end[];

void require_conversion(const struct mrb_header *from, const struct mrb_header *to);
void exchange_images(const struct mrb_header *from, const struct mrb_header *to);

#endif
