/* SPDX-License-Identifier: GPL-2.0 */
/* Logins after a loss: the driver wants them, the service hart makes them. */
#ifndef HBA_SIM_LOGIN_H
#define HBA_SIM_LOGIN_H

#include "adapter.h"

void login_want(struct adapter *a, u32 port);
void login_work(struct adapter *a);

#endif
