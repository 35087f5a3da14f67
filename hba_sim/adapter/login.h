/* SPDX-License-Identifier: GPL-2.0 */
/* Logins: which are wanted, and when an I/O hart makes them. */
#ifndef HBA_SIM_LOGIN_H
#define HBA_SIM_LOGIN_H

#include "adapter.h"

int login_init(struct adapter *a);
void login_destroy(struct adapter *a);
const char *login_start(struct adapter *a);
void login_want(struct adapter *a, u32 port);
void login_work(struct adapter *a);
void login_pause(struct adapter *a, bool restarted);
void login_resume(struct adapter *a);
void login_stop(struct adapter *a);

#endif
