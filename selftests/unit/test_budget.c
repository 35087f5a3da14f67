// SPDX-License-Identifier: GPL-2.0
/*
 * Limits: the table of bounds in Documentation/programming-model.rst, row by row. Hostile
 * images try to pass each by calls, by traps and by flushes, and are stopped after a number of
 * instructions that is known; when each turn takes long they are stopped by the clock. And
 * what good images need is far from each limit.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <asm/byteorder.h>

#include <hba_sim/cost.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/processor/insn.h"
#include "../../overlay/engine/budget.h"
#include "fixture.h"
#include "puppet.h"
#include "wrap.h"

#define MS		1000000ull
#define PAUSE_INSNS	2000000u
#define UPDATE_INSNS	200000000u
#define HURRY_INSNS	20000000u
#define FRAME_INSNS	200000u
#define MESSAGE_INSNS	50000000u
#define ROLLBACK	offsetof(struct mrb_header, rollback_entry)
#define CSR_MTVEC	0x305

/* --- what the harts do, seen by __wrap_hart_run() */

static u64 turns, executed, turn_ns;
static u32 watched;	/* hart whose turns count and take @turn_ns */

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	u64 before = h->executed;
	enum hart_exit exit;

	/* whose budget is over has no turn: it would be one of many without end */
	assert_true(limit > 0);
	exit = __real_hart_run(h, limit);
	if (h->id != watched)
		return exit;
	turns++;
	executed += h->executed - before;
	model_pass(turn_ns);
	return exit;
}

static void watch(u32 hart, u64 ns)
{
	watched = hart;
	turn_ns = ns;
	turns = 0;
	executed = 0;
}

static void check_error(struct model *m, const char *why)
{
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
}

/* --- the budget itself */

static u64 clock_now;

static u64 test_clock(void)
{
	return clock_now;
}

static const struct budget_limit small = { .insns = 100, .slice = 40, .ns = 1000 };

static void test_instructions(void **state)
{
	struct budget b;

	budget_begin(&b, &small);
	assert_int_equal(budget_slice(&b), 40);
	budget_use(&b, 99);
	assert_null(budget_over(&b, test_clock));
	assert_int_equal(budget_slice(&b), 1);
	assert_int_equal(budget_used(&b), 99);
	budget_use(&b, 1000);
	assert_string_equal(budget_over(&b, test_clock), "hangs");
	assert_int_equal(budget_used(&b), 100);
}

/* The clock is not looked at within a slice; then it counts from the first look on. */
static void test_time(void **state)
{
	struct budget b;

	clock_now = 5000;
	budget_begin(&b, &small);
	budget_use(&b, 39);
	assert_null(budget_over(&b, NULL));
	budget_use(&b, 1);
	assert_null(budget_over(&b, test_clock));
	assert_int_equal(b.deadline_ns, 6000);
	clock_now = 6000;
	assert_null(budget_over(&b, NULL));
	assert_int_equal(budget_slice(&b), 40);
	budget_use(&b, 40);
	assert_string_equal(budget_over(&b, test_clock), "takes too long");
	budget_forget_time(&b);
	budget_use(&b, 10);
	assert_int_equal(budget_slice(&b), 10);
	assert_null(budget_over(&b, NULL));
}

static void test_cut(void **state)
{
	struct budget b;

	clock_now = 5000;
	budget_begin(&b, &small);
	budget_cut(&b, 50, 5500);
	assert_int_equal(b.left, 50);
	budget_use(&b, 40);
	clock_now = 5499;
	assert_null(budget_over(&b, test_clock));
	budget_cut(&b, 1000, 9000);
	assert_int_equal(b.left, 10);
	assert_int_equal(b.deadline_ns, 5500);
}

/* --- an update, its pause, a rollback: images that make one call after the other */

/**
 * struct storm - a call that an image makes without end
 * @call: its number; 0: there is none, see @insn
 * @insn: the instruction instead
 * @arg: a0 to a2
 * @cost: instructions that each turn of the loop costs at least, its own included
 */
struct storm {
	u32 call;
	u32 insn;
	u32 arg[3];
	u32 cost;
};

#define LOOP	3u	/* the call and the jump back, about */

