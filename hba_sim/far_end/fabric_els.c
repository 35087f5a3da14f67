// SPDX-License-Identifier: GPL-2.0
/*
 * How the far end answers logins: the fabric answers FLOGI, a remote port PLOGI, PRLI and
 * LOGO. Each step needs the previous one, and each is counted where it is accepted. A session
 * begins with PRLI; only then can blocks be asked for. If there is no fabric
 * (topology=direct), the one remote port answers FLOGI, too.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "fabric.h"

/**
 * fabric_attach() - set the topology
 * @f: the fabric, just made
 * @direct: there is no fabric, but one port at the other end of the adapter's link
 * @serial: number of the adapter, from which its own port gets a unique address
 */
void fabric_attach(struct fabric *f, bool direct, u32 serial)
{
	f->direct = direct;
	f->own_id = direct ? PORT_ID_DIRECT : PORT_ID_OWN + serial;
	for (u32 i = 0; direct && i < f->nr_ports; i++)
		f->ports[i].port_id = PORT_ID_PEER + i;
}

/**
 * fabric_power_on() - the adapter had no power: its port has to log in to the fabric
 * @f: the fabric
 *
 * Remote ports remember a session until the next PLOGI.
 *
 * Context: any but hard interrupt.
 */
void fabric_power_on(struct fabric *f)
{
	spin_lock_bh(&f->lock);
	WRITE_ONCE(f->port_id, 0);
	spin_unlock_bh(&f->lock);
}

static u32 new_token(u32 old)
{
	u32 token;

	do {
		token = get_random_u32();
	} while (!token || token == old);
	return token;
}

/**
 * fabric_has_session() - does a remote port remember a session?
 * @f: the fabric
 * @port: the port's index; untrusted
 *
 * Context: any.
 * Return: true if the port exists and does.
 */
bool fabric_has_session(const struct fabric *f, u32 port)
{
	return port < f->nr_ports && READ_ONCE(f->ports[port].token);
}

/**
 * fabric_role() - the role that a remote port reports
 * @f: the fabric
 * @port: its index
 *
 * Return: ELS_IS_TARGET or ELS_IS_INITIATOR.
 */
u8 fabric_role(const struct fabric *f, u32 port)
{
	return f->ports[port].media->blocks ? ELS_IS_TARGET : ELS_IS_INITIATOR;
}

/**
 * fabric_els_reject() - refuse a login or logout; nothing changes
 * @req: the request; untrusted
 * @done: the answer
 */
void fabric_els_reject(const struct frame_els *req, struct frame_els_done *done)
{
	memset(done, 0, sizeof(*done));
	done->hdr = req->hdr;
	done->hdr.type = FRAME_ELS_DONE;
	done->els = req->els;
}

static bool fabric_login(struct fabric *f)
{
	if (!f->link_up)
		return false;
	WRITE_ONCE(f->port_id, f->own_id);
	atomic_inc(&f->flogis);
	return true;
}

static bool port_there(const struct fabric *f, const struct remote_port *port)
{
	return f->link_up && f->port_id && port->present;
}

/* A session that exists ends. */
static bool port_login(struct fabric *f, struct remote_port *port)
{
	if (!port_there(f, port))
		return false;
	port->offered = new_token(port->token);
	WRITE_ONCE(port->token, 0);
	atomic_inc(&port->plogis);
	return true;
}

static bool process_login(struct fabric *f, struct remote_port *port)
{
	if (!port_there(f, port) || !port->offered)
		return false;
	WRITE_ONCE(port->token, port->offered);
	port->offered = 0;
	atomic_inc(&port->prlis);
	return true;
}

static bool log_out(struct remote_port *port)
{
	WRITE_ONCE(port->token, 0);
	port->offered = 0;
	return true;
}

static bool accepts(struct fabric *f, struct remote_port *port, u8 els)
{
	lockdep_assert_held(&f->lock);
	switch (els) {
	case ELS_FLOGI:
		return fabric_login(f);
	case ELS_PLOGI:
		return port_login(f, port);
	case ELS_PRLI:
		return process_login(f, port);
	case ELS_LOGO:
		return log_out(port);
	default:
		return false;
	}
}

/* Fill in what is known of a port even if it does not answer, and its answer if it does. */
static void describe_port(const struct fabric *f, const struct remote_port *port,
			  struct frame_els_done *done)
{
	done->port_id = cpu_to_le32(port->port_id);
	done->wwpn_lo = cpu_to_le32(lower_32_bits(port->wwpn));
	done->wwpn_hi = cpu_to_le32(upper_32_bits(port->wwpn));
	if (!done->accepted || done->els != ELS_PRLI)
		return;
	done->role = fabric_role(f, port - f->ports);
	done->token = cpu_to_le32(port->token);
	done->blocks_lo = cpu_to_le32(lower_32_bits(port->media->blocks));
	done->blocks_hi = cpu_to_le32(upper_32_bits(port->media->blocks));
}

static void describe_fabric(const struct fabric *f, struct frame_els_done *done)
{
	if (!done->accepted)
		return;
	done->port_id = cpu_to_le32(f->own_id);
	done->role = f->direct ? 0 : ELS_IS_FABRIC;
}

/**
 * fabric_els() - let the fabric or a remote port answer a login or logout
 * @f: the fabric
 * @req: the request; untrusted
 * @done: the answer
 *
 * Context: any but hard interrupt; the lock of the login hart's queue is held.
 */
void fabric_els(struct fabric *f, const struct frame_els *req, struct frame_els_done *done)
{
	u32 index = le16_to_cpu(req->hdr.tag);
	struct remote_port *port;

	fabric_els_reject(req, done);
	if (index >= f->nr_ports)
		return;

	port = &f->ports[index];
	spin_lock_bh(&f->lock);
	done->accepted = accepts(f, port, req->els);
	if (req->els == ELS_PLOGI || req->els == ELS_PRLI)
		describe_port(f, port, done);
	else if (req->els == ELS_FLOGI)
		describe_fabric(f, done);
	spin_unlock_bh(&f->lock);
}

/**
 * fabric_plogis() - PLOGIs accepted by all remote ports
 * @f: the fabric
 *
 * Return: their number.
 */
u64 fabric_plogis(const struct fabric *f)
{
	u64 n = 0;

	for (u32 i = 0; i < f->nr_ports; i++)
		n += atomic_read(&f->ports[i].plogis);
	return n;
}

/**
 * fabric_logins() - sessions begun: PRLIs accepted by all remote ports
 * @f: the fabric
 *
 * Return: their number.
 */
u64 fabric_logins(const struct fabric *f)
{
	u64 n = 0;

	for (u32 i = 0; i < f->nr_ports; i++)
		n += atomic_read(&f->ports[i].prlis);
	return n;
}
