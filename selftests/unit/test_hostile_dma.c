// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile media requests and DMA calls of I/O harts: none reaches beyond the
 * command's own buffer, the session's blocks and the hart's own memory, and
 * none makes the residual count tell of data that is not there.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "puppet.h"

#define FILLER		0xaa
#define LEN		4096u	/* of the command's buffer */
#define LATENCY		1	/* media completions come with model_media() */

static struct model *begin(u8 dir, u64 latency)
{
	struct model *m = puppet_new(latency);

	memset(cmds[0].data, FILLER, sizeof(cmds[0].data));
	puppet_give(m, 0, &cmds[0], dir, LEN);
	return m;
}

/* Only the bytes from @from to @to were written. */
static void check_written(const struct command *c, u32 from, u32 to)
{
	for (u32 i = 0; i < sizeof(c->data); i++)
		if (i < from || i >= to)
			assert_int_equal(c->data[i], FILLER);
		else
			assert_int_not_equal(c->data[i], FILLER);
}

/* Nothing was ever written to any of the remote ports. */
static void check_media_empty(struct model *m)
{
	for (u32 i = 0; i < m->a.fabric.nr_ports; i++)
		for (u64 lba = 0; lba < model_config.blocks; lba += MEDIA_PAGE_BLOCKS)
			assert_null(media_find(m->a.fabric.ports[i].media, lba));
}

/* The hart puts out a media request for cmds[0]; the answer's result. */
static u8 media_result(struct model *m, union frame request)
{
	const struct frame_media_done *done = &m->a.queues[0].mbox->in.media_done;

	PUPPET_IO(m, 0, STEP(request));
	puppet_wake(m, 0);
	assert_false(m->a.dead);
	assert_false(cmds[0].done);
	assert_int_equal(cmds[0].cmd.state, CMD_HART);
	assert_int_equal(le32_to_cpu(done->hdr.generation), cmds[0].cmd.generation);
	return done->result;
}

static void check_refused(u8 dir, u8 op, u16 port, u8 result,
			  void (*spoil)(struct model *m, struct frame_media *f))
{
	struct model *m = begin(dir, 0);
	union frame f = media_frame(m, &cmds[0], op, port);

	if (spoil)
		spoil(m, &f.media);
	assert_int_equal(media_result(m, f), result);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	check_written(&cmds[0], 0, 0);
	check_media_empty(m);
	model_free(m);
}

static void test_media_wrong_direction(void **state)
{
	check_refused(FRAME_DIR_OUT, MEDIA_READ, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_NONE, MEDIA_READ, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_IN, MEDIA_WRITE, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_NONE, MEDIA_WRITE, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_IN, MEDIA_COMPARE, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_IN, 0, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_IN, 100, 0, MEDIA_BAD_REQUEST, NULL);
	check_refused(FRAME_DIR_OUT, 0xff, 0, MEDIA_BAD_REQUEST, NULL);
}

static void no_port(struct model *m, struct frame_media *f)
{
	f->port = cpu_to_le16(model_config.nr_ports);
}

static void port_65535(struct model *m, struct frame_media *f)
{
	f->port = cpu_to_le16(0xffff);
}

static void no_token(struct model *m, struct frame_media *f)
{
	f->token = 0;
}

static void other_token(struct model *m, struct frame_media *f)
{
	f->token = cpu_to_le32(m->a.fabric.ports[1].token);
}

/* The session has ended: its token, and the 0 that stands for none, are dead. */
static void logged_out(struct model *m, struct frame_media *f)
{
	union frame els = els_frame(ELS_LOGO, 0), done;

	fabric_els(&m->a.fabric, &els.els, &done.els_done);
}

static void logged_out_no_token(struct model *m, struct frame_media *f)
{
	logged_out(m, f);
	f->token = 0;
}

static void test_media_foreign_session(void **state)
{
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_REQUEST, no_port);
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_REQUEST, port_65535);
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_TOKEN, no_token);
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_TOKEN, other_token);
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_TOKEN, logged_out);
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_TOKEN, logged_out_no_token);
}

static void behind_last(struct model *m, struct frame_media *f)
{
	f->lba_lo = cpu_to_le32(model_config.blocks);
}

static void across_last(struct model *m, struct frame_media *f)
{
	f->lba_lo = cpu_to_le32(model_config.blocks - 7);
	f->blocks = cpu_to_le32(8);
}

