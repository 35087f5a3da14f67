// SPDX-License-Identifier: GPL-2.0
/* The processor under the sweep's eyes: see processor.h. */
#include <linux/kernel.h>
#include <linux/limits.h>

#include "../../hba_sim/adapter/mailbox.h"
#include "../../hba_sim/processor/insn.h"
#include "processor.h"
#include "world.h"

#define HANG_STEPS	4u

/* Instructions from one step of the load to the next, at most. */
#define STEP_LOADING	20000u
#define STEP_CONVERTING	4000u
#define STEP_PAUSED	60u

struct processor processor = { .next_point = ~0ull };

static const char * const fault_names[] = {
	[FAULT_NONE]	= "none",
	[FAULT_TRAP]	= "trap",
	[FAULT_HANG]	= "hang",
	[FAULT_POWER]	= "power",
};

const char *fault_name(enum fault fault)
{
	return fault_names[fault];
}

/* From now on; what was counted before, and the fault that was, remain after the end. */
void processor_watch(enum watch watch)
{
	processor.watch = watch;
	if (watch == WATCH_NONE)
		return;
	processor.count = 0;
	processor.next_step = watch == WATCH_SERVICE ? 0 : ~0ull;
	processor.fault = FAULT_NONE;
}

static u32 step_range(void)
{
	switch (world.m->ov.status.state) {
	case OVERLAY_LOADING:
		return STEP_LOADING;
	case OVERLAY_CONVERTING:
	case OVERLAY_REVERTING:
	case OVERLAY_RUNNING:
		return STEP_CONVERTING;
	default:
		return STEP_PAUSED;
	}
}

static void plan_step(void)
{
	processor.next_step = processor.count + 1 + load_random(step_range());
}

static void step(void)
{
	if (!world.quiet)
		load_step();
	plan_step();
}

/* A hart that dies over a frame may have counted it already. */
static void note_frame(const struct hart *h)
{
	u32 serving;

	if (h->id == BOARD_SERVICE_HART)
		return;
	serving = world.m->a.queues[h->id - 1].serving;
	if (serving)
		world.oracle.slack[serving >> 8 & 0xffff] = true;
}

/*
 * False: the hart does not go on. The load's next step is as far from here
 * wherever the fault is, so what follows is the same after many of them.
 */
static bool strike(struct hart *h, enum fault fault)
{
	struct processor *p = &processor;

	p->fault = fault;
	p->resumed = world.resumed;
	p->next_point = ~0ull;
	note_frame(h);
	if (p->watch == WATCH_SERVICE)
		plan_step();
	switch (fault) {
	case FAULT_TRAP:
		return hart_trap(h, CAUSE_ILLEGAL, 0);
	case FAULT_HANG:
		p->hung = h;
		p->hang_steps = p->watch == WATCH_SERVICE ? HANG_STEPS : 0;
		return true;
	default:
		longjmp(p->power, 1);
	}
}

static enum hart_exit hang(struct hart *h, u64 limit)
{
	if (processor.hang_steps) {
		processor.hang_steps--;
		step();
	}
	h->executed += limit;
	return HART_LIMIT;
}

/* What comes before the next instruction. False: the hart is dead. */
static bool before_instruction(struct hart *h)
{
	struct processor *p = &processor;
	enum fault fault;

	if (p->count >= p->next_step)
		step();
	if (p->count < p->next_point)
		return true;
	fault = p->point();
	return !fault || strike(h, fault);
}

static enum hart_exit run_watched(struct hart *h, u64 limit)
{
	struct processor *p = &processor;
	enum hart_exit exit = HART_LIMIT;

	while (limit && exit == HART_LIMIT) {
		u64 before, n;

		if (!before_instruction(h))
			return HART_DEAD;
		if (p->hung == h)
			return hang(h, limit);
		n = min(limit, min(p->next_step, p->next_point) - p->count);
		before = h->executed;
		exit = __real_hart_run(h, n);
		p->count += h->executed - before;
		limit -= min(limit, h->executed - before);
	}
	return exit;
}

static bool is_watched(const struct hart *h)
{
	if (h->id == BOARD_PORT_HART)
		return false;
	switch (processor.watch) {
	case WATCH_SERVICE:
		return h->id == BOARD_SERVICE_HART;
	case WATCH_START:
		return h->id != BOARD_SERVICE_HART &&
		       world.m->ov.status.state == OVERLAY_STARTING;
	default:
		return processor.watch == WATCH_ALL;
	}
}

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	if (processor.hung == h)
		return hang(h, limit);
	return is_watched(h) ? run_watched(h, limit) : __real_hart_run(h, limit);
}

void __wrap_hart_reset(struct hart *h, u32 id, u32 pc)
{
	if (processor.hung == h)
		processor.hung = NULL;
	__real_hart_reset(h, id, pc);
}

/* The oracle counts as the microcode does: not what the board asks of no logical unit. */
void __wrap_mailbox_give(struct hba_queue *q, const struct hba_cmd *cmd)
{
	if (cmd->next == FRAME_SCSI && cmd != &q->probe)
		world.oracle.unit[cmd->target].commands++;
	__real_mailbox_give(q, cmd);
}