static const struct storm at_any_time[] = {
	{ BOARD_UPDATE, 0, { UPDATE_STATUS, BOARD_STAGING_TEXT_BASE, 4096 }, 500 },
	{ BOARD_UPDATE, 0, { UPDATE_PARAMETERS, BOARD_SCRATCH_BASE, 4096 }, 500 },
	{ BOARD_UPDATE, 0, { UPDATE_APPLY, BOARD_SCRATCH_BASE, 4096 }, 500 },
	{ BOARD_UPDATE, 0, { 99 }, 500 },
	{ BOARD_DAMAGED, 0, {}, 100 },
	{ BOARD_PORT, 0, { PORT_ENABLE }, COST_REFUSED + COST_TRAP },
	{ BOARD_DOWNLOAD, 0, { DOWNLOAD_WHOLE, 1 }, COST_REFUSED + COST_TRAP },
	{ OVERLAY_OPEN, 0, {}, COST_REFUSED + COST_TRAP },
	{ BOARD_DMA, 0, {}, COST_REFUSED + COST_TRAP },
	{ 0, FENCE_I, {}, COST_FENCE_I },
	{ 0, EBREAK, {}, COST_TRAP },
};

static const struct storm loading = {
	OVERLAY_READ, 0, { 0, BOARD_STAGING_TEXT_BASE, 4096 }, 100 + 4096 / 16,
};

static const struct storm before_pause[] = {
	{ OVERLAY_TRACK, 0, { 1 }, 2000 },
	{ OVERLAY_DIRTY, 0, { 0 }, 50 + BOARD_DATA_SIZE / 8192 },
	{ OVERLAY_PROGRESS, 0, { 50 }, 100 },
	{ OVERLAY_REPORT, 0, { REPORT_TEXT_SIZE, 1, 2 }, 1000 },
	{ OVERLAY_ERASE, 0, { 0, 0 }, 1000000 },
	{ OVERLAY_ERASE, 0, { 99, 0 }, 1000000 },
	{ OVERLAY_PROGRAM, 0, { 0, 0, 0 }, 20000 },
};

static const struct storm in_pause[] = {
	{ OVERLAY_DIRTY, 0, { 0 }, 50 + BOARD_DATA_SIZE / 8192 },
	{ OVERLAY_SELECT, 0, { 0 }, 100 },
	{ OVERLAY_SELECT, 0, { 99 }, 100 },
};

static u32 put_number(u32 *at, u32 reg, u32 value)
{
	at[0] = LUI(reg, HI(value));
	at[1] = ADDI(reg, reg, LO(value));
	return 2;
}

/* A trap goes on behind the instruction that trapped: its handler is before the loop. */
static u32 put_storm(u32 *at, u32 address, const struct storm *s)
{
	u32 n = 0, loop;

	n += put_number(at + n, T0, address + 4 * 4);
	at[n++] = CSRRW(X0, CSR_MTVEC, T0);
	at[n++] = JAL(X0, 5 * 4);
	at[n++] = CSRRS(T1, 0x341, X0);
	at[n++] = ADDI(T1, T1, 4);
	at[n++] = CSRRW(X0, 0x341, T1);
	at[n++] = MRET;
	loop = n;
	for (u32 i = 0; i < 3; i++)
		n += put_number(at + n, A0 + i, s->arg[i]);
	n += put_number(at + n, A7, s->call);
	at[n++] = s->call ? ECALL : s->insn;
	at[n] = JAL(X0, ((s32)loop - (s32)n) * 4);
	return n + 1;
}

/* At an entry of an image whose text is at @base then. */
static struct image storm_at(const struct image *img, size_t entry, u32 base, const u32 *first,
			     u32 count, const struct storm *s)
{
	struct image copy = copy_of(img);
	u32 code[64], offset;

	memcpy(&offset, copy.bytes + entry, sizeof(offset));
	assemble(code, first, count);
	count *= 2;	/* each is a call */
	count += put_storm(code + count, base + le32_to_cpu(offset) + 4 * count, s);
	memcpy(image_entry(&copy, offset), code, 4 * count);
	image_sign(&copy);
	return copy;
}

static struct image storm_image(const u32 *first, u32 count, const struct storm *s)
{
	return storm_at(&v1_1, BOOTSTRAP, BOARD_STAGING_TEXT_BASE, first, count, s);
}

static struct model *start_watched(const struct image *rom, u64 ns)
{
	struct model *m = start_rom(&model_config, rom);

	write_some(m);
	watch(BOARD_SERVICE_HART, ns);
	return m;
}

/* Loading and going back take a few hundred turns and less than so many instructions. */
#define SLACK	3000000u

