// SPDX-License-Identifier: GPL-2.0
/* The login table of 1.x: records in use come first, ordered by port id. */
#include "lib.h"
#include "login_table.h"
#include "selftest.h"

/**
 * login_table_count() - count the records in use
 *
 * Context: any hart; no record is added meanwhile.
 * Return: their number.
 */
u32 login_table_count(void)
{
	u32 low = 0;
	u32 high = board_regs()->nr_ports;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (login_table[middle].state == LOGIN_NONE)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/**
 * login_find() - look a remote port up
 * @port_id: its address on the fabric
 *
 * Return: its record, or NULL if no record in use has this port id.
 */
struct login *login_find(u32 port_id)
{
	u32 end = board_regs()->nr_ports;
	u32 low = 0;
	u32 high = end;

	while (low < high) {
		u32 middle = (low + high) / 2;
		const struct login *login = &login_table[middle];

		if (login->state == LOGIN_NONE || login->port_id >= port_id)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == end || login_table[low].state == LOGIN_NONE ||
	    login_table[low].port_id != port_id)
		return NULL;
	return &login_table[low];
}

/**
 * login_table_add() - make room for a record
 * @port_id: of the remote port
 * @logins: records in use, less than BOARD_MAX_PORTS
 *
 * If a fault interrupts this, a record exists twice, which the self-test finds.
 *
 * Context: the hart that logs in, before the logical units are ready: records move.
 * Return: the new record, in the order of port ids; the caller sets all but @port_id.
 */
struct login *login_table_add(u32 port_id, u32 logins)
{
	u32 place = logins;

	for (; place && login_table[place - 1].port_id > port_id; place--)
		login_table[place] = login_table[place - 1];
	login_table[place].port_id = port_id;
	return &login_table[place];
}

/**
 * login_table_check() - is the table consistent?
 *
 * Context: service hart.
 * Return: 0 or enum selftest_fault.
 */
u32 login_table_check(void)
{
	u32 logins = login_table_count();

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		const struct login *login = &login_table[i];
		bool used = login->state != LOGIN_NONE;
		bool counted = i < logins;

		if (used != counted)
			return FAULT_LOGIN_COUNT;
		if (used && !login_sensible(login))
			return FAULT_LOGIN;
		if (i && used && login->port_id < login[-1].port_id)
			return FAULT_LOGIN_ORDER;
	}
	return 0;
}

/** login_table_mend() - rebuild data derived from the records: 1.x has none */
void login_table_mend(void)
{
}
