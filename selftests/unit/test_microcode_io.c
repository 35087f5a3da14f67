// SPDX-License-Identifier: GPL-2.0
/*
 * The microcode between initiator and remote ports: media requests and how they
 * end, logins, statistics, and the length of the way of an I/O.
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

static void test_data(void **state)
{
	struct command wr = COMMAND(OUT, 1024, 0x2a, 0, 0, 0, 0, 7, 0, 0, 2, 0);
	struct command rd = COMMAND(IN, 1024, 0x28, 0, 0, 0, 0, 7, 0, 0, 2, 0);
	struct command other = COMMAND(IN, 1024, 0x28, 0, 0, 0, 0, 7, 0, 0, 2, 0);

	for (u32 i = 0; i < 1024; i++)
		wr.data[i] = i * 7;
	assert_int_equal(run(*state, &wr), 0);
	assert_int_equal(wr.media.op, MEDIA_WRITE);
	assert_int_equal(wr.media.flags, 0);
	assert_int_equal(run(*state, &rd), 0);
	assert_memory_equal(rd.data, wr.data, 1024);
	other.target = 1;
	assert_int_equal(run(*state, &other), 0);
	assert_int_equal(other.data[1], 0);
}

static void test_media_request(void **state)
{
	struct command cmd = COMMAND(OUT, 512, 0x8a, 0x08, [8] = 1, 2, [13] = 1, [15] = 0);
	struct machine *m = *state;

	cmd.target = 1;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 1);
	assert_int_equal(cmd.media.port, 1);
	assert_int_equal(cmd.media.token, m->port[1].token);
	assert_int_equal(cmd.media.flags, MEDIA_FUA);
	assert_int_equal(cmd.media.lba_lo, 0x102);
	assert_int_equal(cmd.media.lba_hi, 0);
	assert_int_equal(cmd.media.blocks, 1);
	assert_int_equal(cmd.media.offset, 0);
	assert_int_equal(cmd.media.context.version, MEDIA_CONTEXT_1);
	assert_int_equal(cmd.media.context.opcode, 0x8a);
	assert_int_equal(cmd.media.context.target, 1);
	assert_int_equal(cmd.media.context.lba, 0x102);
	assert_int_equal(cmd.media.context.blocks, 1);
	assert_int_equal(cmd.media.context.arg, 0);

	cmd = COMMAND(0, 0, 0x2f, 0, 0, 0, 0, 0, 0, 0, 9, 0);
	run(m, &cmd);
	assert_int_equal(cmd.media.op, MEDIA_CHECK);
	assert_int_equal(cmd.media.blocks, 9);
	cmd = COMMAND(0, 0, 0x35, [9] = 0);
	run(m, &cmd);
	assert_int_equal(cmd.media.op, MEDIA_FLUSH);
	cmd = COMMAND(0, 0, 0x28, [9] = 0);
	run(m, &cmd);
	assert_int_equal(cmd.nr_media, 0);
}

static void test_miscompare(void **state)
{
	struct command cmd = COMMAND(OUT, 1024, 0x2f, 0x02, 0, 0, 0, 16, 0, 0, 2, 0);

	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(cmd.media.op, MEDIA_COMPARE);
	cmd.data[600] = 1;
	assert_int_equal(run(*state, &cmd), 0x0e1d00);
	assert_int_equal(cmd.sense[0], 0xf0);
	assert_int_equal(be32(&cmd.sense[3]), 17);
}

/* How a media request may fail, and what the initiator hears of it. */
static void test_media_results(void **state)
{
	static const struct {
		u8 result;
		u32 sense;
	} results[] = {
		{ MEDIA_BAD_TOKEN, 0x0b0800 },
		{ MEDIA_BAD_RANGE, LBA_RANGE },
		{ MEDIA_BAD_REQUEST, 0x044400 },
		{ MEDIA_NO_SPACE, 0x072707 },
		{ 99, 0x044400 },
	};
	struct machine *m = *state;

	for (u32 i = 0; i < ARRAY_SIZE(results); i++) {
		struct command cmd = COMMAND(OUT, 512, 0x2a, 0, 0, 0, 0, 3, 0, 0, 1, 0);
		union frame frame = machine_submit(m, &cmd);

		frame = machine_media(m, &frame.media);
		frame.media_done.result = results[i].result;
		frame = machine_deliver(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), results[i].sense);
	}
}

