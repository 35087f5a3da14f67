// SPDX-License-Identifier: GPL-2.0
/* Persistent data of a machine, whatever image it runs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_persist.h"

const struct mrb_schema *schema(const struct persist *p, u32 id)
{
	for (u32 i = 0; i < p->image->nr_schemas; i++)
		if (p->image->schema[i].id == id)
			return &p->image->schema[i];
	return NULL;
}

u32 offset_of(const struct persist *p, u32 id, u32 i)
{
	const struct mrb_schema *s = schema(p, id);

	assert_in_range(i, 0, s->count - 1);
	return s->address - BOARD_DATA_BASE + i * s->record_size;
}

void *record(const struct persist *p, u32 id, u32 i)
{
	return p->data + offset_of(p, id, i);
}

struct login *login_of(const struct persist *p, u32 i)
{
	return record(p, LOGIN, i);
}

struct lu *lu_of(const struct persist *p, u32 i)
{
	return record(p, LU, i);
}

static u64 counter(const struct persist *p, u32 target, u32 i)
{
	const u32 *word = record(p, NEXUS, target);

	if (schema(p, NEXUS)->version == 1)
		return word[i];
	return (u64)word[2 * i + 1] << 32 | word[2 * i];
}

struct persist persist_now(struct machine *m)
{
	return (struct persist){ &m->image, m->data };
}

struct persist persist_before(struct machine *m)
{
	return (struct persist){ (const struct mrb_header *)m->undo_text, m->undo_data };
}

static bool in_use(const struct login *login)
{
	return login->state;
}

u32 count_logins(const struct persist *p)
{
	u32 n = 0;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		n += in_use(login_of(p, i));
	return n;
}

/* Where a search for a record's port id ends. */
static bool in_index(const struct persist *p, u32 i)
{
	const u16 *index = record(p, INDEX, 0);
	u32 place = login_of(p, i)->port_id * 2654435769u >> (32 - INDEX_BITS);

	for (; index[place]; place = (place + 1) % (1u << INDEX_BITS))
		if (index[place] == i + 1)
			return true;
	return false;
}

static void check_index(const struct persist *p)
{
	const u16 *index = record(p, INDEX, 0);
	u32 entries = 0;

	for (u32 i = 0; i < 1u << INDEX_BITS; i++)
		entries += index[i] != 0;
	assert_int_equal(entries, count_logins(p));
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		assert_true(!in_use(login_of(p, i)) || in_index(p, i));
}

static void check_order(const struct persist *p)
{
	u32 logins = count_logins(p);

	for (u32 i = 0; i < logins; i++) {
		assert_true(in_use(login_of(p, i)));
		assert_true(!i || login_of(p, i - 1)->port_id <= login_of(p, i)->port_id);
	}
}

static void check_tables(const struct persist *p)
{
	if (schema(p, INDEX))
		check_index(p);
	else
		check_order(p);
}

static int by_port(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct login));
}

static u32 sorted_logins(const struct persist *p, struct login *to)
{
	u32 n = 0;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		if (in_use(login_of(p, i)))
			to[n++] = *login_of(p, i);
	qsort(to, n, sizeof(*to), by_port);
	return n;
}

static void compare_logins(const struct persist *before, const struct persist *now)
{
	struct login *a = calloc(BOARD_MAX_PORTS, sizeof(*a));
	struct login *b = calloc(BOARD_MAX_PORTS, sizeof(*b));
	u32 n = sorted_logins(before, a);

	assert_int_equal(sorted_logins(now, b), n);
	assert_memory_equal(a, b, n * sizeof(*a));
	free(a);
	free(b);
}

static void compare_statistics(const struct persist *before, const struct persist *now)
{
	bool narrow = schema(before, NEXUS)->version == 1 || schema(now, NEXUS)->version == 1;

	for (u32 target = 0; target < BOARD_MAX_TARGETS; target++) {
		for (u32 i = 0; i < COUNTERS; i++) {
			u64 old = counter(before, target, i);
			u64 new = counter(now, target, i);

			if (new != (narrow ? (u32)old : old))
				fail_msg("target %u, counter %u: %llx was %llx", target, i,
					 (unsigned long long)new, (unsigned long long)old);
		}
	}
}

static void compare_lu(const struct persist *before, const struct persist *now, u32 i)
{
	const struct lu *old = lu_of(before, i);
	const struct lu *new = lu_of(now, i);

	assert_int_equal(new->flags, (old->flags & LU_FLAGS) | UA_MICROCODE);
	assert_int_equal(new->target, old->target);
	assert_int_equal(new->blocks_lo, old->blocks_lo);
	assert_int_equal(new->blocks_hi, old->blocks_hi);
	if (!(old->flags & LU_STARTING))
		assert_memory_equal(login_of(now, new->login), login_of(before, old->login),
				    sizeof(struct login));
}

void check_result(struct machine *m)
{
	struct persist before = persist_before(m);
	struct persist now = persist_now(m);

	check_tables(&now);
	compare_logins(&before, &now);
	compare_statistics(&before, &now);
	for (u32 i = 0; i < m->regs->nr_targets; i++)
		compare_lu(&before, &now, i);
	assert_int_equal(m->selftest, 0);
}
