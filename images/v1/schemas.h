/* SPDX-License-Identifier: GPL-2.0 */
/* The schemas of 1.0 and 1.1. */
#ifndef IMAGES_V1_SCHEMAS_H
#define IMAGES_V1_SCHEMAS_H

#include "persist.h"

#define IMAGE_SCHEMAS {									\
	{ SCHEMA_LOGIN, 1, (u32)login_table, sizeof(struct login), BOARD_MAX_PORTS },	\
	{ SCHEMA_NEXUS, 1, (u32)nexus_table, sizeof(struct nexus), BOARD_MAX_TARGETS },	\
	{ SCHEMA_LU, 1, (u32)lu_table, sizeof(struct lu), BOARD_MAX_TARGETS }		\
}

#endif
