/* SPDX-License-Identifier: GPL-2.0 */
/* The limits that this board sets to images. */
#ifndef HBA_SIM_BOARD_LIMITS_H
#define HBA_SIM_BOARD_LIMITS_H

#include "../../mrb/mrb.h"

extern const struct mrb_limits board_limits;

#endif
