// SPDX-License-Identifier: GPL-2.0
/*
 * What image 2.0 has that compares and verifies: COMPARE AND WRITE, WRITE AND
 * VERIFY, ORWRITE; and what has little to do: PRE-FETCH, READ DEFECT DATA, REPORT
 * SUPPORTED TASK MANAGEMENT FUNCTIONS.
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

#define FIRST		0x40u		/* where the tests write */
#define MISCOMPARE	0x0e1d00

/* LBAs: 0x07, 0xff is the last one, 0x08, 0x00 lies behind it. */
static const struct check checks[] = {
	{ "COMPARE AND WRITE", { 0x89, [13] = 1 }, 16, OUT, 1024, .moved = 1024 },
	{ "COMPARE AND WRITE DPO FUA", { 0x89, 0x18, [13] = 1 }, 16, OUT, 1024, .moved = 1024 },
	{ "COMPARE AND WRITE of none", { 0x89 }, 16, .moved = 0 },
	{ "COMPARE AND WRITE, last", { 0x89, [8] = 7, 0xff, [13] = 1 }, 16, OUT, 1024,
	  .moved = 1024 },
	{ "COMPARE AND WRITE beyond", { 0x89, [8] = 7, 0xff, [13] = 2 }, 16, OUT, 2048,
	  .sense = LBA_RANGE },
	{ "COMPARE AND WRITE of 65", { 0x89, [13] = 65 }, 16, OUT, 8192, FIELD(13, 7) },
	{ "COMPARE AND WRITE, short buffer", { 0x89, [13] = 2 }, 16, OUT, 2047,
	  .sense = 0x050e03 },
	{ "COMPARE AND WRITE WRPROTECT", { 0x89, 0x80, [13] = 1 }, 16, OUT, 1024, FIELD(1, 7) },
	{ "COMPARE AND WRITE, reserved", { 0x89, [12] = 1, 1 }, 16, OUT, 1024, FIELD(12, 0) },

	{ "WRITE AND VERIFY (10)", { 0x2e, 0, 0, 0, 0, 9, 0, 0, 2 }, 10, OUT, 1024, .moved = 1024 },
	{ "WRITE AND VERIFY (10) BYTCHK DPO", { 0x2e, 0x12, 0, 0, 0, 9, 0, 0, 2 }, 10, OUT, 1024,
	  .moved = 1024 },
	{ "WRITE AND VERIFY (10) of none", { 0x2e }, 10, .moved = 0 },
	{ "WRITE AND VERIFY (10) of none, beyond", { 0x2e, 0, 0, 0, 8, 1 }, 10,
	  .sense = LBA_RANGE },
	{ "WRITE AND VERIFY (10) beyond", { 0x2e, 0, 0, 0, 7, 0xff, 0, 0, 2 }, 10, OUT, 1024,
	  .sense = LBA_RANGE },
	{ "WRITE AND VERIFY (10), short buffer", { 0x2e, 0, 0, 0, 0, 0, 0, 0, 2 }, 10, OUT, 1023,
	  .sense = 0x050e03 },
	{ "WRITE AND VERIFY (10) BYTCHK 2", { 0x2e, 4, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 2) },
	{ "WRITE AND VERIFY (10) BYTCHK 3", { 0x2e, 6, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 2) },
	{ "WRITE AND VERIFY (10) FUA", { 0x2e, 8, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 3) },
	{ "WRITE AND VERIFY (10) WRPROTECT", { 0x2e, 0x20, 0, 0, 0, 0, 0, 0, 1 }, 10, OUT, 512,
	  FIELD(1, 5) },
	{ "WRITE AND VERIFY (12)", { 0xae, 2, 0, 0, 7, 0xff, 0, 0, 0, 1 }, 12, OUT, 512,
	  .moved = 512 },
	{ "WRITE AND VERIFY (12) beyond", { 0xae, 2, 0, 0, 7, 0xff, 0, 0, 0, 2 }, 12, OUT, 1024,
	  .sense = LBA_RANGE },
	{ "WRITE AND VERIFY (16)", { 0x8e, 2, [9] = 9, [13] = 2 }, 16, OUT, 1024, .moved = 1024 },
	{ "WRITE AND VERIFY (16) beyond", { 0x8e, 2, [8] = 8, [13] = 2 }, 16, OUT, 1024,
	  .sense = LBA_RANGE },
	{ "WRITE AND VERIFY (16) 64-bit", { 0x8e, 2, [2 ... 9] = 0xff, [13] = 2 }, 16, OUT, 1024,
	  .sense = LBA_RANGE },

	{ "PRE-FETCH (10)", { 0x34, 0, 0, 0, 0, 0, 0, 0, 9 }, 10, .moved = 0 },
	{ "PRE-FETCH (10) IMMED, last", { 0x34, 2, 0, 0, 7, 0xff, 0, 0, 1 }, 10, .moved = 0 },
	{ "PRE-FETCH (10) to the end", { 0x34, 0, 0, 0, 7, 0xff }, 10, .moved = 0 },
	{ "PRE-FETCH (10) beyond", { 0x34, 0, 0, 0, 7, 0xff, 0, 0, 2 }, 10, .sense = LBA_RANGE },
	{ "PRE-FETCH (10), reserved", { 0x34, 1 }, 10, FIELD(1, 0) },
	{ "PRE-FETCH (16)", { 0x90, 2, [13] = 9 }, 16, .moved = 0 },
	{ "PRE-FETCH (10) group", { 0x34, 0, 0, 0, 0, 0, 0x1f, 0, 1 }, 10, .moved = 0 },
	{ "PRE-FETCH (16) group", { 0x90, [13] = 1, 0x1f }, 16, .moved = 0 },
	{ "PRE-FETCH (16) group, reserved", { 0x90, [14] = 0x20 }, 16, FIELD(14, 5) },
	{ "PRE-FETCH (16) beyond", { 0x90, 2, [2 ... 9] = 0xff }, 16, .sense = LBA_RANGE },

	{ "ORWRITE", { 0x8b, [9] = 9, [13] = 2 }, 16, OUT, 1024, .moved = 1024 },
	{ "ORWRITE DPO FUA", { 0x8b, 0x18, [8] = 7, 0xff, [13] = 1 }, 16, OUT, 512, .moved = 512 },
	{ "ORWRITE of none", { 0x8b }, 16, .moved = 0 },
	{ "ORWRITE beyond", { 0x8b, [8] = 7, 0xff, [13] = 2 }, 16, OUT, 1024, .sense = LBA_RANGE },
	{ "ORWRITE, short buffer", { 0x8b, [13] = 2 }, 16, OUT, 1023, .sense = 0x050e03 },
	{ "ORWRITE ORPROTECT", { 0x8b, 0x40, [13] = 1 }, 16, OUT, 512, FIELD(1, 6) },

	{ "READ DEFECT DATA (10)", { 0x37, 0, 0x18, [8] = 8 }, 10, IN, 8, .moved = 4 },
	{ "READ DEFECT DATA (10), short", { 0x37, 0, 0x18, [8] = 2 }, 10, IN, 8, .moved = 2 },
	{ "READ DEFECT DATA (12)", { 0xb7, 0x18, [9] = 8 }, 12, IN, 8, .moved = 8 },
	{ "READ DEFECT DATA (12), reserved", { 0xb7, 0x20, [9] = 8 }, 12, IN, 8, FIELD(1, 5) },

	{ "task management", { 0xa3, 0x0d, [9] = 16 }, 12, IN, 16, .moved = 4 },
	{ "task management, REPD", { 0xa3, 0x0d, 0x80, [9] = 255 }, 12, IN, 255, .moved = 16 },
	{ "task management, reserved", { 0xa3, 0x0d, 1, [9] = 4 }, 12, IN, 4, FIELD(2, 0) },
	{ "operation codes, 2E", { 0xa3, 0x0c, 1, 0x2e, [9] = 255 }, 12, IN, 255, .moved = 14 },
	{ "operation codes, 8E", { 0xa3, 0x0c, 1, 0x8e, [9] = 255 }, 12, IN, 255, .moved = 20 },
	{ "operation codes, AE", { 0xa3, 0x0c, 0x81, 0xae, [9] = 255 }, 12, IN, 255, .moved = 28 },
	{ "operation codes, 34/00", { 0xa3, 0x0c, 2, 0x34, [9] = 255 }, 12, IN, 255, FIELD(2, 2) },
};

