/* SPDX-License-Identifier: GPL-2.0 */
/* The adapter's logins as the kernel's remote ports (FC transport class). */
#ifndef HBA_SIM_SAN_H
#define HBA_SIM_SAN_H

#include <linux/bitmap.h>
#include <linux/kthread.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_transport_fc.h>

#include <hba_sim/board.h>

#include "../adapter/adapter.h"
#include "../far_end/far_end.h"

struct host;

/* Ports that are blocked together, at most; for each, a thread waits for a grace period. */
#define SAN_AT_ONCE	256u

/**
 * struct san_block - a remote port that is to be blocked
 * @work: blocks the port
 * @host: the host
 * @port: index of the port
 * @blocked: the port was blocked; it had no new session
 */
struct san_block {
	struct work_struct work;
	struct host *host;
	u32 port;
	bool blocked;
};

/**
 * struct san - remote ports and what happens to them
 * @worker: thread of link events. It is not a workqueue's, since memory reclaim may wait for
 *	    it, and it waits for the FC transport's own workqueues
 * @work: handles the ports in @changed
 * @wq: blocks ports, many at once
 * @blocks: SAN_AT_ONCE of them, for @wq
 * @rports: the kernel's remote port of each login, NULL where there is no session; while
 *	    @running only @work uses it, and the works in @blocks while @work waits for them
 * @changed: ports to be looked at
 * @losing: ports to be blocked; only @work uses this, @finding and @asking
 * @finding: ports to be shown to the transport class
 * @asking: ports to be logged in to
 * @lock: protects @running, @before, @reset_ns
 * @running: @work may be queued
 * @stats: what the transport class was last given; it reads this without a lock
 * @before: traffic at the last reset of the statistics
 * @reset_ns: when the statistics were last reset
 */
struct san {
	struct kthread_worker *worker;
	struct kthread_work work;
	struct workqueue_struct *wq;
	struct san_block *blocks;
	struct fc_rport **rports;
	DECLARE_BITMAP(changed, BOARD_MAX_PORTS);
	DECLARE_BITMAP(losing, BOARD_MAX_PORTS);
	DECLARE_BITMAP(finding, BOARD_MAX_PORTS);
	DECLARE_BITMAP(asking, BOARD_MAX_PORTS);
	spinlock_t lock;	/* protects running, before, reset_ns */
	bool running;
	struct fc_host_statistics stats;
	struct traffic before;
	u64 reset_ns;
};

/*
 * Index of the remote port; without a fabric there is only port 0. For a port that
 * dev_loss_tmo has taken away the result is beyond all existing ports.
 */
static inline u32 san_port(const struct fc_rport *rport)
{
	u32 id = READ_ONCE(rport->port_id);

	return id < PORT_ID_FIRST ? 0 : id - PORT_ID_FIRST;
}

int san_init(struct host *host, u32 nr_ports);
int san_start(struct host *host);
void san_end_commands(struct host *host, u32 port);
void san_stop(struct host *host);
void san_destroy(struct host *host);
void san_port_changed(struct host *host, u32 port);
void san_set_link(struct host *host, bool up);
void san_set_present(struct host *host, u32 port, bool present);
void san_log_out(struct host *host, u32 port);

#endif
