// SPDX-License-Identifier: GPL-2.0
/*
 * A command whose acknowledged effect or completion the older schema or image
 * cannot hold waits until the commit: each of them, on the real board. Until then
 * nothing has happened; after a rollback it is the old image's, which does not know
 * it; and it can be aborted and reset meanwhile.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "model.h"

#define SENSE_OPCODE	0x052000
#define SENSE_FIELD	0x052400
#define BLOCK		512u
#define LBA		100u	/* write_some() has written there */
#define NEW		0xee
#define PARKED		8u	/* commands of each queue */

enum effect { NONE, WRITTEN, ZEROS, KEY };

/**
 * struct row - a command that waits
 * @name: of the command
 * @cdb: its CDB
 * @cdb_len: bytes in it
 * @dir: FRAME_DIR_*
 * @len: of its data
 * @old: data-out begins with what lies on the medium
 * @effect: what it has done when it has ended
 * @refusal: sense of an image that does not know it
 */
struct row {
	const char *name;
	u8 cdb[16];
	u8 cdb_len;
	u8 dir;
	u32 len;
	bool old;
	enum effect effect;
	u32 refusal;
};

#define ROW(string, length, direction, bytes, compares, what, sense, ...)		\
	{ .name = string, .cdb = { __VA_ARGS__ }, .cdb_len = length, .dir = direction,	\
	  .len = bytes, .old = compares, .effect = what, .refusal = sense }

static const struct row rows[] = {
	ROW("PERSISTENT RESERVE OUT", 10, FRAME_DIR_OUT, 24, false, KEY, SENSE_OPCODE,
	    0x5f, [8] = 24),
	ROW("COMPARE AND WRITE", 16, FRAME_DIR_OUT, 2 * BLOCK, true, WRITTEN, SENSE_OPCODE,
	    0x89, [9] = LBA, [13] = 1),
	ROW("UNMAP of two extents", 10, FRAME_DIR_OUT, 40, false, ZEROS, SENSE_OPCODE,
	    0x42, [8] = 40),
	ROW("WRITE AND VERIFY (10)", 10, FRAME_DIR_OUT, BLOCK, false, WRITTEN, SENSE_OPCODE,
	    0x2e, 0x02, [5] = LBA, [8] = 1),
	ROW("WRITE AND VERIFY (12)", 12, FRAME_DIR_OUT, BLOCK, false, WRITTEN, SENSE_OPCODE,
	    0xae, [5] = LBA, [9] = 1),
	ROW("WRITE AND VERIFY (16)", 16, FRAME_DIR_OUT, BLOCK, false, WRITTEN, SENSE_OPCODE,
	    0x8e, [9] = LBA, [13] = 1),
	ROW("GET LBA STATUS", 16, FRAME_DIR_IN, 24, false, NONE, SENSE_FIELD,
	    0x9e, 0x12, [9] = LBA, [13] = 24),
};

static void fill_data(struct command *c, const struct row *row)
{
	static const u8 unmap[40] = {
		[1] = 38, [3] = 32, [15] = LBA, [19] = 1, [31] = LBA + 7, [35] = 1,
	};

	pattern(c, 1, 4096);
	if (row->effect == WRITTEN)
		memset(&c->data[row->old ? BLOCK : 0], NEW, BLOCK);
	if (row->effect == ZEROS)
		memcpy(c->data, unmap, sizeof(unmap));
	if (row->effect == KEY) {
		memset(c->data, 0, row->len);
		c->data[15] = 7;
	}
}

static void start_row(struct model *m, struct command *c, const struct row *row)
{
	fill_data(c, row);
	model_start(m, 0, c, row->cdb, row->cdb_len, row->dir, row->len);
	model_media(m);
	model_service(m);
	if (c->done || c->cmd.state != CMD_WAITING)
		fail_msg("%s does not wait", row->name);
	assert_int_equal(c->cmd.requests, 0);
}

/* What READ and PERSISTENT RESERVE IN, where it is known, see. */
static void check_effect(struct model *m, enum effect effect)
{
	const u8 keys[10] = { 0x5e, [8] = 64 };
	u8 block[BLOCK];

	pattern(&cmds[1], 1, 4096);
	memcpy(block, cmds[1].data, BLOCK);
	if (effect == WRITTEN)
		memset(block, NEW, BLOCK);
	if (effect == ZEROS)
		memset(block, 0, BLOCK);
	assert_int_equal(rw_blocks(m, 1, &cmds[0], false, LBA, 1), 0);
	assert_memory_equal(cmds[0].data, block, BLOCK);
	if (m->ov.status.version != MRB_VERSION(2, 0))
		return;
	assert_int_equal(model_exec(m, 1, &cmds[0], keys, 10, FRAME_DIR_IN, 64), 0);
	assert_int_equal(cmds[0].data[7], effect == KEY ? 8 : 0);
}

