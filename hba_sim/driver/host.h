/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the driver: an adapter as a SCSI host of the kernel, with all that is Linux: the
 * module, error handling, the FC transport class, sysfs, debugfs, MTD, and the ways in for
 * images. It knows all rooms, and none knows it. Locks: host.eh_lock, san.lock, flash_mtd.lock.
 */
#ifndef HBA_SIM_HOST_H
#define HBA_SIM_HOST_H

#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_host.h>

#include "../../overlay/node/node.h"
#include "../adapter/adapter.h"
#include "boot_source.h"
#include "fc_rport.h"

struct flash_mtd;

/**
 * struct media_worker - executes the deferred media requests of one queue
 * @work: queue_media_work()
 * @queue: the queue
 */
struct media_worker {
	struct work_struct work;
	struct hba_queue *queue;
};

/**
 * struct host - an adapter and its SCSI host
 * @adapter: the adapter
 * @overlay: its update machinery
 * @inband: updates that begin in band
 * @san: the remote ports
 * @boot: where its image comes from at power-on
 * @flash_mtd: its boot flash as an MTD device, if it is one
 * @debugfs: its folder there
 * @shost: the SCSI host; this struct is its private data
 * @parent: the device it hangs on
 * @service_wq: the service hart's thread: messages and updates, in order
 * @media_wq: media requests that are deferred
 * @media_workers: one for each queue
 * @login_wq: logins, beside what the service hart does
 * @service_work: there are messages for the service hart
 * @login_work: logins are wanted, or answers due
 * @login_timer: queues @login_work when one is due
 * @stopping: neither is to be started any more
 * @power_work: off and on again
 * @powered: that is done
 * @power_error: what came of it
 * @eh_lock: held by error handling, and to set @gone
 * @gone: the adapter is not there any more; the struct lives as long as @shost
 * @name: "hba_simN", N as in @adapter.cfg.serial
 */
struct host {
	struct adapter adapter;
	struct overlay_node overlay;
	struct overlay_order inband;
	struct san san;
	struct boot boot;
	struct flash_mtd *flash_mtd;
	struct dentry *debugfs;
	struct Scsi_Host *shost;
	struct device *parent;
	struct workqueue_struct *service_wq;
	struct workqueue_struct *media_wq;
	struct media_worker *media_workers;
	struct workqueue_struct *login_wq;
	struct work_struct service_work;
	struct work_struct login_work;
	struct hrtimer login_timer;
	bool stopping;
	struct work_struct power_work;
	struct completion powered;
	int power_error;
	struct mutex eh_lock;	/* protects gone, and the adapter's end from EH */
	bool gone;
	char name[16];
};

/* Of an adapter that is a host's. */
static inline struct host *adapter_to_host(struct adapter *a)
{
	return container_of(a, struct host, adapter);
}

/* Of the device of a SCSI host of ours: whose files are asked. */
static inline struct host *dev_to_host(struct device *dev)
{
	return shost_priv(class_to_shost(dev));
}

/**
 * struct host_cmd - the driver's part of a SCSI command
 * @cmd: the adapter's part
 * @timer: media latency
 * @extensions: how often its timeout was extended during updates
 */
struct host_cmd {
	struct hba_cmd cmd;
	struct hrtimer timer;
	u32 extensions;
};

struct host *host_add(struct device *parent, const struct adapter_config *cfg,
		      const struct boot *boot);
bool host_retire(struct host *host);
void host_remove(struct host *host);

#endif
