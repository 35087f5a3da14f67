// SPDX-License-Identifier: GPL-2.0
/*
 * The self-test: does the persistent data make sense to this image? I/O goes on
 * meanwhile, so it looks at nothing that another hart changes, except for states, which
 * are valid at any time. The hart that logs in gets no frame about logins meanwhile.
 */
#include "extra.h"
#include "lib.h"
#include "login_table.h"
#include "selftest.h"

static bool each_port_once(void)
{
	u32 seen[BOARD_MAX_PORTS / 32];

	memset(seen, 0, sizeof(seen));
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		u32 port = login_table[i].port;

		if (login_table[i].state == LOGIN_NONE)
			continue;
		if (seen[port / 32] & 1u << port % 32)
			return false;
		seen[port / 32] |= 1u << port % 32;
	}
	return true;
}

/* The unit's login must be that of its own port, and be found by that port's id. */
static bool lu_good(const struct lu *lu, u32 target)
{
	const struct login *login = &login_table[lu->login];

	if (lu->target != target || lu_flags(lu) & ~(LU_STATES | LU_MODE_BITS | UA_ANY))
		return false;
	if (lu_flags(lu) & LU_STARTING)
		return true;
	return lu->login < BOARD_MAX_PORTS && login->state != LOGIN_NONE &&
	       login->port == target && login_find(login->port_id) == login &&
	       login->blocks_lo == lu->blocks_lo &&
	       login->blocks_hi == lu->blocks_hi;
}

/**
 * selftest() - test the persistent data
 *
 * Context: service hart, after OVERLAY_RESUME or at START_WARM; bounded by the
 * tables' sizes.
 * Return: 0 or enum selftest_fault.
 */
u32 selftest(void)
{
	u32 fault = login_table_check();

	if (!fault && !each_port_once())
		fault = FAULT_LOGIN_TWICE;
	for (u32 i = 0; i < board_regs()->nr_targets && !fault; i++)
		if (!lu_good(&lu_table[i], i))
			fault = FAULT_LU;
	for (u32 i = 0; i < board_regs()->nr_targets && !fault; i++)
		if (!extra_good(&lu_table[i]))
			fault = FAULT_RESERVATION;
	return fault;
}
