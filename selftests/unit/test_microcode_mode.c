// SPDX-License-Identifier: GPL-2.0
/*
 * The microcode's memory: start and stop, unit attentions, mode pages, and what
 * they do to other commands.
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

static void test_stop(void **state)
{
	struct command stop = COMMAND(0, 0, 0x1b, 0, 0, 0, 0, 0);
	struct command sense = COMMAND(IN, 18, 0x03, 0, 0, 0, 18, 0);

	run(*state, &stop);
	assert_int_equal(stop.media.op, MEDIA_FLUSH);
	assert_int_equal(RUN(*state, 0, 0, 0, 0, 0, 0, 0, 0), 0x020402);
	assert_int_equal(RUN(*state, IN, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), 0x020402);
	assert_int_equal(RUN(*state, 0, 0, 0x35, [9] = 0), 0x020402);
	assert_int_equal(RUN(*state, IN, 96, 0x12, 0, 0, 0, 96, 0), 0);
	assert_int_equal(RUN(*state, IN, 8, 0x25, [9] = 0), 0);
	run(*state, &sense);
	assert_int_equal(sense.data[12] << 8 | sense.data[13], 0x0402);
	assert_int_equal(RUN(*state, 0, 0, 0x1b, 0, 0, 0, 1, 0), 0);
	assert_int_equal(RUN(*state, 0, 0, 0, 0, 0, 0, 0, 0), 0);

	stop.cdb[4] = 0x04;
	stop.nr_media = 0;
	run(*state, &stop);
	assert_int_equal(stop.nr_media, 0);
	assert_int_equal(RUN(*state, 0, 0, 0, 0, 0, 0, 0, 0), 0x020402);
}

static void test_unit_attentions(void **state)
{
	struct machine *m = *state;
	struct command sense = COMMAND(IN, 18, 0x03, 0, 0, 0, 18, 0);

	/* power on, once; not by commands that must go through */
	assert_int_equal(RUN(m, IN, 96, 0x12, 0, 0, 0, 96, 0), 0);
	assert_int_equal(RUN(m, IN, 16, 0xa0, [9] = 16, [11] = 0), 0);
	assert_int_equal(RUN(m, 0, 0, 0x42, [9] = 0), 0x062900);
	assert_int_equal(TUR(m), 0);

	machine_tmf(m, 0, TMF_LUN_RESET);
	machine_tmf(m, 0, TMF_HARD_RESET);
	assert_int_equal(TUR(m), 0x062902);
	assert_int_equal(TUR(m), 0x062903);
	assert_int_equal(TUR(m), 0);

	/* as data, it is reported too */
	machine_tmf(m, 0, TMF_LUN_RESET);
	run(m, &sense);
	assert_int_equal(sense.data[2], 6);
	assert_int_equal(sense.data[12] << 8 | sense.data[13], 0x2903);
	assert_int_equal(TUR(m), 0);

	machine_tmf(m, 999, TMF_LUN_RESET);
	assert_int_equal(TUR(m), 0);
}

/* MODE SELECT with the parameter list in a string. */
#define SELECT_6(m, list)	select_list(m, 0x15, list, sizeof(list) - 1)
#define SELECT_10(m, list)	select_list(m, 0x55, list, sizeof(list) - 1)

static struct command last_select;

static u32 select_list(struct machine *m, u8 opcode, const char *list, u32 len)
{
	struct command cmd = COMMAND(OUT, len, opcode, 0x10, [9] = 0);

	cmd.cdb[opcode == 0x15 ? 4 : 8] = len;
	cmd.cdb_len = opcode == 0x15 ? 6 : 10;
	memcpy(cmd.data, list, len);
	run(m, &cmd);
	last_select = cmd;
	return sense_of(&cmd);
}

static u32 mode_byte(struct machine *m, u8 control, u8 page, u32 byte)
{
	struct command cmd = COMMAND(IN, 64, 0x1a, 0x08, control << 6 | page, 0, 64, 0);

	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.data[4] & 0x3f, page);
	return cmd.data[4 + byte];
}

#define CACHING(wce)	"\x08\x12" wce "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define CONTROL(d_sense, swp)	"\x0a\x0a" d_sense "\x10" swp "\0\0\0\xff\xff\0\0"