/* lba + blocks is 0 again, in 64 bits */
static void around_64(struct model *m, struct frame_media *f)
{
	f->lba_lo = cpu_to_le32(0xffffffff);
	f->lba_hi = cpu_to_le32(0xffffffff);
}

static void high_half(struct model *m, struct frame_media *f)
{
	f->lba_hi = cpu_to_le32(1);
}

static void all_blocks(struct model *m, struct frame_media *f)
{
	f->blocks = cpu_to_le32(0xffffffff);
}

static void test_media_beyond_blocks(void **state)
{
	const u8 op[] = { MEDIA_READ, MEDIA_FLUSH, MEDIA_CHECK };

	for (u32 i = 0; i < ARRAY_SIZE(op); i++) {
		check_refused(FRAME_DIR_IN, op[i], 0, MEDIA_BAD_RANGE, behind_last);
		check_refused(FRAME_DIR_IN, op[i], 0, MEDIA_BAD_RANGE, across_last);
		check_refused(FRAME_DIR_IN, op[i], 0, MEDIA_BAD_RANGE, around_64);
		check_refused(FRAME_DIR_IN, op[i], 0, MEDIA_BAD_RANGE, high_half);
	}
	check_refused(FRAME_DIR_OUT, MEDIA_WRITE, 0, MEDIA_BAD_RANGE, behind_last);
	check_refused(FRAME_DIR_OUT, MEDIA_COMPARE, 0, MEDIA_BAD_RANGE, across_last);
	check_refused(FRAME_DIR_IN, MEDIA_CHECK, 0, MEDIA_BAD_RANGE, all_blocks);
	/* a port that has no blocks at all */
	check_refused(FRAME_DIR_IN, MEDIA_READ, model_config.nr_targets, MEDIA_BAD_RANGE, NULL);
}

/* 512 times it is 0 in 32 bits */
static void around_32(struct model *m, struct frame_media *f)
{
	f->blocks = cpu_to_le32(0x800000);
}

static void block_too_many(struct model *m, struct frame_media *f)
{
	f->blocks = cpu_to_le32(LEN / BOARD_BLOCK_SIZE + 1);
}

static void offset_too_far(struct model *m, struct frame_media *f)
{
	f->offset = cpu_to_le32(LEN - BOARD_BLOCK_SIZE + 1);
}

static void offset_behind(struct model *m, struct frame_media *f)
{
	f->offset = cpu_to_le32(LEN + 1);
	f->blocks = 0;
}

/* offset + length is small again, in 32 bits */
static void offset_around_32(struct model *m, struct frame_media *f)
{
	f->offset = cpu_to_le32(0u - BOARD_BLOCK_SIZE);
}

static void test_media_beyond_buffer(void **state)
{
	const struct {
		u8 dir, op;
	} way[] = {
		{ FRAME_DIR_IN, MEDIA_READ },
		{ FRAME_DIR_OUT, MEDIA_WRITE },
		{ FRAME_DIR_OUT, MEDIA_COMPARE },
	};

	for (u32 i = 0; i < ARRAY_SIZE(way); i++) {
		check_refused(way[i].dir, way[i].op, 0, MEDIA_BAD_REQUEST, all_blocks);
		check_refused(way[i].dir, way[i].op, 0, MEDIA_BAD_REQUEST, around_32);
		check_refused(way[i].dir, way[i].op, 0, MEDIA_BAD_REQUEST, block_too_many);
		check_refused(way[i].dir, way[i].op, 0, MEDIA_BAD_REQUEST, offset_too_far);
		check_refused(way[i].dir, way[i].op, 0, MEDIA_BAD_REQUEST, offset_behind);
		check_refused(way[i].dir, way[i].op, 0, MEDIA_BAD_REQUEST, offset_around_32);
	}
}

/* A hart that asks the media again at every completion is stopped. */
static void test_media_for_ever(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);
	struct puppet_step step = STEP(media_frame(m, &cmds[0], MEDIA_READ, 0));

	step.next = 0;
	PUPPET_IO(m, 0, step);
	puppet_wake_dies(m, 0, "put out a bad frame");
	puppet_check_lost(m, &cmds[0]);
	assert_in_range(cmds[0].cmd.requests, 2, 100);
	model_free(m);
}

/* A BOARD_DMA for cmds[0] in the good direction; the test changes the rest. */
static struct puppet_step dma_step(u32 offset, u32 addr, u32 len)
{
	return (struct puppet_step){
		.next = STEP_NEXT, .call = BOARD_DMA,
		.arg = { cmds[0].cmd.tag, cmds[0].cmd.generation,
			 cmds[0].cmd.buf.dir == FRAME_DIR_OUT ? DMA_FROM_HOST : DMA_TO_HOST,
			 offset, addr, len },
	};
}

