// SPDX-License-Identifier: GPL-2.0
/*
 * Login requests under way. The far end answers each after the adapter's login delay;
 * what it answers is decided then. Without a delay the answer is there at once. Nobody
 * waits for answers but who starts the harts: logins are made before there is I/O.
 * Those after a loss are made beside I/O, see login.c. A request outlives an update:
 * the new image gets the answer.
 */
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/limits.h>

#include "adapter.h"
#include "els.h"
#include "service.h"

#define NS_PER_US	1000u

static struct els *to_els(struct adapter *a)
{
	return &a->service.els;
}

/**
 * els_allow() - the hart is started or gets a frame that is no answer to a login
 * @a: the adapter
 *
 * A few times as many requests as it takes to log in to all ports may come of it.
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
			set_bit(port, a->service.logins);
		e->first = (e->first + 1) % BOARD_MAX_ELS;
	}
}

/**
 * els_show_address() - the register has the address that the fabric gave us
 * @a: the adapter
 */
void els_show_address(struct adapter *a)
{
	WRITE_ONCE(a->regs->port_id, cpu_to_le32(READ_ONCE(a->fabric.port_id)));
}

/**
 * els_under_way() - is there a request that concerns a port?
 * @a: the adapter
 * @port: its index
 *
 * Return: true if there is.
 */
bool els_under_way(const struct adapter *a, u32 port)
{
	const struct els *e = &a->service.els;

	for (u32 i = 0; i < e->count; i++)
		if (le16_to_cpu(e->exchange[(e->first + i) % BOARD_MAX_ELS].hdr.tag) == port)
			return true;
	return false;
}

/**
 * els_due_ns() - when the next answer comes
 * @a: the adapter
 *
 * Return: the time; U64_MAX if there is none to come.
 */
u64 els_due_ns(const struct adapter *a)
{
	const struct els *e = &a->service.els;

	return e->count ? e->exchange[e->first].due_ns : U64_MAX;
}

/**
 * els_take() - the hart put out a login request
 * @a: the adapter
 * @els: the request; not to be believed
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
	e->exchange[(e->first + e->count++) % BOARD_MAX_ELS] = (struct els_exchange){
		.hdr = els->hdr, .els = els->els, .due_ns = delay ? a->ops->now_ns() + delay : 0,
	};
	return NULL;
}

/*
 * The image that may have to come back has these sessions' tokens, so an image on
 * probation can neither renew nor end them.
 */
static void answer(struct adapter *a, const struct frame_els *els, struct frame_els_done *done)
{
	u32 port = le16_to_cpu(els->hdr.tag);
	bool first;

	if (port >= a->cfg.nr_ports ||
	    (a->regs->probation && fabric_has_session(&a->fabric, port))) {
		fabric_els_reject(els, done);
		return;
	}
	first = !test_and_set_bit(port, a->service.fresh);
	fabric_els(&a->fabric, els, done);
	if (done->accepted && els->els == ELS_PLOGI)
		port_hart_login(a, port);
	if (first && !done->accepted)
		clear_bit(port, a->service.fresh);
}

/**
 * els_answer() - the far end answers the oldest request
 * @a: the adapter; there is one
 * @done: its answer, which is to be given to the hart now
 *
 * Context: the service hart's thread.
 * Return: index of the port concerned.
 */
u32 els_answer(struct adapter *a, struct frame_els_done *done)
{
	struct els *e = to_els(a);
	const struct els_exchange *x = &e->exchange[e->first];
	struct frame_els els = { .hdr = x->hdr, .els = x->els };

	e->first = (e->first + 1) % BOARD_MAX_ELS;
	e->count--;
	els.hdr.format = a->port.format;
	answer(a, &els, done);
	els_show_address(a);
	return le16_to_cpu(els.hdr.tag);
}

static void wait_for_answer(struct adapter *a)
{
	u64 due = els_due_ns(a);
	u64 now = a->ops->now_ns();

	if (due > now && a->ops->busy)
		a->ops->busy(a, (due - now) / NS_PER_US + 1);
}

/**
 * els_finish() - wait for all answers, and for what the hart asks then
 * @a: the adapter, whose service hart has been started
 *
 * Context: the service hart's thread; may sleep, a few login delays for each
 * BOARD_MAX_ELS remote ports.
 * Return: NULL, or why the hart did not get there.
 */
const char *els_finish(struct adapter *a)
{
	const char *why = NULL;

	while (!why && to_els(a)->count) {
		wait_for_answer(a);
		els_answer(a, &a->service.mbox->in.els_done);
		why = service_run(a);
	}
	return why;
}
