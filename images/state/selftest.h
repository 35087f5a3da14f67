/* SPDX-License-Identifier: GPL-2.0 */
/* The self-test of an image that was just put in place, or restarted. */
#ifndef IMAGES_SELFTEST_H
#define IMAGES_SELFTEST_H

#include "persist.h"

/* Arguments of OVERLAY_SELFTEST and BOARD_DAMAGED; the numbers never change. */
enum selftest_fault {
	FAULT_LOGIN_COUNT = 1,	/* more logins than ports, or a gap between them */
	FAULT_LOGIN	  = 2,	/* a login record makes no sense */
	FAULT_LOGIN_ORDER = 3,	/* 1.x: login records are not in order */
	FAULT_LOGIN_INDEX = 4,	/* 2.0: the index does not match the login records */
	FAULT_LU	  = 5,	/* a logical unit does not have its port's login, or has
				 * invalid states
				 */
	FAULT_RESERVATION = 6,	/* 2.0: a reservation that no command can have made */
	FAULT_LOGIN_TWICE = 7,	/* a port has two login records, so one may have none */
};

/* Does a record in use make sense? */
static inline bool login_sensible(const struct login *login)
{
	return login->state <= LOGIN_REJECTED && login->port < board_regs()->nr_ports &&
	       login->port_id <= PORT_ID_MAX;
}

u32 selftest(void);

#endif
