// SPDX-License-Identifier: GPL-2.0
/*
 * Remote ports. Each session is a remote port of the kernel's FC transport class;
 * scsi targets hang below those that have blocks. What becomes of a lost login:
 *
 *	fabric_link.c	the session ends at the far end; commands to it go nowhere
 *	san_work()	blocks the kernel's remote port, ends the commands, and says
 *			that a login is wanted if the port is there
 *	login_work()	an I/O hart logs in, not in an update's pause or on probation
 *	san_work()	unblocks the remote port: the commands come again
 *
 * If there is no login within fast_io_fail_tmo the FC transport class lets the commands
 * fail, for who has another path; within dev_loss_tmo, it takes the port's devices away;
 * they come back with a later one.
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "host.h"
#include "inband.h"
#include "login.h"
#include "queue.h"
#include "san.h"
#include "san_host.h"

#define DRAIN_POLL_MS	2	/* between looks for what ends by itself */

/**
 * san_end_commands() - the commands for a remote port come to an end, and say why
 * @host: the host
 * @port: its index; commands that are being executed there are waited for
 *
 * Context: may sleep.
 */
void san_end_commands(struct host *host, u32 port)
{
	struct adapter *a = &host->adapter;
	u32 busy;

	if (port >= a->cfg.nr_targets)
		return;
	inband_abandon(host, port);
	do {
		busy = 0;
		for (u32 i = 0; i < a->cfg.nr_queues; i++)
			busy += queue_disrupt(&a->queues[i], port);
		if (busy)
			msleep(DRAIN_POLL_MS);
	} while (busy);
	synchronize_rcu();
}

/* After that the remote port is the transport class's, until there is a session again. */
static void lose_port(struct host *host, u32 port)
{
	struct fc_rport *rport = host->san.rports[port];

	if (!rport)
		return;
	host->san.rports[port] = NULL;
	fc_remote_port_delete(rport);
	synchronize_rcu(); /* hba_queuecommand() may just have found it ready */
	san_end_commands(host, port);
}

static void find_port(struct host *host, u32 port)
{
	const struct remote_port *remote = &host->adapter.fabric.ports[port];
	struct fc_rport_identifiers ids = {
		.node_name	= remote->wwpn,
		.port_name	= remote->wwpn,
		.port_id	= remote->port_id,
		.roles		= FC_PORT_ROLE_FCP_INITIATOR,
	};
	struct fc_rport *rport;

	if (host->san.rports[port])
		return;
	if (fabric_role(&host->adapter.fabric, port) & ELS_IS_TARGET)
		ids.roles = FC_PORT_ROLE_FCP_TARGET;
	rport = fc_remote_port_add(host->shost, 0, &ids);
	if (!rport) {
		pr_err("hba_sim: %s: no memory for remote port %u\n", host->name, port);
		return;
	}
	rport->supported_classes = FC_COS_CLASS3;
	rport->maxframe_size = READ_ONCE(remote->agreed.frame_size);
	host->san.rports[port] = rport;
}

static void look_at_port(struct host *host, u32 port)
{
	struct fabric *f = &host->adapter.fabric;

	bool session;

	if (test_and_clear_bit(port, host->san.lost) || !fabric_has_session(f, port))
		lose_port(host, port);
	session = fabric_has_session(f, port);
	smp_rmb(); /* els_answer() marks it as fresh before it begins */
	if (test_bit(port, host->adapter.logins.fresh))
		return;
	if (session)
		find_port(host, port);
	else if (fabric_can_log_in(f, port))
		login_want(&host->adapter, port);
}

/* Ports come in order, as the transport class numbers targets in that order. */
static void san_work(struct work_struct *work)
{
	struct san *san = container_of(work, struct san, work);
	struct host *host = container_of(san, struct host, san);
	u32 ports = host->adapter.cfg.nr_ports;

	for (u32 port = find_next_bit(san->changed, ports, 0); port < ports;
	     port = find_next_bit(san->changed, ports, port + 1)) {
		clear_bit(port, san->changed);
		smp_mb__after_atomic(); /* who changes something sets the bit after that */
		look_at_port(host, port);
		cond_resched();
	}
}

