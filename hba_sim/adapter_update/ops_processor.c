// SPDX-License-Identifier: GPL-2.0
/* The processor that executes an update is the service hart. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include <hba_sim/cost.h>

#include "ops.h"

static void op_interrupt(void *board, bool pending)
{
	struct adapter *a = board;

	hart_interrupt(&a->service.hart, pending);
}

static bool is_overlay_call(u32 nr)
{
	return nr >= OVERLAY_CALL_FIRST && nr <= OVERLAY_CALL_LAST;
}

static bool op_refuse(void *board)
{
	struct adapter *a = board;

	return hart_refuse_call(&a->service.hart);
}

/* Handle an ecall: a system service of the update, a call of the board, or one to be refused. */
static enum overlay_exit ecall_exit(struct adapter *a, struct overlay_request *call)
{
	struct hart *h = &a->service.hart;

	call->nr = h->x[17];
	for (int i = 0; i < 3; i++)
		call->arg[i] = h->x[10 + i];
	call->in_place = h->pc - BOARD_TEXT_BASE < BOARD_TEXT_SIZE;
	if (is_overlay_call(call->nr))
		return OVERLAY_EXIT_CALL;
	if (call->nr == BOARD_PORT && port_call(a, call->arg[0], call->arg[1])) {
		a->service.cost += call_cost(BOARD_PORT, 0);
		hart_return(h, 0);
		return OVERLAY_EXIT_LIMIT;
	}
	return service_ecall(a) ? OVERLAY_EXIT_DEAD : OVERLAY_EXIT_LIMIT;
}

static enum overlay_exit op_run(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	struct adapter *a = board;
	enum overlay_exit exit = OVERLAY_EXIT_LIMIT;

	switch (service_turn(a, limit, insns)) {
	case HART_WFI:
		exit = OVERLAY_EXIT_IDLE;
		break;
	case HART_ECALL:
		exit = ecall_exit(a, call);
		break;
	case HART_FENCE_I:
		adapter_memory_ops.flush(a);
		break;
	case HART_LIMIT:
		break;
	case HART_DEAD:
		exit = OVERLAY_EXIT_DEAD;
		break;
	}
	call->cost = a->service.cost;
	return exit;
}

static void op_answer(void *board, s32 value)
{
	struct adapter *a = board;

	hart_return(&a->service.hart, value);
}

static void op_crash(void *board, char *buf, size_t len)
{
	struct adapter *a = board;
	const struct hart *h = &a->service.hart;

	if (crash_by_trap(h))
		scnprintf(buf, len, "image trapped: %s, pc 0x%08x, value 0x%08x",
			  hart_cause_name(h->trapped.cause), h->trapped.pc, h->trapped.tval);
	else
		scnprintf(buf, len, "image panicked, and says: %s, pc 0x%08x, value 0x%08x",
			  hart_cause_name(h->said.cause), h->said.pc, h->said.tval);
}

static void op_dump(void *board, const char *why)
{
	struct adapter *a = board;

	coredump_take(a, &a->service.hart, why);
	a->ops->wake_service(a);
}

/* At its start the service hart checks the login table and may repair it: so logins pause. */
static void op_restart(void *board, const struct mrb_header *image, bool overlaid)
{
	login_pause(board, !overlaid);
	service_reset(board, image, overlaid ? START_OVERLAY : START_WARM);
}

static int op_settle(void *board)
{
	return service_run(board) ? -EIO : 0;
}

const struct overlay_processor_ops adapter_processor_ops = {
	.interrupt	= op_interrupt,
	.run		= op_run,
	.answer		= op_answer,
	.refuse		= op_refuse,
	.crash		= op_crash,
	.dump		= op_dump,
	.restart	= op_restart,
	.settle		= op_settle,
};
