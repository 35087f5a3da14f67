// SPDX-License-Identifier: GPL-2.0
/*
 * The index of the login table. The code works on the tables of the place where it
 * runs: in staging, a bootstrap uses those in staging. A record's port id must not
 * change while the record is in the index.
 */
#include "lib.h"
#include "login_index.h"

#define NOWHERE		LOGIN_INDEX_SIZE

u16 login_index[LOGIN_INDEX_SIZE] __persist_added(5);

/* Fibonacci hashing: neighbouring ids, which fabrics assign, get places far apart. */
static u32 home(u32 port_id)
{
	return port_id * 2654435769u >> (32 - LOGIN_INDEX_BITS);
}

static u32 home_of(u32 record)
{
	return home(login_table[record].port_id);
}

static u32 next(u32 place)
{
	return (place + 1) % LOGIN_INDEX_SIZE;
}

/* Returns the place of a record in the index, NOWHERE if it is not there. */
static u32 find(u32 record)
{
	u32 place = home_of(record);

	for (u32 i = 0; i < LOGIN_INDEX_SIZE && login_index[place]; i++) {
		if (login_index[place] == record + 1)
			return place;
		place = next(place);
	}
	return NOWHERE;
}

/**
 * login_index_find() - look a port id up
 * @port_id: the port id
 *
 * Return: number of the first record that the index has for it, or
 * BOARD_MAX_PORTS.
 */
u32 login_index_find(u32 port_id)
{
	u32 place = home(port_id);

	for (u32 i = 0; i < LOGIN_INDEX_SIZE && login_index[place]; i++) {
		u32 record = login_index[place] - 1u;

		if (record < BOARD_MAX_PORTS && login_table[record].port_id == port_id)
			return record;
		place = next(place);
	}
	return BOARD_MAX_PORTS;
}

/**
 * login_index_add() - add a record to the index
 * @record: number of the record, which is not in the index yet
 *
 * Return: places that were looked at.
 */
u32 login_index_add(u32 record)
{
	u32 place = home_of(record);
	u32 probes = 1;

	for (; login_index[place]; probes++)
		place = next(place);
	login_index[place] = record + 1;
	return probes;
}

/* May the entry at @from move to @hole, without coming to lie before its home? */
static bool may_move(u32 from, u32 hole)
{
	u32 home = home_of(login_index[from] - 1u);

	return (from - home) % LOGIN_INDEX_SIZE >= (from - hole) % LOGIN_INDEX_SIZE;
}

/**
 * login_index_remove() - remove a record from the index
 * @record: number of the record; nothing happens if it is not in the index
 *
 * Entries behind it move up, so that no search ends too early.
 */
void login_index_remove(u32 record)
{
	u32 hole = find(record);

	if (hole == NOWHERE)
		return;
	for (u32 place = next(hole); login_index[place]; place = next(place)) {
		if (!may_move(place, hole))
			continue;
		login_index[hole] = login_index[place];
		hole = place;
	}
	login_index[hole] = 0;
}

/* @before: number of entries without a gap directly before @place. */
static bool entry_good(u32 place, u32 before)
{
	u32 record = login_index[place] - 1u;

	return record < BOARD_MAX_PORTS && login_table[record].state != LOGIN_NONE &&
	       (place - home_of(record)) % LOGIN_INDEX_SIZE <= before;
}

static u32 free_place(void)
{
	u32 place = 0;

	while (place < LOGIN_INDEX_SIZE && login_index[place])
		place++;
	return place;
}

/**
 * login_index_good() - is the index consistent?
 * @logins: records in use
 *
 * This takes a single pass, however port ids collide.
 *
 * Return: true if the index has each record in use once, and where a search finds it:
 * with no gap between its home and its place.
 */
bool login_index_good(u32 logins)
{
	u32 start = free_place();
	u32 seen[BOARD_MAX_PORTS / 32];
	u32 entries = 0;
	u32 before = 0;

	memset(seen, 0, sizeof(seen));
	for (u32 i = 1; i < LOGIN_INDEX_SIZE; i++) {
		u32 place = (start + i) % LOGIN_INDEX_SIZE;
		u32 record = login_index[place] - 1u;

		if (!login_index[place]) {
			before = 0;
			continue;
		}
		if (!entry_good(place, before) || seen[record / 32] & 1u << record % 32)
			return false;
		seen[record / 32] |= 1u << record % 32;
		before++;
		entries++;
	}
	return start != NOWHERE && entries == logins;
}
