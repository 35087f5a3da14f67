// SPDX-License-Identifier: GPL-2.0
/*
 * Updates to other formats and rollbacks as the host sees them, why they are
 * refused, and the self-test that ends them.
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

static struct command cdb6(u8 opcode, u8 target)
{
	struct command cmd = { .cdb = { opcode }, .cdb_len = 6, .target = target, .tag = 3 };

	return cmd;
}

static struct command read_10(u8 target)
{
	struct command cmd = { .cdb = { 0x28, [8] = 1 }, .cdb_len = 10, .dir = FRAME_DIR_IN,
			       .data_len = 512, .target = target, .tag = 9 };

	return cmd;
}

/* 0 for GOOD, else additional sense code and qualifier. */
static u32 run(struct machine *m, struct command cmd)
{
	machine_command(m, &cmd);
	return cmd.status ? cmd.sense[12] << 8 | cmd.sense[13] : 0;
}

static void clear_attentions(struct machine *m)
{
	for (u32 i = 0; i < m->regs->nr_targets; i++)
		while (run(m, cdb6(0x00, i)) != 0)
			;
}

static u64 reads_logged(struct machine *m, u8 target)
{
	struct command cmd = { .cdb = { 0x4d, 0, 0x59, [8] = 72 }, .cdb_len = 10, .tag = 4,
			       .dir = FRAME_DIR_IN, .data_len = 72, .target = target };
	u64 reads = 0;

	machine_command(m, &cmd);
	assert_int_equal(cmd.status, 0);
	for (u32 i = 8; i < 16; i++)
		reads = reads << 8 | cmd.data[i];
	return reads;
}

static u8 write_protect(struct machine *m, u8 target)
{
	struct command cmd = cdb6(0x1a, target);

	cmd.cdb[2] = 0x0a;
	cmd.cdb[4] = 64;
	cmd.dir = FRAME_DIR_IN;
	cmd.data_len = 64;
	machine_command(m, &cmd);
	assert_int_equal(cmd.status, 0);
	return cmd.data[2] & 0x80;
}

static void set_write_protect(struct machine *m, u8 target)
{
	struct command cmd = cdb6(0x15, target);

	cmd.cdb[1] = 0x10;
	cmd.cdb[4] = 16;
	cmd.dir = FRAME_DIR_OUT;
	cmd.data_len = 16;
	memcpy(&cmd.data[4], (u8[]){ 0x0a, 10, 0x02, 0x10, 0x08, 0, 0, 0, 0xff, 0xff, 0, 0 }, 12);
	assert_int_equal(run(m, cmd), 0);
}

/* Reads, and a unit that stops and starts again and again. */
static void use_disks(struct machine *m, struct load *load)
{
	struct command cmd = cdb6(0x1b, 2);

	for (u32 i = 0; i < 2; i++) {
		assert_int_equal(run(m, read_10(i)), 0);
		load->arg++;
	}
	cmd.cdb[4] = load->between % 2 ? 0x04 : 0x01;
	assert_int_equal(run(m, cmd), 0);
}

static void check_disks(struct machine *m, struct load *load)
{
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(run(m, cdb6(0x00, i)), 0x3f01);
	assert_int_equal(run(m, cdb6(0x00, 2)), load->between % 2 ? 0x0402 : 0);
	assert_int_equal(reads_logged(m, 0) + reads_logged(m, 1), load->arg);
	assert_int_equal(write_protect(m, 1), 0x80);
	assert_int_equal(write_protect(m, 0), 0);
	assert_int_equal(m->port[0].logins, 1);
}

/* Commands all the time: each is counted once, and each state is there after. */
static void test_disks(void **state)
{
	for (u32 seed = 1; seed <= 3; seed++) {
		struct machine *m = machine_with("1.1", 5, 3);
		struct load load = { .act = use_disks };

		clear_attentions(m);
		set_write_protect(m, 1);
		start_load(m, &load, 3000 + 777 * seed);
		update(m, "2.0");
		check_disks(m, &load);
		roll_back(m);
		check_disks(m, &load);
		update(m, "2.0");
		check_disks(m, &load);
		machine_free(m);
	}
}

