// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to links: the adapter's own link goes down and up, a remote port is unplugged and
 * comes back, a remote port logs out. Each time sessions end at the far end at once. Telling the
 * kernel is left to the driver (fc_rport.c), and logging in again to the microcode.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "fabric.h"

/**
 * fabric_is_gone() - has a remote port lost its session?
 * @f: the fabric
 * @port: the port's index; untrusted
 *
 * Context: any.
 * Return: true if an event in this file has ended it, and fabric_open() was not called since.
 */
bool fabric_is_gone(const struct fabric *f, u32 port)
{
	return port < f->nr_ports && READ_ONCE(f->ports[port].access) != PORT_OPEN;
}

/**
 * fabric_is_lost() - do commands to a remote port have to wait?
 * @f: the fabric
 * @port: the port's index; untrusted
 *
 * Context: any.
 * Return: true from the loss of a session to fabric_block() or fabric_open().
 */
bool fabric_is_lost(const struct fabric *f, u32 port)
{
	return port < f->nr_ports && READ_ONCE(f->ports[port].access) == PORT_LOST;
}

/**
 * fabric_losses() - how often has a remote port lost its session?
 * @f: the fabric
 * @port: the port's index; untrusted
 *
 * Context: any.
 * Return: the number. If it is read before fabric_is_gone() returns false, it is the number of a
 * session that existed then.
 */
u32 fabric_losses(const struct fabric *f, u32 port)
{
	u32 losses = port < f->nr_ports ? READ_ONCE(f->ports[port].losses) : 0;

	smp_rmb(); /* pairs with end_session(): whoever reads the new number sees the loss */
	return losses;
}

/**
 * fabric_watch() - set whether the driver handles lost ports from now on
 * @f: the fabric
 * @watched: true if it does; if false, no port is PORT_LOST any more
 *
 * Context: any but hard interrupt.
 */
void fabric_watch(struct fabric *f, bool watched)
{
	spin_lock_bh(&f->lock);
	f->watched = watched;
	for (u32 i = 0; i < f->nr_ports && !watched; i++)
		if (f->ports[i].access == PORT_LOST)
			WRITE_ONCE(f->ports[i].access, PORT_BLOCKED);
	spin_unlock_bh(&f->lock);
}

/**
 * fabric_block() - the kernel has been told that a remote port is lost
 * @f: the fabric
 * @port: its index; nothing changes unless it is PORT_LOST
 *
 * Context: any but hard interrupt.
 */
void fabric_block(struct fabric *f, u32 port)
{
	struct remote_port *p = &f->ports[port];

	spin_lock_bh(&f->lock);
	if (p->access == PORT_LOST)
		WRITE_ONCE(p->access, PORT_BLOCKED);
	spin_unlock_bh(&f->lock);
}

/**
 * fabric_open() - the microcode knows a remote port's new session: commands may use it
 * @f: the fabric
 * @port: its index; nothing changes if it has lost the new session, too
 *
 * Context: any but hard interrupt.
 */
void fabric_open(struct fabric *f, u32 port)
{
	struct remote_port *p = &f->ports[port];

	spin_lock_bh(&f->lock);
	if (p->token)
		WRITE_ONCE(p->access, PORT_OPEN);
	spin_unlock_bh(&f->lock);
}

/**
 * fabric_can_log_in() - would a remote port answer a login, and is one due?
 * @f: the fabric
 * @port: its index
 *
 * Context: any but hard interrupt.
 * Return: true if both are the case.
 */
bool fabric_can_log_in(struct fabric *f, u32 port)
{
	const struct remote_port *p = &f->ports[port];
	bool can;

	spin_lock_bh(&f->lock);
	can = f->link_up && p->present && !p->token;
	spin_unlock_bh(&f->lock);
	return can;
}

static void end_session(struct fabric *f, struct remote_port *port)
{
	lockdep_assert_held(&f->lock);
	WRITE_ONCE(port->access, f->watched ? PORT_LOST : PORT_BLOCKED);
	smp_wmb(); /* pairs with fabric_losses() */
	WRITE_ONCE(port->losses, port->losses + 1);
	smp_wmb(); /* pairs with bad_token(): whoever misses the session sees why */
	WRITE_ONCE(port->token, 0);
	port->offered = 0;
}

/**
 * fabric_set_link() - the adapter's own link goes down, which ends all sessions, or comes up
 * @f: the fabric
 * @up: true if it comes up
 *
 * Context: any but hard interrupt.
 * Return: true if this is a change.
 */
bool fabric_set_link(struct fabric *f, bool up)
{
	bool change;

	spin_lock_bh(&f->lock);
	change = f->link_up != up;
	WRITE_ONCE(f->link_up, up);
	if (change && !up) {
		WRITE_ONCE(f->link_failures, f->link_failures + 1);
		WRITE_ONCE(f->port_id, 0);
		for (u32 i = 0; i < f->nr_ports; i++)
			end_session(f, &f->ports[i]);
	}
	spin_unlock_bh(&f->lock);
	return change;
}

/**
 * fabric_set_present() - a remote port is unplugged, or comes back
 * @f: the fabric
 * @port: its index
 * @present: true if it comes back
 *
 * Context: any but hard interrupt.
 * Return: true if this is a change.
 */
bool fabric_set_present(struct fabric *f, u32 port, bool present)
{
	struct remote_port *p = &f->ports[port];
	bool change;

	spin_lock_bh(&f->lock);
	change = p->present != present;
	p->present = present;
	if (change && !present)
		end_session(f, p);
	spin_unlock_bh(&f->lock);
	return change;
}

/**
 * fabric_log_out() - a remote port logs out by itself
 * @f: the fabric
 * @port: its index
 *
 * Context: any but hard interrupt.
 * Return: false if there was no session to end.
 */
bool fabric_log_out(struct fabric *f, u32 port)
{
	struct remote_port *p = &f->ports[port];
	bool session;

	spin_lock_bh(&f->lock);
	session = p->token;
	if (session)
		end_session(f, p);
	else
		p->offered = 0;
	spin_unlock_bh(&f->lock);
	return session;
}
