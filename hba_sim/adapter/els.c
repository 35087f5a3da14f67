// SPDX-License-Identifier: GPL-2.0
/*
 * Login requests under way. The far end answers each after the adapter's login delay;
 * what it answers is decided then. A request outlives an update: the new image gets the
 * answer.
 */
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#include "adapter.h"

static struct els *to_els(struct adapter *a)
{
	lockdep_assert_held(&a->queues[BOARD_LOGIN_HART - 1].lock);
	return &a->logins.els;
}

/**
 * els_allow() - the hart is started, or told of a port
 * @a: the adapter
 *
 * It may then put out a few times as many requests as it takes to log in to all ports.
 *
 * Context: the lock of the login hart's queue is held; so for all functions here.
 */
void els_allow(struct adapter *a)
{
	to_els(a)->left = 4 * (a->cfg.nr_ports + 1);
}

/**
 * els_cut() - the hart is reset: nobody waits for answers any more
 * @a: the adapter
 *
 * The ports that were to answer, and have no session then, are logged in to again.
 */
void els_cut(struct adapter *a)
{
	struct els *e = to_els(a);

	for (; e->count; e->count--) {
		u32 port = le16_to_cpu(e->exchange[e->first].hdr.tag);

		if (port < a->cfg.nr_ports)
			set_bit(port, a->logins.wanted);
		e->first = (e->first + 1) % BOARD_MAX_ELS;
	}
}

/**
 * els_under_way() - is there a request that concerns a port?
 * @a: the adapter
 * @port: its index
 *
 * Return: true if there is.
 */
bool els_under_way(struct adapter *a, u32 port)
{
	const struct els *e = to_els(a);

	for (u32 i = 0; i < e->count; i++)
		if (le16_to_cpu(e->exchange[(e->first + i) % BOARD_MAX_ELS].hdr.tag) == port)
			return true;
	return false;
}

/**
 * els_due_ns() - when the next answer comes
 * @a: the adapter
 *
 * Return: the time; U64_MAX if no request is under way.
 */
u64 els_due_ns(struct adapter *a)
{
	const struct els *e = to_els(a);

	return e->count ? e->exchange[e->first].due_ns : U64_MAX;
}

/**
 * els_take() - the hart put out a login request
 * @a: the adapter
 * @els: the request; untrusted
 *
 * In the pause and on probation no image is told to log in or given an answer. Requests that
 * it puts out then are dropped, as the sessions also belong to the preserved image.
 *
 * Return: NULL, or why the hart may not do that.
 */
const char *els_take(struct adapter *a, const struct frame_els *els)
{
	u64 delay = a->cfg.login_delay_ns;
	struct els *e = to_els(a);

	if (els_under_way(a, le16_to_cpu(els->hdr.tag)))
		return "put out two logins at once";
	if (e->count == BOARD_MAX_ELS)
		return "put out too many logins";
	if (!e->left)
		return "logs in without end";
	e->left--;
	if (a->logins.paused || READ_ONCE(a->regs->probation))
		return NULL;
	e->exchange[(e->first + e->count++) % BOARD_MAX_ELS] = (struct els_exchange){
		.hdr = els->hdr, .els = els->els, .due_ns = delay ? a->ops->now_ns() + delay : 0,
	};
	return NULL;
}

static void answer(struct adapter *a, const struct frame_els *els, struct frame_els_done *done)
{
	u32 port = le16_to_cpu(els->hdr.tag);

	if (port >= a->cfg.nr_ports) {
		fabric_els_reject(els, done);
		return;
	}
	/* even if it is refused: whoever looked at the port meanwhile has to look again */
	set_bit(port, a->logins.fresh);
	fabric_els(&a->fabric, els, done);
}

/**
 * els_answer() - the far end answers the oldest request
 * @a: the adapter; a request is under way
 * @done: set to the answer, which is to be given to the hart now
 */
void els_answer(struct adapter *a, struct frame_els_done *done)
{
	struct els *e = to_els(a);
	const struct els_exchange *x = &e->exchange[e->first];
	struct frame_els els = { .hdr = x->hdr, .els = x->els };

	e->first = (e->first + 1) % BOARD_MAX_ELS;
	e->count--;
	els.hdr.format = a->port.format;
	answer(a, &els, done);
}
