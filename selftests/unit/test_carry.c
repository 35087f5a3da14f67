// SPDX-License-Identifier: GPL-2.0
/*
 * What is carried over an update and back by the real board: what changes while
 * data is converted, commands that wait for the end of the probation, what a
 * failed rollback module has scribbled on; and the figures of the pause.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <asm/byteorder.h>
#include <linux/container_of.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "encode.h"
#include "fixture.h"
#include "model.h"

#define SENSE_STOPPED	0x020402
#define SENSE_OPCODE	0x052000
#define SCHEMA_LU	3

static bool unit_is_to_run;
static bool happened;

static void roll_back(struct model *m)
{
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	model_service(m);
}

/* Target 0 has no unit attention any more, whatever else it has. */
static void clear_attention(struct model *m)
{
	for (u32 i = 0; i < 4; i++)
		model_exec(m, 0, &cmds[6], test_unit_ready, 6, FRAME_DIR_NONE, 0);
}

/* START STOP UNIT, which an I/O hart does alone, for target 0. */
static void start_stop(struct model *m, bool run)
{
	const u8 cdb[6] = { 0x1b, 0, 0, 0, run };

	model_start(m, 1, &cmds[7], cdb, sizeof(cdb), FRAME_DIR_NONE, 0);
	assert_true(cmds[7].done);
	assert_int_equal(cmds[7].cmd.status, 0);
}

static void check_unit(struct model *m, bool runs)
{
	u8 status = model_exec(m, 0, &cmds[6], test_unit_ready, 6, FRAME_DIR_NONE, 0);

	assert_int_equal(status, runs ? 0 : CHECK_CONDITION);
	if (!runs)
		assert_int_equal(sense_of(&cmds[6]), SENSE_STOPPED);
}

/* All is converted, and the rounds for what became dirty begin. */
static s32 next_dirty_hook(void *board, u32 offset)
{
	struct model *m = container_of(board, struct model, a);

	if (!happened && m->ov.status.state != OVERLAY_PAUSED) {
		happened = true;
		start_stop(m, unit_is_to_run);
	}
	return adapter_overlay_ops.memory->next_dirty(board, offset);
}

static void test_dirty(void **state)
{
	struct model *m = start(&model_config);

	m->memory_ops.next_dirty = next_dirty_hook;
	happened = false;
	unit_is_to_run = false;
	begin_probation(m, &v2_0);
	assert_true(happened);
	clear_attention(m);
	check_unit(m, false);

	happened = false;
	unit_is_to_run = true;
	roll_back(m);
	assert_true(happened);
	clear_attention(m);
	check_unit(m, true);
	model_free(m);
}

/* PERSISTENT RESERVE OUT, REGISTER: 1.x could not hold what it does. */
static void start_register(struct model *m)
{
	const u8 cdb[10] = { 0x5f, [8] = 24 };

	memset(cmds[4].data, 0, 24);
	cmds[4].data[15] = 7;
	model_start(m, 0, &cmds[4], cdb, sizeof(cdb), FRAME_DIR_OUT, 24);
	model_service(m);
	assert_false(cmds[4].done);
	assert_int_equal(cmds[4].cmd.state, CMD_WAITING);
}

static void test_wait_commit(void **state)
{
	struct model *m = start_probation(&v2_0);

	start_register(m);
	m->ov.probation_ms = 0;
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	model_service(m);
	check_replied(&cmds[4], 0);
	model_free(m);
}

/* The image that comes back does not know the command. */
static void test_wait_rollback(void **state)
{
	struct model *m = start_probation(&v2_0);

	start_register(m);
	roll_back(m);
	assert_true(cmds[4].done);
	assert_int_equal(cmds[4].cmd.status, CHECK_CONDITION);
	if (sense_of(&cmds[4]) != UA_MICROCODE)
		assert_int_equal(sense_of(&cmds[4]), SENSE_OPCODE);
	model_free(m);
}

static void test_wait_abort(void **state)
{
	struct model *m = start_probation(&v2_0);

	start_register(m);
	assert_int_equal(queue_abort(&cmds[4].cmd), 0);
	m->ov.probation_ms = 0;
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	model_service(m);
	assert_false(cmds[4].done);
	model_free(m);
}

/* Where image 1.0 has the first logical unit's record, as an offset. */
static u32 lu_offset(void)
{
	const struct mrb_header *h = (const void *)v1_0.bytes;

	for (u32 i = 0; i < le16_to_cpu(h->nr_schemas); i++)
		if (le16_to_cpu(h->schema[i].id) == SCHEMA_LU)
			return le32_to_cpu(h->schema[i].address) - BOARD_DATA_BASE;
	fail();
	return 0;
}

/* Its rollback module scribbles on what is preserved, then traps: no trace. */
static void test_scribbled(void **state)
{
	u32 at = BOARD_STAGING_DATA_BASE + lu_offset();
	struct image img = PATCHED(&v2_0, offsetof(struct mrb_header, rollback_entry),
				   LUI(A0, HI(at)), ADDI(A0, A0, LO(at)), SW(X0, A0, 0), 0);
	struct model *m = start(&model_config);

	start_stop(m, false);
	begin_probation(m, &img);
	roll_back(m);
	clear_attention(m);
	check_unit(m, false);
	model_free(m);
	image_free(&img);
}

