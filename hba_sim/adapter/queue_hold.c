// SPDX-License-Identifier: GPL-2.0
/*
 * A queue in the pause of an update: it is held at its hart's safe point, what
 * arrives is parked, and delivered when it is released.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "adapter.h"

/* Note which hart held up the lock, and with which command. Only a hint. */
static void note_holder(struct hba_queue *q, u32 serving, u64 since_ns)
{
	struct adapter_holder *worst = &q->adapter->holder;
	u64 ns = q->adapter->ops->now_ns() - since_ns;

	if (ns <= worst->ns)
		return;
	worst->hart = q->hart.id;
	worst->command = serving;
	worst->opcode = serving & 0xff;
	worst->target = serving >> 8 & 0xffff;
	worst->since_ns = since_ns;
	worst->ns = ns;
}

static void queue_lock_noting(struct hba_queue *q)
	__acquires(&q->lock)
{
	u32 serving;
	u64 start;

	if (spin_trylock_bh(&q->lock))
		return;
	/* by the time the lock is taken, the command itself may have ended and be gone */
	serving = READ_ONCE(q->serving);
	start = q->adapter->ops->now_ns();
	spin_lock_bh(&q->lock);
	note_holder(q, serving, start);
}

/**
 * queue_hold() - from now on, park what arrives
 * @q: the queue
 *
 * When it returns the hart is at its wfi and stays there. Media requests in
 * flight are not waited for; their completions are parked, too. The hart that was
 * waited for longest is noted as the adapter's holder.
 *
 * Context: any but hard interrupt.
 */
void queue_hold(struct hba_queue *q)
{
	queue_lock_noting(q);
	q->held = true;
	spin_unlock_bh(&q->lock);
}

/**
 * queue_release() - end of queue_hold(); queue_drain_one() is next
 * @q: the queue
 *
 * Context: any but hard interrupt.
 */
void queue_release(struct hba_queue *q)
{
	spin_lock_bh(&q->lock);
	q->held = false;
	spin_unlock_bh(&q->lock);
}

/**
 * queue_drain_one() - deliver what was parked first
 * @q: the queue, released; if its hart crashes again, the rest stays parked
 * @waits: the time that the command was parked is added here
 *
 * Microcode may make each command take long.
 *
 * Context: any but hard interrupt; does not sleep.
 * Return: false: nothing is parked, or the queue is held.
 */
bool queue_drain_one(struct hba_queue *q, struct overlay_waits *waits)
{
	struct hba_cmd *cmd = NULL;
	LIST_HEAD(todo);

	queue_lock(q);
	if (!q->held)
		cmd = list_first_entry_or_null(&q->parked, struct hba_cmd, node);
	if (cmd) {
		list_del_init(&cmd->node);
		overlay_waits_add(waits, q->adapter->ops->now_ns() - cmd->parked_ns);
		queue_deliver(q, cmd, &todo);
	}
	queue_unlock(q, &todo);
	return cmd;
}
