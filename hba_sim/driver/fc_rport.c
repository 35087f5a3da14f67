// SPDX-License-Identifier: GPL-2.0
/*
 * Remote ports. Each session is a remote port of the kernel's FC transport class;
 * scsi targets hang below those that have blocks. What becomes of a lost login:
 *
 *	fabric_link.c	the session ends at the far end; commands wait at their queue
 *	san_work()	blocks the kernel's remote port, ends its commands, and says
 *			that a login is wanted if the port is there
 *	login_work()	an I/O hart logs in, not in an update's pause or on probation
 *	san_work()	unblocks the remote port: the commands come again
 *
 * A port that has a new session before it was blocked is not blocked at all.
 *
 * Thousands of ports may be lost together, and blocking one takes an RCU grace period, in
 * fc_remote_port_delete(). So up to SAN_AT_ONCE ports are blocked at once and share a grace
 * period; the commands of all these ports are ended in one pass over the queues, without
 * waiting for any of them. Before each such round, the ports that have come back are found.
 * Ports with disks come first, as they have the lowest numbers.
 *
 * If there is no login within fast_io_fail_tmo, the FC transport class lets the commands fail,
 * for hosts that have another path; if there is none within dev_loss_tmo, it removes the port's
 * devices, which come back with a later login.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <compat/compat.h>

#include "../adapter/adapter.h"
#include "../adapter/trace.h"
#include "fc_rport.h"
#include "host.h"
#include "inband.h"

#define FINDS_AT_ONCE	32u	/* ports to be found before losses are handled again */

/**
 * san_end_commands() - end all commands for a remote port that can be ended now
 * @host: the host
 * @port: the remote port's index; untrusted
 *
 * This does not wait for a command whose media request is being executed: the command refers to
 * its port only by number, and its owner ends it.
 *
 * Context: thread.
 */
void san_end_commands(struct host *host, u32 port)
{
	struct adapter *a = &host->adapter;

	if (port >= a->cfg.nr_targets)
		return;
	fabric_block(&a->fabric, port);
	inband_abandon(host, port);
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_disrupt(&a->queues[i], port);
	inband_abandon(host, port);
}

/* End the commands of lost sessions, for all ports that are blocked or have a new session. */
static void end_lost_commands(struct host *host)
{
	struct adapter *a = &host->adapter;

	inband_abandon_lost(host);
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_end_lost(&a->queues[i]);
	inband_abandon_lost(host);
}

/* Block one port. Many run at once, as the transport class waits for a grace period in each. */
static void block_work(struct work_struct *work)
{
	struct san_block *b = container_of(work, struct san_block, work);
	struct san *san = &b->host->san;

	b->blocked = !fabric_has_session(&b->host->adapter.fabric, b->port);
	if (b->blocked)
		fc_remote_port_delete(san->rports[b->port]);
}

static u32 start_blocking(struct host *host)
{
	struct san *san = &host->san;
	u32 ports = host->adapter.cfg.nr_ports;
	u32 n = 0;

	for (u32 port = find_next_bit(san->losing, ports, 0);
	     port < ports && n < SAN_AT_ONCE;
	     port = find_next_bit(san->losing, ports, port + 1)) {
		clear_bit(port, san->losing);
		san->blocks[n].port = port;
		queue_work(san->wq, &san->blocks[n++].work);
	}
	return n;
}