static void decide(struct model *m, enum overlay_verdict verdict)
{
	assert_int_equal(overlay_decide(&m->ov, verdict), 0);
	overlay_probation(&m->ov, &m->result);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	model_media(m);
	model_service(m);
	model_media(m);
}

static void test_commit(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct model *m = start_probation(&v2_0);

		start_row(m, &cmds[4], &rows[i]);
		check_effect(m, NONE);
		decide(m, OVERLAY_COMMIT);
		check_replied(&cmds[4], 0);
		check_effect(m, rows[i].effect);

		/* and from now on it does not wait */
		fill_data(&cmds[4], &rows[i]);
		if (rows[i].effect == WRITTEN)
			memset(cmds[4].data, NEW, BLOCK);
		model_start(m, 0, &cmds[4], rows[i].cdb, rows[i].cdb_len, rows[i].dir,
			    rows[i].len);
		model_media(m);
		model_service(m);
		model_media(m);
		assert_true(cmds[4].done);
		model_free(m);
	}
}

/* The first to be answered reports the unit attention, so one is put before it. */
static void test_rollback(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct model *m = start_probation(&v2_0);

		start_row(m, &cmds[5], &rows[0]);
		start_row(m, &cmds[4], &rows[i]);
		decide(m, OVERLAY_ROLL_BACK);
		assert_int_equal(m->ov.status.rollbacks, 1);
		assert_true(cmds[5].done && cmds[4].done);
		assert_int_equal(sense_of(&cmds[5]), UA_MICROCODE);
		assert_int_equal(cmds[4].cmd.status, CHECK_CONDITION);
		assert_int_equal(sense_of(&cmds[4]), rows[i].refusal);
		assert_int_equal(cmds[4].cmd.buf.moved, 0);
		check_effect(m, NONE);
		model_free(m);
	}
}

static void test_taken_away(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct model *m = start_probation(&v2_0);

		start_row(m, &cmds[4], &rows[i]);
		start_row(m, &cmds[5], &rows[i]);
		assert_int_equal(queue_abort(&cmds[4].cmd), 0);
		assert_int_equal(model_reset(m, 0, TMF_LUN_RESET), 0);
		assert_false(cmds[4].done);
		assert_true(cmds[5].done);
		assert_int_equal(cmds[5].cmd.outcome, CMD_RESET);
		decide(m, OVERLAY_COMMIT);
		assert_false(cmds[4].done);
		clear_attentions(m);
		check_effect(m, NONE);
		model_free(m);
	}
}

static u32 count_done(u32 first)
{
	u32 n = 0;

	for (u32 i = 0; i < PARKED; i++)
		n += cmds[first + i].done;
	return n;
}

/* What waited in a pause is served in turn: no queue's commands wait for all of another's. */
static void test_in_turn(void **state)
{
	static const u8 test_unit_ready[6];
	struct model *m = start(&model_config);
	struct overlay_waits waits = {};

	for (u32 q = 0; q < 2; q++)
		queue_hold(&m->a.queues[q]);
	for (u32 i = 0; i < 2 * PARKED; i++)
		model_start(m, i / PARKED, &cmds[i], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	assert_int_equal(m->queue_ops.drain(&m->a, 2 * PARKED, &waits), 0);
	for (u32 q = 0; q < 2; q++)
		queue_release(&m->a.queues[q]);
	assert_int_equal(m->queue_ops.drain(&m->a, 5, &waits), 5);
	assert_int_equal(count_done(0), 3);
	assert_int_equal(count_done(PARKED), 2);
	assert_int_equal(m->queue_ops.drain(&m->a, ~0u, &waits), 2 * PARKED - 5);
	assert_int_equal(count_done(0) + count_done(PARKED), 2 * PARKED);
	assert_int_equal(m->queue_ops.drain(&m->a, ~0u, &waits), 0);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_taken_away),
		cmocka_unit_test(test_in_turn),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
