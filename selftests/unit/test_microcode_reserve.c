// SPDX-License-Identifier: GPL-2.0
/* PERSISTENT RESERVE IN and OUT in image 2.0: what each service action does. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <string.h>
#include "microcode_reserve.h"

static void test_register(void **state)
{
	struct machine *m = *state;

	assert_int_equal(pr_keys(m, 0), 0);
	pr_expect(m, pr_out(REGISTER, 0, KEY, NEW_KEY), CONFLICT, false);
	pr_expect(m, pr_out(REGISTER, 0, 0, 0), 0, false);
	pr_expect(m, pr_out(REGISTER, 0, 0, KEY), 0, true);
	assert_int_equal(pr_keys(m, KEY), 1);
	pr_expect(m, pr_out(REGISTER, 0, 0, NEW_KEY), CONFLICT, false);
	pr_expect(m, pr_out(REGISTER, 0, NEW_KEY, 0), CONFLICT, false);
	pr_expect(m, pr_out(REGISTER, 0, KEY, KEY), 0, true);
	pr_expect(m, pr_out(REGISTER, 0, KEY, NEW_KEY), 0, true);
	assert_int_equal(pr_keys(m, NEW_KEY), 1);
	pr_expect(m, pr_out(REGISTER, 0, NEW_KEY, 0), 0, true);
	assert_int_equal(pr_keys(m, 0), 0);
	assert_int_equal(pr_generation(m), 4);
}

static void test_register_and_ignore(void **state)
{
	struct machine *m = *state;

	pr_expect(m, pr_out(IGNORE, 0, KEY, 0), 0, false);
	pr_expect(m, pr_out(IGNORE, 0, NEW_KEY, KEY), 0, true);
	assert_int_equal(pr_keys(m, KEY), 1);
	pr_expect(m, pr_out(IGNORE, 0, 0, NEW_KEY), 0, true);
	assert_int_equal(pr_keys(m, NEW_KEY), 1);
	pr_expect(m, pr_out(IGNORE, 0, 0, 0), 0, true);
	assert_int_equal(pr_keys(m, 0), 0);
}

/* SCOPE and TYPE do not matter where nothing is reserved. */
static void test_ignored_fields(void **state)
{
	struct machine *m = *state;

	pr_expect(m, pr_out(REGISTER, 0xff, 0, KEY), 0, true);
	pr_expect(m, pr_out(IGNORE, 0x24, 0, KEY), 0, true);
	pr_expect(m, pr_out(CLEAR, 0x11, KEY, 0), 0, true);
}

static void test_unregistered(void **state)
{
	static const u8 actions[] = { RESERVE, RELEASE, CLEAR, PREEMPT, PREEMPT_ABORT };
	struct machine *m = *state;

	for (u32 i = 0; i < sizeof(actions); i++) {
		pr_expect(m, pr_out(actions[i], 1, 0, 0), CONFLICT, false);
		pr_expect(m, pr_out(actions[i], 1, KEY, KEY), CONFLICT, false);
	}
	run_pr_out(m, REGISTER, 0, 0, KEY);
	for (u32 i = 0; i < sizeof(actions); i++)
		pr_expect(m, pr_out(actions[i], 1, NEW_KEY, KEY), CONFLICT, false);
}

static bool all_registrants(u32 type)
{
	return type >= 7;
}

static void test_reserve(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	for (u32 i = 0; i < sizeof(pr_types); i++) {
		u32 type = pr_types[i];

		pr_expect(m, pr_out(RESERVE, type, KEY, 0), 0, true);
		assert_int_equal(pr_type(m, all_registrants(type) ? 0 : KEY), type);
		pr_expect(m, pr_out(RESERVE, type, KEY, 0), 0, false);
		pr_expect(m, pr_out(RESERVE, type == 1 ? 3 : 1, KEY, 0), CONFLICT, false);
		pr_expect(m, pr_out(RELEASE, type == 1 ? 3 : 1, KEY, 0), 0x052604, false);
		assert_int_equal(*lu_flags(m) & LU_RESERVED, 0);
		pr_expect(m, pr_out(RELEASE, type, KEY, 0), 0, true);
		pr_expect(m, pr_out(RELEASE, type, KEY, 0), 0, false);
		assert_int_equal(pr_type(m, 0), 0);
	}
}

