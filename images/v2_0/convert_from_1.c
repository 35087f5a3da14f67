// SPDX-License-Identifier: GPL-2.0
/*
 * From 1.x: record n of each table becomes record n, as 2.0 does not need an order of
 * records. Finding a record by port id is left to the index, which is updated with
 * each record. Records that are looked at are copied first, as they may change at any
 * time. Any value of a counter is valid.
 */
#include "lib.h"
#include "login_index.h"
#include "old_format.h"

static bool login_sensible(const struct login_1 *old)
{
	return old->state == LOGIN_NONE ||
	       (old->state <= LOGIN_REJECTED && old->port < board_regs()->nr_ports &&
		old->port_id <= PORT_ID_MAX);
}

static void set_port_id(u32 i, u32 port_id)
{
	if (login_table[i].state != LOGIN_NONE) {
		if (login_table[i].port_id == port_id)
			return;
		login_index_remove(i);
	}
	login_table[i].port_id = port_id;
	login_index_add(i);
}

static void remove_login(u32 i)
{
	if (login_table[i].state == LOGIN_NONE)
		return;
	login_index_remove(i);
	memset(&login_table[i], 0, sizeof(login_table[i]));
}

static bool convert_login(const struct login_1 *at, u32 i)
{
	struct login *new = &login_table[i];
	struct login_1 old;

	memcpy(&old, at, sizeof(old));
	if (!login_sensible(&old))
		return false;
	if (old.state == LOGIN_NONE) {
		remove_login(i);
		return true;
	}
	set_port_id(i, old.port_id);
	new->wwpn_lo = old.wwpn_lo;
	new->wwpn_hi = old.wwpn_hi;
	new->token = old.token;
	new->blocks_lo = old.blocks_lo;
	new->blocks_hi = old.blocks_hi;
	new->port = old.port;
	new->state = old.state;
	return true;
}

static void convert_nexus(const struct nexus_1 *old, struct nexus *new)
{
	new->commands = (struct counter){ .lo = old->commands };
	new->reads = (struct counter){ .lo = old->reads };
	new->writes = (struct counter){ .lo = old->writes };
	new->read_blocks = (struct counter){ .lo = old->read_blocks };
	new->written_blocks = (struct counter){ .lo = old->written_blocks };
	new->errors = (struct counter){ .lo = old->errors };
}

/* The login of a unit that is past its start must be that of its own port. */
static bool lu_sensible(const struct lu *old, u32 i)
{
	const struct login *login = &login_table[old->login];

	if (i >= board_regs()->nr_targets || old->flags & LU_STARTING)
		return true;
	return old->target == i && old->login < BOARD_MAX_PORTS &&
	       login->state != LOGIN_NONE && login->port == i;
}

static bool convert_lu(const struct lu *at, u32 i)
{
	struct lu old;

	memcpy(&old, at, sizeof(old));
	if (!lu_sensible(&old, i))
		return false;
	old.flags &= LU_FLAGS_1;
	memcpy(&lu_table[i], &old, sizeof(old));
	return true;
}

/**
 * from_1_record() - convert a record of 1.x
 * @id: schema of the record
 * @at: where the record is; I/O may change it
 * @i: number of the record
 *
 * Return: false if the record makes no sense now.
 */
bool from_1_record(u32 id, const void *at, u32 i)
{
	switch (id) {
	case SCHEMA_LOGIN:
		return convert_login(at, i);
	case SCHEMA_NEXUS:
		convert_nexus(at, &nexus_table[i]);
		return true;
	default:
		return convert_lu(at, i);
	}
}
