/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bootstrap and rollback module compare before anything is changed: the two
 * images, the control block, and the environment.
 */
#ifndef IMAGES_COMPARE_H
#define IMAGES_COMPARE_H

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "hart.h"

/* Returned in place of a schema id of 0, as 0 would mean that there is no obstacle. */
#define SCHEMA_DAMAGED	0xffffffffu

/* The header of the image that this code belongs to. */
extern const struct mrb_header image_header;

__attribute__((noreturn)) void abort_update(u32 reason, u32 detail);
const struct control_block *read_control_block(void);

const struct mrb_schema *find_schema(const struct mrb_header *h, u32 id);
u32 schema_obstacle(const struct mrb_schema *s);
u32 equal_schemas(const struct mrb_header *from, const struct mrb_header *to);
u32 first_difference(const struct mrb_header *from, const struct mrb_header *to);

#endif
