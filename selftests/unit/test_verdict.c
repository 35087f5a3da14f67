// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a probation, step 7 of an update: a word that was taken counts, nothing stays
 * that was not looked at, and what is lost is told.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"

static struct model *model;
static enum overlay_verdict word;
static int answer;

static int said_in_check_text(void *board)
{
	answer = overlay_decide(&model->ov, word);
	return adapter_overlay_ops.memory->check_text(board);
}

static void said_in_stage_close(void *board)
{
	answer = overlay_decide(&model->ov, word);
	adapter_overlay_ops.memory->stage_close(board);
}

static struct model *last_moment(const struct image *img)
{
	model = start_probation(img);
	model->ov.probation_ms = 0;
	word = OVERLAY_ROLL_BACK;
	answer = 1;
	return model;
}

/* U9: a rollback is wanted while the text is being compared: it happens. */
static void test_in_time(void **state)
{
	struct model *m = last_moment(&v1_1);

	m->memory_ops.check_text = said_in_check_text;
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(answer, 0);
	assert_int_equal(m->ov.status.rollbacks, 1);
	assert_string_equal(m->ov.status.error, "probation: rolled back by hand (error -4)");
	clear_attentions(m);
	check_some(m);
	check_revision(m, "1.0 ");
	model_free(m);
}

/* And a moment later nobody is told that it would. */
static void test_too_late(void **state)
{
	struct model *m = last_moment(&v1_1);

	m->memory_ops.stage_close = said_in_stage_close;
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_int_equal(answer, -EINVAL);
	assert_int_equal(m->ov.status.rollbacks, 0);
	check_some(m);
	check_revision(m, "1.1 ");

	/* the next one is to be decided upon again */
	begin_probation(m, &v1_1);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	model_free(m);
}

static u32 looks, last_early_look, proofs;

static u64 suddenly_many(void *board)
{
	return looks++ < last_early_look ? 0 : ~0u;
}

static void count_prove(void *board)
{
	proofs++;
	adapter_overlay_ops.queues->prove(board);
}

/* The probation ends at any look at the clock: never without a proof and a digest. */
static void test_proved(void **state)
{
	for (u32 early = 0; early < 4; early++) {
		struct model *m = start_probation(&v1_1);
		int ret = 1;

		m->a.memctl.region.text[v1_1.size / 2] ^= 4;
		m->ov.probation_commands = 1000;
		m->ov.probation_from = 0;
		looks = 0;
		last_early_look = early;
		proofs = 0;
		m->queue_ops.commands = suddenly_many;
		m->queue_ops.prove = count_prove;
		while (ret > 0)
			ret = overlay_probation(&m->ov, &m->result);
		assert_int_equal(ret, -ECANCELED);
		assert_int_equal(proofs, 1);
		assert_non_null(strstr(m->ov.status.error, "text in place is damaged"));
		model_free(m);
	}
}

static bool misjudged;

/* The self-test of the image that comes back fails, once. */
static enum overlay_exit run_op(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	enum overlay_exit exit = adapter_overlay_ops.processor->run(board, limit, call, insns);

	if (model->ov.reverting && !misjudged && exit == OVERLAY_EXIT_CALL &&
	    call->nr == OVERLAY_SELFTEST) {
		misjudged = true;
		call->arg[0] = 5;
	}
	return exit;
}

static void start_misjudged(void)
{
	model = start_probation(&v2_0);
	misjudged = false;
	model->processor_ops.run = run_op;
	assert_int_equal(overlay_decide(&model->ov, OVERLAY_ROLL_BACK), 0);
}

/* It came back by its successor's module, and then to the data of before: that is told. */
static void test_told(void **state)
{
	static const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 16 };
	static const u8 protect[16] = { [4] = 0x0a, 0x0a, 0x02, 0x10, 0x08, [12] = 0xff, 0xff };
	struct command *c = &cmds[3];

	start_misjudged();
	memcpy(c->data, protect, sizeof(protect));
	assert_int_equal(model_exec(model, 0, c, mode_select, 6, FRAME_DIR_OUT, 16), 0);
	check_replied(c, 0);
	assert_int_equal(overlay_probation(&model->ov, &model->result), -ECANCELED);
	assert_non_null(strstr(model->ov.status.error, "rolled back by hand (error -4); "
			       "data as at the update: schema 1 2 3; then "));
	assert_non_null(strstr(model->ov.status.error, "self-test failed: 0x5"));
	clear_attentions(model);
	check_some(model);
	assert_int_equal(rw_blocks(model, 0, c, true, 0, 8), 0);
	model_free(model);
}

static u32 starts, holds;

static int start_badly(void *board, bool overlaid, struct budget *budget, u64 *insns)
{
	int err = adapter_overlay_ops.queues->start(board, overlaid, budget, insns);

	return ++starts == 2 ? -EIO : err;
}

static void arrive(struct model *m)
{
	static const u8 read[10] = { 0x28, [5] = 100, [8] = 8 };

	if (++holds == 2)
		for (u32 i = 4; i < 8; i++)
			model_start(m, i % 2, &cmds[i], read, sizeof(read), FRAME_DIR_IN, 4096);
}

/* Nor does it start with those: no image serves what has waited. */
static void test_no_image(void **state)
{
	start_misjudged();
	starts = 0;
	holds = 0;
	model->queue_ops.start = start_badly;
	model->on_hold = arrive;
	assert_int_equal(overlay_probation(&model->ov, &model->result), -ECANCELED);
	model_service(model);
	assert_true(model->a.dead);
	for (u32 i = 4; i < 8; i++) {
		assert_true(cmds[i].done);
		assert_int_equal(cmds[i].cmd.outcome, CMD_LOST);
	}
	assert_non_null(strstr(model->ov.status.error, "a hart did not start"));
	assert_int_equal(adapter_power_cycle(&model->a), 0);
	model_service(model);
	clear_attentions(model);
	check_some(model);
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_time),
		cmocka_unit_test(test_too_late),
		cmocka_unit_test(test_proved),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_no_image),
	};

	return cmocka_run_group_tests_name("U9: the end of a probation", tests, read_images,
					   free_images);
}