static void update_refused(const struct image *rom, const struct image *img,
			   const struct storm *s, u64 limit, const char *why)
{
	struct model *m = start_watched(rom, 0);

	assert_int_not_equal(model_update(m, img), 0);
	if (!strstr(m->ov.status.error, why))
		fail_msg("call 0x%x: '%s'", s->call, m->ov.status.error);
	/* what was executed, and each call beside that, at its cost */
	if (turns > limit / s->cost + 2000 || executed > limit + SLACK)
		fail_msg("call 0x%x: %llu turns, %llu instructions", s->call,
			 (unsigned long long)turns, (unsigned long long)executed);
	assert_true(executed > limit / (s->cost + LOOP) / 2);
	check_untouched(m, rom, 8);
	model_free(m);
}

static void storm_refused(const u32 *first, u32 count, const struct storm *s, u64 limit,
			  const char *why)
{
	struct image img = storm_image(first, count, s);

	update_refused(&v1_0, &img, s, limit, why);
	image_free(&img);
}

/* The image in place reads the file again and again. */
static void test_calls_when_loading(void **state)
{
	const u32 open[] = { OPEN };
	struct image rom = storm_at(&v1_0, UPDATE, BOARD_TEXT_BASE, open, 1, &loading);

	update_refused(&rom, &v1_1, &loading, UPDATE_INSNS, "loading: image hangs");
	image_free(&rom);
}

static void test_calls_in_pause(void **state)
{
	const u32 quiesce[] = { QUIESCE };

	for (u32 i = 0; i < ARRAY_SIZE(at_any_time); i++)
		storm_refused(quiesce, 1, &at_any_time[i], PAUSE_INSNS, "paused: image hangs");
	for (u32 i = 0; i < ARRAY_SIZE(in_pause); i++)
		storm_refused(quiesce, 1, &in_pause[i], PAUSE_INSNS, "paused: image hangs");
}

static void test_calls_when_swapping(void **state)
{
	const u32 swap[] = { QUIESCE, UNLOCK };

	for (u32 i = 0; i < ARRAY_SIZE(at_any_time); i++)
		storm_refused(swap, 2, &at_any_time[i], PAUSE_INSNS, "swapping: image hangs");
}

static void test_calls_before_pause(void **state)
{
	storm_refused(NULL, 0, &at_any_time[0], UPDATE_INSNS, "converting: image hangs");
	for (u32 i = 0; i < ARRAY_SIZE(before_pause); i++)
		storm_refused(NULL, 0, &before_pause[i], UPDATE_INSNS,
			      before_pause[i].call == OVERLAY_REPORT ? "converting: image " :
			      "converting: image hangs");
}

/* Each turn takes so long that the clock is what ends it. */
static void time_ends(const u32 *first, u32 count, u64 ns, u64 turns_max, const char *why)
{
	struct image img = storm_image(first, count, &at_any_time[0]);
	struct model *m = start_watched(&v1_0, 0);

	begin_probation(m, &v1_1);	/* no hart is slow so far */
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	watch(BOARD_SERVICE_HART, ns);
	assert_int_not_equal(model_update(m, &img), 0);
	check_error(m, why);
	if (turns > turns_max)
		fail_msg("%llu turns", (unsigned long long)turns);
	assert_false(m->a.dead);
	image_free(&img);
	model_free(m);
}

static void test_time_before_pause(void **state)
{
	time_ends(NULL, 0, 25 * MS, 2000, "converting: image takes too long");
}

/* A slow turn takes 60 ms: the rest of an update passes its limit with that. */
static void test_time_in_pause(void **state)
{
	const u32 quiesce[] = { QUIESCE };

	time_ends(quiesce, 1, 9 * MS, 2000, "paused: image takes too long");
}

/* --- the harts that start in the pause */

static void test_harts_that_start(void **state)
{
	struct adapter_config cfg = model_config;
	struct image img;
	struct model *m;

	/* an I/O hart counts down from 90,000: two instructions each time, no hang */
	img = PATCHED(&v1_1, RUNTIME, BEQ(A0, X0, 28), LUI(T0, HI(90000)),
		      ADDI(T0, T0, LO(90000)), ADDI(T0, T0, -1), BNE(T0, X0, -4), WFI,
		      JAL(X0, -4), RESUME, WFI, JAL(X0, -4));
	cfg.nr_queues = 8;
	m = start(&cfg);
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_update(&m->ov, img.bytes, img.size, &m->result), 0);
	model_free(m);

	cfg.nr_queues = 32;
	m = start(&cfg);
	watch(32, 0);
	assert_int_not_equal(model_update(m, &img), 0);
	check_error(m, "starting: the harts take too long to start in the new image");
	assert_true(executed < 1000);	/* the last one started in the old image alone */
	assert_false(m->a.dead);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	image_free(&img);
	model_free(m);
}