static void test_bad_types(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	for (u32 type = 0; type < 256; type++) {
		struct command cmd = pr_out(RESERVE, type, KEY, 0);
		bool good = type < 16 && memchr(pr_types, type, sizeof(pr_types));
		u32 bit = type < 16 ? 3 : 31 - __builtin_clz(type);

		assert_int_equal(run(m, &cmd), good ? 0 : INVALID_FIELD);
		if (good)
			run_pr_out(m, RELEASE, type, KEY, 0);
		else
			assert_int_equal(cmd.sense[15] << 16 | be16(&cmd.sense[16]),
					 CDB_FIELD(2, bit));
	}
}

/* With its holder's registration a reservation goes. */
static void test_unregister_holder(void **state)
{
	struct machine *m = *state;

	for (u32 i = 0; i < sizeof(pr_types); i++) {
		run_pr_out(m, REGISTER, 0, 0, KEY);
		run_pr_out(m, RESERVE, pr_types[i], KEY, 0);
		pr_expect(m, pr_out(REGISTER, 0, KEY, 0), 0, true);
		assert_int_equal(pr_type(m, 0), 0);
	}

	/* one of all registrants stays, and now keeps us out */
	run_pr_out(m, REGISTER, 0, 0, KEY);
	other_nexus(m, 0);
	run_pr_out(m, RESERVE, 8, KEY, 0);
	pr_expect(m, pr_out(REGISTER, 0, KEY, 0), 0, true);
	assert_int_equal(pr_type(m, 0), 8);
	assert_int_equal(RUN(m, IN, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), CONFLICT);
}

static void test_clear(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	run_pr_out(m, RESERVE, 3, KEY, 0);
	other_nexus(m, 0);
	pr_expect(m, pr_out(CLEAR, 0, KEY, 0), 0, true);
	assert_int_equal(pr_keys(m, 0), 0);
	assert_int_equal(pr_type(m, 0), 0);
}

/* PREEMPT, or PREEMPT AND ABORT, where there is no reservation. */
static void test_preempt_registrations(void **state)
{
	struct machine *m = *state;
	struct command cmd;

	for (u32 action = PREEMPT; action <= PREEMPT_ABORT; action++) {
		run_pr_out(m, IGNORE, 0, 0, KEY);
		other_nexus(m, 0);
		cmd = pr_out(action, 1, KEY, 0);
		assert_int_equal(run(m, &cmd), BAD_PARAMETER);
		assert_int_equal(cmd.sense[15] << 16 | be16(&cmd.sense[16]), LIST_FIELD(8, 7));
		pr_expect(m, pr_out(action, 1, KEY, NEW_KEY), CONFLICT, false);
		pr_expect(m, pr_out(action, 0, KEY, OTHER_KEY), 0, true);
		assert_int_equal(pr_keys(m, KEY), 1);
		assert_int_equal(pr_type(m, 0), 0);
		pr_expect(m, pr_out(action, 1, KEY, KEY), 0, true);
		assert_int_equal(pr_keys(m, 0), 0);
	}
}

/* A reservation of the other nexus is taken over, and its registration is gone. */
static void test_preempt_reservation(void **state)
{
	struct machine *m = *state;

	for (u32 i = 0; i < sizeof(pr_types); i++) {
		bool all = all_registrants(pr_types[i]);

		run_pr_out(m, IGNORE, 0, 0, KEY);
		other_nexus(m, pr_types[i]);
		pr_expect(m, pr_out(PREEMPT, 2, KEY, all ? 0 : OTHER_KEY), INVALID_FIELD, false);
		pr_expect(m, pr_out(PREEMPT, 1, KEY, NEW_KEY), CONFLICT, false);
		if (!all)
			pr_expect(m, pr_out(PREEMPT, 1, KEY, 0), BAD_PARAMETER, false);
		pr_expect(m, pr_out(PREEMPT, 1, KEY, all ? 0 : OTHER_KEY), 0, true);
		assert_int_equal(pr_keys(m, KEY), 1);
		assert_int_equal(pr_type(m, KEY), 1);
		assert_int_equal(*lu_flags(m) & LU_RESERVED, 0);
		run_pr_out(m, CLEAR, 0, KEY, 0);
	}
}

