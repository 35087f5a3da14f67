// SPDX-License-Identifier: GPL-2.0
/* The queues and their I/O harts: held, released, started in another image, and judged. */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "ops.h"

static bool op_crashed(void *board)
{
	struct adapter *a = board;

	return READ_ONCE(a->crashed);
}

static void op_prove(void *board)
{
	struct adapter *a = board;

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_prove(&a->queues[i]);
}

static u64 op_commands(void *board)
{
	struct adapter *a = board;
	u64 sum = 0;

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		sum += READ_ONCE(a->queues[i].ended);
	return sum;
}

static int op_judge(void *board, bool over, char *why, size_t size)
{
	struct adapter *a = board;

	if (!a->service.damage)
		return served_judge(a, over, why, size);
	scnprintf(why, size, "image says that its data is damaged");
	return -EUCLEAN;
}

static void op_probation(void *board, bool on)
{
	struct adapter *a = board;

	/* Pairs with bus_load(): I/O harts read it while they run. */
	WRITE_ONCE(a->regs->probation, cpu_to_le32(on));
	if (on)
		return;
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_end_wait(&a->queues[i]);
	a->ops->wake_service(a);
	a->ops->wake_login(a);
}

static void op_hold(void *board)
{
	struct adapter *a = board;

	memset(&a->holder, 0, sizeof(a->holder));
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_hold(&a->queues[i]);
	login_pause(a, false);
	port_pause(a, true);
}

static void op_holder(void *board, char *buf, size_t len)
{
	struct adapter *a = board;
	const struct adapter_holder *worst = &a->holder;
	char what[32] = "no command";

	if (!worst->ns) {
		strscpy(buf, "none", len);
		return;
	}
	if (worst->command)
		scnprintf(what, sizeof(what), "command %02x for target %u", worst->opcode,
			  worst->target);
	scnprintf(buf, len, "hart %u, %s, since %llu ns, for %llu ns", worst->hart, what,
		  (unsigned long long)worst->since_ns, (unsigned long long)worst->ns);
}

static int start_hart(struct hba_queue *q, bool overlaid, struct budget *budget, u64 *insns)
{
	u64 before = q->hart.executed;
	const char *why;

	if (overlaid)
		queue_take_back(q);
	why = queue_start_hart(q, overlaid ? START_OVERLAY : START_WARM);
	*insns += q->hart.executed - before;
	budget_use(budget, budget_used(&q->budget));
	if (why)
		return -EIO;
	return budget_over(budget, q->adapter->ops->now_ns) ? -ETIME : 0;
}

/* Staging is not executable any more, and damage and crashes so far do not count any more. */
static void begin_anew(struct adapter *a)
{
	struct bus_window *text = service_window(a, BOARD_STAGING_TEXT_BASE);

	text->perm &= ~BUS_X;
	text->insns = NULL;
	text->nr_insns = 0;
	a->service.damage = false;
	adapter_forget_crashes(a);
	served_begin(a);
}

static int op_start(void *board, bool overlaid, struct budget *budget, u64 *insns)
{
	struct adapter *a = board;
	int err = 0;

	for (u32 i = 0; i < a->cfg.nr_queues && !err; i++)
		err = start_hart(&a->queues[i], overlaid, budget, insns);
	if (err)
		return err;
	WRITE_ONCE(a->crashed, false);
	if (overlaid)
		begin_anew(a);
	return 0;
}

static void op_release(void *board)
{
	struct adapter *a = board;

	port_pause(a, false);
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_release(&a->queues[i]);
}

/* The queues take turns, so none waits until another is empty. */
static u32 op_drain(void *board, u32 limit, struct overlay_waits *waits)
{
	struct adapter *a = board;
	u32 n = 0;
	u32 before;

	do {
		before = n;
		for (u32 i = 0; i < a->cfg.nr_queues && n < limit; i++)
			n += queue_drain_one(&a->queues[i], waits);
	} while (n != before && n < limit);
	return n;
}

const struct overlay_queue_ops adapter_queue_ops = {
	.hold		= op_hold,
	.holder		= op_holder,
	.start		= op_start,
	.release	= op_release,
	.drain		= op_drain,
	.prove		= op_prove,
	.crashed	= op_crashed,
	.commands	= op_commands,
	.probation	= op_probation,
	.judge		= op_judge,
};