/* --- cancelled: a rollback, and an image that runs and is not idle yet */

static struct model *the_model;
static bool cancel_at_first;

static enum overlay_exit run_hook(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	enum overlay_state state = the_model->ov.status.state;

	if (cancel_at_first && (state == OVERLAY_REVERTING || state == OVERLAY_RUNNING))
		overlay_cancel(&the_model->ov);
	return adapter_overlay_ops.processor->run(board, limit, call, insns);
}

static struct model *start_cancelling(void)
{
	struct model *m = start(&model_config);

	write_some(m);
	the_model = m;
	cancel_at_first = false;
	m->processor_ops.run = run_hook;
	return m;
}

static void roll_back_from(const struct image *img, bool cancel, u64 at_most, u64 at_least)
{
	struct model *m = start_cancelling();

	begin_probation(m, img);
	take_attention(m, UA_MICROCODE);
	cancel_at_first = cancel;
	watch(BOARD_SERVICE_HART, 0);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	if (executed > at_most || executed < at_least)
		fail_msg("%llu instructions", (unsigned long long)executed);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	assert_int_equal(m->ov.status.rollbacks, 1);
	assert_false(m->a.dead);
	clear_attentions(m);
	check_some(m);
	model_free(m);
}

static void test_rollback(void **state)
{
	struct image loop = PATCHED(&v2_0, ROLLBACK, JAL(X0, 0));
	struct image ask = PATCHED(&v2_0, ROLLBACK, LUI(A1, BOARD_TEXT_BASE >> 12), LUI(A2, 1),
				   ADDI(A7, X0, BOARD_UPDATE), ADDI(A0, X0, UPDATE_STATUS),
				   LUI(A1, BOARD_TEXT_BASE >> 12), ECALL, JAL(X0, -12));

	roll_back_from(&loop, true, HURRY_INSNS + SLACK, HURRY_INSNS);
	roll_back_from(&ask, false, UPDATE_INSNS / 500 * 4 + SLACK, UPDATE_INSNS / 510 * 4);
	roll_back_from(&ask, true, HURRY_INSNS / 500 * 4 + SLACK, HURRY_INSNS / 510 * 4);
	image_free(&loop);
	image_free(&ask);
}

/* A good image is done when somebody cancels, and has lost nothing. */
static void test_good_rollback_cancelled(void **state)
{
	struct model *m = start_cancelling();

	begin_probation(m, &v2_0);
	overlay_cancel(&m->ov);		/* a reset on probation is no failure */
	take_attention(m, UA_MICROCODE);
	cancel_at_first = true;
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_null(strstr(m->ov.status.error, "data as at the update"));
	assert_null(strstr(m->ov.status.error, "then"));
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	model_free(m);
}

static void test_running_cancelled(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME, BEQ(A0, X0, 20), LUI(T0, BOARD_MBOX_BASE >> 12),
				   WFI, SB(X0, T0, 0), JAL(X0, -8), RESUME, JAL(X0, 0));

	struct model *m = start_cancelling();

	cancel_at_first = true;
	watch(BOARD_SERVICE_HART, 0);
	assert_int_not_equal(model_update(m, &img), 0);
	check_error(m, "running: cancelled");
	assert_in_range(executed, HURRY_INSNS, HURRY_INSNS + SLACK);
	clear_attentions(m);
	check_untouched(m, &v1_0, 8);
	model_free(m);
	image_free(&img);
}

/* --- a frame of an I/O hart */

/* It fails with the next crash, also if other tests have used up a minute of the clock. */
static struct model *new_puppet(void)
{
	struct model *m = puppet_new(0);

	for (u32 i = 0; i < ADAPTER_CRASHES; i++)
		m->a.crash_ns[i] = m->a.ops->now_ns();
	return m;
}

static struct puppet_step endless(u32 call, u32 a0, u32 a1, u32 a2)
{
	return (struct puppet_step){ .call = call, .for_ever = 1, .arg = { a0, a1, a2 } };
}

