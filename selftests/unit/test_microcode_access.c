// SPDX-License-Identifier: GPL-2.0
/*
 * Persistent reservations in image 2.0: whom they keep out of what, and what
 * they outlive.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_reserve.h"

enum class { ALWAYS, READS, WRITES };

/* One command of each kind, and what keeps it out. */
static const struct {
	enum class class;
	u8 dir;
	u32 data_len;
	u8 cdb[16];
} commands[] = {
	{ ALWAYS, 0, 0, { 0x00 } },
	{ ALWAYS, IN, 18, { 0x03, 0, 0, 0, 18 } },
	{ ALWAYS, IN, 96, { 0x12, 0, 0, 0, 96 } },
	{ ALWAYS, IN, 8, { 0x25 } },
	{ ALWAYS, IN, 32, { 0x9e, 0x10, [13] = 32 } },
	{ ALWAYS, IN, 16, { 0xa0, [9] = 16 } },
	{ ALWAYS, IN, 72, { 0x4d, 0, 0x59, [8] = 72 } },
	{ ALWAYS, IN, 8, { 0x5e, 0, [8] = 8 } },
	{ ALWAYS, 0, 0, { 0x1b, 0, 0, 0, 1 } },
	{ READS, IN, 512, { 0x08, 0, 0, 0, 1 } },
	{ READS, IN, 512, { 0x28, [8] = 1 } },
	{ READS, IN, 512, { 0xa8, [9] = 1 } },
	{ READS, IN, 512, { 0x88, [13] = 1 } },
	{ READS, 0, 0, { 0x2f, [8] = 1 } },
	{ READS, IN, 24, { 0x9e, 0x12, [13] = 24 } },
	{ READS, IN, 255, { 0xa3, 0x0c, 1, 0x28, [9] = 255 } },
	{ WRITES, OUT, 512, { 0x0a, 0, 0, 0, 1 } },
	{ WRITES, OUT, 512, { 0x2a, [8] = 1 } },
	{ WRITES, OUT, 512, { 0xaa, [9] = 1 } },
	{ WRITES, OUT, 512, { 0x8a, [13] = 1 } },
	{ WRITES, 0, 0, { 0x35 } },
	{ WRITES, 0, 0, { 0x91 } },
	{ WRITES, OUT, 512, { 0x41, [8] = 1 } },
	{ WRITES, 0, 0, { 0x93, 1, [13] = 1 } },
	{ WRITES, 0, 0, { 0x42 } },
	{ WRITES, OUT, 1024, { 0x89, [13] = 1 } },
	{ WRITES, IN, 24, { 0x1a, 8, 8, 0, 24 } },
	{ WRITES, 0, 0, { 0x15, 0x10 } },
	{ WRITES, 0, 0, { 0x1b, 0, 0, 0, 4 } },
};

static bool kept_out(u32 type, bool registered, enum class class)
{
	bool registrants = type >= 5;
	bool exclusive_access = type == 3 || type == 6 || type == 8;

	if (!type || class == ALWAYS || (registered && registrants))
		return false;
	return class == WRITES || exclusive_access;
}

static void check_all(struct machine *m, u32 type, bool registered)
{
	for (u32 i = 0; i < ARRAY_SIZE(commands); i++) {
		struct command cmd = command(commands[i].dir, commands[i].data_len,
					     commands[i].cdb, 16);
		u32 expected = kept_out(type, registered, commands[i].class) ? CONFLICT : 0;

		if (run(m, &cmd) != expected)
			fail_msg("type %u, %sregistered, opcode %02x: %06x", type,
				 registered ? "" : "not ", cmd.cdb[0], sense_of(&cmd));
	}
	RUN(m, 0, 0, 0x1b, 0, 0, 0, 1, 0);
}

/* Who holds a reservation is not kept out by it. */
static void test_holder_access(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	for (u32 i = 0; i < sizeof(pr_types); i++) {
		run_pr_out(m, RESERVE, pr_types[i], KEY, 0);
		for (u32 n = 0; n < ARRAY_SIZE(commands); n++) {
			struct command cmd = command(commands[n].dir, commands[n].data_len,
						     commands[n].cdb, 16);

			assert_int_equal(run(m, &cmd), 0);
		}
		RUN(m, 0, 0, 0x1b, 0, 0, 0, 1, 0);
		run_pr_out(m, RELEASE, pr_types[i], KEY, 0);
	}
}

static void test_conflicts(void **state)
{
	struct machine *m = *state;

	for (u32 i = 0; i < sizeof(pr_types); i++) {
		other_nexus(m, pr_types[i]);
		check_all(m, pr_types[i], false);
		run_pr_out(m, REGISTER, 0, 0, KEY);
		assert_int_equal(!(*lu_flags(m) & LU_RESERVED), pr_types[i] >= 5);
		check_all(m, pr_types[i], true);
		run_pr_out(m, CLEAR, 0, KEY, 0);
		check_all(m, 0, true);
	}
}

/* A unit attention goes before the conflict, and that before a bad field. */
static void test_precedence(void **state)
{
	struct command cmd = COMMAND(OUT, 512, 0x2a, 0xe0, [8] = 1, [9] = 0);
	struct machine *m = *state;

	other_nexus(m, 3);
	machine_tmf(m, 0, TMF_LUN_RESET);
	assert_int_equal(run(m, &cmd), 0x062903);
	assert_int_equal(run(m, &cmd), CONFLICT);
	cmd.cdb[0] = 0x43;
	assert_int_equal(run(m, &cmd), 0x052000);
}

