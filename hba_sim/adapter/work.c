// SPDX-License-Identifier: GPL-2.0
/*
 * The work of the service hart's thread: dumps, restarts after a crash, messages of the I/O
 * harts, and what downloads have left to it.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "adapter.h"

/* NULL, or what is wrong with hart *@h. */
static const char *restart_harts(struct adapter *a, const struct hart **h)
{
	*h = &a->service.hart;
	if (memctl_check_text(&a->memctl, &a->image))
		return "has a damaged text";
	return adapter_try_harts(a, START_WARM, h);
}

/**
 * adapter_recover() - warm restart after a crash
 * @a: the adapter
 *
 * All harts restart in the image that is in place, if its text is undamaged; persistent data
 * is kept. Commands that the crashed hart had are driven again (queue_crash()). Nothing is done
 * if no hart crashed, nor if the image is on probation: then the overlay engine recovers.
 *
 * Context: the service hart's thread; may sleep.
 */
void adapter_recover(struct adapter *a)
{
	const struct hart *h;
	const char *why;

	if (!READ_ONCE(a->crashed) || READ_ONCE(a->dead) || a->regs->probation)
		return;
	adapter_hold(a);
	why = restart_harts(a, &h);
	WRITE_ONCE(a->crashed, false);
	if (why)
		adapter_fail(a, h, why);
	adapter_release(a);
}

static void service_message(struct adapter *a, const struct frame_msg *msg)
{
	struct hba_queue *q = &a->queues[le16_to_cpu(msg->hart) - 1];
	u16 tag = le16_to_cpu(msg->hdr.tag);
	u32 generation = le32_to_cpu(msg->hdr.generation);
	const char *why;

	queue_served(q, tag, generation);
	a->service.mbox->in.msg = *msg;
	why = service_run(a);
	if (why)
		adapter_crash(a, &a->service.hart, why);
	queue_unanswered(q, tag, generation, why);
}

/**
 * service_work() - the service hart answers all messages that wait
 * @a: its adapter
 *
 * Before that it delivers the dump of a crash and restarts what has crashed.
 * After adapter_fail() it ends the commands that wait for something that will
 * not come.
 *
 * Context: the service hart's thread; may sleep.
 */
void service_work(struct adapter *a)
{
	struct frame_msg msg;

	coredump_deliver(a);
	download_work(a);
	while (!READ_ONCE(a->dead)) {
		adapter_recover(a);
		if (READ_ONCE(a->crashed) || !service_next_message(&a->service, &msg))
			break;
		service_message(a, &msg);
	}
	for (u32 i = 0; !a->regs->probation && i < a->cfg.nr_queues; i++)
		queue_end_wait(&a->queues[i]);
	for (u32 i = 0; READ_ONCE(a->dead) && i < a->cfg.nr_queues; i++)
		queue_lose_all(&a->queues[i]);
}
