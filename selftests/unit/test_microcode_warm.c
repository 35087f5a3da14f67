// SPDX-License-Identifier: GPL-2.0
/*
 * A warm start with damaged tables: persistent data is kept if it is sane. What
 * follows from other tables is made anew without a loss, and if that is not
 * enough all is as at power-on; the board is told which it was.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_load.h"

#define PORTS		6u	/* of which machine_with() has one reject the login */
#define TARGETS		3u
#define UA_POWER_ON	0x2900u
#define WRITE_PROTECT	0x08u	/* struct lu's flags */
#define RESERVED	0x40u
#define RECORD_COPY	16u	/* in a record of a reservation */
#define COPY_TYPE	4u
#define COPY_HOLDER	5u
#define COPY_REGISTERED	6u
#define COPY_KEY	8u

/* 0 for GOOD, else additional sense code and qualifier. */
static u32 test_unit_ready(struct machine *m, u8 target)
{
	struct command cmd = { .cdb_len = 6, .target = target, .tag = 3 };

	machine_command(m, &cmd);
	return cmd.status ? cmd.sense[12] << 8 | cmd.sense[13] : 0;
}

static void read_block(struct machine *m, u8 target)
{
	struct command cmd = { .cdb = { 0x28, [8] = 1 }, .cdb_len = 10, .dir = FRAME_DIR_IN,
			       .data_len = 512, .target = target, .tag = 9 };

	machine_command(m, &cmd);
	assert_int_equal(cmd.status, 0);
}

static struct machine *running(const char *version)
{
	struct machine *m = machine_with(version, PORTS, TARGETS);
	struct persist p = persist_now(m);

	for (u8 i = 0; i < TARGETS; i++) {
		assert_int_equal(test_unit_ready(m, i), UA_POWER_ON);
		lu_of(&p, i)->flags |= WRITE_PROTECT;
	}
	return m;
}

static void warm_start(struct machine *m)
{
	machine_start_hart(m, 0, START_WARM);
	machine_start_hart(m, 1, START_WARM);
	machine_start_hart(m, 2, START_WARM);
	machine_log_in(m);
}

/* ------------------------------------------------------------------ damage */

static void spoil_nothing(struct persist *p)
{
}

/* A port without a unit; records of 2.0 are in the order of the answers. */
static void spoil_state(struct persist *p)
{
	u32 i = 0;

	while (login_of(p, i)->port != 3)
		i++;
	login_of(p, i)->state = 0;
}

static void spoil_login(struct persist *p)
{
	login_of(p, 3)->state = 9;
}

static void spoil_port(struct persist *p)
{
	login_of(p, 0)->port = PORTS;
}

static void spoil_count(struct persist *p)
{
	for (u32 i = PORTS; i < 2 * PORTS; i++)
		*login_of(p, i) = *login_of(p, PORTS - 1);
}

static void spoil_order(struct persist *p)
{
	login_of(p, 3)->port_id = 1;
}

/* As if the hart had failed when a record had been moved, and the next one not. */
static void spoil_twice(struct persist *p)
{
	*login_of(p, 4) = *login_of(p, 3);
}

static void spoil_all(struct persist *p)
{
	memset(record(p, LOGIN, 0), 0xa5, BOARD_MAX_PORTS * 32);
	memset(lu_of(p, 0), 0x5a, 32 * TARGETS);
}

static void spoil_index(struct persist *p)
{
	u16 *index = record(p, INDEX, 0);

	while (!*index)
		index++;
	*index = 0;
}

static void spoil_whole_index(struct persist *p)
{
	memset(record(p, INDEX, 0), 0xff, 2 << INDEX_BITS);
}

static void spoil_lu(struct persist *p)
{
	lu_of(p, 1)->login ^= 1;
}

static void spoil_lu_far(struct persist *p)
{
	lu_of(p, 1)->login = 0xffff;
}

static void spoil_capacity(struct persist *p)
{
	lu_of(p, 1)->blocks_hi = 1;
}

static void spoil_target(struct persist *p)
{
	lu_of(p, 1)->target = 2;
}

static void spoil_flags(struct persist *p)
{
	lu_of(p, 1)->flags |= 0x40000080;
}

