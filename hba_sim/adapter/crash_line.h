/* SPDX-License-Identifier: GPL-2.0 */
/* What a hart that cannot go on has come to: facts, and apart from them what it says. */
#ifndef HBA_SIM_CRASH_LINE_H
#define HBA_SIM_CRASH_LINE_H

#include "../processor/processor.h"

#define CRASH_LINE_MAX	192u

bool crash_by_trap(const struct hart *h);
u32 crash_where(const struct hart *h);
void crash_line(const struct hart *h, char *buf, size_t len);

#endif