/* An image's request is answered to the next one, and to the one after that. */
static void test_in_flight(void **state)
{
	struct machine *m = machine_with("1.0", 5, 3);
	struct command cmd = read_10(1);
	union frame frame;

	clear_attentions(m);
	frame = machine_submit(m, &cmd);
	assert_int_equal(frame.hdr.type, FRAME_MEDIA);
	update(m, "2.0");
	roll_back(m);
	update(m, "2.0");
	frame = machine_media(m, &frame.media);
	frame = machine_deliver(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(cmd.status, 0);
	assert_int_equal(cmd.moved, 512);
	machine_free(m);
}

/* Beyond 32 bits in 2.0; of that, 1.x has the lower ones. */
static void test_wide_statistics(void **state)
{
	struct machine *m = machine_with("1.0", 5, 3);
	struct persist p = persist_now(m);

	clear_attentions(m);
	((u32 *)record(&p, NEXUS, 1))[1] = 0xfffffffe;
	update(m, "2.0");
	clear_attentions(m);
	for (u32 i = 0; i < 5; i++)
		assert_int_equal(run(m, read_10(1)), 0);
	assert_true(reads_logged(m, 1) == 0x100000003ull);
	roll_back(m);
	clear_attentions(m);
	assert_true(reads_logged(m, 1) == 3);
	machine_free(m);
}

/* ------------------------------------------------------------ what can fail */

static void test_older(void **state)
{
	struct machine *m = machine_with("2.0", 5, 3);
	u32 len;
	u8 *image = image_read("1.1", &len);

	assert_int_equal(machine_update(m, image, len), ABORT_OLDER);
	assert_int_equal(calls_of(m, OVERLAY_TRACK), 0);
	free(image);
	machine_free(m);
}

static void test_services_fail(void **state)
{
	static const u32 calls[] = { OVERLAY_TRACK, OVERLAY_DIRTY };
	struct machine *m = machine_with("1.0", 5, 3);
	u32 len;
	u8 *image = image_read("2.0", &len);

	for (u32 i = 0; i < ARRAY_SIZE(calls); i++) {
		m->fail_call = calls[i];
		assert_int_equal(machine_update(m, image, len), ABORT_SERVICE);
		assert_int_equal(m->abort_detail, calls[i]);
	}
	m->fail_call = 0;
	assert_int_equal(machine_update(m, image, len), 0);
	for (u32 i = 0; i < ARRAY_SIZE(calls); i++) {
		m->fail_call = calls[i];
		assert_int_equal(machine_rollback(m), ABORT_SERVICE);
		assert_int_equal(m->abort_detail, calls[i]);
	}
	m->fail_call = 0;
	roll_back(m);
	check_result(m);
	free(image);
	machine_free(m);
}

/* What 1.x cannot hold is not lost by a rollback: there is none. */
static void test_reservation(void **state)
{
	struct machine *m = machine_with("1.0", 5, 3);
	struct persist now;

	update(m, "2.0");
	now = persist_now(m);
	((u8 *)record(&now, RESERVATION, 1))[16 + 6] = 1;
	assert_int_equal(refused(m, true), RESERVATION);
	machine_free(m);
}

/* From the flush on a rollback runs in the other image's text. */
static void test_other_last_steps(void **state)
{
	struct machine *m = machine_with("1.0", 5, 3);

	update(m, "1.1");
	m->undo_text[sizeof(struct mrb_header) + 8] ^= 1;
	assert_int_equal(refused(m, true), 0);
	machine_free(m);
}

/* Formats that have the right names and are others. */
static void test_unknown_formats(void **state)
{
	struct machine *m = machine_with("1.0", 5, 3);
	struct mrb_header *old = (struct mrb_header *)m->text;

	for (u32 i = 0; i < 3; i++) {
		u32 id = old->schema[i].id;

		old->schema[i].version = 7;
		assert_int_equal(refused(m, false), id);
		old->schema[i].version = 1;
		old->schema[i].count--;
		assert_int_equal(refused(m, false), id);
		old->schema[i].count++;
		old->schema[i].id = 99;
		assert_int_equal(refused(m, false), 99);
		old->schema[i].id = id;
	}
	old->nr_schemas = 2;
	assert_int_equal(refused(m, false), LU);
	machine_free(m);
}

/* -------------------------------------------------------------- self-test */

static void spoil_state(struct machine *m)
{
	struct persist p = persist_now(m);

	*(u8 *)(record(&p, LOGIN, 3) + 26) = 0;
}

static void spoil_login(struct machine *m)
{
	struct persist p = persist_now(m);

	login_of(&p, 3)->state = 9;
}

static void spoil_order(struct machine *m)
{
	struct persist p = persist_now(m);

	login_of(&p, 3)->port_id = 1;
}

static void spoil_index(struct machine *m)
{
	struct persist p = persist_now(m);
	u16 *index = record(&p, INDEX, 0);

	while (!*index)
		index++;
	*index = 0;
}

static void spoil_lu(struct machine *m)
{
	struct persist p = persist_now(m);

	lu_of(&p, 1)->login ^= 1;
}

static void test_selftest(void **state)
{
	static const struct {
		const char *version;
		void (*spoil)(struct machine *m);
		u32 fault;
	} faults[] = {
		{ "1.1", spoil_state, 1 },
		{ "1.1", spoil_login, 2 },
		{ "1.1", spoil_order, 3 },
		{ "1.1", spoil_lu, 5 },
		{ "2.0", spoil_state, 4 },
		{ "2.0", spoil_login, 2 },
		{ "2.0", spoil_order, 4 },
		{ "2.0", spoil_index, 4 },
		{ "2.0", spoil_lu, 5 },
	};

	for (u32 i = 0; i < ARRAY_SIZE(faults); i++) {
		struct machine *m = machine_with(faults[i].version, 5, 3);

		m->staged = faults[i].spoil;
		update(m, faults[i].version);
		assert_int_equal(m->selftest, faults[i].fault);
		machine_free(m);
	}
}

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_disks),
		TEST(test_in_flight),
		TEST(test_wide_statistics),
		TEST(test_older),
		TEST(test_services_fail),
		TEST(test_reservation),
		TEST(test_other_last_steps),
		TEST(test_unknown_formats),
		TEST(test_selftest),
	};

	return cmocka_run_group_tests_name("microcode undo", tests, NULL, NULL);
}
