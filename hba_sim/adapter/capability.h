/* SPDX-License-Identifier: GPL-2.0 */
/* The capabilities' names and owners, for the module and the mrb tool. */
#ifndef HBA_SIM_CAPABILITY_H
#define HBA_SIM_CAPABILITY_H

#include <linux/types.h>

const char *capability_name(u32 bit);
const char *capability_owner(u32 bit);

#endif