/* Another logical unit has registrations of its own. */
static void test_other_unit(void **state)
{
	struct machine *m = *state;
	struct command cmd = COMMAND(OUT, 512, 0x2a, [8] = 1, [9] = 0);

	other_nexus(m, 3);
	cmd.target = 1;
	assert_int_equal(run(m, &cmd), 0);
	cmd = pr_out(RESERVE, 1, KEY, 0);
	run_pr_out(m, REGISTER, 0, 0, KEY);
	cmd.target = 1;
	assert_int_equal(run(m, &cmd), CONFLICT);
}

static void power_on(struct machine *m)
{
	machine_power_on(m, version);
	clear_attentions(m);
}

/* Resets and a warm start keep a reservation, a power cycle does not. */
static void test_resets(void **state)
{
	struct machine *m = *state;

	run_pr_out(m, REGISTER, 0, 0, KEY);
	run_pr_out(m, RESERVE, 3, KEY, 0);
	machine_tmf(m, 0, TMF_LUN_RESET);
	machine_tmf(m, 0, TMF_HARD_RESET);
	clear_attentions(m);
	machine_start_hart(m, 0, START_WARM);
	assert_int_equal(pr_type(m, KEY), 3);
	assert_int_equal(pr_keys(m, KEY), 1);
	power_on(m);
	assert_int_equal(pr_type(m, 0), 0);
	assert_int_equal(pr_keys(m, 0), 0);
	assert_int_equal(pr_generation(m), 0);
}

static void test_update(void **state)
{
	struct machine *m = *state;
	u32 len;
	u8 *image = image_read(version, &len);

	run_pr_out(m, REGISTER, 0, 0, KEY);
	run_pr_out(m, RESERVE, 6, KEY, 0);
	assert_int_equal(machine_update(m, image, len), 0);
	free(image);
	clear_attentions(m);
	assert_int_equal(pr_type(m, KEY), 6);
	assert_int_equal(pr_keys(m, KEY), 1);
	assert_int_equal(run_pr_out(m, RELEASE, 6, KEY, 0), 0);
}

/* While an undo is possible, changes wait, and only they. */
static void test_probation(void **state)
{
	struct machine *m = *state;
	struct command cmd = pr_out(REGISTER, 0, 0, KEY);
	union frame frame;

	m->regs->probation = 1;
	frame = machine_submit(m, &cmd);
	assert_int_equal(frame.hdr.type, FRAME_WAIT);
	pr_expect(m, pr_out(REGISTER, 0, 0, 0), 0, false);
	pr_expect(m, pr_out(REGISTER, 0, KEY, 0), CONFLICT, false);
	pr_expect(m, pr_out(RESERVE, 1, KEY, 0), CONFLICT, false);
	assert_int_equal(pr_keys(m, 0), 0);
	m->regs->probation = 0;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(pr_keys(m, KEY), 1);
}

/* Between request and answer another command changes the same record. */
static void test_overtaken(void **state)
{
	struct machine *m = *state;
	struct command late = pr_out(REGISTER, 0, 0, NEW_KEY);
	union frame frame = machine_submit(m, &late);

	assert_int_equal(frame.hdr.type, FRAME_MSG);
	assert_int_equal(run_pr_out(m, REGISTER, 0, 0, KEY), 0);
	m->cmd = &late;
	frame = machine_message(m, &frame.msg);
	frame = machine_deliver(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&late), CONFLICT);
	assert_int_equal(pr_keys(m, KEY), 1);
}

/* What a service hart that stopped in the middle has left is not seen. */
static void test_torn_change(void **state)
{
	struct machine *m = *state;
	struct record *r = schema_table(m, SCHEMA_RESERVATION);

	run_pr_out(m, REGISTER, 0, 0, KEY);
	memset(&r->copy[~r->current & 1], 0xff, sizeof(r->copy[0]));
	assert_int_equal(pr_keys(m, KEY), 1);
	assert_int_equal(pr_type(m, 0), 0);
	pr_expect(m, pr_out(RESERVE, 1, KEY, 0), 0, true);
	assert_int_equal(pr_type(m, KEY), 1);
}

/* A message that names no logical unit, or no nexus, harms nobody. */
static void test_bad_message(void **state)
{
	struct machine *m = *state;

	for (u32 i = 0; i < 2; i++) {
		struct command cmd = pr_out(REGISTER, 0, 0, KEY);
		union frame frame = machine_submit(m, &cmd);

		frame.msg.data[i ? 4 : 1] = 0xff;
		frame = machine_message(m, &frame.msg);
		frame = machine_deliver(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), 0x044400);
	}
	assert_int_equal(pr_keys(m, 0), 0);
}

static const struct CMUnitTest tests[] = {
	TEST(test_holder_access),
	TEST(test_conflicts),
	TEST(test_precedence),
	TEST(test_other_unit),
	TEST(test_resets),
	TEST(test_update),
	TEST(test_probation),
	TEST(test_overtaken),
	TEST(test_torn_change),
	TEST(test_bad_message),
};

int main(void)
{
	return RUN_TESTS_WITH("2.0", "microcode access", tests);
}