static void test_commands(void **state)
{
	run_checks(*state, checks, ARRAY_SIZE(checks));
}

static u8 *at(struct machine *m, u32 lba)
{
	return m->port[0].media + lba * 512;
}

static struct command write_and_verify(u8 flags, u32 blocks)
{
	struct command cmd = COMMAND(OUT, blocks * 512, 0x2e, flags, 0, 0, 0, FIRST, 0, 0, blocks,
				     0);

	for (u32 i = 0; i < cmd.data_len; i++)
		cmd.data[i] = i / 512 + i;
	return cmd;
}

/* Delivers a media request's completion, and what that leads to. */
static union frame serve(struct machine *m, const union frame *request)
{
	union frame done = machine_media(m, &request->media);

	return machine_deliver(m, &done);
}

static void assert_request(const union frame *frame, u8 op, u8 flags, u32 blocks)
{
	assert_int_equal(frame->hdr.type, FRAME_MEDIA);
	assert_int_equal(frame->media.op, op);
	assert_int_equal(frame->media.flags, flags);
	assert_int_equal(frame->media.lba_lo, FIRST);
	assert_int_equal(frame->media.blocks, blocks);
	assert_int_equal(frame->media.offset, 0);
}

/* To the medium first, cache or not; then what is there is looked at. */
static void test_write_and_verify(void **state)
{
	static const struct {
		u8 flags;
		u8 op;
	} ways[] = { { 0, MEDIA_CHECK }, { 2, MEDIA_COMPARE }, { 0x12, MEDIA_COMPARE } };
	struct machine *m = *state;

	for (u32 i = 0; i < ARRAY_SIZE(ways); i++) {
		struct command cmd = write_and_verify(ways[i].flags, 3);
		union frame frame = machine_submit(m, &cmd);

		memset(at(m, FIRST), 0, 3 * 512);
		assert_request(&frame, MEDIA_WRITE, MEDIA_FUA, 3);
		frame = serve(m, &frame);
		assert_request(&frame, ways[i].op, 0, 3);
		frame = serve(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), 0);
		assert_memory_equal(at(m, FIRST), cmd.data, 3 * 512);
	}
}