/* The first copy is the valid one, as nobody has ever changed anything. */
static u8 *reservation(struct persist *p)
{
	return (u8 *)record(p, RESERVATION, 1) + RECORD_COPY;
}

static void spoil_type(struct persist *p)
{
	reservation(p)[COPY_REGISTERED] = 1;
	reservation(p)[COPY_KEY] = 1;
	reservation(p)[COPY_TYPE] = 2;
}

static void spoil_holder(struct persist *p)
{
	reservation(p)[COPY_REGISTERED] = 1;
	reservation(p)[COPY_KEY] = 1;
	reservation(p)[COPY_TYPE] = 1;
	reservation(p)[COPY_HOLDER] = 99;
}

static void spoil_holder_unknown(struct persist *p)
{
	reservation(p)[COPY_REGISTERED] = 1;
	reservation(p)[COPY_KEY] = 1;
	reservation(p)[COPY_TYPE] = 1;
	reservation(p)[COPY_HOLDER] = 1;
}

static void spoil_key(struct persist *p)
{
	reservation(p)[COPY_KEY] = 1;
}

static void spoil_registered(struct persist *p)
{
	reservation(p)[COPY_REGISTERED] = 0xf0;
}

/* Another nexus reserves, exclusively; the unit's flags do not say so. */
static void spoil_reserved(struct persist *p)
{
	reservation(p)[COPY_REGISTERED] = 2;
	reservation(p)[COPY_KEY + 8] = 1;
	reservation(p)[COPY_TYPE] = 3;
	reservation(p)[COPY_HOLDER] = 1;
}

/* What is left of it. */
enum kept {
	ALL,		/* all is as it was before the damage */
	NO_RESERVATION,	/* but what was not sane of unit 1's reservation */
	RESERVED_1,	/* the reservation of unit 1, which was sane */
	NOTHING,	/* as at power-on; the ports have logged in again */
};

/**
 * struct damage - what is damaged, and what comes of it in 1.x and in 2.0
 * @spoil: damages it
 * @fault: that the board is told, 0 for nothing
 * @kept: what is left
 * @again: bit n: port n logs in again, if not all do
 */
struct damage {
	void (*spoil)(struct persist *p);
	u8 fault[2];
	enum kept kept[2];
	u8 again[2];
};

static const struct damage damages[] = {
	{ .spoil = spoil_nothing },
	{ .spoil = spoil_state, .fault = { 1, 4 }, .kept = { NOTHING, ALL },
	  .again = { 0, 1 << 3 } },
	{ .spoil = spoil_login, .fault = { 2, 2 }, .kept = { NOTHING, NOTHING } },
	{ .spoil = spoil_port, .fault = { 2, 2 }, .kept = { NOTHING, NOTHING } },
	{ .spoil = spoil_count, .fault = { 1, 1 }, .kept = { NOTHING, NOTHING } },
	{ .spoil = spoil_order, .fault = { 3, 4 }, .kept = { NOTHING, ALL } },
	{ .spoil = spoil_twice, .fault = { 7, 4 }, .kept = { NOTHING, NOTHING } },
	{ .spoil = spoil_all, .fault = { 2, 1 }, .kept = { NOTHING, NOTHING } },
	{ .spoil = spoil_lu, .fault = { 5, 5 } },
	{ .spoil = spoil_lu_far, .fault = { 5, 5 } },
	{ .spoil = spoil_capacity, .fault = { 5, 5 } },
	{ .spoil = spoil_target, .fault = { 5, 5 } },
	{ .spoil = spoil_flags, .fault = { 5, 5 } },
};

static const struct damage damages_2[] = {
	{ .spoil = spoil_index, .fault = { 0, 4 } },
	{ .spoil = spoil_whole_index, .fault = { 0, 4 } },
	{ .spoil = spoil_type, .fault = { 0, 6 }, .kept = { ALL, NO_RESERVATION } },
	{ .spoil = spoil_holder, .fault = { 0, 6 }, .kept = { ALL, NO_RESERVATION } },
	{ .spoil = spoil_holder_unknown, .fault = { 0, 6 }, .kept = { ALL, NO_RESERVATION } },
	{ .spoil = spoil_key, .fault = { 0, 6 }, .kept = { ALL, NO_RESERVATION } },
	{ .spoil = spoil_registered, .fault = { 0, 6 }, .kept = { ALL, NO_RESERVATION } },
	{ .spoil = spoil_reserved, .fault = { 0, 6 }, .kept = { ALL, RESERVED_1 } },
};

