/* SPDX-License-Identifier: GPL-2.0 */
/* Incompatibilities that a bootstrap finds, and its reports to the host. */
#ifndef IMAGES_INCOMPAT_H
#define IMAGES_INCOMPAT_H

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "hart.h"

void report(u32 kind, u32 state, u32 old, u32 new);
void report_schemas(const struct mrb_header *from, const struct mrb_header *to, u32 state);
void report_layout(const struct mrb_header *from, const struct mrb_header *to);
__attribute__((noreturn)) void refuse_schema(const struct mrb_header *from,
					     const struct mrb_header *to, u32 id);

#endif