/* The medium does not have what was written: only BYTCHK can tell. */
static void test_write_and_verify_differs(void **state)
{
	struct machine *m = *state;

	for (u32 bytchk = 0; bytchk <= 1; bytchk++) {
		struct command cmd = write_and_verify(bytchk << 1, 2);
		union frame frame = machine_submit(m, &cmd);

		frame = serve(m, &frame);
		at(m, FIRST + 1)[7] ^= 1;
		frame = serve(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), bytchk ? MISCOMPARE : 0);
		if (bytchk)
			assert_int_equal(be32(&cmd.sense[3]), FIRST + 1);
	}
}

/* Either half can fail, and ends the command. */
static void test_write_and_verify_fails(void **state)
{
	struct machine *m = *state;

	for (u32 good = 0; good <= 1; good++) {
		struct command cmd = write_and_verify(2, 1);
		union frame frame = machine_submit(m, &cmd);

		if (good)
			frame = serve(m, &frame);
		m->port[0].token++;
		frame = serve(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&cmd), 0x0b0800);
		assert_int_equal(cmd.nr_media, good + 1);
		m->port[0].token--;
	}
}

/* An LBA of more than 32 bits gets into the second request, too. */
static void test_write_and_verify_large(void **state)
{
	struct machine *m = machine_new();
	struct command cmd = COMMAND(OUT, 512, 0x8e, 2, [5] = 7, [9] = 3, [13] = 1, [15] = 0);
	union frame frame, done;

	m->port[0].blocks = 1ull << 35;
	machine_power_on(m, version);
	clear_attentions(m);
	frame = machine_submit(m, &cmd);
	done = (union frame){ .media_done = { .hdr = frame.hdr, .context = frame.media.context } };
	done.hdr.type = FRAME_MEDIA_DONE;
	frame = machine_deliver(m, &done);
	assert_int_equal(frame.hdr.type, FRAME_MEDIA);
	assert_int_equal(frame.media.op, MEDIA_COMPARE);
	assert_int_equal(frame.media.lba_lo, 3);
	assert_int_equal(frame.media.lba_hi, 7);
	assert_int_equal(frame.media.context.lba, 3);
	done.media_done.context = frame.media.context;
	frame = machine_deliver(m, &done);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&cmd), 0);
	machine_free(m);
}

static void test_or_write(void **state)
{
	struct command cmd = COMMAND(OUT, 1024, 0x8b, [9] = FIRST, [13] = 2, [15] = 0);
	struct machine *m = *state;

	memset(at(m, FIRST), 0x0f, 1536);
	memset(cmd.data, 0x3c, 1024);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.nr_media, 1);
	assert_int_equal(cmd.media.op, MEDIA_OR_WRITE);
	assert_int_equal(cmd.media.flags, 0);
	assert_int_equal(at(m, FIRST)[0], 0x3f);
	assert_int_equal(at(m, FIRST + 1)[511], 0x3f);
	assert_int_equal(at(m, FIRST + 2)[0], 0x0f);
	cmd.cdb[1] = 8;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.media.flags, MEDIA_FUA);
}