static void test_frame(void **state)
{
	struct puppet_step step = endless(BOARD_DMA, 0, 0, 0);
	struct model *m = new_puppet();

	puppet_give(m, 0, &cmds[0], FRAME_DIR_IN, 4096);
	PUPPET_IO(m, 0, step);
	watch(1, 0);
	puppet_wake_dies(m, 0, "hangs");
	assert_in_range(turns, FRAME_INSNS / 120, FRAME_INSNS / 100 + 20);
	model_free(m);
}

static u64 dma_turns(u32 offset)
{
	struct puppet_step step = endless(BOARD_DMA, 0, 0, DMA_TO_HOST);
	struct model *m = new_puppet();

	puppet_give(m, 0, &cmds[0], FRAME_DIR_IN, 4096);
	step.arg[0] = cmds[0].cmd.tag;
	step.arg[1] = cmds[0].cmd.generation;
	step.arg[3] = offset;
	step.arg[4] = PUPPET_SPACE;
	PUPPET_IO(m, 0, step);
	watch(1, 0);
	puppet_wake_dies(m, 0, "hangs");
	model_free(m);
	return turns;
}

/* With an offset the buffer's pieces before it are gone through: two pieces, two each. */
static void test_frame_with_offset(void **state)
{
	assert_in_range(dma_turns(0) - dma_turns(4000), 20, 200);
}

static void test_frame_by_time(void **state)
{
	struct puppet_step step = endless(BOARD_DMA, 0, 0, 0);
	struct model *m = new_puppet();

	puppet_give(m, 0, &cmds[0], FRAME_DIR_IN, 4096);
	PUPPET_IO(m, 0, step);
	watch(1, 2 * MS);
	puppet_wake_dies(m, 0, "takes too long");
	/* one slice until the first look, and 500 ms */
	assert_in_range(turns, 250, 700);
	model_free(m);
}

/* --- a message of the service hart */

static void post(struct model *m, struct command *c)
{
	puppet_give(m, 0, c, FRAME_DIR_OUT, 4096);
	PUPPET_IO(m, 0, STEP(message_frame(c, BOARD_SERVICE_HART, 'm')));
	puppet_wake(m, 0);
}

static void message_dies(struct puppet_step step, u64 ns, u64 turns_max, const char *why)
{
	struct model *m = new_puppet();

	m->a.regs->capabilities |= cpu_to_le32(CAP_DRIVER_INBAND);
	post(m, &cmds[0]);
	if (step.call == BOARD_DOWNLOAD) {
		step.arg[2] = cmds[0].cmd.tag;
		step.arg[3] = cmds[0].cmd.generation;
	}
	PUPPET_SERVICE(m, step);
	watch(BOARD_SERVICE_HART, ns);
	puppet_service_dies(m, why);
	if (turns > turns_max || turns < turns_max / 4)
		fail_msg("call 0x%x: %llu turns", step.call, (unsigned long long)turns);
	puppet_check_lost(m, &cmds[0]);
	model_free(m);
}

static void test_message(void **state)
{
	struct puppet_step ask = endless(BOARD_UPDATE, UPDATE_STATUS, BOARD_TEXT_BASE, 4096);
	struct puppet_step load = endless(BOARD_DOWNLOAD, DOWNLOAD_WHOLE, 1, 0);

	message_dies(ask, 0, MESSAGE_INSNS / 500, "hart 0 hangs");
	message_dies(endless(BOARD_DAMAGED, 0, 0, 0), 0, MESSAGE_INSNS / 100, "hart 0 hangs");
	load.arg[5] = 1 << 20;
	message_dies(load, 0, MESSAGE_INSNS / ((1 << 20) / 8), "hart 0 hangs");
	message_dies(ask, 50 * MS, 1000, "hart 0 takes too long");
}

/* What the command has not is not looked for: nothing is taken, and at once. */
static void test_download_beyond_buffer(void **state)
{
	struct model *m = new_puppet();
	const struct puppet_step *done;
	struct puppet_step step = {
		.call = BOARD_DOWNLOAD, .arg = { DOWNLOAD_WHOLE, 1, 0, 0, 0, 4097 },
	};

	m->a.regs->capabilities |= cpu_to_le32(CAP_DRIVER_INBAND);
	post(m, &cmds[0]);
	step.arg[2] = cmds[0].cmd.tag;
	step.arg[3] = cmds[0].cmd.generation;
	done = PUPPET_SERVICE(m, step);
	model_service(m);
	assert_int_equal((s32)done->answer, -EIO);
	assert_int_equal(cmds[0].cmd.buf.moved, 0);
	assert_int_equal(overlay_stream_size(&m->a.download.stream), 0);
	assert_int_equal(queue_abort(&cmds[0].cmd), 0);
	model_free(m);
}

