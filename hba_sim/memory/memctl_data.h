/* SPDX-License-Identifier: GPL-2.0 */
/* For the code that puts images in place: memctl.c and the kinds of board. */
#ifndef HBA_SIM_MEMCTL_DATA_H
#define HBA_SIM_MEMCTL_DATA_H

#include <linux/types.h>

#include <hba_sim/mrb.h>

bool memctl_may_keep(const struct mrb_header *image, const struct mrb_header *old, u32 keep);
u64 memctl_sum_replaced(u8 *to, const u8 *from, const struct mrb_header *image, u32 keep,
			u64 (*fn)(u8 *to, const u8 *from, u32 len));

#endif