static void wake(struct san *san)
{
	spin_lock_bh(&san->lock);
	if (san->running)
		queue_work(san->wq, &san->work);
	spin_unlock_bh(&san->lock);
}

/**
 * san_port_changed() - a session may have come or gone
 * @host: the host
 * @port: index of the remote port
 *
 * Context: any but hard interrupt.
 */
void san_port_changed(struct host *host, u32 port)
{
	smp_mb__before_atomic(); /* pairs with that in san_work() */
	set_bit(port, host->san.changed);
	wake(&host->san);
}

static void port_lost(struct host *host, u32 port)
{
	set_bit(port, host->san.lost);
	san_port_changed(host, port);
}

/**
 * san_set_link() - our own port's link goes down or comes up
 * @host: the host
 * @up: which
 *
 * Context: thread.
 */
void san_set_link(struct host *host, bool up)
{
	if (!fabric_set_link(&host->adapter.fabric, up))
		return;
	if (up)
		port_hart_link_up(&host->adapter);
	san_show_link(host);
	fc_host_post_event(host->shost, fc_get_event_number(),
			   up ? FCH_EVT_LINKUP : FCH_EVT_LINKDOWN, 0);
	for (u32 i = 0; i < host->adapter.cfg.nr_ports; i++) {
		if (!up)
			set_bit(i, host->san.lost);
		set_bit(i, host->san.changed);
	}
	wake(&host->san);
}

/**
 * san_set_present() - a remote port is unplugged, or comes back
 * @host: the host
 * @port: its index
 * @present: which
 *
 * Context: thread.
 */
void san_set_present(struct host *host, u32 port, bool present)
{
	if (!fabric_set_present(&host->adapter.fabric, port, present))
		return;
	if (present)
		san_port_changed(host, port);
	else
		port_lost(host, port);
}

/**
 * san_log_out() - a remote port logs out by itself
 * @host: the host
 * @port: its index
 *
 * Context: thread.
 */
void san_log_out(struct host *host, u32 port)
{
	if (fabric_log_out(&host->adapter.fabric, port))
		port_lost(host, port);
}

/**
 * san_init() - before power-on
 * @host: the host
 * @nr_ports: remote ports
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; san_destroy() is to be called in either case.
 */
int san_init(struct host *host, u32 nr_ports)
{
	struct san *san = &host->san;

	INIT_WORK(&san->work, san_work);
	spin_lock_init(&san->lock);
	san->rports = kvcalloc(nr_ports, sizeof(struct fc_rport *), GFP_KERNEL);
	san->wq = alloc_ordered_workqueue("%s_link", 0, host->name);
	return san->rports && san->wq ? 0 : -ENOMEM;
}

/**
 * san_start() - show the logins to the kernel, and let it find the disks
 * @host: the host, powered on and added
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM: the transport class had none.
 */
int san_start(struct host *host)
{
	struct san *san = &host->san;

	if (!fc_host_work_q(host->shost) || !fc_host_devloss_work_q(host->shost))
		return -ENOMEM;
	san_show_host(host);
	bitmap_fill(san->changed, host->adapter.cfg.nr_ports);
	spin_lock_bh(&san->lock);
	san->running = true;
	spin_unlock_bh(&san->lock);
	wake(san);
	flush_work(&san->work);
	scsi_flush_work(host->shost);
	return 0;
}

/**
 * san_stop() - take the remote ports away, and the disks
 * @host: the host, its harts still serving; san_start() need not have been called
 *
 * Disks that can be reached still get their SYNCHRONIZE CACHE: see
 * hba_queuecommand().
 *
 * Context: may sleep.
 */
void san_stop(struct host *host)
{
	struct san *san = &host->san;

	spin_lock_bh(&san->lock);
	san->running = false;
	spin_unlock_bh(&san->lock);
	cancel_work_sync(&san->work);
	if (host->shost->shost_data && fc_host_work_q(host->shost))
		fc_remove_host(host->shost);
}

/**
 * san_destroy() - the end
 * @host: the host; also one that san_init() failed on
 */
void san_destroy(struct host *host)
{
	if (host->san.wq)
		destroy_workqueue(host->san.wq);
	kvfree(host->san.rports);
}
