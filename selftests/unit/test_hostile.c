// SPDX-License-Identifier: GPL-2.0
/*
 * I/O harts that put out what they must not: bad frames, media requests and
 * DMA. Whatever they do ends in an answer or stops their adapter, ends every
 * command, and reaches nothing else. See puppet.h for how they do it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter/crash_line.h"
#include "fixture.h"
#include "puppet.h"

#define FILLER		0xaa
#define LATENCY		1	/* media completions come with model_media() */
#define BAD_FRAME	"put out a bad frame"

/* An adapter of which the first I/O hart has command cmds[0], with a buffer. */
static struct model *begin(u8 dir, u32 len, u64 latency)
{
	struct model *m = puppet_new(latency);

	memset(cmds[0].data, FILLER, sizeof(cmds[0].data));
	puppet_give(m, 0, &cmds[0], dir, len);
	return m;
}

static bool untouched(const struct command *c)
{
	return c->data[0] == FILLER && !memcmp(c->data, c->data + 1, sizeof(c->data) - 1);
}

/* The hart does @step, which stops the adapter; cmds[0] is lost with it. */
static void dies_of(struct puppet_step step, const char *why)
{
	struct model *m = begin(FRAME_DIR_IN, 512, 0);

	for (u32 i = 0; i < FRAME_OUT_MAX; i++) {
		struct frame_hdr *hdr = &step.out[i].hdr;

		hdr->tag = cpu_to_le16(le16_to_cpu(hdr->tag) + cmds[0].cmd.tag);
		hdr->generation = cpu_to_le32(le32_to_cpu(hdr->generation) +
					      cmds[0].cmd.generation);
	}
	PUPPET_IO(m, 0, step);
	puppet_wake_dies(m, 0, why);
	puppet_check_lost(m, &cmds[0]);
	assert_true(untouched(&cmds[0]));
	model_free(m);
}

/* The start of a frame; dies_of() adds cmds[0]'s tag and generation to it. */
static struct frame_hdr hdr(u8 type, u8 format, s16 tag, s32 generation)
{
	return (struct frame_hdr){ type, format, cpu_to_le16(tag), cpu_to_le32(generation) };
}

static union frame reply(s16 tag, s32 generation, u8 sense_len)
{
	return (union frame){ .reply = { .hdr = hdr(FRAME_REPLY, FRAME_FORMAT_1, tag, generation),
					 .sense_len = sense_len } };
}

static union frame message(s32 generation, u16 hart)
{
	return (union frame){ .msg = { .hdr = hdr(FRAME_MSG, FRAME_FORMAT_1, 0, generation),
				       .hart = cpu_to_le16(hart) } };
}

static union frame empty(u8 type, u8 format)
{
	return (union frame){ .hdr = hdr(type, format, 0, 0) };
}

static void test_mailbox_disorder(void **state)
{
	dies_of((struct puppet_step){ .out_count = FRAME_OUT_MAX + 1 }, "too many frames");
	dies_of((struct puppet_step){ .out_count = 0xffffffff }, "too many frames");
	dies_of((struct puppet_step){ .take = FRAME_SCSI }, "did not take its frame");
	dies_of((struct puppet_step){ .take = 0xff }, "did not take its frame");
}

static void test_unknown_frames(void **state)
{
	dies_of(STEP(empty(FRAME_NONE, FRAME_FORMAT_1)), BAD_FRAME);
	dies_of(STEP(empty(FRAME_SCSI, FRAME_FORMAT_1)), BAD_FRAME);
	dies_of(STEP(empty(FRAME_TMF, FRAME_FORMAT_1)), BAD_FRAME);
	dies_of(STEP(empty(FRAME_MEDIA_DONE, FRAME_FORMAT_1)), BAD_FRAME);
	dies_of(STEP(empty(0xff, FRAME_FORMAT_1)), BAD_FRAME);
	dies_of(STEP(empty(FRAME_REPLY, 0)), BAD_FRAME);
	dies_of(STEP(empty(FRAME_REPLY, FRAME_FORMAT_1 + 1)), BAD_FRAME);
	dies_of(STEP(empty(FRAME_REPLY, 0xff)), BAD_FRAME);
}

/* A command that the hart was not given, or that has another generation. */
static void test_foreign_commands(void **state)
{
	dies_of(STEP(reply(1, 0, 0)), BAD_FRAME);
	dies_of(STEP(reply(model_config.depth, 0, 0)), BAD_FRAME);
	dies_of(STEP(reply(0x7000, 0, 0)), BAD_FRAME);
	dies_of(STEP(reply(0, 1, 0)), BAD_FRAME);
	dies_of(STEP(reply(0, -1, 0)), BAD_FRAME);
	dies_of(STEP(message(1, BOARD_SERVICE_HART)), BAD_FRAME);
}

static void test_message_to_io_hart(void **state)
{
	dies_of(STEP(message(0, 1)), BAD_FRAME);
	dies_of(STEP(message(0, 2)), BAD_FRAME);
	dies_of(STEP(message(0, BOARD_MAX_HARTS)), BAD_FRAME);
	dies_of(STEP(message(0, 0xffff)), BAD_FRAME);
}