static void test_mode_values(void **state)
{
	assert_int_equal(mode_byte(*state, 0, 0x08, 2), 0x04);
	assert_int_equal(mode_byte(*state, 1, 0x08, 2), 0x04);
	assert_int_equal(mode_byte(*state, 2, 0x08, 2), 0x04);
	assert_int_equal(mode_byte(*state, 0, 0x0a, 2), 0x02);
	assert_int_equal(mode_byte(*state, 1, 0x0a, 2), 0x04);
	assert_int_equal(mode_byte(*state, 1, 0x0a, 3), 0x00);
	assert_int_equal(mode_byte(*state, 1, 0x0a, 4), 0x08);
	assert_int_equal(mode_byte(*state, 2, 0x0a, 4), 0x00);
}

static void test_write_cache(void **state)
{
	struct command wr = COMMAND(OUT, 512, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0);

	assert_int_equal(SELECT_6(*state, "\0\0\0\0" CACHING("\0")), 0);
	assert_int_equal(last_select.messages, 1);
	assert_int_equal(last_select.media.op, MEDIA_FLUSH);
	assert_int_equal(mode_byte(*state, 0, 0x08, 2), 0x00);
	assert_int_equal(mode_byte(*state, 2, 0x08, 2), 0x04);
	run(*state, &wr);
	assert_int_equal(wr.media.flags, MEDIA_FUA);

	assert_int_equal(SELECT_10(*state, "\0\0\0\0\0\0\0\0" CACHING("\4")), 0);
	assert_int_equal(last_select.nr_media, 0);
	assert_int_equal(mode_byte(*state, 0, 0x08, 2), 0x04);
}

static void test_write_protect(void **state)
{
	struct command sense = COMMAND(IN, 64, 0x1a, 0x08, 0x3f, 0, 64, 0);

	assert_int_equal(SELECT_6(*state, "\0\0\0\0" CONTROL("\2", "\10")), 0);
	assert_int_equal(RUN(*state, OUT, 512, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0), 0x072702);
	assert_int_equal(RUN(*state, OUT, 512, 0x0a, 0, 0, 0, 1, 0), 0x072702);
	assert_int_equal(RUN(*state, IN, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), 0);
	run(*state, &sense);
	assert_int_equal(sense.data[2], 0x90);
	assert_int_equal(SELECT_6(*state, "\0\0\0\0" CONTROL("\2", "\0")), 0);
	assert_int_equal(RUN(*state, OUT, 512, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0), 0);
}

static void test_descriptor_sense(void **state)
{
	struct command cmd = COMMAND(IN, 512, 0x28, 0, 0, 0, 0x08, 0x00, 0, 0, 1, 0);

	assert_int_equal(SELECT_6(*state, "\0\0\0\0" CONTROL("\6", "\0")), 0);
	assert_int_equal(run(*state, &cmd), LBA_RANGE);
	assert_int_equal(cmd.sense[0], 0x72);
	assert_int_equal(cmd.sense[8], 0x00);
	assert_int_equal(cmd.sense[10], 0x80);
	assert_true(be64(&cmd.sense[12]) == MACHINE_BLOCKS);
	cmd = COMMAND(0, 0, 0, 0, 0, 0, 1, 0);
	assert_int_equal(run(*state, &cmd), INVALID_FIELD);
	assert_int_equal(cmd.sense[8], 0x02);
	assert_int_equal(cmd.sense[12] << 16 | be16(&cmd.sense[13]), CDB_FIELD(4, 0));

	/* a reset brings the defaults back */
	machine_tmf(*state, 0, TMF_LUN_RESET);
	assert_int_equal(RUN(*state, 0, 0, 0, 0, 0, 0, 0, 0), 0x062903);
	assert_int_equal(mode_byte(*state, 0, 0x0a, 2), 0x02);
}

static u32 list_field(void)
{
	return last_select.sense[15] << 16 | be16(&last_select.sense[16]);
}