static void check_unit(struct machine *m, u8 target, enum kept kept)
{
	struct persist p = persist_now(m);
	bool power_on = kept == NOTHING || (kept == NO_RESERVATION && target == 1);

	assert_int_equal(lu_of(&p, target)->flags & WRITE_PROTECT,
			 kept == NOTHING ? 0 : WRITE_PROTECT);
	assert_int_equal(lu_of(&p, target)->flags & RESERVED,
			 kept == RESERVED_1 && target == 1 ? RESERVED : 0);
	if (power_on)
		assert_int_equal(test_unit_ready(m, target), UA_POWER_ON);
	if (kept == RESERVED_1 && target == 1)
		return;
	assert_int_equal(test_unit_ready(m, target), 0);
	read_block(m, target);
}

static void check_damage(const char *version, const struct damage *d)
{
	struct machine *m = running(version);
	struct persist p = persist_now(m);
	bool v2 = version[0] == '2';
	enum kept kept = d->kept[v2];

	d->spoil(&p);
	warm_start(m);
	assert_int_equal(m->damaged, d->fault[v2] ?: MACHINE_NO_TEST);
	assert_int_equal(count_logins(&p), PORTS);
	for (u32 i = 0; i < PORTS; i++) {
		bool again = kept == NOTHING || d->again[v2] >> i & 1;

		assert_int_equal(m->port[i].logins, m->port[i].rejects ? 0 : 1 + again);
	}
	for (u8 i = 0; i < TARGETS; i++)
		check_unit(m, i, kept);
	warm_start(m);
	assert_int_equal(m->damaged, MACHINE_NO_TEST);
	machine_free(m);
}

static void test_1(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(damages); i++)
		check_damage("1.1", &damages[i]);
}

static void test_2(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(damages); i++)
		check_damage("2.0", &damages[i]);
	for (u32 i = 0; i < ARRAY_SIZE(damages_2); i++)
		check_damage("2.0", &damages_2[i]);
}

/* The largest tables: tested, and made anew, within what a service hart may take. */
static void test_large(void **state)
{
	static const char * const versions[] = { "1.1", "2.0" };

	for (u32 i = 0; i < ARRAY_SIZE(versions); i++) {
		struct machine *m = machine_with(versions[i], BOARD_MAX_PORTS, BOARD_MAX_TARGETS);
		struct persist p = persist_now(m);
		struct hart *h = &m->hart[0].h;
		u64 before = h->executed;
		u32 insns;

		warm_start(m);
		insns = h->executed - before;
		assert_int_equal(m->damaged, MACHINE_NO_TEST);
		before = h->executed;
		spoil_lu(&p);
		warm_start(m);
		assert_int_equal(m->damaged, 5);
		print_message("%s, 4096 logins: %u instructions, and %u with damage\n", versions[i],
			      insns, (u32)(h->executed - before));
		assert_in_range(h->executed - before, insns, 2000000);
		machine_free(m);
	}
}

/* Records that all have the same home in the index: none of it is kept, and soon. */
static void test_collisions(void **state)
{
	struct machine *m = machine_with("2.0", BOARD_MAX_PORTS, BOARD_MAX_TARGETS);
	struct persist p = persist_now(m);
	struct hart *h = &m->hart[0].h;
	u64 before = h->executed;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		login_of(&p, i)->port_id = 0x123456;
	warm_start(m);
	assert_int_equal(m->damaged, 4);
	assert_in_range(h->executed - before, 1, 4000000);
	assert_int_equal(count_logins(&p), BOARD_MAX_PORTS);
	check_unit(m, 0, NOTHING);
	warm_start(m);
	assert_int_equal(m->damaged, MACHINE_NO_TEST);
	machine_free(m);
}

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_1),
		TEST(test_2),
		TEST(test_large),
		TEST(test_collisions),
	};

	return cmocka_run_group_tests_name("microcode warm start", tests, NULL, NULL);
}
