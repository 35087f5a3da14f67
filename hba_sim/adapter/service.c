// SPDX-License-Identifier: GPL-2.0
/*
 * The service hart, hart 0: it makes the persistent data at power-on, answers
 * messages of the I/O harts, and executes updates (ops_processor.c).
 * One thread at a time runs it, and it takes frames only at its wfi.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <hba_sim/cost.h>
#include <hba_sim/services.h>

#include "../processor/processor.h"
#include "adapter.h"
#include "update_call.h"

#define SERVICE_INSN_SLICE	100000u
#define SERVICE_INSN_LIMIT	50000000u	/* instructions until the next wfi */
#define SERVICE_NS		20000000000ull

static const struct budget_limit service_limit = {
	.insns = SERVICE_INSN_LIMIT, .slice = SERVICE_INSN_SLICE, .ns = SERVICE_NS,
};

/**
 * service_init() - make the service hart
 * @a: its adapter
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; service_destroy() is to be called in either case.
 */
int service_init(struct adapter *a)
{
	struct service *s = &a->service;

	s->hart.owner = a->name;
	spin_lock_init(&s->lock);
	INIT_LIST_HEAD(&s->messages);
	s->mbox = kzalloc(BOARD_MBOX_SIZE, GFP_KERNEL);
	s->scratch = kzalloc(BOARD_SCRATCH_SIZE, GFP_KERNEL);
	s->control = kzalloc(BOARD_CONTROL_SIZE, GFP_KERNEL);
	return s->mbox && s->scratch && s->control ? 0 : -ENOMEM;
}

/**
 * service_destroy() - free the service hart's memory
 * @a: its adapter; no message is waiting
 */
void service_destroy(struct adapter *a)
{
	kfree(a->service.control);
	kfree(a->service.scratch);
	kfree(a->service.mbox);
}

/**
 * service_reset() - set the service hart to an image's run-time entry
 * @a: its adapter
 * @image: header of the image in place
 * @reason: START_*
 *
 * Context: the service hart's thread. service_run() is to follow.
 */
void service_reset(struct adapter *a, const struct mrb_header *image, u32 reason)
{
	struct service *s = &a->service;

	memset(s->mbox, 0, BOARD_MBOX_SIZE);
	hart_reset(&s->hart, BOARD_SERVICE_HART,
		   BOARD_TEXT_BASE + le32_to_cpu(image->runtime_entry));
	adapter_map_hart(a, &s->hart, s->mbox, s->scratch);
	bus_map(&s->hart, BOARD_CONTROL_BASE, s->control, BOARD_CONTROL_SIZE, BUS_R | BUS_W);
	bus_map(&s->hart, BOARD_CELLS_BASE, a->chips.cells, BOARD_CELLS_SIZE, BUS_R);
	hart_interrupt(&s->hart, false);
	s->damage = false;
	s->hart.x[11] = reason;
}

/* BOARD_DAMAGED. An image may call it again and again: it is logged once for each start. */
static void note_damage(struct adapter *a)
{
	struct hart *h = &a->service.hart;

	if (!a->service.damage)
		pr_err("hba_sim: %s: microcode says that persistent data was damaged and is made anew: self-test 0x%x\n",
		       a->name, h->x[10]);
	a->service.damage = true;
	login_doubt(a);
	hart_return(h, 0);
}

/**
 * service_ecall() - the service hart calls the board, not the overlay engine
 * @a: its adapter
 *
 * The system services of an update are not available outside of one. What the call costs is
 * added to @a->service.cost.
 *
 * Context: the service hart's thread.
 * Return: NULL, or why the hart cannot go on.
 */
const char *service_ecall(struct adapter *a)
{
	struct hart *h = &a->service.hart;

	switch (h->x[17]) {
	case BOARD_PANIC:
		hart_note_panic(h);
		return "panicked";
	case BOARD_DAMAGED:
		a->service.cost += call_cost(BOARD_DAMAGED, 0);
		note_damage(a);
		return NULL;
	case BOARD_UPDATE:
		a->service.cost += call_cost(BOARD_UPDATE, 0);
		update_call(a);
		return NULL;
	default:
		a->service.cost += COST_REFUSED;
		return hart_refuse_call(h) ? NULL : "made a call that it may not make";
	}
}

/**
 * service_turn() - let the service hart execute some instructions
 * @a: its adapter
 * @limit: their number
 * @insns: set to the number executed
 *
 * Sets @a->service.cost to what the turn has cost in addition to @insns; whoever serves a call
 * adds the call's cost.
 *
 * Context: the service hart's thread.
 * Return: why it stopped.
 */
enum hart_exit service_turn(struct adapter *a, u64 limit, u64 *insns)
{
	struct hart *h = &a->service.hart;
	u64 executed = h->executed;
	u32 traps = h->trapped.count;
	enum hart_exit exit = hart_run(h, limit);

	*insns = h->executed - executed;
	a->service.cost = hart_trap_cost(h, traps);
	if (exit == HART_FENCE_I)
		a->service.cost += COST_FENCE_I;
	return exit;
}

static const char *service_run_to_wfi(struct adapter *a)
{
	const char *why = NULL;
	struct budget b;
	u64 insns;

	budget_begin(&b, &service_limit);
	while (!why) {
		switch (service_turn(a, budget_slice(&b), &insns)) {
		case HART_WFI:
			return NULL;
		case HART_ECALL:
			if (!download_call(a))
				why = service_ecall(a);
			break;
		case HART_FENCE_I:
		case HART_LIMIT:
			break;
		case HART_DEAD:
			why = "trapped";
			break;
		}
		budget_use(&b, insns + a->service.cost);
		if (!why)
			why = budget_over(&b, a->ops->now_ns);
		if (budget_slice_ended(&b))
			cond_resched();
	}
	return why;
}

static const char *service_take(struct adapter *a, const union frame *out)
{
	u32 hart = le16_to_cpu(out->msg.hart);

	if (out->hdr.format != a->port.format)
		return "put out a frame of unknown format";
	switch (out->hdr.type) {
	case FRAME_MSG:
		if (hart == BOARD_SERVICE_HART || hart > a->cfg.nr_queues)
			return "answered a hart that is not there";
		queue_answer(&a->queues[hart - 1], &out->msg);
		return NULL;
	default:
		return "put out a bad frame";
	}
}

/* The hart is at wfi: take what it put out. */
static const char *service_collect(struct adapter *a)
{
	struct mailbox *mbox = a->service.mbox;
	u32 count = le32_to_cpu(mbox->out_count);
	const char *why = NULL;

	if (mbox->in.hdr.type != FRAME_NONE)
		return "did not take its frame";
	if (count > FRAME_OUT_MAX)
		return "put out too many frames";
	for (u32 i = 0; i < count && !why; i++)
		why = service_take(a, &mbox->out[i]);
	mbox->out_count = 0;
	return why;
}

/**
 * service_run() - run the service hart until it has nothing to do
 * @a: its adapter
 *
 * Context: the service hart's thread; may sleep.
 * Return: NULL, or why the hart did not get to its wfi.
 */
const char *service_run(struct adapter *a)
{
	return service_run_to_wfi(a) ?: service_collect(a);
}
