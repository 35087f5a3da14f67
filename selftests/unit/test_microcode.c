// SPDX-License-Identifier: GPL-2.0
/*
 * The microcode as a SCSI device: every command, good and bad, in all images,
 * executed by the real processor on the model of a board.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_scsi.h"

/* LBAs: 0x07, 0xff is the last one, 0x08, 0x00 lies behind it. */
static const struct check checks[] = {
	{ "TEST UNIT READY", { 0x00 }, 6, .moved = 0 },
	{ "TEST UNIT READY, reserved bit", { 0x00, 0, 0x20 }, 6, FIELD(2, 5) },
	{ "TEST UNIT READY, NACA", { 0x00, 0, 0, 0, 0, 0x04 }, 6, FIELD(5, 2) },
	{ "unknown opcode", { 0x43 }, 10, .sense = 0x052000 },
	{ "vendor opcode", { 0xc0 }, 10, .sense = 0x052000 },
	{ "truncated CDB", { 0x28 }, 6, .sense = INVALID_FIELD },

	{ "READ (6)", { 0x08, 0, 0, 0, 2 }, 6, IN, 1024, .moved = 1024 },
	{ "READ (6) of 256", { 0x08 }, 6, IN, 8192, .sense = 0x050e03 },
	{ "READ (6) beyond", { 0x08, 0, 0x07, 0xff, 2 }, 6, IN, 1024, .sense = LBA_RANGE },
	{ "READ (10)", { 0x28, 0, 0, 0, 0x07, 0xff, 0, 0, 1 }, 10, IN, 512, .moved = 512 },
	{ "READ (10) DPO FUA", { 0x28, 0x18, 0, 0, 0, 0, 0, 0, 1 }, 10, IN, 512, .moved = 512 },
	{ "READ (10) of none", { 0x28, 0, 0, 0, 0x08, 0x00 }, 10, .moved = 0 },
	{ "READ (10) of none, beyond", { 0x28, 0, 0, 0, 0x08, 1 }, 10, .sense = LBA_RANGE },
	{ "READ (10) beyond", { 0x28, 0, 0, 0, 0x08, 0x00, 0, 0, 1 }, 10, IN, 512,
	  .sense = LBA_RANGE },
	{ "READ (10) far beyond", { 0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff }, 10, IN, 512,
	  .sense = LBA_RANGE },
	{ "READ (10) RDPROTECT", { 0x28, 0x20, 0, 0, 0, 0, 0, 0, 1 }, 10, IN, 512, FIELD(1, 5) },
	{ "READ (10) group", { 0x28, 0, 0, 0, 0, 0, 0x01, 0, 1 }, 10, IN, 512, FIELD(6, 0) },
	{ "READ (10), short buffer", { 0x28, 0, 0, 0, 0, 0, 0, 0, 2 }, 10, IN, 1023,
	  .sense = 0x050e03 },
	{ "READ (12)", { 0xa8, 0, 0, 0, 0, 1, 0, 0, 0, 2 }, 12, IN, 1024, .moved = 1024 },
	{ "READ (12), length overflows", { 0xa8, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff }, 12, IN,
	  512, .sense = LBA_RANGE },
	{ "READ (16)", { 0x88, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1 }, 16, IN, 512,
	  .moved = 512 },
	{ "READ (16) 64-bit", { 0x88, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 }, 16, IN, 512,
	  .sense = LBA_RANGE },
	{ "READ (16) overflow", { 0x88, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0,
	  1 }, 16, IN, 512, .sense = LBA_RANGE },

	{ "WRITE (6)", { 0x0a, 0, 0, 0, 1 }, 6, OUT, 512, .moved = 512 },
	{ "WRITE (10)", { 0x2a, 0, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512, .moved = 512 },
	{ "WRITE (10) beyond", { 0x2a, 0, 0, 0, 0x07, 0xff, 0, 0, 2 }, 10, OUT, 1024,
	  .sense = LBA_RANGE },
	{ "WRITE (12)", { 0xaa, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 12, OUT, 512, .moved = 512 },
	{ "WRITE (16)", { 0x8a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 16, OUT, 512,
	  .moved = 512 },
	{ "WRITE (16) WRPROTECT", { 0x8a, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 16, OUT, 512,
	  FIELD(1, 7) },

	{ "VERIFY (10)", { 0x2f, 0, 0, 0, 0, 0, 0, 8, 0 }, 10, .moved = 0 },
	{ "VERIFY (10) beyond", { 0x2f, 0, 0, 0, 0, 1, 0, 8, 0 }, 10, .sense = LBA_RANGE },
	{ "VERIFY (10) of none", { 0x2f }, 10, .moved = 0 },
	{ "VERIFY (10) BYTCHK 3", { 0x2f, 0x06, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512, FIELD(1, 2) },
	{ "VERIFY (10) BYTCHK 2", { 0x2f, 0x04, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512, FIELD(1, 2) },
	{ "VERIFY (12)", { 0xaf, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 12, .moved = 0 },
	{ "VERIFY (16)", { 0x8f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 16, .moved = 0 },
	{ "VERIFY (16) BYTCHK 1, no data", { 0x8f, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, 16,
	  .sense = 0x050e03 },
	{ "SYNCHRONIZE CACHE (10)", { 0x35 }, 10, .moved = 0 },
	{ "SYNCHRONIZE CACHE (10) IMMED", { 0x35, 0x02, 0, 0, 0x07, 0xff, 0, 0, 1 }, 10,
	  .moved = 0 },
	{ "SYNCHRONIZE CACHE (10) beyond", { 0x35, 0, 0, 0, 0x07, 0xff, 0, 0, 2 }, 10,
	  .sense = LBA_RANGE },
	{ "SYNCHRONIZE CACHE (16)", { 0x91 }, 16, .moved = 0 },

	{ "INQUIRY", { 0x12, 0, 0, 0, 255 }, 6, IN, 255, .moved = 74 },
	{ "INQUIRY, short", { 0x12, 0, 0, 0, 36 }, 6, IN, 255, .moved = 36 },
	{ "INQUIRY, none", { 0x12 }, 6, .moved = 0 },
	{ "INQUIRY, buffer too short", { 0x12, 0, 0, 0, 96 }, 6, IN, 5, .moved = 5 },
	{ "INQUIRY, page without EVPD", { 0x12, 0, 0x80, 0, 96 }, 6, IN, 96, FIELD(2, 7) },
	{ "INQUIRY, CMDDT", { 0x12, 2, 0, 0, 96 }, 6, IN, 96, FIELD(1, 1) },
	{ "INQUIRY, no such page", { 0x12, 1, 0x81, 0, 96 }, 6, IN, 96, FIELD(2, 7) },
	{ "VPD 80h", { 0x12, 1, 0x80, 0, 96 }, 6, IN, 96, .moved = 16 },
	{ "VPD B0h", { 0x12, 1, 0xb0, 0, 96 }, 6, IN, 96, .moved = 64 },
	{ "VPD B1h", { 0x12, 1, 0xb1, 0, 96 }, 6, IN, 96, .moved = 64 },
	{ "VPD B2h", { 0x12, 1, 0xb2, 0, 96 }, 6, IN, 96, .moved = 8 },

	{ "REPORT LUNS", { 0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 16 }, 12, IN, 16, .moved = 16 },
	{ "REPORT LUNS, well-known", { 0xa0, 0, 1, 0, 0, 0, 0, 0, 0, 16 }, 12, IN, 16,
	  .moved = 8 },
	{ "REPORT LUNS, all", { 0xa0, 0, 2, 0, 0, 0, 0, 0, 0, 16 }, 12, IN, 16, .moved = 16 },
	{ "REPORT LUNS, what?", { 0xa0, 0, 3, 0, 0, 0, 0, 0, 0, 16 }, 12, IN, 16, FIELD(2, 7) },
	{ "READ CAPACITY (10)", { 0x25 }, 10, IN, 8, .moved = 8 },
	{ "READ CAPACITY (10), LBA", { 0x25, 0, 0, 0, 0, 1 }, 10, IN, 8, FIELD(5, 0) },
	{ "READ CAPACITY (16)", { 0x9e, 0x10, [13] = 32 }, 16, IN, 32, .moved = 32 },
	{ "READ CAPACITY (16), short", { 0x9e, 0x10, [13] = 12 }, 16, IN, 32, .moved = 12 },
	{ "SERVICE ACTION IN, unknown", { 0x9e, 0x13, [13] = 32 }, 16, IN, 32, FIELD(1, 4) },

	{ "START STOP UNIT, start", { 0x1b, 0, 0, 0, 1 }, 6, .moved = 0 },
	{ "START STOP UNIT, LOEJ", { 0x1b, 0, 0, 0, 2 }, 6, FIELD(4, 1) },
	{ "START STOP UNIT, idle", { 0x1b, 0, 0, 0, 0x20 }, 6, FIELD(4, 5) },
	{ "REQUEST SENSE", { 0x03, 0, 0, 0, 252 }, 6, IN, 252, .moved = 18 },
	{ "REQUEST SENSE, descriptor", { 0x03, 1, 0, 0, 252 }, 6, IN, 252, .moved = 8 },
	{ "REQUEST SENSE, short", { 0x03, 0, 0, 0, 4 }, 6, IN, 252, .moved = 4 },

	{ "MODE SENSE (6)", { 0x1a, 0, 0x3f, 0, 255 }, 6, IN, 255, .moved = 4 + 8 + 20 + 12 },
	{ "MODE SENSE (6) DBD", { 0x1a, 8, 0x3f, 0, 255 }, 6, IN, 255, .moved = 4 + 20 + 12 },
	{ "MODE SENSE (6) subpages", { 0x1a, 8, 0x3f, 0xff, 255 }, 6, IN, 255, .moved = 36 },
	{ "MODE SENSE (6) caching", { 0x1a, 8, 0x08, 0, 255 }, 6, IN, 255, .moved = 24 },
	{ "MODE SENSE (6) control", { 0x1a, 8, 0x0a, 0, 255 }, 6, IN, 255, .moved = 16 },
	{ "MODE SENSE (6) saved", { 0x1a, 8, 0xca, 0, 255 }, 6, IN, 255, .sense = 0x053900 },
	{ "MODE SENSE (6) no page", { 0x1a, 8, 0x01, 0, 255 }, 6, IN, 255, FIELD(2, 5) },
	{ "MODE SENSE (6) no subpage", { 0x1a, 8, 0x08, 1, 255 }, 6, IN, 255, FIELD(3, 7) },
	{ "MODE SENSE (6) LLBAA", { 0x1a, 0x10, 0x08, 0, 255 }, 6, IN, 255, FIELD(1, 4) },
	{ "MODE SENSE (10)", { 0x5a, 0, 0x3f, [8] = 255 }, 10, IN, 255, .moved = 48 },
	{ "MODE SENSE (10) LLBAA", { 0x5a, 0x10, 0x3f, [8] = 255 }, 10, IN, 255, .moved = 56 },
	{ "MODE SENSE (10) DBD", { 0x5a, 0x08, 0x0a, [8] = 255 }, 10, IN, 255, .moved = 20 },
	{ "MODE SELECT (6), nothing", { 0x15, 0x10 }, 6, .moved = 0 },
	{ "MODE SELECT (6), SP", { 0x15, 0x11 }, 6, FIELD(1, 0) },
	{ "MODE SELECT (10), SP", { 0x55, 0x11 }, 10, FIELD(1, 0) },
	{ "MODE SELECT (10), too long", { 0x55, 0x10, [7] = 0x20 }, 10, OUT, 8192,
	  .sense = LIST_LENGTH },

	{ "operation codes, READ (10)", { 0xa3, 0x0c, 1, 0x28, [9] = 255 }, 12, IN, 255,
	  .moved = 14 },
	{ "operation codes, RCTD", { 0xa3, 0x0c, 0x81, 0x28, [9] = 255 }, 12, IN, 255,
	  .moved = 26 },
	{ "operation codes, unknown", { 0xa3, 0x0c, 1, 0x43, [9] = 255 }, 12, IN, 255,
	  .moved = 4 },
	{ "operation codes, 9E", { 0xa3, 0x0c, 1, 0x9e, [9] = 255 }, 12, IN, 255, FIELD(2, 2) },
	{ "operation codes, 9E/10", { 0xa3, 0x0c, 2, 0x9e, 0, 0x10, [9] = 255 }, 12, IN, 255,
	  .moved = 20 },
	{ "operation codes, 28/00", { 0xa3, 0x0c, 2, 0x28, [9] = 255 }, 12, IN, 255,
	  FIELD(2, 2) },
	{ "operation codes, any 28", { 0xa3, 0x0c, 3, 0x28, [9] = 255 }, 12, IN, 255,
	  .moved = 14 },
	{ "operation codes, any 28/01", { 0xa3, 0x0c, 3, 0x28, 0, 1, [9] = 255 }, 12, IN, 255,
	  .moved = 4 },
	{ "operation codes, what?", { 0xa3, 0x0c, 4, [9] = 255 }, 12, IN, 255, FIELD(2, 2) },
	{ "MAINTENANCE IN, unknown", { 0xa3, 0x05 }, 12, FIELD(1, 4) },

	{ "LOG SENSE, pages", { 0x4d, 0, 0x40, [8] = 255 }, 10, IN, 255, .moved = 6 },
	{ "LOG SENSE, statistics", { 0x4d, 0, 0x59, [8] = 255 }, 10, IN, 255, .moved = 72 },
	{ "LOG SENSE, thresholds", { 0x4d, 0, 0x19, [8] = 255 }, 10, IN, 255, FIELD(2, 7) },
	{ "LOG SENSE, no page", { 0x4d, 0, 0x42, [8] = 255 }, 10, IN, 255, FIELD(2, 5) },
	{ "LOG SENSE, subpage", { 0x4d, 0, 0x40, 1, [8] = 255 }, 10, IN, 255, FIELD(3, 7) },
	{ "LOG SENSE, SP", { 0x4d, 1, 0x40, [8] = 255 }, 10, IN, 255, FIELD(1, 0) },
	{ "LOG SENSE, parameter", { 0x4d, 0, 0x59, 0, 0, 0, 2, [8] = 255 }, 10, IN, 255,
	  FIELD(5, 7) },
};

static void test_commands(void **state)
{
	run_checks(*state, checks, ARRAY_SIZE(checks));
}

/*
 * Commands that 2.0 has and 1.x has not: their tests are in test_microcode_v2.c,
 * test_microcode_reserve.c and test_microcode_verify.c.
 */
static const u8 since_2_0[] = {
	0x16, 0x17, 0x2e, 0x34, 0x37, 0x41, 0x42, 0x5e, 0x5f, 0x89, 0x8b, 0x8e, 0x90, 0x93, 0xae,
	0xb7,
};

static bool from_2_0_on(u32 opcode)
{
	return memchr(since_2_0, opcode, sizeof(since_2_0));
}

/* Opcodes that are not in the list above, with all bits of the CDB clear. */
static void test_other_opcodes(void **state)
{
	for (u32 opcode = 0; opcode < 256; opcode++) {
		bool known = !strcmp(version, "2.0") && from_2_0_on(opcode);

		for (u32 i = 0; i < ARRAY_SIZE(checks); i++)
			known |= checks[i].cdb[0] == opcode && checks[i].sense != 0x052000;
		if (!known)
			assert_int_equal(RUN(*state, 0, 0, opcode, [15] = 0), 0x052000);
	}
}

static void test_opcode_list(void **state)
{
	u32 n = strcmp(version, "2.0") ? 26 : 53;
	struct command cmd = COMMAND(IN, 4096, 0xa3, 0x0c, 0, [8] = 0x10, [11] = 0);

	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(cmd.moved, 4 + n * 8);
	assert_int_equal(be32(cmd.data), n * 8);
	cmd.cdb[2] = 0x80;
	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(cmd.moved, 4 + n * 20);
}

static void test_wrong_lun(void **state)
{
	struct command cmd = COMMAND(0, 0, 0, 0, 0, 0, 0, 0);

	cmd.lun = 1;
	assert_int_equal(run(*state, &cmd), 0x052500);
	cmd.lun = 0;
	cmd.target = MACHINE_TARGETS;
	assert_int_equal(run(*state, &cmd), 0x052500);

	cmd = COMMAND(IN, 96, 0x12, 0, 0, 0, 96, 0);
	cmd.lun = 3;
	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(cmd.data[0], 0x7f);
	cmd = COMMAND(IN, 96, 0x12, 0, 1, 0, 96, 0);
	cmd.target = 9;
	assert_int_equal(run(*state, &cmd), INVALID_FIELD);

	cmd = COMMAND(IN, 18, 0x03, 0, 0, 0, 18, 0);
	cmd.lun = 2;
	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(cmd.data[2], 5);
	assert_int_equal(cmd.data[12], 0x25);
}

static void test_inquiry(void **state)
{
	struct command cmd = COMMAND(IN, 96, 0x12, 0, 0, 0, 96, 0);

	run(*state, &cmd);
	assert_memory_equal(&cmd.data[8], "HBASIM  OVERLAY DISK    ", 24);
	assert_memory_equal(&cmd.data[32], version, 3);
	assert_int_equal(cmd.data[0], 0);
	assert_int_equal(cmd.data[2], 6);
	assert_int_equal(cmd.data[4], cmd.moved - 5);
	assert_int_equal(cmd.data[7] & 2, 2);
}

static void test_vpd_pages(void **state)
{
	static const u8 pages[] = { 0x00, 0x80, 0x83, 0x86, 0xb0, 0xb1, 0xb2 };
	struct command cmd = COMMAND(IN, 96, 0x12, 1, 0, 0, 96, 0);
	bool has_86 = strcmp(version, "1.0");
	u32 n = 0;

	run(*state, &cmd);
	for (u32 i = 0; i < sizeof(pages); i++) {
		struct command page = COMMAND(IN, 96, 0x12, 1, pages[i], 0, 96, 0);
		bool there = has_86 || pages[i] != 0x86;

		assert_int_equal(run(*state, &page), there ? 0 : INVALID_FIELD);
		if (!there)
			continue;
		assert_int_equal(page.data[1], pages[i]);
		assert_int_equal(be16(&page.data[2]), page.moved - 4);
		assert_int_equal(cmd.data[4 + n++], pages[i]);
	}
	assert_int_equal(be16(&cmd.data[2]), n);
}

/* What identifies a disk is the same in all images. */
static void test_identity(void **state)
{
	static const u8 naa[] = { 0x01, 0x03, 0, 8, 0x34, 0x84, 0x00, 0xc0, 0xff, 0xee, 0, 2 };
	struct command cmd = COMMAND(IN, 96, 0x12, 1, 0x80, 0, 96, 0);

	cmd.target = 2;
	run(*state, &cmd);
	assert_memory_equal(&cmd.data[4], "00C0FFEE0002", 12);

	cmd = COMMAND(IN, 96, 0x12, 1, 0x83, 0, 96, 0);
	cmd.target = 2;
	run(*state, &cmd);
	assert_memory_equal(&cmd.data[4], naa, sizeof(naa));
	assert_memory_equal(&cmd.data[16], "\x02\x01\0\x14HBASIM  00C0FFEE0002", 24);
}

static void test_block_limits(void **state)
{
	struct command cmd = COMMAND(IN, 64, 0x12, 1, 0xb0, 0, 64, 0);

	run(*state, &cmd);
	assert_int_equal(be32(&cmd.data[8]), 65535);
	cmd = COMMAND(IN, 64, 0x12, 1, 0xb1, 0, 64, 0);
	run(*state, &cmd);
	assert_int_equal(be16(&cmd.data[4]), 1);
}

static void test_capacity(void **state)
{
	struct command cmd = COMMAND(IN, 8, 0x25, [9] = 0);

	run(*state, &cmd);
	assert_int_equal(be32(&cmd.data[0]), MACHINE_BLOCKS - 1);
	assert_int_equal(be32(&cmd.data[4]), 512);
	cmd = COMMAND(IN, 32, 0x9e, 0x10, [13] = 32, [15] = 0);
	run(*state, &cmd);
	assert_int_equal(be64(&cmd.data[0]), MACHINE_BLOCKS - 1);
	assert_int_equal(be32(&cmd.data[8]), 512);
}

static void test_large_capacity(void **state)
{
	struct machine *m = machine_new();
	struct command cmd;

	m->port[0].blocks = 0x123456789ull;
	machine_power_on(m, version);
	clear_attentions(m);
	cmd = COMMAND(IN, 8, 0x25, [9] = 0);
	run(m, &cmd);
	assert_int_equal(be32(&cmd.data[0]), 0xffffffff);
	cmd = COMMAND(IN, 32, 0x9e, 0x10, [13] = 32, [15] = 0);
	run(m, &cmd);
	assert_true(be64(&cmd.data[0]) == 0x123456788ull);
	cmd = COMMAND(IN, 64, 0x5a, 0x10, 0x0a, [8] = 64, [9] = 0);
	run(m, &cmd);
	assert_true(be64(&cmd.data[8]) == 0x123456789ull);

	/* now there is room for a command that wants too much */
	cmd = COMMAND(IN, 512, 0xa8, [7] = 1, [11] = 0);
	assert_int_equal(run(m, &cmd), INVALID_FIELD);
	assert_int_equal(be16(&cmd.sense[16]), 6);
	cmd = COMMAND(IN, 512, 0x88, [11] = 1, [15] = 0);
	assert_int_equal(run(m, &cmd), INVALID_FIELD);
	assert_int_equal(be16(&cmd.sense[16]), 10);
	machine_free(m);
}

static const struct CMUnitTest tests[] = {
	TEST(test_commands),
	TEST(test_other_opcodes),
	TEST(test_opcode_list),
	TEST(test_wrong_lun),
	TEST(test_inquiry),
	TEST(test_vpd_pages),
	TEST(test_identity),
	TEST(test_block_limits),
	TEST(test_capacity),
	TEST(test_large_capacity),
};

int main(void)
{
	return RUN_TESTS("microcode", tests);
}
