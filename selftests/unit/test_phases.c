// SPDX-License-Identifier: GPL-2.0
/*
 * Abort, LUN reset, host reset, a hart's trap and a hart's hang, each in every
 * phase of an update, with commands in flight: the table of
 * Documentation/recovery.rst, executed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter_overlay.h"
#include "../../hba_sim/queue.h"
#include "encode.h"
#include "fixture.h"
#include "model.h"

enum phase { LOADING, CONVERTING, PAUSED, PROBATION, PHASES };
enum event { ABORT_TASK, LUN_RESET, HOST_RESET, HART_TRAP, HART_HANG, EVENTS };
enum outcome { UPDATED, REFUSED, ROLLED_BACK };

/* What becomes of the update. In the pause no I/O hart runs that could fail. */
static const enum outcome table[PHASES][EVENTS] = {
	[LOADING]    = { UPDATED, UPDATED, REFUSED, REFUSED, REFUSED },
	[CONVERTING] = { UPDATED, UPDATED, REFUSED, REFUSED, REFUSED },
	[PAUSED]     = { UPDATED, UPDATED, UPDATED, UPDATED, UPDATED },
	[PROBATION]  = { UPDATED, UPDATED, UPDATED, ROLLED_BACK, ROLLED_BACK },
};

static enum phase at;
static enum event what;
static bool happened;
static bool reset_waits;	/* a reset that has to be tried again after the pause */

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

/* A hart's next instruction is one that traps, or a loop. */
static void derail(struct model *m, bool hang)
{
	static struct insn code[1];
	static u32 loop[2];
	struct hart *h = &m->a.queues[0].hart;
	struct bus_window *w = &h->win[0xf];

	if (!hang) {
		h->pc = 0x12345678;
		return;
	}
	loop[0] = JAL(X0, 0);
	icache_decode(code, loop, sizeof(loop[0]));
	*w = (struct bus_window){ .mem = (u8 *)loop, .size = 8, .perm = BUS_X, .insns = code,
				  .nr_insns = 1 };
	h->pc = 0xf0000000;
}

static void reset(struct model *m, int target, u8 function)
{
	reset_waits = model_reset(m, target, function) == -EBUSY;
	assert_int_equal(reset_waits, m->a.queues[0].held);
}

static void happen(struct model *m)
{
	if (happened)
		return;
	happened = true;
	switch (what) {
	case ABORT_TASK:
		assert_int_equal(queue_abort(&cmds[5].cmd), 0);
		break;
	case LUN_RESET:
		reset(m, 0, TMF_LUN_RESET);
		break;
	case HOST_RESET:
		overlay_cancel(&m->ov);
		reset(m, -1, TMF_HARD_RESET);
		break;
	case HART_TRAP:
	case HART_HANG:
		derail(m, what == HART_HANG);
		model_start(m, 0, &cmds[6], read_100, 10, FRAME_DIR_IN, 4096);
		break;
	default:
		fail();
	}
}

static struct model *the_model;

static void interrupt_hook(void *board, bool pending)
{
	adapter_overlay_ops.interrupt(board, pending);
	if (pending && at == LOADING)
		happen(the_model);
}

static int seal_hook(void *board, const void *file, const struct mrb_header *image)
{
	int err = adapter_overlay_ops.stage_seal(board, file, image);

	if (at == CONVERTING)
		happen(the_model);
	return err;
}

static void hold_hook(struct model *m)
{
	if (at == PAUSED)
		happen(m);
}

static void check_ended(struct model *m, struct command *c)
{
	assert_true(c->done || c->cmd.state == CMD_IDLE);
	if (!c->done || c->cmd.outcome == CMD_RESET)
		return;
	assert_int_equal(c->cmd.outcome, CMD_REPLIED);
	if (c->cmd.status)
		assert_true(sense_of(c) >> 16 == 6);
	else
		assert_memory_equal(c->data, cmds[1].data, 4096);
}

static void check_outcome(struct model *m, const struct image *to)
{
	const struct mrb_header *h = (const void *)to->bytes;
	enum outcome outcome = table[at][what];

	assert_false(m->a.dead);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.updates, outcome == UPDATED);
	assert_int_equal(m->ov.status.rollbacks, outcome == ROLLED_BACK);
	assert_int_equal(m->ov.status.version,
			 outcome == UPDATED ? le32_to_cpu(h->version) : MRB_VERSION(1, 0));
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
}

static void run(const struct image *to)
{
	struct adapter_config cfg = model_config;
	struct model *m;
	int ret;

	cfg.media_latency_ns = 1;
	m = start(&cfg);
	the_model = m;
	happened = false;
	reset_waits = false;
	m->ops.interrupt = interrupt_hook;
	m->ops.stage_seal = seal_hook;
	m->on_hold = hold_hook;
	m->ov.probation_commands = 4;
	m->ov.probation_ms = ~0u;
	write_some(m);
	pattern(&cmds[1], 1, 4096);
	for (u32 i = 4; i < 6; i++)
		model_start(m, 0, &cmds[i], read_100, 10, FRAME_DIR_IN, 4096);
	memset(&cmds[6], 0, sizeof(cmds[6]));

	assert_int_equal(overlay_claim(&m->ov), 0);
	ret = overlay_update(&m->ov, to->bytes, to->size, &m->result);
	if (!ret && at == PROBATION)
		happen(m);
	while (!ret && (ret = overlay_probation(&m->ov, &m->result)) == 1) {
		model_media(m);
		model_exec(m, 1, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0);
		ret = 0;
		if (m->ov.status.state == OVERLAY_IDLE)
			break;
	}
	assert_true(happened);
	if (reset_waits)
		reset(m, 0, TMF_HARD_RESET);
	model_media(m);
	model_service(m);
	model_media(m);
	for (u32 i = 4; i < 7; i++)
		check_ended(m, &cmds[i]);
	check_outcome(m, to);
	clear_attentions(m);
	check_some(m);
	m->ov.probation_commands = 0;
	assert_int_equal(model_update(m, to), 0);
	model_free(m);
}

static void every_event_in(enum phase phase)
{
	struct image v2_0 = image_read("2.0");

	at = phase;
	for (what = 0; what < EVENTS; what++) {
		run(&v1_1);
		run(&v2_0);
	}
	image_free(&v2_0);
}

static void test_loading(void **state)
{
	every_event_in(LOADING);
}

static void test_converting(void **state)
{
	every_event_in(CONVERTING);
}

static void test_paused(void **state)
{
	every_event_in(PAUSED);
}

static void test_probation(void **state)
{
	every_event_in(PROBATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loading),
		cmocka_unit_test(test_converting),
		cmocka_unit_test(test_paused),
		cmocka_unit_test(test_probation),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
