/* SPDX-License-Identifier: GPL-2.0 */
/* Why a hart cannot go on: the facts, and, separately, what the hart itself says. */
#ifndef HBA_SIM_CRASH_LINE_H
#define HBA_SIM_CRASH_LINE_H

#include "../processor/processor.h"

#define CRASH_LINE_MAX	192u

bool crash_by_trap(const struct hart *h);
u32 crash_where(const struct hart *h);
void crash_line(const struct hart *h, char *buf, size_t len);

#endif
