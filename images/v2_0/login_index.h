/* SPDX-License-Identifier: GPL-2.0 */
/* The index of 2.0's login table: record numbers by port id. See format.h. */
#ifndef IMAGES_V2_LOGIN_INDEX_H
#define IMAGES_V2_LOGIN_INDEX_H

#include "persist.h"

/* Number of the record plus 1; 0 for a free place (schema 5, version 1). */
extern u16 login_index[LOGIN_INDEX_SIZE];

u32 login_index_find(u32 port_id);
u32 login_index_add(u32 record);
void login_index_remove(u32 record);
bool login_index_good(u32 logins);

#endif
