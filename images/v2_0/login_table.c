// SPDX-License-Identifier: GPL-2.0
/* The login table of 2.0: a record stays where it was put; see format.h. */
#include "lib.h"
#include "login_index.h"
#include "login_table.h"
#include "selftest.h"

/* Limit for rebuilding the index; a full table with a fabric's ids needs less than a third. */
#define MEND_PROBES	(4 * LOGIN_INDEX_SIZE)

/**
 * login_table_count() - count the records in use
 *
 * Context: any hart; no record is added meanwhile.
 * Return: their number.
 */
u32 login_table_count(void)
{
	u32 logins = 0;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		if (login_table[i].state != LOGIN_NONE)
			logins++;
	return logins;
}

/**
 * login_find() - look a remote port up
 * @port_id: its address on the fabric
 *
 * Return: its record, or NULL if no record in use has this port id.
 */
struct login *login_find(u32 port_id)
{
	u32 record = login_index_find(port_id);

	if (record == BOARD_MAX_PORTS || login_table[record].state == LOGIN_NONE)
		return NULL;
	return &login_table[record];
}

/**
 * login_table_add() - find room for a record
 * @port_id: of the remote port
 * @logins: records in use, less than BOARD_MAX_PORTS
 *
 * Context: the hart that logs in, before the logical units are ready.
 * Return: a record that was unused and is in the index now; the caller sets all but
 * @port_id.
 */
struct login *login_table_add(u32 port_id, u32 logins)
{
	u32 place = logins;

	while (login_table[place].state != LOGIN_NONE)
		place = (place + 1) % BOARD_MAX_PORTS;
	login_table[place].port_id = port_id;
	login_index_add(place);
	return &login_table[place];
}

/**
 * login_table_check() - are table and index consistent?
 *
 * Context: service hart.
 * Return: 0 or enum selftest_fault.
 */
u32 login_table_check(void)
{
	u32 logins = login_table_count();

	if (logins > board_regs()->nr_ports)
		return FAULT_LOGIN_COUNT;
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		if (login_table[i].state != LOGIN_NONE && !login_sensible(&login_table[i]))
			return FAULT_LOGIN;
	return login_index_good(logins) ? 0 : FAULT_LOGIN_INDEX;
}

/**
 * login_table_mend() - rebuild data derived from the records: the index
 *
 * Records with nonsense in them may all collide with each other. Then the index stays
 * incomplete, and the self-test finds that nothing can be kept.
 *
 * Context: service hart.
 */
void login_table_mend(void)
{
	u32 probes = 0;

	memset(login_index, 0, sizeof(login_index));
	for (u32 i = 0; i < BOARD_MAX_PORTS && probes < MEND_PROBES; i++)
		if (login_table[i].state != LOGIN_NONE)
			probes += login_index_add(i);
}
