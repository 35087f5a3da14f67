// SPDX-License-Identifier: GPL-2.0
/*
 * Back to 1.x: login records are put into the order of port ids, statistics
 * lose their upper halves, and logical units get the new numbers of their
 * login records.
 *
 * In an ordered table, a change of one record can move all others, so the login table
 * is made as a whole, and with it the logical units. That happens once, as there are
 * no logins during probation.
 */
#include "lib.h"
#include "old_format.h"

/* The table in staging that is to be written. */
static void *table_of(const struct conversion *c, u32 id)
{
	const struct mrb_schema *s = c->to->schema;

	while (s->id != id)
		s++;
	return (void *)(s->address - BOARD_DATA_BASE + BOARD_STAGING_DATA_BASE);
}

static void convert_login(const struct login *old, struct login_1 *new)
{
	new->port_id = old->port_id;
	new->wwpn_lo = old->wwpn_lo;
	new->wwpn_hi = old->wwpn_hi;
	new->token = old->token;
	new->blocks_lo = old->blocks_lo;
	new->blocks_hi = old->blocks_hi;
	new->port = old->port;
	new->state = old->state;
	new->reserved0 = 0;
	new->reserved1 = 0;
}

/* Collects all records in use, in any order; returns their number. */
static u32 collect_logins(struct login_1 *table)
{
	struct login old;
	u32 logins = 0;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		memcpy(&old, &login_table[i], sizeof(old));
		if (old.state != LOGIN_NONE)
			convert_login(&old, &table[logins++]);
	}
	memset(&table[logins], 0, (BOARD_MAX_PORTS - logins) * sizeof(table[0]));
	return logins;
}

static void insert_login(struct login_1 *table, u32 i, u32 gap)
{
	struct login_1 record = table[i];

	for (; i >= gap && table[i - gap].port_id > record.port_id; i -= gap)
		table[i] = table[i - gap];
	table[i] = record;
}

/* Shell sort: no recursion, no extra memory, and fast if the records are already sorted. */
static void sort_logins(struct login_1 *table, u32 logins)
{
	u32 gap = 1;

	while (gap < logins / 3)
		gap = 3 * gap + 1;
	for (; gap; gap /= 3)
		for (u32 i = gap; i < logins; i++)
			insert_login(table, i, gap);
}

/* Number of the first record with this port id or a higher one. */
static u32 find_login(const struct login_1 *table, u32 port_id)
{
	u32 low = 0;
	u32 high = BOARD_MAX_PORTS;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (table[middle].state == LOGIN_NONE || table[middle].port_id >= port_id)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Sets *@number to the new number of a unit's login record. */
static bool new_login(const struct login_1 *table, const struct lu *old, u32 target, u16 *number)
{
	u32 port_id, i;

	if (old->login >= BOARD_MAX_PORTS)
		return false;
	port_id = login_table[old->login].port_id;
	for (i = find_login(table, port_id); i < BOARD_MAX_PORTS; i++) {
		if (table[i].state == LOGIN_NONE || table[i].port_id != port_id)
			return false;
		if (table[i].port == target)
			break;
	}
	*number = i;
	return i < BOARD_MAX_PORTS;
}

static bool convert_lu(struct conversion *c, u32 i)
{
	struct lu *new = (struct lu *)table_of(c, SCHEMA_LU) + i;
	struct lu old;

	memcpy(&old, &lu_table[i], sizeof(old));
	if (i < board_regs()->nr_targets && !(old.flags & LU_STARTING) &&
	    (old.target != i || !new_login(table_of(c, SCHEMA_LOGIN), &old, i, &old.login)))
		return false;
	old.flags &= LU_FLAGS_1;
	*new = old;
	return true;
}

static void convert_nexus(struct conversion *c, u32 i)
{
	struct nexus_1 *new = (struct nexus_1 *)table_of(c, SCHEMA_NEXUS) + i;
	const struct nexus *old = &nexus_table[i];

	new->commands = old->commands.lo;
	new->reads = old->reads.lo;
	new->writes = old->writes.lo;
	new->read_blocks = old->read_blocks.lo;
	new->written_blocks = old->written_blocks.lo;
	new->errors = old->errors.lo;
}

/**
 * to_1_record() - convert a record of 2.0
 * @c: the conversion
 * @id: schema of the record
 * @i: number of the record
 *
 * Return: false if the record makes no sense now.
 */
bool to_1_record(struct conversion *c, u32 id, u32 i)
{
	switch (id) {
	case SCHEMA_LOGIN:
		c->reorder = true;
		return true;
	case SCHEMA_NEXUS:
		convert_nexus(c, i);
		return true;
	case SCHEMA_LU:
		return c->reorder || convert_lu(c, i);
	default:
		return true;
	}
}

/**
 * to_1_settle() - rebuild the login table if necessary
 * @c: the conversion
 *
 * Return: 0, or the id of a schema whose records, taken together, make no sense now.
 */
u32 to_1_settle(struct conversion *c)
{
	struct login_1 *table = table_of(c, SCHEMA_LOGIN);

	if (!c->reorder)
		return 0;
	c->reorder = false;
	sort_logins(table, collect_logins(table));
	for (u32 i = 0; i < BOARD_MAX_TARGETS; i++)
		if (!convert_lu(c, i))
			c->reorder = true;
	return c->reorder ? SCHEMA_LU : 0;
}