/* All registrants: a key takes away that registration, and no more. */
static void test_preempt_one_of_all(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	other_nexus(m, 8);
	pr_expect(m, pr_out(PREEMPT, 1, KEY, OTHER_KEY), 0, true);
	assert_int_equal(pr_keys(m, KEY), 1);
	assert_int_equal(pr_type(m, 0), 8);
	pr_expect(m, pr_out(PREEMPT, 1, KEY, KEY), 0, true);
	assert_int_equal(pr_type(m, 0), 0);
}

/* A registrant that does not hold the reservation is removed, which stays. */
static void test_preempt_not_holder(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	run_pr_out(m, RESERVE, 5, KEY, 0);
	other_nexus(m, 0);
	pr_expect(m, pr_out(PREEMPT, 1, KEY, OTHER_KEY), 0, true);
	assert_int_equal(pr_type(m, KEY), 5);
	assert_int_equal(pr_keys(m, KEY), 1);
}

/* With the own key: the type changes, the registration stays. */
static void test_preempt_self(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	run_pr_out(m, RESERVE, 1, KEY, 0);
	pr_expect(m, pr_out(PREEMPT, 6, KEY, KEY), 0, true);
	assert_int_equal(pr_type(m, KEY), 6);
	assert_int_equal(pr_keys(m, KEY), 1);
}

static void test_parameter_list(void **state)
{
	static const struct check checks[] = {
		{ "list of 23", { 0x5f, 0, [8] = 23 }, 10, OUT, 24, .sense = LIST_LENGTH },
		{ "list of 25", { 0x5f, 0, [8] = 25 }, 10, OUT, 32, .sense = LIST_LENGTH },
		{ "list of 24 and 2^24", { 0x5f, 0, [5] = 1, [8] = 24 }, 10, OUT, 32,
		  .sense = LIST_LENGTH },
		{ "no list", { 0x5f, 0 }, 10, .sense = LIST_LENGTH },
		{ "REGISTER AND MOVE", { 0x5f, 7, [8] = 24 }, 10, OUT, 24, FIELD(1, 4) },
		{ "RESERVE IN, unknown", { 0x5e, 4, [8] = 24 }, 10, IN, 24, FIELD(1, 4) },
		{ "RESERVE IN, reserved", { 0x5e, 0, 1, [8] = 24 }, 10, IN, 24, FIELD(2, 0) },
		{ "READ KEYS", { 0x5e, 0, [8] = 24 }, 10, IN, 24, .moved = 8 },
		{ "READ KEYS, short", { 0x5e, 0, [8] = 4 }, 10, IN, 24, .moved = 4 },
		{ "READ RESERVATION", { 0x5e, 1, [8] = 24 }, 10, IN, 24, .moved = 8 },
		{ "REPORT CAPABILITIES", { 0x5e, 2, [7] = 1 }, 10, IN, 24, .moved = 8 },
		{ "READ FULL STATUS", { 0x5e, 3, [8] = 24 }, 10, IN, 24, .moved = 8 },
	};

	struct command cmd = pr_out(REGISTER, 0, 0, KEY);

	run_checks(*state, checks, ARRAY_SIZE(checks));
	cmd.data_len = 23;
	assert_int_equal(run(*state, &cmd), LIST_LENGTH);
}

