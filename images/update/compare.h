/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bootstrap and rollback module find out before anything is changed: two
 * images, the control block, the environment.
 */
#ifndef IMAGES_COMPARE_H
#define IMAGES_COMPARE_H

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "hart.h"

/* Stands for the id of a schema that has none, where 0 means that all is well. */
#define SCHEMA_DAMAGED	0xffffffffu

/* This image's. */
extern const struct mrb_header image_header;

__attribute__((noreturn)) void abort_update(u32 reason, u32 detail);
const struct control_block *read_control_block(void);

const struct mrb_schema *find_schema(const struct mrb_header *h, u32 id);
u32 schema_obstacle(const struct mrb_schema *s);
u32 equal_schemas(const struct mrb_header *from, const struct mrb_header *to);
u32 first_difference(const struct mrb_header *from, const struct mrb_header *to);

#endif
