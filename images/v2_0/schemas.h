/* SPDX-License-Identifier: GPL-2.0 */
/* The schemas of 2.0. */
#ifndef IMAGES_V2_SCHEMAS_H
#define IMAGES_V2_SCHEMAS_H

#include "login_index.h"
#include "persist.h"
#include "reservation.h"

#define IMAGE_SCHEMAS {									\
	{ SCHEMA_LOGIN, 2, (u32)login_table, sizeof(struct login), BOARD_MAX_PORTS },	\
	{ SCHEMA_NEXUS, 2, (u32)nexus_table, sizeof(struct nexus), BOARD_MAX_TARGETS },	\
	{ SCHEMA_LU, 2, (u32)lu_table, sizeof(struct lu), BOARD_MAX_TARGETS },		\
	{ SCHEMA_RESERVATION, 1, (u32)reservation_table, sizeof(struct reservation),	\
	  BOARD_MAX_TARGETS },								\
	{ SCHEMA_LOGIN_INDEX, 1, (u32)login_index, sizeof(u16), LOGIN_INDEX_SIZE }	\
}

#endif