/* The range goes to the port, which says whether the session is there. */
static void test_pre_fetch(void **state)
{
	struct command cmd = COMMAND(0, 0, 0x34, 2, 0, 0, 0, FIRST, 0, 0, 5, 0);
	struct machine *m = *state;
	union frame frame = machine_submit(m, &cmd);

	assert_request(&frame, MEDIA_CHECK, 0, 5);
	m->port[0].token++;
	frame = serve(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&cmd), 0x0b0800);
}

/* What the driver does: it aborts tasks and resets the unit. */
static void test_task_management(void **state)
{
	struct command cmd = COMMAND(IN, 16, 0xa3, 0x0d, 0x80, [9] = 16, [11] = 0);
	u8 wanted[16] = { 0x88, [3] = 12 };

	memset(cmd.data, 0xee, 16);
	assert_int_equal(run(*state, &cmd), 0);
	assert_memory_equal(cmd.data, wanted, 16);
	cmd.cdb[2] = 0;
	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(be32(cmd.data), 0x88000000);
}

static void test_defects(void **state)
{
	struct command cmd = COMMAND(IN, 8, 0x37, 0, 0x1d, [8] = 8, 0);

	memset(cmd.data, 0xee, 8);
	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(be32(cmd.data), 0x001d0000);
	assert_int_equal(cmd.data[4], 0xee);
	cmd = COMMAND(IN, 8, 0xb7, 0x0b, [9] = 8, [11] = 0);
	memset(cmd.data, 0xee, 8);
	assert_int_equal(run(*state, &cmd), 0);
	assert_int_equal(be32(cmd.data), 0x000b0000);
	assert_int_equal(be32(&cmd.data[4]), 0);
}

static void test_compare_and_write(void **state)
{
	struct command cmd = COMMAND(OUT, 2048, 0x89, [9] = FIRST, [13] = 2, [15] = 0);
	struct machine *m = *state;

	memset(at(m, FIRST), 0x11, 1536);
	memset(cmd.data, 0x11, 1024);
	memset(cmd.data + 1024, 0xa5, 1024);
	cmd.data[700] ^= 1;
	assert_int_equal(run(m, &cmd), MISCOMPARE);
	assert_int_equal(cmd.sense[0], 0xf0);
	assert_int_equal(be32(&cmd.sense[3]), 700);
	assert_int_equal(cmd.nr_media, 1);
	assert_int_equal(cmd.media.op, MEDIA_COMPARE_WRITE);
	assert_int_equal(cmd.media.blocks, 2);
	assert_int_equal(at(m, FIRST + 1)[511], 0x11);

	cmd.data[700] ^= 1;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(at(m, FIRST)[0], 0xa5);
	assert_int_equal(at(m, FIRST + 1)[511], 0xa5);
	assert_int_equal(at(m, FIRST + 2)[0], 0x11);
}

/* Flags of the media request: FUA, or each write if the cache is off. */
static void test_fua(void **state)
{
	struct command cmd = COMMAND(OUT, 1024, 0x89, 0x08, [13] = 1, [15] = 0);
	struct command select = COMMAND(OUT, 24, 0x15, 0x10, 0, 0, 24, 0);
	struct machine *m = *state;

	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.media.flags, MEDIA_FUA);
	cmd.cdb[1] = 0;
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.media.flags, 0);

	select.data[4] = 0x08;
	select.data[5] = 18;
	assert_int_equal(run(m, &select), 0);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.media.flags, MEDIA_FUA);
	cmd = COMMAND(OUT, 512, 0x41, 0, 0, 0, 0, 0, 0, 0, 1, 0);
	assert_int_equal(run(m, &cmd), 0);
	assert_int_equal(cmd.media.flags, MEDIA_FUA);
}