/* A completion with a context that no image of this kind has made. */
static void test_foreign_context(void **state)
{
	struct machine *m = *state;

	for (u32 i = 0; i < 2; i++) {
		struct command cmd = COMMAND(IN, 512, 0x28, 0, 0, 0, 0, 3, 0, 0, 1, 0);
		union frame frame = machine_submit(m, &cmd);

		frame = machine_media(m, &frame.media);
		if (i)
			frame.media_done.context.version = 2;
		else
			frame.media_done.context.target = 0xffff;
		frame = machine_deliver(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), 0x044400);
	}
}

static void test_lost_session(void **state)
{
	struct machine *m = *state;

	m->port[0].token++;
	assert_int_equal(RUN(m, IN, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), 0x0b0800);
}

static void test_statistics(void **state)
{
	struct command log = COMMAND(IN, 72, 0x4d, 0, 0x59, [8] = 72, [9] = 0);

	RUN(*state, IN, 1024, 0x28, 0, 0, 0, 0, 0, 0, 0, 2, 0);
	RUN(*state, OUT, 1536, 0x0a, 0, 0, 0, 3, 0);
	RUN(*state, IN, 512, 0x08, 0, 0, 0, 1, 0);
	RUN(*state, IN, 512, 0x28, 0, 0xff, 0, 0, 0, 0, 0, 1, 0);
	assert_int_equal(run(*state, &log), 0);
	assert_int_equal(be64(&log.data[8]), 2);
	assert_int_equal(be64(&log.data[16]), 1);
	assert_int_equal(be64(&log.data[24]), 3);
	assert_int_equal(be64(&log.data[32]), 3);
}

/* A rejected login concerns its own logical unit; the order of ids does not matter. */
static void test_logins(void **state)
{
	struct machine *m = machine_new();

	m->port[0].port_id = 0x030000;
	m->port[1].rejects = true;
	m->port[2].port_id = 0x000001;
	machine_power_on(m, version);
	for (u32 i = 0; i < MACHINE_PORTS; i++)
		assert_int_equal(m->port[i].logins, i != 1);
	for (u32 i = 0; i < MACHINE_TARGETS; i++) {
		struct command cmd = COMMAND(IN, 512, 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0);

		cmd.target = i;
		assert_int_equal(run(m, &cmd), 0x062900);
		assert_int_equal(run(m, &cmd), i == 1 ? 0x020800 : 0);
	}
	machine_free(m);
}

/* Logins that a restart of the service hart has interrupted go on. */
static void test_interrupted_logins(void **state)
{
	struct machine *m = machine_new();
	u32 len;
	u8 *image = image_read(version, &len);
	struct command cmd = COMMAND(0, 0, 0, 0, 0, 0, 0, 0);

	machine_load(m, image, len);
	free(image);
	machine_start_hart(m, 0, START_COLD);
	machine_start_hart(m, 1, START_COLD);
	assert_int_equal(run(m, &cmd), 0x062900);
	assert_int_equal(run(m, &cmd), 0x020401);
	machine_start_hart(m, 0, START_WARM);
	machine_log_in(m);
	assert_int_equal(run(m, &cmd), 0);
	machine_start_hart(m, 0, START_WARM);
	machine_log_in(m);
	assert_int_equal(run(m, &cmd), 0);
	for (u32 i = 0; i < MACHINE_PORTS; i++)
		assert_int_equal(m->port[i].logins, 1);
	machine_free(m);
}

static void test_instructions(void **state)
{
	static const u8 opcodes[] = { 0x28, 0x2a };

	for (u32 i = 0; i < sizeof(opcodes); i++) {
		struct command cmd = COMMAND(i ? OUT : IN, 4096, opcodes[i], 0, 0, 0, 0, 0, 0, 0, 8,
					     0);

		run(*state, &cmd);
		print_message("image %s: opcode %02x: %u instructions\n", version, opcodes[i],
			      (u32)cmd.insns);
		assert_in_range(cmd.insns, 1, 150);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(test_data),
	TEST(test_media_request),
	TEST(test_miscompare),
	TEST(test_media_results),
	TEST(test_foreign_context),
	TEST(test_lost_session),
	TEST(test_statistics),
	TEST(test_logins),
	TEST(test_interrupted_logins),
	TEST(test_instructions),
};

int main(void)
{
	return RUN_TESTS("microcode io", tests);
}
