// SPDX-License-Identifier: GPL-2.0
/* Persistent reservations for tests of the microcode. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "microcode_reserve.h"

#define OTHER	1u	/* number of the other nexus */

const u8 pr_types[] = { 1, 3, 5, 6, 7, 8 };

void *schema_table(struct machine *m, u32 id)
{
	for (u32 i = 0; i < m->image.nr_schemas; i++)
		if (m->image.schema[i].id == id)
			return m->data + (m->image.schema[i].address - BOARD_DATA_BASE);
	fail_msg("no schema %u", id);
	return NULL;
}

static struct registrations *registrations(struct machine *m)
{
	struct record *r = schema_table(m, SCHEMA_RESERVATION);

	return &r->copy[r->current & 1];
}

u32 *lu_flags(struct machine *m)
{
	return schema_table(m, SCHEMA_LU);
}

void other_nexus(struct machine *m, u32 type)
{
	struct registrations *r = registrations(m);

	r->registered |= 1u << OTHER;
	r->key[OTHER] = OTHER_KEY;
	if (!type)
		return;
	r->type = type;
	r->holder = OTHER;
	*lu_flags(m) |= LU_RESERVED;
}

static void put_be64(u8 *to, u64 value)
{
	for (u32 i = 0; i < 8; i++)
		to[i] = value >> (56 - 8 * i);
}

struct command pr_out(enum out_action action, u32 type, u64 key, u64 new_key)
{
	struct command cmd = COMMAND(OUT, 24, 0x5f, action, type, [8] = 24, 0);

	put_be64(&cmd.data[0], key);
	put_be64(&cmd.data[8], new_key);
	return cmd;
}

u32 run_pr_out(struct machine *m, enum out_action action, u32 type, u64 key, u64 new_key)
{
	struct command cmd = pr_out(action, type, key, new_key);

	return run(m, &cmd);
}

struct command pr_in(struct machine *m, enum in_action action)
{
	struct command cmd = COMMAND(IN, 255, 0x5e, action, [8] = 255, 0);

	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.messages, 0);
	return cmd;
}

u32 pr_generation(struct machine *m)
{
	struct command cmd = pr_in(m, KEYS);

	return be32(cmd.data);
}

u32 pr_type(struct machine *m, u64 key)
{
	struct command cmd = pr_in(m, RESERVATION);
	u32 len = be32(&cmd.data[4]);

	assert_int_equal(cmd.moved, 8 + len);
	if (!len)
		return 0;
	assert_int_equal(len, 16);
	assert_true(be64(&cmd.data[8]) == key);
	return cmd.data[21];
}

u32 pr_keys(struct machine *m, u64 key)
{
	struct command cmd = pr_in(m, KEYS);
	u32 n = be32(&cmd.data[4]) / 8;

	assert_int_equal(cmd.moved, 8 + n * 8);
	if (n == 1)
		assert_true(be64(&cmd.data[8]) == key);
	return n;
}

void pr_expect(struct machine *m, struct command cmd, u32 sense, bool changes)
{
	u32 before = pr_generation(m);
	bool counts = changes && cmd.cdb[1] != RESERVE && cmd.cdb[1] != RELEASE;

	assert_int_equal(run(m, &cmd), sense);
	assert_int_equal(cmd.messages, changes);
	assert_int_equal(pr_generation(m), before + counts);
}