/* A unit that is stopped, or write-protected (SWP): what each command says. */
static void test_states(void **state)
{
	static const struct {
		u8 opcode;
		u32 stopped;
		u32 protected;
	} all[] = {
		{ 0x2e, 0x020402, 0x072702 }, { 0x8e, 0x020402, 0x072702 },
		{ 0xae, 0x020402, 0x072702 }, { 0x8b, 0x020402, 0x072702 },
		{ 0x89, 0x020402, 0x072702 }, { 0x34, 0x020402, 0 }, { 0x90, 0x020402, 0 },
		{ 0x37, 0, 0 }, { 0xb7, 0, 0 },
	};
	struct command select = COMMAND(OUT, 16, 0x15, 0x10, 0, 0, 16, 0);
	struct machine *m = *state;

	RUN(m, 0, 0, 0x1b, 0, 0, 0, 0, 0);
	for (u32 i = 0; i < ARRAY_SIZE(all); i++)
		assert_int_equal(RUN(m, 0, 0, all[i].opcode, [15] = 0), all[i].stopped);
	RUN(m, 0, 0, 0x1b, 0, 0, 0, 1, 0);

	memcpy(&select.data[4], "\x0a\x0a\x02\x10\x08\0\0\0\xff\xff", 10);
	assert_int_equal(run(m, &select), 0);
	for (u32 i = 0; i < ARRAY_SIZE(all); i++)
		assert_int_equal(RUN(m, 0, 0, all[i].opcode, [15] = 0), all[i].protected);
}

/* An image that is brought back cannot verify; all others it can complete. */
static void test_probation(void **state)
{
	struct command waits = write_and_verify(2, 1);
	struct machine *m = *state;
	union frame frame;

	m->regs->probation = 1;
	frame = machine_submit(m, &waits);
	assert_int_equal(frame.hdr.type, FRAME_WAIT);
	assert_int_equal(RUN(m, OUT, 512, 0x8b, [13] = 1, [15] = 0), 0);
	assert_int_equal(RUN(m, 0, 0, 0x90, [13] = 1, [15] = 0), 0);
	m->regs->probation = 0;
	assert_int_equal(run(m, &waits), 0);
}

static void lay_over(struct machine *m, const char *image_version)
{
	u32 len;
	u8 *image = image_read(image_version, &len);

	assert_int_equal(machine_update(m, image, len), 0);
	free(image);
	clear_attentions(m);
}

/* The image that goes on with a command need not be the one that began it. */
static void test_update_in_flight(void **state)
{
	struct command cmd = write_and_verify(2, 2);
	struct machine *m = *state;
	union frame frame = machine_submit(m, &cmd);

	lay_over(m, version);
	m->cmd = &cmd;
	frame = serve(m, &frame);
	assert_request(&frame, MEDIA_COMPARE, 0, 2);
	lay_over(m, version);
	m->cmd = &cmd;
	at(m, FIRST)[9] ^= 1;
	frame = serve(m, &frame);
	machine_reply(m, &frame.reply);
	assert_int_equal(sense_of(&cmd), MISCOMPARE);
}

static void test_undo_in_flight(void **state)
{
	struct command commands[] = {
		COMMAND(0, 0, 0x34, 0, 0, 0, 0, 0, 0, 0, 1, 0),
		COMMAND(OUT, 512, 0x8b, 0, [13] = 1, [15] = 0),
	};
	struct machine *m = machine_new();

	machine_power_on(m, "1.0");
	clear_attentions(m);
	for (u32 i = 0; i < ARRAY_SIZE(commands); i++) {
		union frame frame;

		lay_over(m, version);
		m->regs->probation = 1;
		frame = machine_submit(m, &commands[i]);
		assert_int_equal(machine_rollback(m), 0);
		m->regs->probation = 0;
		frame = serve(m, &frame);
		machine_reply(m, &frame.reply);
		assert_int_equal(sense_of(&commands[i]), 0);
		clear_attentions(m);
	}
	machine_free(m);
}

/* 1.x knows none of these commands. */
static void test_1_x(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(checks); i++) {
		const struct check *c = &checks[i];
		struct command cmd = command(c->dir, c->data_len, c->cdb, c->cdb_len);

		if (c->cdb[0] != 0xa3)
			assert_int_equal(run(*state, &cmd), 0x052000);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(test_commands),
	TEST(test_write_and_verify),
	TEST(test_write_and_verify_differs),
	TEST(test_write_and_verify_fails),
	TEST(test_write_and_verify_large),
	TEST(test_or_write),
	TEST(test_pre_fetch),
	TEST(test_defects),
	TEST(test_task_management),
	TEST(test_compare_and_write),
	TEST(test_fua),
	TEST(test_states),
	TEST(test_probation),
	TEST(test_update_in_flight),
	TEST(test_undo_in_flight),
};

static const struct CMUnitTest tests_1_x[] = {
	TEST(test_1_x),
};

int main(void)
{
	return RUN_TESTS_WITH("2.0", "microcode verify", tests) +
	       RUN_TESTS_WITH("1.0", "microcode verify", tests_1_x) +
	       RUN_TESTS_WITH("1.1", "microcode verify", tests_1_x);
}
