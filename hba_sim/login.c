// SPDX-License-Identifier: GPL-2.0
/*
 * Logins after a loss. The driver says which remote port is there again without
 * a session; the service hart is told by a frame, and logs in.
 */
#include <asm/byteorder.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "login.h"
#include "service.h"

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

/* False if the hart crashed over it: it is to be told again. */
static bool log_in(struct adapter *a, u32 port)
{
	const char *why;

	if (!test_and_clear_bit(port, a->service.logins) ||
	    !fabric_can_log_in(&a->fabric, port))
		return true;
	why = tell_hart(a, port);
	if (!why)
		return true;
	forget_session(a, port);
	adapter_crash(a, &a->service.hart, why);
	return false;
}

/**
 * login_work() - the service hart makes the logins that are wanted
 * @a: the adapter
 *
 * Not on probation: the image that may have to come back would not know the new
 * sessions. The end of the probation wakes the service hart's thread.
 *
 * Context: the service hart's thread; may sleep.
 */
void login_work(struct adapter *a)
{
	const unsigned long *logins = a->service.logins;
	u32 ports = a->cfg.nr_ports;

	if (READ_ONCE(a->crashed) || a->regs->probation)
		return;
	for (u32 port = find_next_bit(logins, ports, 0); port < ports;
	     port = find_next_bit(logins, ports, port + 1))
		if (!log_in(a, port))
			return;
}