/* After this the remote ports belong to the transport class, until they have a session again. */
static u32 block_some(struct host *host)
{
	struct san *san = &host->san;
	u32 n = start_blocking(host);
	u32 blocked = 0;

	for (u32 i = 0; i < n; i++) {
		flush_work(&san->blocks[i].work);
		if (!san->blocks[i].blocked)
			continue;
		san->rports[san->blocks[i].port] = NULL;
		fabric_block(&host->adapter.fabric, san->blocks[i].port);
		blocked++;
	}
	return blocked;
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

static u32 find_some(struct host *host)
{
	struct san *san = &host->san;
	u32 ports = host->adapter.cfg.nr_ports;
	u32 n = 0;

	for (u32 port = find_next_bit(san->finding, ports, 0);
	     port < ports && n < FINDS_AT_ONCE;
	     port = find_next_bit(san->finding, ports, port + 1), n++) {
		clear_bit(port, san->finding);
		find_port(host, port);
		cond_resched();
	}
	return n;
}

static void look_at_lost(struct host *host, u32 port)
{
	struct san *san = &host->san;

	clear_bit(port, san->finding);
	if (san->rports[port])
		set_bit(port, san->losing);
	else
		fabric_block(&host->adapter.fabric, port);
}

/* The hart knows the port's session. If the kernel's remote port was not blocked, it is kept. */
static void look_at_found(struct host *host, u32 port)
{
	const struct remote_port *remote = &host->adapter.fabric.ports[port];
	struct fc_rport *rport = host->san.rports[port];

	clear_bit(port, host->san.losing);
	if (rport)
		rport->maxframe_size = READ_ONCE(remote->agreed.frame_size);
	else
		set_bit(port, host->san.finding);
}

/* True: commands may have been waiting for the outcome. */
static bool look_at_port(struct host *host, u32 port)
{
	struct fabric *f = &host->adapter.fabric;
	bool had = host->san.rports[port];
	bool session, fresh;

	session = fabric_has_session(f, port);
	smp_rmb(); /* els_answer() marks the session as fresh before it begins */
	fresh = test_bit(port, host->adapter.logins.fresh);
	if (!session)
		look_at_lost(host, port);
	else if (!fresh)
		look_at_found(host, port);
	if (!session && !fresh && fabric_can_log_in(f, port))
		set_bit(port, host->san.asking);
	return had;
}

static bool look_at_changes(struct host *host)
{
	struct san *san = &host->san;
	u32 ports = host->adapter.cfg.nr_ports;
	bool had = false;

	for (u32 port = find_next_bit(san->changed, ports, 0); port < ports;
	     port = find_next_bit(san->changed, ports, port + 1)) {
		clear_bit(port, san->changed);
		smp_mb__after_atomic(); /* whoever changes a port's state sets the bit afterwards */
		had |= look_at_port(host, port);
	}
	return had;
}

/*
 * A login writes data that a hart reads while it serves a command for the port. Since the loss
 * no hart is given such a command; and after one pass over the queues, with their locks, no hart
 * still has one.
 */
static bool ask_for_logins(struct host *host)
{
	u32 ports = host->adapter.cfg.nr_ports;
	unsigned long *asking = host->san.asking;
	u32 port = find_next_bit(asking, ports, 0);

	if (port >= ports)
		return false;
	end_lost_commands(host);
	for (; port < ports; port = find_next_bit(asking, ports, port + 1)) {
		clear_bit(port, asking);
		login_want(&host->adapter, port);
	}
	return true;
}

/* False: nothing is left to do until something changes again. */
static bool do_some(struct host *host)
{
	struct adapter *a = &host->adapter;
	struct san *san = &host->san;
	bool had = look_at_changes(host);
	bool ended;
	u32 found, blocked;

	inband_abandon_lost(host);	/* its command may end much later if many are lost */
	ended = ask_for_logins(host);
	found = find_some(host);
	blocked = block_some(host);
	if ((had && !ended) || blocked)
		end_lost_commands(host);
	if (found || blocked)
		trace_hba_ports(a, found, blocked);
	cond_resched();
	return !bitmap_empty(san->finding, a->cfg.nr_ports) ||
	       !bitmap_empty(san->losing, a->cfg.nr_ports);
}

/* Reclaim may wait for a port's commands, so memory is allocated without starting I/O. */
static void san_work(struct kthread_work *work)
{
	struct san *san = container_of(work, struct san, work);
	struct host *host = container_of(san, struct host, san);
	unsigned int noio = memalloc_noio_save();

	while (do_some(host) && READ_ONCE(san->running))
		;
	memalloc_noio_restore(noio);
}

static void wake(struct san *san)
{
	spin_lock_bh(&san->lock);
	if (san->running)
		kthread_queue_work(san->worker, &san->work);
	spin_unlock_bh(&san->lock);
}

/**
 * san_port_changed() - a session may have begun or ended
 * @host: the host
 * @port: index of the remote port
 *
 * Context: any but hard interrupt.
 */
void san_port_changed(struct host *host, u32 port)
{
	smp_mb__before_atomic(); /* pairs with the barrier in look_at_changes() */
	set_bit(port, host->san.changed);
	wake(&host->san);
}

/* What the transport class shows that changes with the link. */
static void show_link(struct host *host)
{
	fc_host_maxframe_size(host->shost) = READ_ONCE(host->adapter.port_hart.link.frame_size);
}

/**
 * san_set_link() - the adapter's own link goes down or comes up
 * @host: the host
 * @up: true if it comes up
 *
 * Context: thread.
 */
void san_set_link(struct host *host, bool up)
{
	if (!fabric_set_link(&host->adapter.fabric, up))
		return;
	if (up)
		port_hart_link_up(&host->adapter);
	show_link(host);
	fc_host_post_event(host->shost, fc_get_event_number(),
			   up ? FCH_EVT_LINKUP : FCH_EVT_LINKDOWN, 0);
	smp_mb__before_atomic(); /* pairs with the barrier in look_at_changes() */
	for (u32 i = 0; i < host->adapter.cfg.nr_ports; i++)
		set_bit(i, host->san.changed);
	wake(&host->san);
}

/**
 * san_set_present() - a remote port is unplugged, or comes back
 * @host: the host
 * @port: its index
 * @present: true if it comes back
 *
 * Context: thread.
 */
void san_set_present(struct host *host, u32 port, bool present)
{
	if (fabric_set_present(&host->adapter.fabric, port, present))
		san_port_changed(host, port);
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
		san_port_changed(host, port);
}

static int init_threads(struct host *host)
{
	struct san *san = &host->san;
	struct kthread_worker *worker = kthread_create_worker(0, "%s_link", host->name);

	if (IS_ERR(worker))
		return PTR_ERR(worker);
	wake_up_process(worker->task); /* younger kernels leave that to the caller */
	san->worker = worker;
	san->wq = alloc_workqueue("%s_block", WQ_UNBOUND | WQ_MEM_RECLAIM, SAN_AT_ONCE,
				  host->name);
	return san->wq ? 0 : -ENOMEM;
}

/**
 * san_init() - set up what handles remote ports, before power-on
 * @host: the host
 * @nr_ports: remote ports
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EINTR; san_destroy() is to be called in either case.
 */
int san_init(struct host *host, u32 nr_ports)
{
	struct san *san = &host->san;

	kthread_init_work(&san->work, san_work);
	spin_lock_init(&san->lock);
	san->rports = kvcalloc(nr_ports, sizeof(struct fc_rport *), GFP_KERNEL);
	san->blocks = kvcalloc(SAN_AT_ONCE, sizeof(*san->blocks), GFP_KERNEL);
	if (!san->rports || !san->blocks)
		return -ENOMEM;
	for (u32 i = 0; i < SAN_AT_ONCE; i++) {
		INIT_WORK(&san->blocks[i].work, block_work);
		san->blocks[i].host = host;
	}
	return init_threads(host);
}

/**
 * san_start() - show the logins to the kernel, and let it find the disks
 * @host: the host, powered on and added
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM: the transport class had no memory for its work queues.
 */
int san_start(struct host *host)
{
	struct san *san = &host->san;

	if (!fc_host_work_q(host->shost) || !fc_host_devloss_work_q(host->shost))
		return -ENOMEM;
	show_link(host);
	fabric_watch(&host->adapter.fabric, true);
	bitmap_fill(san->changed, host->adapter.cfg.nr_ports);
	spin_lock_bh(&san->lock);
	san->running = true;
	spin_unlock_bh(&san->lock);
	wake(san);
	kthread_flush_work(&san->work);
	scsi_flush_work(host->shost);
	return 0;
}

/**
 * san_stop() - remove the remote ports and the disks
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
	if (san->worker)
		kthread_cancel_work_sync(&san->work);
	fabric_watch(&host->adapter.fabric, false);
	end_lost_commands(host);
	if (host->shost->shost_data && fc_host_work_q(host->shost))
		fc_remove_host(host->shost);
}

/**
 * san_destroy() - free what san_init() allocated
 * @host: the host; san_init() may have failed
 */
void san_destroy(struct host *host)
{
	if (host->san.wq)
		destroy_workqueue(host->san.wq);
	if (host->san.worker)
		kthread_destroy_worker(host->san.worker);
	kvfree(host->san.blocks);
	kvfree(host->san.rports);
}