static u32 dma(struct model *m, struct puppet_step step)
{
	const struct puppet_step *there = PUPPET_IO(m, 0, step);

	puppet_wake(m, 0);
	assert_false(m->a.dead);
	return there->answer;
}

/* Between its own memory and the command's buffer, and up to the ends of both. */
static void test_dma(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);

	assert_int_equal(dma(m, dma_step(0, BOARD_DATA_BASE, 16)), 16);
	assert_int_equal(dma(m, dma_step(LEN - 16, PUPPET_SPACE, 4096)), 16);
	assert_int_equal(dma(m, dma_step(LEN, PUPPET_SPACE, 16)), 0);
	assert_int_equal(dma(m, dma_step(0xffffffff, PUPPET_SPACE, 16)), 0);
	assert_int_equal(dma(m, dma_step(0, BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE - 64, 64)), 64);
	assert_memory_equal(cmds[0].data + LEN, "\xaa\xaa\xaa\xaa", 4);
	model_free(m);
}

static void test_dma_bad_address(void **state)
{
	const struct {
		u8 dir;
		u32 addr, len;
	} bad[] = {
		{ FRAME_DIR_IN, 0, 16 },
		{ FRAME_DIR_IN, BOARD_CONTROL_BASE, 16 },
		{ FRAME_DIR_IN, BOARD_STAGING_TEXT_BASE, 16 },
		{ FRAME_DIR_IN, BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE, 1 },
		{ FRAME_DIR_IN, BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE - 4, 8 },
		{ FRAME_DIR_IN, BOARD_DATA_BASE + BOARD_DATA_SIZE - 4, 8 },
		{ FRAME_DIR_IN, BOARD_SCRATCH_BASE - 4, 8 },
		{ FRAME_DIR_IN, 0xffffffff, 4096 },
		{ FRAME_DIR_OUT, BOARD_TEXT_BASE, 16 },
		{ FRAME_DIR_OUT, BOARD_REGS_BASE, 16 },
		{ FRAME_DIR_OUT, 0xfffffff0, 16 },
		{ FRAME_DIR_OUT, BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE - 4, 8 },
	};

	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		struct model *m = begin(bad[i].dir, 0);

		assert_int_equal(dma(m, dma_step(0, bad[i].addr, bad[i].len)), DMA_BAD);
		assert_int_equal(cmds[0].cmd.buf.moved, 0);
		check_written(&cmds[0], 0, 0);
		model_free(m);
	}
}

static void dma_too_long(u32 len)
{
	struct model *m = begin(FRAME_DIR_IN, 0);

	assert_int_equal(dma(m, dma_step(0, PUPPET_SPACE, len)), DMA_BAD);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	check_written(&cmds[0], 0, 0);
	model_free(m);
}

static void test_dma_too_long(void **state)
{
	dma_too_long(BOARD_DMA_MAX + 1);
	dma_too_long(0x10000);
}

/* What a call that is refused costs does not depend on what it asked for. */
static void test_dma_much_too_long(void **state)
{
	dma_too_long(0x7fffffff);
	dma_too_long(0xfffff000);
	dma_too_long(0xffffffff);
}

/* Args 0 to 2 of the call: tag, generation, direction. */
static void dma_refused(u8 dir, u32 arg, u32 value, u32 answer)
{
	struct model *m = begin(dir, 0);
	struct puppet_step step = dma_step(0, PUPPET_SPACE, 512);

	step.arg[arg] = value;
	assert_int_equal(dma(m, step), answer);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	check_written(&cmds[0], 0, 0);
	model_free(m);
}

static void test_dma_bad_command(void **state)
{
	dma_refused(FRAME_DIR_IN, 0, model_config.depth, DMA_BAD);
	dma_refused(FRAME_DIR_IN, 0, 0xffffffff, DMA_BAD);
	dma_refused(FRAME_DIR_IN, 1, 0, DMA_BAD);
	dma_refused(FRAME_DIR_IN, 1, 0xffffffff, DMA_BAD);
	dma_refused(FRAME_DIR_IN, 2, DMA_FROM_HOST + 1, DMA_BAD);
	dma_refused(FRAME_DIR_IN, 2, 0xffffffff, DMA_BAD);
	/* a direction that is not the command's: nothing can be moved */
	dma_refused(FRAME_DIR_IN, 2, DMA_FROM_HOST, 0);
	dma_refused(FRAME_DIR_OUT, 2, DMA_TO_HOST, 0);
	dma_refused(FRAME_DIR_NONE, 2, DMA_TO_HOST, 0);
	dma_refused(FRAME_DIR_NONE, 2, DMA_FROM_HOST, 0);
}

