/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The 1.x formats for 2.0: struct login_1 and struct nexus_1, so named because 2.0 uses
 * the plain names for its own records. struct lu is the same but for the meaning of
 * @login: the number of a record that may have moved.
 */
#ifndef IMAGES_V2_OLD_FORMAT_H
#define IMAGES_V2_OLD_FORMAT_H

#define login login_1
#define nexus nexus_1
#include "../v1/format.h"
#undef login
#undef nexus

#include "convert.h"
#include "persist.h"

/* All flags of a logical unit that 1.x knows. */
#define LU_FLAGS_1	(LU_STARTING | LU_UNREACHABLE | LU_STOPPED | LU_SWP | LU_D_SENSE | \
			 LU_WCE | UA_POWER_ON | UA_BUS_RESET | UA_MICROCODE | UA_LU_RESET)

/* convert_record() and convert_settle() for one direction; see convert.h. */
bool from_1_record(u32 id, const void *old, u32 i);
bool to_1_record(struct conversion *c, u32 id, u32 i);
u32 to_1_settle(struct conversion *c);

#endif
