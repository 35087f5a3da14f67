/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the driver: an adapter as a SCSI host of the kernel, with all that is specific to
 * Linux: the module, error handling, the FC transport class, sysfs, debugfs, MTD, and the ways
 * in for images. It knows all other rooms, but no other room knows it. Locks: host.eh_lock,
 * san.lock, flash_mtd.lock.
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
 * @overlay: the adapter's update machinery
 * @inband: updates that begin in band
 * @san: the remote ports
 * @boot: where its image comes from at power-on
 * @flash_mtd: the boot flash as an MTD device, or NULL
 * @debugfs: the adapter's folder in debugfs
 * @shost: the SCSI host; this struct is its private data
 * @parent: the parent device
 * @service_wq: the service hart's thread: messages and updates, in order
 * @media_wq: media requests that are deferred
 * @media_workers: one for each queue
 * @login_wq: logins, in parallel to what the service hart does
 * @service_work: there are messages for the service hart
 * @login_work: logins are wanted, or answers are due
 * @login_timer: queues @login_work when an answer or a login is due
 * @stopping: neither @login_work nor @login_timer is to be started any more
 * @power_work: powers the adapter off and on again
 * @powered: @power_work has finished
 * @power_error: the result of @power_work
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

/* The host that an adapter is part of. */
static inline struct host *adapter_to_host(struct adapter *a)
{
	return container_of(a, struct host, adapter);
}

/* The host whose SCSI host has this device, for its sysfs files. */
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