/* The media has the command; its buffer is not the hart's now, and not later. */
static void test_dma_of_busy_command(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, LATENCY);

	PUPPET_IO(m, 0, STEP(media_frame(m, &cmds[0], MEDIA_READ, 0)));
	puppet_wake(m, 0);
	assert_int_equal(dma(m, dma_step(0, PUPPET_SPACE, 512)), DMA_BAD);
	check_written(&cmds[0], 0, 0);
	model_media(m);
	PUPPET_IO(m, 0, STEP(reply_frame(&cmds[0], 0)));
	puppet_wake(m, 0);
	assert_true(cmds[0].done);
	assert_int_equal(dma(m, dma_step(512, PUPPET_SPACE, 512)), DMA_BAD);
	check_written(&cmds[0], 0, 512);
	model_free(m);
}

/* DMA takes time: a hart that does nothing else hangs, and that soon. */
static void test_dma_for_ever(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);
	struct puppet_step step = dma_step(0, PUPPET_SPACE, BOARD_DMA_MAX);
	u64 before = m->a.queues[0].hart.executed;

	step.for_ever = 1;
	PUPPET_IO(m, 0, step);
	puppet_wake_dies(m, 0, "hangs");
	assert_in_range(m->a.queues[0].hart.executed - before, 1, 20000);
	puppet_check_lost(m, &cmds[0]);
	model_free(m);
}

/* A call that is refused takes time as well. */
static void test_bad_dma_for_ever(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);
	struct puppet_step step = dma_step(0, 0, BOARD_DMA_MAX);

	step.for_ever = 1;
	PUPPET_IO(m, 0, step);
	puppet_wake_dies(m, 0, "hangs");
	model_free(m);
}

/* The residual tells of bytes that are there, however often one was moved. */
static void test_residual_of_repeated_dma(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);

	for (u32 i = 0; i < 8; i++)
		assert_int_equal(dma(m, dma_step(0, PUPPET_SPACE, 512)), 512);
	assert_int_equal(cmds[0].cmd.buf.moved, 512);
	assert_int_equal(dma(m, dma_step(256, PUPPET_SPACE, 512)), 512);
	assert_int_equal(cmds[0].cmd.buf.moved, 768);
	check_written(&cmds[0], 0, 768);
	model_free(m);
}

/* Bytes behind a gap do not count. */
static void test_residual_of_gaps(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);

	assert_int_equal(dma(m, dma_step(1024, PUPPET_SPACE, 512)), 512);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	assert_int_equal(dma(m, dma_step(1, PUPPET_SPACE, 16)), 16);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	assert_int_equal(dma(m, dma_step(0, PUPPET_SPACE, 512)), 512);
	assert_int_equal(cmds[0].cmd.buf.moved, 512);
	model_free(m);
}

static void test_residual_of_media(void **state)
{
	struct model *m = begin(FRAME_DIR_IN, 0);
	union frame f = media_frame(m, &cmds[0], MEDIA_READ, 0);

	f.media.offset = cpu_to_le32(1024);
	assert_int_equal(media_result(m, f), MEDIA_OK);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	f.media.offset = 0;
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(media_result(m, f), MEDIA_OK);
	assert_int_equal(cmds[0].cmd.buf.moved, 512);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_media_wrong_direction),
		cmocka_unit_test(test_media_foreign_session),
		cmocka_unit_test(test_media_beyond_blocks),
		cmocka_unit_test(test_media_beyond_buffer),
		cmocka_unit_test(test_media_for_ever),
		cmocka_unit_test(test_dma),
		cmocka_unit_test(test_dma_bad_address),
		cmocka_unit_test(test_dma_too_long),
		cmocka_unit_test(test_dma_much_too_long),
		cmocka_unit_test(test_dma_bad_command),
		cmocka_unit_test(test_dma_of_busy_command),
		cmocka_unit_test(test_dma_for_ever),
		cmocka_unit_test(test_bad_dma_for_ever),
		cmocka_unit_test(test_residual_of_repeated_dma),
		cmocka_unit_test(test_residual_of_gaps),
		cmocka_unit_test(test_residual_of_media),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
