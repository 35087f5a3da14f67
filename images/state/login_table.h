/* SPDX-License-Identifier: GPL-2.0 */
/* Operations on the login table; each format has its own login_table.c. */
#ifndef IMAGES_LOGIN_TABLE_H
#define IMAGES_LOGIN_TABLE_H

#include "persist.h"

u32 login_table_count(void);
struct login *login_find(u32 port_id);
struct login *login_table_add(u32 port_id, u32 logins);
u32 login_table_check(void);
void login_table_mend(void);

#endif