/* --- a login: each answer is a frame */

static void test_login(void **state)
{
	struct puppet_step step = endless(BOARD_DMA, 0, 0, 0);
	struct model *m = new_puppet();

	PUPPET_IO(m, 0, STEP(els_frame(ELS_LOGO, 0)), step);
	puppet_wake(m, 0);
	watch(BOARD_LOGIN_HART, 0);
	puppet_service_dies(m, "hart 1 hangs");
	assert_in_range(turns, FRAME_INSNS / 120, FRAME_INSNS / 100 + 20);
	model_free(m);
}

/* --- the port hart: it has no calls, but flushes and traps */

static void port_fails(u64 ns, u64 turns_max)
{
	const u32 text[] = { FENCE_I, JAL(X0, -4) };
	struct model *m = start(&model_config);
	struct port_hart *p = &m->a.port_hart;

	/* the code in its cache is what it executes */
	port_hart_link_up(&m->a);
	assert_true(p->started);
	icache_decode(p->mem->insns, text, sizeof(text));
	p->hart.pc = BOARD_TEXT_BASE;
	watch(BOARD_PORT_HART, ns);
	port_hart_link_up(&m->a);
	assert_int_equal(p->faults, 1);
	assert_string_equal(p->trouble, ns ? "takes too long" : "hangs");
	assert_in_range(turns, turns_max / 2, turns_max);
	model_free(m);
}

static void test_port(void **state)
{
	port_fails(0, 10000 / COST_FENCE_I);
	port_fails(4 * MS, 300);	/* a look after 91 turns; 125 more turns; the next look */
}

/* --- what good images need */

static u64 most_update, most_pause, most_frame, most_message;

static void note(u64 *most, const struct budget *b)
{
	if (b->limit && budget_used(b) > *most)
		*most = budget_used(b);
}

static enum overlay_exit noting_run(void *board, u64 limit, struct overlay_request *call,
				    u64 *insns)
{
	struct overlay *ov = &the_model->ov;

	note(&most_update, &ov->budget);
	note(&most_pause, &ov->pause);
	return adapter_overlay_ops.processor->run(board, limit, call, insns);
}

static void use(struct model *m)
{
	for (u32 i = 0; i < 8; i++) {
		assert_int_equal(rw_blocks(m, i % 2, &cmds[0], true, i * 8, 8), 0);
		note(&most_frame, &m->a.queues[i % 2].budget);
	}
	model_exec(m, 0, &cmds[0], inquiry, 6, FRAME_DIR_IN, 96);
	note(&most_frame, &m->a.queues[0].budget);
}

/* As many ports as there can be, so the largest tables; each way up, and back. */
static void test_good_images(void **state)
{
	const struct image *way[] = { &v1_1, &v2_0, &v3_0 };
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.nr_ports = BOARD_MAX_PORTS;
	m = start(&cfg);
	the_model = m;
	most_message = m->a.service.hart.executed;	/* power-on is its longest */
	m->processor_ops.run = noting_run;
	for (u32 i = 0; i < ARRAY_SIZE(way); i++) {
		begin_probation(m, way[i]);
		clear_attentions(m);
		use(m);
		assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
		assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
		clear_attentions(m);
		m->ov.probation_commands = 0;
		update_well(m, way[i]);
		use(m);
	}
	printf("# good images: update %llu, pause %llu, frame %llu, message %llu instructions\n",
	       (unsigned long long)most_update, (unsigned long long)most_pause,
	       (unsigned long long)most_frame, (unsigned long long)most_message);
	assert_in_range(most_update, 1000, UPDATE_INSNS / 10);
	assert_in_range(most_pause, 100, PAUSE_INSNS / 10);
	assert_in_range(most_frame, 10, 20000 / 2);
	assert_in_range(most_message, 100, MESSAGE_INSNS / 10);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instructions),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_calls_when_loading),
		cmocka_unit_test(test_calls_in_pause),
		cmocka_unit_test(test_calls_when_swapping),
		cmocka_unit_test(test_calls_before_pause),
		cmocka_unit_test(test_time_before_pause),
		cmocka_unit_test(test_time_in_pause),
		cmocka_unit_test(test_harts_that_start),
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_good_rollback_cancelled),
		cmocka_unit_test(test_running_cancelled),
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_frame_with_offset),
		cmocka_unit_test(test_frame_by_time),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_download_beyond_buffer),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_good_images),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
