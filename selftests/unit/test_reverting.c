// SPDX-License-Identifier: GPL-2.0
/*
 * Abort, resets, a hart's trap and a hart's hang while a rollback is under way, at
 * its start and in its pause, in which no hart runs that could fail; and media
 * completions in that pause. The column "reverting" of Documentation/recovery.rst.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"
#include "model.h"

enum event { ABORT_TASK, LUN_RESET, SG_RESET, HOST_RESET, HART_TRAP, HART_HANG, MEDIA_DONE,
	     EVENTS };

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };
static enum event what;
static bool in_pause;	/* or else when the rollback module is to begin */
static bool armed;
static struct model *the_model;

static void reset(struct model *m, int target, u8 function)
{
	assert_int_equal(model_reset(m, target, function), in_pause ? -EBUSY : 0);
}

static bool is_crash(void)
{
	return what == HART_TRAP || what == HART_HANG;
}

static void happen(struct model *m)
{
	if (!armed)
		return;
	armed = false;
	switch (what) {
	case ABORT_TASK:
		assert_int_equal(queue_abort(&cmds[5].cmd), 0);
		break;
	case LUN_RESET:
		reset(m, 0, TMF_LUN_RESET);
		break;
	case SG_RESET:
		reset(m, 1, TMF_LUN_RESET);
		break;
	case HOST_RESET:
		overlay_cancel(&m->ov);
		reset(m, -1, TMF_HARD_RESET);
		break;
	case HART_TRAP:
	case HART_HANG:
		derail(&m->a.queues[0].hart, what == HART_HANG);
		model_start(m, 0, &cmds[6], read_100, 10, FRAME_DIR_IN, 4096);
		break;
	default:
		model_media(m);
	}
}

static void turn_back_hook(void *board, const struct mrb_header *image)
{
	adapter_overlay_ops.memory->turn_back(board, image);
	if (!in_pause)
		happen(the_model);
}

static void hold_hook(struct model *m)
{
	if (in_pause)
		happen(m);
}

/*
 * What is not aborted is served, and with the right data. Only the command that the
 * failing hart had begins anew, in the image that has come back.
 */
static void check_served(struct command *c)
{
	assert_true(c->done);
	assert_int_equal(c->cmd.outcome, CMD_REPLIED);
	if (is_crash() && c == &cmds[6]) {
		assert_int_equal(c->cmd.status, CHECK_CONDITION);
		assert_int_equal(sense_of(c), UA_MICROCODE);
		return;
	}
	assert_int_equal(c->cmd.status, 0);
	assert_memory_equal(c->data, cmds[1].data, 4096);
}

static void check_commands(void)
{
	for (u32 i = 4; i < 36; i++) {
		if (what == ABORT_TASK && i == 5) {
			assert_false(cmds[i].done);
			assert_int_equal(cmds[i].cmd.state, CMD_IDLE);
		} else if (what == LUN_RESET || what == HOST_RESET) {
			assert_true(cmds[i].done);
			assert_int_equal(cmds[i].cmd.outcome, CMD_RESET);
		} else {
			check_served(&cmds[i]);
		}
	}
}

static struct model *start_rollback(void)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.media_latency_ns = 1;
	m = start(&cfg);
	the_model = m;
	write_some(m);
	pattern(&cmds[1], 1, 4096);
	m->memory_ops.turn_back = turn_back_hook;
	m->on_hold = hold_hook;
	armed = false;
	begin_probation(m, &v2_0);
	take_attention(m, UA_MICROCODE);
	for (u32 i = 4; i < 36; i++)
		if (i != 6 || !is_crash())
			model_start(m, i % 2, &cmds[i], read_100, 10, FRAME_DIR_IN, 4096);
	armed = true;
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	return m;
}

static void run(void)
{
	struct model *m = start_rollback();

	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_false(armed);
	model_media(m);
	model_service(m);
	model_media(m);
	check_commands();
	assert_false(m->a.dead);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.rollbacks, 1);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	for (u32 i = 0; i < 4; i++)
		model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	check_some(m);
	check_revision(m, "1.0 ");
	model_free(m);
}

static void test_at_its_start(void **state)
{
	in_pause = false;
	for (what = 0; what < EVENTS; what++)
		run();
}

static void test_in_its_pause(void **state)
{
	in_pause = true;
	for (what = 0; what < EVENTS; what++)
		if (!is_crash())
			run();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_its_start),
		cmocka_unit_test(test_in_its_pause),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
