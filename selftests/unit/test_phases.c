// SPDX-License-Identifier: GPL-2.0
/*
 * Abort, LUN reset, sg_reset, host reset, a hart's trap and a hart's hang, each in
 * every state of an update, with commands in flight: the table of
 * Documentation/recovery.rst, executed. Each command ends in the one way that the
 * cell wants.
 *
 * The event comes when the engine is about to run the service hart in that state, or
 * in STARTING, for a hart that fails, when the linker's __wrap_hart_run() sees that
 * hart start in the new image.
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
#include "wrap.h"

enum event { ABORT_TASK, LUN_RESET, SG_RESET, HOST_RESET, HART_TRAP, HART_HANG, EVENTS };
enum outcome { NO_HART_RUNS, UPDATED, REFUSED, ROLLED_BACK };

#define NEVER	NO_HART_RUNS

/* What becomes of the update. In the pause no I/O hart runs that could fail. */
static const enum outcome table[][EVENTS] = {
	/*			 abort    LUN      sg       host     trap         hang */
	[OVERLAY_LOADING]    = { UPDATED, UPDATED, UPDATED, REFUSED, REFUSED,     REFUSED },
	[OVERLAY_CONVERTING] = { UPDATED, UPDATED, UPDATED, REFUSED, REFUSED,     REFUSED },
	[OVERLAY_PAUSED]     = { UPDATED, UPDATED, UPDATED, UPDATED, NEVER,       NEVER },
	[OVERLAY_SWAPPING]   = { UPDATED, UPDATED, UPDATED, UPDATED, NEVER,       NEVER },
	[OVERLAY_STARTING]   = { UPDATED, UPDATED, UPDATED, UPDATED, REFUSED,     REFUSED },
	[OVERLAY_RUNNING]    = { UPDATED, UPDATED, UPDATED, UPDATED, ROLLED_BACK, ROLLED_BACK },
	[OVERLAY_PROBATION]  = { UPDATED, UPDATED, UPDATED, UPDATED, ROLLED_BACK, ROLLED_BACK },
};

/* The commands: both of unit 0; of unit 1; one that the failing hart is given. */
#define READ_1		(&cmds[4])
#define READ_2		(&cmds[5])
#define READ_OTHER	(&cmds[7])
#define READ_LATE	(&cmds[6])

static enum overlay_state at;
static enum event what;
static bool happened;
static bool reset_waits;	/* a reset that has to be tried again after the pause */
static struct model *the_model;

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

static bool is_crash(void)
{
	return what == HART_TRAP || what == HART_HANG;
}

static bool is_held(void)
{
	return at >= OVERLAY_PAUSED && at <= OVERLAY_STARTING;
}

static void start_read(struct model *m, u32 queue, struct command *c, u16 target)
{
	c->target = target;
	model_start(m, queue, c, read_100, 10, FRAME_DIR_IN, 4096);
}

static void reset(struct model *m, int target, u8 function)
{
	reset_waits = model_reset(m, target, function) == -EBUSY;
	assert_int_equal(reset_waits, is_held());
	assert_int_equal(reset_waits, m->a.queues[0].held);
}

static void happen(struct model *m)
{
	happened = true;
	assert_int_equal(m->ov.status.state, at);
	switch (what) {
	case ABORT_TASK:
		assert_int_equal(queue_abort(&READ_2->cmd), 0);
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
		start_read(m, 0, READ_LATE, 0);
		assert_true(m->a.crashed);
		break;
	default:
		fail();
	}
}

static bool is_due(void)
{
	return !happened && the_model && the_model->ov.status.state == at;
}

/* In STARTING the hart that fails does so when it is started. */
static bool fails_at_start(void)
{
	return at == OVERLAY_STARTING && is_crash();
}

static enum overlay_exit run_hook(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	if (is_due() && fails_at_start())
		start_read(the_model, 0, READ_LATE, 0);
	else if (is_due())
		happen(the_model);
	return adapter_overlay_ops.processor->run(board, limit, call, insns);
}

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	if (h->id == 1 && is_due() && fails_at_start()) {
		happened = true;
		derail(h, what == HART_HANG);
	}
	return __real_hart_run(h, limit);
}

/* ----------------------------------------------------------- what comes of it */

static void check_good(const struct command *c)
{
	check_replied(c, 0);
}

static void check_read(const struct command *c)
{
	check_good(c);
	assert_memory_equal(c->data, cmds[1].data, 4096);
}

static void check_reset(const struct command *c)
{
	assert_true(c->done);
	assert_int_equal(c->cmd.outcome, CMD_RESET);
}

static void check_aborted(const struct command *c)
{
	assert_false(c->done);
	assert_int_equal(c->cmd.state, CMD_IDLE);
}

/* It has begun anew: in the image that was there, or in one that came back. */
static void check_late(const struct command *c)
{
	if (table[at][what] == REFUSED) {
		check_read(c);
		return;
	}
	check_replied(c, CHECK_CONDITION);
	assert_int_equal(sense_of(c), UA_MICROCODE);
}

static void check_commands(void)
{
	bool unit_0 = what == LUN_RESET || what == HOST_RESET;
	bool unit_1 = what == SG_RESET || what == HOST_RESET;

	(unit_0 ? check_reset : check_read)(READ_1);
	(unit_0 ? check_reset : what == ABORT_TASK ? check_aborted : check_read)(READ_2);
	(unit_1 ? check_reset : check_good)(READ_OTHER);
	if (is_crash())
		check_late(READ_LATE);
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

static struct model *start_commands(void)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.media_latency_ns = 1;
	m = start(&cfg);
	happened = false;
	reset_waits = false;
	m->processor_ops.run = run_hook;
	m->ov.probation_commands = 4;
	m->ov.probation_ms = ~0u;
	write_some(m);
	pattern(&cmds[1], 1, 4096);
	start_read(m, 0, READ_1, 0);
	start_read(m, 0, READ_2, 0);
	start_read(m, 1, READ_OTHER, 1);
	memset(&READ_LATE->cmd, 0, sizeof(READ_LATE->cmd));
	the_model = m;
	return m;
}

/* Commands end, until it is decided what becomes of the image. */
static void probation(struct model *m)
{
	if (at == OVERLAY_PROBATION)
		happen(m);
	while (overlay_probation(&m->ov, &m->result) == 1) {
		model_media(m);
		model_exec(m, 1, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	}
}

static void run(const struct image *to)
{
	struct model *m = start_commands();

	assert_int_equal(overlay_claim(&m->ov), 0);
	if (!overlay_update(&m->ov, to->bytes, to->size, &m->result))
		probation(m);
	assert_true(happened);
	the_model = NULL;
	if (reset_waits)
		assert_int_equal(queue_reset(&m->a.queues[0], 0, TMF_HARD_RESET), 0);
	model_media(m);
	model_service(m);
	model_media(m);
	check_commands();
	check_outcome(m, to);
	clear_attentions(m);
	check_some(m);
	m->ov.probation_commands = 0;
	assert_int_equal(model_update(m, to), 0);
	model_free(m);
}

static void test_state(void **state)
{
	at = (uintptr_t)*state;
	for (what = 0; what < EVENTS; what++) {
		if (table[at][what] == NO_HART_RUNS)
			continue;
		run(&v1_1);
		run(&v2_0);
	}
}

#define TEST(name)	{ #name, test_state, NULL, NULL, (void *)(uintptr_t)OVERLAY_##name }

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(LOADING),
		TEST(CONVERTING),
		TEST(PAUSED),
		TEST(SWAPPING),
		TEST(STARTING),
		TEST(RUNNING),
		TEST(PROBATION),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
