// SPDX-License-Identifier: GPL-2.0
/*
 * Logins after a loss. The driver says which remote port is there again without
 * a session; the service hart is told by a frame, and logs in; it gets the answers
 * when they come, between other frames.
 */
#include <asm/byteorder.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "els.h"
#include "login.h"
#include "service.h"

#define FREE_TRIES	8u		/* that need no rest */
#define REST_NS		10000000ull	/* after the next one; twice as long after each */
#define REST_MAX_NS	5000000000ull
#define QUIET_NS	20000000000ull	/* after that all is forgotten */

/**
 * login_want() - the microcode is to log in to a remote port
 * @a: the adapter
 * @port: the port's index; no command is under way to it
 *
 * Context: any but hard interrupt.
 */
void login_want(struct adapter *a, u32 port)
{
	set_bit(port, a->service.logins);
	a->ops->wake_service(a);
}

/* NULL, or why the service hart did not get to its wfi. */
static const char *tell_hart(struct adapter *a, u32 port)
{
	struct frame_link *link = &a->service.mbox->in.link;

	memset(link, 0, sizeof(*link));
	link->hdr.type = FRAME_LINK;
	link->hdr.format = a->port.format;
	link->hdr.tag = cpu_to_le16(port);
	els_allow(a);
	return service_run(a);
}

/* A session that the hart may not have been told of is of no use. */
static void forget_session(struct adapter *a, u32 port)
{
	fabric_log_out(&a->fabric, port);
	clear_bit(port, a->service.fresh);
	set_bit(port, a->service.logins);
	if (a->ops->port_changed)
		a->ops->port_changed(a, port);
}

/* The hart had something about a port. False if it crashed over it. */
static bool survived(struct adapter *a, u32 port, const char *why)
{
	if (!why)
		return true;
	if (port < a->cfg.nr_ports)
		forget_session(a, port);
	adapter_crash(a, &a->service.hart, why);
	return false;
}

/* False if the hart crashed. */
static bool give_answers(struct adapter *a)
{
	bool good = true;

	while (good && a->service.els.count && els_due_ns(a) <= a->ops->now_ns()) {
		u32 port = els_answer(a, &a->service.mbox->in.els_done);

		good = survived(a, port, service_run(a));
	}
	return good;
}

static u64 rest_ns(u32 tries)
{
	if (tries < FREE_TRIES)
		return 0;
	return min(REST_NS << min(tries - FREE_TRIES, 16u), REST_MAX_NS);
}

static void note_try(struct login_try *try, u64 now)
{
	if (now - try->last_ns > QUIET_NS)
		try->tries = 0;
	try->tries++;
	try->last_ns = now;
	try->not_before_ns = now + rest_ns(try->tries);
	try->held = false;
}

/*
 * May the hart be told of a port? An image that ends each session that it makes would be
 * told for ever, and do nothing else: it has to wait longer and longer.
 */
static bool rested(struct adapter *a, struct login_try *try, u64 now)
{
	if (now >= try->not_before_ns)
		return true;
	if (!try->held)
		WRITE_ONCE(a->service.put_off, a->service.put_off + 1);
	try->held = true;
	return false;
}

/* Is there room for one more request? Without an address the first one gets it. */
static bool has_room(const struct adapter *a)
{
	u32 count = a->service.els.count;

	return count < BOARD_MAX_ELS && (!count || READ_ONCE(a->fabric.port_id));
}

/* False if the hart crashed over it: it is to be told again. */
static bool log_in(struct adapter *a, u32 port, u64 *next)
{
	struct login_try *try = &a->service.tries[port];
	u64 now;

	if (!has_room(a) || els_under_way(a, port))
		return true;
	clear_bit(port, a->service.logins);
	smp_mb__after_atomic(); /* who changes something sets the bit after that */
	if (!fabric_can_log_in(&a->fabric, port))
		return true;
	now = a->ops->now_ns();
	if (!rested(a, try, now)) {
		set_bit(port, a->service.logins);
		*next = min(*next, try->not_before_ns);
		return true;
	}
	note_try(try, now);
	return survived(a, port, tell_hart(a, port));
}

/**
 * login_work() - the service hart makes the logins that are wanted
 * @a: the adapter
 *
 * It is told of ports, and given answers that are due. Not on probation: the image that
 * may have to come back would not know the new sessions. The end of the probation wakes
 * the service hart's thread.
 *
 * Context: the service hart's thread; may sleep.
 */
void login_work(struct adapter *a)
{
	const unsigned long *logins = a->service.logins;
	u32 ports = a->cfg.nr_ports;
	u64 next = U64_MAX;

	els_show_address(a);
	if (READ_ONCE(a->crashed) || a->regs->probation || !give_answers(a))
		return;
	for (u32 port = find_next_bit(logins, ports, 0); port < ports;
	     port = find_next_bit(logins, ports, port + 1))
		if (!log_in(a, port, &next))
			return;
	next = min(next, els_due_ns(a));
	if (next != U64_MAX && a->ops->wake_later)
		a->ops->wake_later(a, next - min(next, a->ops->now_ns()));
}