static void test_sense_too_long(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 512, 0);
	union frame longest = reply_frame(&cmds[0], CHECK_CONDITION);

	longest.reply.sense_len = FRAME_SENSE_MAX;
	PUPPET_IO(m, 0, STEP(longest));
	puppet_wake(m, 0);
	assert_true(cmds[0].done);
	assert_int_equal(cmds[0].cmd.sense_len, FRAME_SENSE_MAX);
	model_free(m);

	dies_of(STEP(reply(0, 0, FRAME_SENSE_MAX + 1)), BAD_FRAME);
	dies_of(STEP(reply(0, 0, 0xff)), BAD_FRAME);
}

/* The first reply counts, the second has no command any more. */
static void test_reply_twice(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 512, 0);
	union frame f = reply_frame(&cmds[0], 8);

	puppet_give(m, 0, &cmds[1], FRAME_DIR_NONE, 0);
	PUPPET_IO(m, 0, STEP(f, f));
	puppet_wake_dies(m, 0, BAD_FRAME);
	assert_true(cmds[0].done);
	assert_int_equal(cmds[0].cmd.outcome, CMD_REPLIED);
	assert_int_equal(cmds[0].cmd.status, 8);
	puppet_check_lost(m, &cmds[1]);
	model_free(m);

	m = begin(FRAME_DIR_IN, 512, 0);
	f = reply_frame(&cmds[0], 0);
	PUPPET_IO(m, 0, STEP(f), STEP(f));
	puppet_wake(m, 0);
	puppet_wake_dies(m, 0, BAD_FRAME);
	assert_int_equal(cmds[0].cmd.outcome, CMD_REPLIED);
	model_free(m);
}

/* A command of the other hart, though its name is right. */
static void test_reply_for_another_hart(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 512, 0);

	puppet_give(m, 1, &cmds[1], FRAME_DIR_NONE, 0);
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[1], 0)));
	puppet_wake_dies(m, 0, BAD_FRAME);
	puppet_check_lost(m, &cmds[0]);
	puppet_check_lost(m, &cmds[1]);
	model_free(m);
}

/* While the media or the service hart have a command, its hart has not. */
static void test_frames_for_busy_command(void **state)
{
	for (u32 i = 0; i < 6; i++) {
		struct model *m = begin(FRAME_DIR_IN, 512, LATENCY);
		union frame media = media_frame(m, &cmds[0], MEDIA_READ, 0);
		union frame post = message_frame(&cmds[0], BOARD_SERVICE_HART, 0);
		union frame second[] = { reply_frame(&cmds[0], 0), media, post };

		PUPPET_IO(m, 0, STEP(i % 2 ? media : post, second[i / 2]));
		puppet_wake_dies(m, 0, BAD_FRAME);
		assert_false(cmds[0].done);
		model_media(m);
		puppet_check_lost(m, &cmds[0]);
		model_free(m);
	}
}

/* An image may write into mcause and mepc what it likes: it is no trap. */
static void test_trap_that_never_was(void **state)
{
	struct model *m = puppet_new(0);
	struct hart *h = &m->a.queues[0].hart;

	h->mcause = 5;
	h->mepc = 0x12345678;
	PUPPET_IO(m, 0, (struct puppet_step){ .take = FRAME_SCSI });
	puppet_wake_dies(m, 0, "did not take its frame, to be restarted: pc 8000027c, no trap\n");
	model_free(m);
}

/* What it says of its end is told as such, and where it was is where it called. */
static void test_panic_for_no_reason(void **state)
{
	struct puppet_step panic = { .call = BOARD_PANIC, .arg = { 5, 0x12345678, 0xbad } };
	struct model *m = puppet_new(0);

	PUPPET_IO(m, 0, panic);
	puppet_wake_dies(m, 0, "it says: load access fault, mepc 12345678, mtval 00000bad");
	assert_false(crash_by_trap(&m->a.queues[0].hart));
	assert_int_equal(crash_where(&m->a.queues[0].hart), m->a.queues[0].hart.pc);
	model_free(m);

	m = puppet_new(0);
	crash_hart(m, 0);
	puppet_wake_dies(m, 0, "last trap: instruction access fault at 12345678, value 12345678\n");
	assert_true(crash_by_trap(&m->a.queues[0].hart));
	assert_int_equal(crash_where(&m->a.queues[0].hart), 0x12345678);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailbox_disorder),
		cmocka_unit_test(test_unknown_frames),
		cmocka_unit_test(test_foreign_commands),
		cmocka_unit_test(test_message_to_io_hart),
		cmocka_unit_test(test_sense_too_long),
		cmocka_unit_test(test_reply_twice),
		cmocka_unit_test(test_reply_for_another_hart),
		cmocka_unit_test(test_frames_for_busy_command),
		cmocka_unit_test(test_trap_that_never_was),
		cmocka_unit_test(test_panic_for_no_reason),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
