/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of 2.0b: those of 2.0 without READ DEFECT DATA. */
#ifndef IMAGES_COMMANDS_EXTRA_2_0B_H
#define IMAGES_COMMANDS_EXTRA_2_0B_H

#include "../v2_0/commands_extra.h"

#undef DEFECTS_10
#undef DEFECTS_12
#define DEFECTS_10
#define DEFECTS_12

#endif