/* SPEC_I_PT, ALL_TG_PT and APTPL ask for what there is not. */
static void test_list_flags(void **state)
{
	static const struct {
		u8 action;
		u8 bit;
		u32 sense;
	} flags[] = {
		{ REGISTER, 3, BAD_PARAMETER }, { IGNORE, 3, BAD_PARAMETER },
		{ RESERVE, 3, BAD_PARAMETER }, { CLEAR, 3, BAD_PARAMETER },
		{ REGISTER, 2, BAD_PARAMETER }, { IGNORE, 2, BAD_PARAMETER },
		{ REGISTER, 0, BAD_PARAMETER }, { IGNORE, 0, BAD_PARAMETER },
		{ RESERVE, 0, CONFLICT }, { RESERVE, 2, CONFLICT },
	};

	for (u32 i = 0; i < ARRAY_SIZE(flags); i++) {
		struct command cmd = pr_out(flags[i].action, 1, 0, KEY);

		cmd.data[20] = 1u << flags[i].bit;
		assert_int_equal(run(*state, &cmd), flags[i].sense);
		if (flags[i].sense == BAD_PARAMETER)
			assert_int_equal(cmd.sense[15] << 16 | be16(&cmd.sense[16]),
					 LIST_FIELD(20, flags[i].bit));
	}
	assert_int_equal(pr_keys(*state, 0), 0);
}

static void test_capabilities(void **state)
{
	struct command cmd = pr_in(*state, CAPABILITIES);

	assert_memory_equal(cmd.data, "\0\x08\0\x80\xea\x01\0\0", 8);
}

static void test_full_status(void **state)
{
	static const u8 name[] = { 0x21, 0x00, 0x48, 0x42, 0x41, 0xee, 0xff, 0xff };
	struct machine *m = *state;
	struct command cmd;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	run_pr_out(m, RESERVE, 5, KEY, 0);
	other_nexus(m, 0);
	cmd = pr_in(m, FULL_STATUS);
	assert_int_equal(be32(&cmd.data[4]), 96);
	assert_int_equal(cmd.moved, 104);
	assert_true(be64(&cmd.data[8]) == KEY);
	assert_int_equal(cmd.data[20], 1);
	assert_int_equal(cmd.data[21], 5);
	assert_int_equal(be16(&cmd.data[26]), 1);
	assert_int_equal(be32(&cmd.data[28]), 24);
	assert_int_equal(cmd.data[32], 0);
	assert_memory_equal(&cmd.data[40], name, sizeof(name));
	assert_true(be64(&cmd.data[56]) == OTHER_KEY);
	assert_int_equal(be16(&cmd.data[68]), 0);

	run_pr_out(m, RELEASE, 5, KEY, 0);
	run_pr_out(m, RESERVE, 7, KEY, 0);
	cmd = pr_in(m, FULL_STATUS);
	assert_int_equal(be16(&cmd.data[20]), 0x107);
	assert_int_equal(be16(&cmd.data[68]), 0x107);
}

/* The old reservations: of no effect, and not together with the new ones. */
static void test_reserve_6(void **state)
{
	struct machine *m = *state;

	for (u8 opcode = 0x16; opcode <= 0x17; opcode++) {
		assert_int_equal(RUN(m, 0, 0, opcode, 0, 0, 0, 0, 0), 0);
		assert_int_equal(RUN(m, 0, 0, opcode, 1, 0, 0, 0, 0), INVALID_FIELD);
	}
	assert_int_equal(run_pr_out(m, REGISTER, 0, 0, KEY), 0);
	for (u8 opcode = 0x16; opcode <= 0x17; opcode++)
		assert_int_equal(RUN(m, 0, 0, opcode, 0, 0, 0, 0, 0), CONFLICT);
	assert_int_equal(run_pr_out(m, CLEAR, 0, KEY, 0), 0);
	assert_int_equal(RUN(m, 0, 0, 0x16, 0, 0, 0, 0, 0), 0);
}

static const struct CMUnitTest tests[] = {
	TEST(test_reserve_6),
	TEST(test_register),
	TEST(test_register_and_ignore),
	TEST(test_ignored_fields),
	TEST(test_unregistered),
	TEST(test_reserve),
	TEST(test_bad_types),
	TEST(test_unregister_holder),
	TEST(test_clear),
	TEST(test_preempt_registrations),
	TEST(test_preempt_reservation),
	TEST(test_preempt_one_of_all),
	TEST(test_preempt_not_holder),
	TEST(test_preempt_self),
	TEST(test_parameter_list),
	TEST(test_list_flags),
	TEST(test_capabilities),
	TEST(test_full_status),
};

int main(void)
{
	return RUN_TESTS_WITH("2.0", "microcode reserve", tests);
}