static void test_mode_select_lists(void **state)
{
	struct machine *m = *state;

	/* block descriptors: none, ours, any number of blocks */
	assert_int_equal(SELECT_6(m, "\0\0\0\x08\0\0\x08\0\0\0\2\0" CACHING("\4")), 0);
	assert_int_equal(SELECT_6(m, "\0\0\0\x08\0\0\0\0\0\0\2\0"), 0);
	assert_int_equal(SELECT_6(m, "\0\0\0\x08\xff\xff\xff\xff\0\0\2\0"), 0);
	assert_int_equal(SELECT_10(m, "\0\0\0\0\1\0\0\x10\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\2\0"), 0);
	assert_int_equal(SELECT_6(m, "\0\0\0\x08\0\0\0\1\0\0\2\0"), BAD_PARAMETER);
	assert_int_equal(SELECT_6(m, "\0\0\0\x08\0\0\0\0\0\0\x10\0"), BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(9, 7));
	assert_int_equal(SELECT_6(m, "\0\0\0\4\0\0\0\0"), BAD_PARAMETER);
	assert_int_equal(SELECT_6(m, "\0\0\0\x08\0\0"), LIST_LENGTH);

	/* headers and lengths */
	assert_int_equal(SELECT_6(m, "\0\1\0\0"), BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(1, 7));
	assert_int_equal(SELECT_6(m, "\0\0\0"), LIST_LENGTH);
	assert_int_equal(SELECT_10(m, "\0\0\0\0\0\0\0"), LIST_LENGTH);
	assert_int_equal(SELECT_6(m, "\0\0\0\0\x08"), LIST_LENGTH);
	assert_int_equal(SELECT_6(m, "\0\0\0\0\x08\x12\0"), LIST_LENGTH);

	/* pages */
	assert_int_equal(SELECT_6(m, "\0\0\0\0\1\x0a"), BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(4, 5));
	assert_int_equal(SELECT_6(m, "\0\0\0\0\x88\x12"), BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(4, 7));
	assert_int_equal(SELECT_6(m, "\0\0\0\0\x48\x12"), BAD_PARAMETER);
	assert_int_equal(SELECT_6(m, "\0\0\0\0\x08\x11"), BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(5, 7));
	assert_int_equal(SELECT_6(m, "\0\0\0\0" CACHING("\5")), BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(6, 0));
	assert_int_equal(SELECT_6(m, "\0\0\0\0\x0a\x0a\2\0\0\0\0\0\xff\xff\0\0"),
			 BAD_PARAMETER);
	assert_int_equal(list_field(), LIST_FIELD(7, 4));

	/* nothing of a list with a fault is applied; two pages at once are */
	assert_int_equal(SELECT_6(m, "\0\0\0\0" CACHING("\0") CONTROL("\3", "\0")), BAD_PARAMETER);
	assert_int_equal(mode_byte(m, 0, 0x08, 2), 0x04);
	assert_int_equal(SELECT_6(m, "\0\0\0\0" CACHING("\0") CONTROL("\6", "\10")), 0);
	assert_int_equal(mode_byte(m, 0, 0x08, 2), 0x00);
	assert_int_equal(mode_byte(m, 0, 0x0a, 4), 0x08);
}

/* The host has less than the CDB says. */
static void test_mode_select_short_buffer(void **state)
{
	assert_int_equal(RUN(*state, OUT, 4, 0x15, 0x10, 0, 0, 24, 0), LIST_LENGTH);
	assert_int_equal(RUN(*state, 0, 0, 0x15, 0x10, 0, 0, 24, 0), LIST_LENGTH);
}

/* The longest list that is taken does not use up a frame's instructions. */
static void test_mode_select_long_list(void **state)
{
	static const char page[] = CONTROL("\6", "\10");
	struct command cmd = COMMAND(OUT, 512, 0x55, 0x10, [7] = 2, [9] = 0);

	for (u32 pos = 8; pos + 12 <= 512; pos += 12)
		memcpy(&cmd.data[pos], page, 12);
	assert_int_equal(run(*state, &cmd), 0);
	print_message("512 bytes of mode pages: %u instructions\n", (u32)cmd.insns);
	assert_in_range(cmd.insns, 1, 50000);
}

static const struct CMUnitTest tests[] = {
	TEST(test_stop),
	cmocka_unit_test_setup_teardown(test_unit_attentions, setup, teardown),
	TEST(test_mode_values),
	TEST(test_write_cache),
	TEST(test_write_protect),
	TEST(test_descriptor_sense),
	TEST(test_mode_select_lists),
	TEST(test_mode_select_short_buffer),
	TEST(test_mode_select_long_list),
};

int main(void)
{
	return RUN_TESTS("microcode mode", tests);
}