static void test_figures(void **state)
{
	const struct mrb_header *h = (const void *)v1_0.bytes;
	struct model *m = start(&model_config);
	u64 data = 0;

	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++)
		if (le32_to_cpu(h->block[i].type) == MRB_DATA)
			data += le32_to_cpu(h->block[i].mem_size);
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_int_equal(m->ov.status.last.undo_bytes, data);
	assert_true(m->ov.status.last.pause_bytes > data);
	model_free(m);
}

static void dawdle(struct model *m)
{
	for (u32 i = 0; i < 5; i++)
		m->board_ops.now_ns();
}

/* The image's own budget, as nobody has set another. */
static void test_declared_budget(void **state)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;
	struct model *m = start(&model_config);

	h->pause_budget_us = cpu_to_le32(1);
	image_sign(&img);
	write_some(m);
	m->on_hold = dawdle;
	assert_int_not_equal(model_update(m, &img), 0);
	assert_non_null(strstr(m->ov.status.error, "pause budget of 1 us exceeded by "));
	check_untouched(m, &v1_0, 8);
	m->ov.pause_budget_us = 1000000;
	assert_int_equal(model_update(m, &img), 0);
	model_free(m);
	image_free(&img);
}

static pthread_barrier_t held;
static sem_t waited_for;
static bool is_held;
static struct adapter_ops noticing_ops;
static u64 (*clock_before)(void);

/* Who finds the lock taken looks at the clock before waiting. */
static u64 noticing_clock(void)
{
	if (is_held)
		sem_post(&waited_for);
	is_held = false;
	return clock_before();
}

/* Hart 2 has a frame of WRITE(10), and is not ready before somebody waits for it. */
static void *be_long(void *arg)
{
	struct hba_queue *q = arg;

	spin_lock_bh(&q->lock);
	q->serving = queue_serving(&cmds[4].cmd);
	is_held = true;
	pthread_barrier_wait(&held);
	sem_wait(&waited_for);
	usleep(20000);
	q->serving = 0;
	spin_unlock_bh(&q->lock);
	return NULL;
}

static void hold_late(void *board)
{
	struct model *m = container_of(board, struct model, a);
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, be_long, &m->a.queues[1]), 0);
	pthread_barrier_wait(&held);
	adapter_overlay_ops.queues->hold(board);
	pthread_join(thread, NULL);
	dawdle(m);
}

/* Who holds up a quiesce is named, in the error of a missed budget as well. */
static void test_holder(void **state)
{
	struct model *m = start(&model_config);

	pthread_barrier_init(&held, NULL, 2);
	sem_init(&waited_for, 0, 0);
	noticing_ops = *m->a.ops;
	clock_before = noticing_ops.now_ns;
	noticing_ops.now_ns = noticing_clock;
	m->a.ops = &noticing_ops;
	cmds[4].cmd.cdb[0] = 0x2a;
	cmds[4].cmd.target = 1;
	m->queue_ops.hold = hold_late;
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_non_null(strstr(m->ov.status.held_up, "hart 2, command 2a for target 1, since "));
	m->ov.pause_budget_us = 1;
	assert_int_not_equal(model_update(m, &v2_0), 0);
	assert_non_null(strstr(m->ov.status.error, "held up by: hart 2, command 2a for target 1"));
	m->queue_ops.hold = adapter_overlay_ops.queues->hold;
	m->ov.pause_budget_us = 0;
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_string_equal(m->ov.status.held_up, "none");
	pthread_barrier_destroy(&held);
	model_free(m);
}

/* A crash is logged, with hart, cause, place and registers as they were there. */
static void test_crash_log(void **state)
{
	struct model *m = start(&model_config);
	FILE *old = stderr;
	char *log = NULL;
	size_t len;

	stderr = open_memstream(&log, &len);
	m->a.queues[1].hart.pc = 0x12345678;
	for (u32 i = 1; i < 32; i++)
		m->a.queues[1].hart.x[i] = 0xcafe0000 + i;
	model_start(m, 1, &cmds[4], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	fclose(stderr);
	stderr = old;
	assert_non_null(strstr(log, "hart 2 panicked"));
	assert_non_null(strstr(log, "pc 12345678"));
	assert_non_null(strstr(log, "x8: cafe0008 cafe0009 cafe000a cafe000b cafe000c cafe000d "));
	assert_non_null(strstr(log, "x24: cafe0018 cafe0019 cafe001a cafe001b cafe001c cafe001d "));
	free(log);
	model_service(m);
	assert_int_equal(cmds[4].cmd.status, 0);
	model_free(m);
}

/* A newer image knows no way to the format of an older one. */
static void test_older(void **state)
{
	struct model *m = start(&model_config);

	assert_int_equal(model_update(m, &v2_0), 0);
	assert_int_not_equal(model_update(m, &v1_0), 0);
	assert_non_null(strstr(m->ov.status.error, "older: no conversion"));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dirty),
		cmocka_unit_test(test_wait_commit),
		cmocka_unit_test(test_wait_rollback),
		cmocka_unit_test(test_wait_abort),
		cmocka_unit_test(test_scribbled),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_declared_budget),
		cmocka_unit_test(test_holder),
		cmocka_unit_test(test_crash_log),
		cmocka_unit_test(test_older),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
