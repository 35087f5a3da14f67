// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter's life as a SCSI host: built, powered on, shown to the midlayer
 * and to users, and taken away again in the reverse order, with the harts
 * serving the midlayer's last commands to the end.
 */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

#include "../../overlay/node/node.h"
#include "../adapter/adapter.h"
#include "../adapter_update/adapter_update.h"
#include "board_sysfs.h"
#include "boot_source.h"
#include "chip_sysfs.h"
#include "debugfs.h"
#include "eh.h"
#include "fc_host.h"
#include "flash_mtd.h"
#include "host.h"
#include "inband.h"
#include "rom.h"
#include "scsi.h"

#define HOST_CAN_QUEUE		256	/* commands for each I/O hart */
#define HOST_CMD_PER_LUN	128
#define HOST_MAX_SECTORS	2048
#define HOST_MAX_CDB		32

static ssize_t ports_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", dev_to_host(dev)->adapter.fabric.nr_ports);
}
static DEVICE_ATTR_RO(ports);

static ssize_t logins_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", fabric_logins(&dev_to_host(dev)->adapter.fabric));
}
static DEVICE_ATTR_RO(logins);

static ssize_t flogis_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", atomic_read(&dev_to_host(dev)->adapter.fabric.flogis));
}
static DEVICE_ATTR_RO(flogis);

static ssize_t plogis_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", fabric_plogis(&dev_to_host(dev)->adapter.fabric));
}
static DEVICE_ATTR_RO(plogis);

/* Each began a session. */
static struct device_attribute dev_attr_prlis = __ATTR(prlis, 0444, logins_show, NULL);

static ssize_t put_off_logins_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_to_host(dev)->adapter.logins.put_off));
}
static DEVICE_ATTR_RO(put_off_logins);

static ssize_t rejected_tokens_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", fabric_rejected(&dev_to_host(dev)->adapter.fabric));
}
static DEVICE_ATTR_RO(rejected_tokens);

static struct attribute *fabric_attrs[] = {
	&dev_attr_ports.attr,
	&dev_attr_logins.attr,
	&dev_attr_flogis.attr,
	&dev_attr_plogis.attr,
	&dev_attr_prlis.attr,
	&dev_attr_put_off_logins.attr,
	&dev_attr_rejected_tokens.attr,
	NULL,
};

static const struct attribute_group fabric_group = {
	.name	= "fabric",
	.attrs	= fabric_attrs,
};

static ssize_t instructions_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", adapter_instructions(&dev_to_host(dev)->adapter));
}
static DEVICE_ATTR_RO(instructions);

static ssize_t crashes_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_to_host(dev)->adapter.crashes));
}
static DEVICE_ATTR_RO(crashes);

static ssize_t power_cycle_store(struct device *dev, struct device_attribute *attr,
				 const char *buf, size_t len)
{
	struct host *host = dev_to_host(dev);
	bool yes;
	int err;

	err = kstrtobool(buf, &yes);
	if (err || !yes)
		return -EINVAL;
	if (!overlay_may_change())
		return -EPERM;
	err = overlay_exclude(&host->overlay.ov);
	if (err)
		return err;
	reinit_completion(&host->powered);
	queue_work(host->service_wq, &host->power_work);
	/* logins may take minutes, depending on the far end: not to be reported as a hung task */
	wait_for_completion_state(&host->powered, TASK_IDLE);
	err = host->power_error;
	overlay_include(&host->overlay.ov);
	if (!err)
		boot_run(host);
	if (!err)
		download_event(&host->adapter, DOWNLOAD_ON_POWER);
	return err ?: len;
}
static DEVICE_ATTR_WO(power_cycle);

static struct attribute *processor_attrs[] = {
	&dev_attr_instructions.attr,
	&dev_attr_crashes.attr,
	&dev_attr_power_cycle.attr,
	NULL,
};

static const struct attribute_group processor_group = {
	.name	= "processor",
	.attrs	= processor_attrs,
};

static const struct attribute_group *host_groups[] = { &fabric_group, &processor_group,
						       &chip_pla_group, &chip_port_group,
						       &board_group, &flash_group, NULL };

static struct scsi_host_template host_template = {
	.module				= THIS_MODULE,
	.name				= "hba_sim",
	.proc_name			= "hba_sim",
	.queuecommand			= hba_queuecommand,
	.init_cmd_priv			= hba_init_cmd,
	.cmd_size			= sizeof(struct host_cmd),
	.eh_timed_out			= hba_eh_timed_out,
	.eh_should_retry_cmd		= fc_eh_should_retry_cmd,
	.eh_abort_handler		= hba_eh_abort,
	.eh_device_reset_handler	= hba_eh_device_reset,
	.eh_host_reset_handler		= hba_eh_host_reset,
	.change_queue_depth		= scsi_change_queue_depth,
	.skip_settle_delay		= 1,
	.shost_groups			= host_groups,
	.this_id			= -1,
	.can_queue			= HOST_CAN_QUEUE,
	.cmd_per_lun			= HOST_CMD_PER_LUN,
	.sg_tablesize			= SG_MAX_SEGMENTS,
	.max_sectors			= HOST_MAX_SECTORS,
};

/*
 * All work on the service hart's workqueue allocates memory without starting I/O, also for a
 * crash dump and for an update: the I/O may be to one of the adapter's disks, whose commands
 * wait for this workqueue. Logins do likewise. Other work on this workqueue is in
 * overlay/node/source.c.
 */
static void host_service_work(struct work_struct *work)
{
	struct host *host = container_of(work, struct host, service_work);
	unsigned int noio = memalloc_noio_save();

	service_work(&host->adapter);
	memalloc_noio_restore(noio);
}

static void host_media_work(struct work_struct *work)
{
	queue_media_work(container_of(work, struct media_worker, work)->queue);
}

static void host_login_work(struct work_struct *work)
{
	struct host *host = container_of(work, struct host, login_work);
	unsigned int noio = memalloc_noio_save();

	login_work(&host->adapter);
	memalloc_noio_restore(noio);
}

static void host_power_work(struct work_struct *work)
{
	struct host *host = container_of(work, struct host, power_work);
	unsigned int noio = memalloc_noio_save();

	host->power_error = adapter_power_cycle(&host->adapter);
	memalloc_noio_restore(noio);
	complete(&host->powered);
}

static enum hrtimer_restart login_due(struct hrtimer *timer)
{
	struct host *host = container_of(timer, struct host, login_timer);

	queue_work(host->login_wq, &host->login_work);
	return HRTIMER_NORESTART;
}

/*
 * Work that is just ending may have started the timer or queued the other work, which may do so
 * once more.
 */
static void host_stop_work(struct host *host)
{
	WRITE_ONCE(host->stopping, true);
	login_stop(&host->adapter);
	if (host->service_wq && host->login_wq) {
		flush_workqueue(host->service_wq);
		flush_workqueue(host->login_wq);
		hrtimer_cancel(&host->login_timer);
	}
	if (host->login_wq)
		destroy_workqueue(host->login_wq);
	if (host->service_wq)
		destroy_workqueue(host->service_wq);
}

static int host_init_media(struct host *host, u32 nr_queues)
{
	host->media_wq = alloc_workqueue("%s_media", WQ_MEM_RECLAIM | WQ_UNBOUND, 0, host->name);
	host->media_workers = kcalloc(nr_queues, sizeof(*host->media_workers), GFP_KERNEL);
	if (!host->media_wq || !host->media_workers)
		return -ENOMEM;
	for (u32 i = 0; i < nr_queues; i++)
		INIT_WORK(&host->media_workers[i].work, host_media_work);
	return 0;
}

/*
 * WQ_MEM_RECLAIM: commands wait for the service hart's answers and for a crashed hart's restart,
 * and memory reclaim may wait for commands.
 */
static int host_init_work(struct host *host)
{
	INIT_WORK(&host->service_work, host_service_work);
	INIT_WORK(&host->power_work, host_power_work);
	init_completion(&host->powered);
	INIT_WORK(&host->login_work, host_login_work);
	hrtimer_setup(&host->login_timer, login_due, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	host->service_wq = alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, host->name);
	host->login_wq = alloc_ordered_workqueue("%s_login", WQ_MEM_RECLAIM, host->name);
	return host->service_wq && host->login_wq ? 0 : -ENOMEM;
}

/*
 * The midlayer has no command for this host left, but the last ones may just be ending, and a
 * reset that a user asks for may come at any time: it runs a hart, which needs all that is
 * freed here.
 */
static void host_free(struct host *host)
{
	mutex_lock(&host->eh_lock);
	host->gone = true;
	mutex_unlock(&host->eh_lock);
	synchronize_rcu();
	if (host->media_wq)
		destroy_workqueue(host->media_wq);
	host_stop_work(host);
	kfree(host->media_workers);
	san_destroy(host);
	adapter_destroy(&host->adapter);
	scsi_host_put(host->shost);
}

static struct host *host_alloc(const struct adapter_config *cfg)
{
	struct Scsi_Host *shost = scsi_host_alloc(&host_template, sizeof(struct host));
	struct host *host;

	if (!shost)
		return NULL;
	host = shost_priv(shost);
	host->shost = shost;
	mutex_init(&host->eh_lock);
	inband_init(host);
	shost->transportt = san_template();
	shost->max_id = cfg->nr_targets;
	shost->max_lun = 1;
	shost->max_channel = 0;
	shost->max_cmd_len = HOST_MAX_CDB;
	shost->nr_hw_queues = cfg->nr_queues;
	snprintf(host->name, sizeof(host->name), "hba_sim%u", cfg->serial);
	return host;
}

static int host_power_on(struct host *host, const struct adapter_config *cfg)
{
	int err = host_init_work(host) ?: host_init_media(host, cfg->nr_queues);

	if (!err)
		err = san_init(host, cfg->nr_ports);
	if (!err)
		err = adapter_init(&host->adapter, &hba_adapter_ops, host->name, cfg);
	for (u32 i = 0; i < cfg->nr_queues && !err; i++)
		host->media_workers[i].queue = &host->adapter.queues[i];
	if (!err)
		err = adapter_power_on(&host->adapter, hba_rom_start, hba_rom_end - hba_rom_start);
	if (err)
		return err;
	overlay_init(&host->overlay.ov, &adapter_overlay_ops, &host->adapter,
		     &host->adapter.image);
	host->overlay.ov.name = host->name;
	overlay_include(&host->overlay.ov);
	/* the microcode runs, and may ask for an update before its work items are there */
	err = overlay_exclude(&host->overlay.ov);
	host->adapter.overlay = &host->overlay.ov;
	return err;
}

/*
 * From now on nobody can start anything by the files that exist until the SCSI host is removed.
 * This waits for a power cycle under way, but not for its logins; the image that it boots is
 * cancelled.
 */
static void host_shut_doors(struct host *host)
{
	login_stop(&host->adapter);
	hba_debugfs_remove(host);
	flash_mtd_unregister(host->flash_mtd);
	overlay_close(&host->overlay.ov);
	sysfs_remove_file_from_group(&host->shost->shost_dev.kobj, &dev_attr_power_cycle.attr,
				     processor_group.name);
}

/**
 * host_add() - build an adapter, power it on, let the kernel find its disks
 * @parent: the parent device
 * @cfg: the adapter's configuration; the depth is set here
 * @boot: where the adapter's image comes from
 *
 * Context: may sleep.
 * Return: the host, or an ERR_PTR().
 */
struct host *host_add(struct device *parent, const struct adapter_config *cfg,
		      const struct boot *boot)
{
	struct adapter_config config = *cfg;
	struct host *host;
	int err;

	config.depth = HOST_CAN_QUEUE;
	host = host_alloc(&config);
	if (!host)
		return ERR_PTR(-ENOMEM);
	host->parent = parent;
	host->boot = *boot;
	err = host_power_on(host, &config);
	if (err)
		goto free;
	err = scsi_add_host(host->shost, parent);
	if (err)
		goto stop;
	err = overlay_node_add(&host->overlay, &host->shost->shost_dev, host->service_wq);
	if (err)
		goto remove;
	overlay_include(&host->overlay.ov);
	boot_run(host);
	san_show_host(host);
	err = san_start(host);
	if (err)
		goto remove_overlay;
	if (host->adapter.slots.own)
		host->flash_mtd = flash_mtd_register(&host->adapter.slots.flash, host->name,
						     parent);
	hba_debugfs_add(host);
	return host;

remove_overlay:
	host_shut_doors(host);
	overlay_node_remove(&host->overlay);
remove:
	san_stop(host);
	scsi_remove_host(host->shost);
	goto free;
stop:
	san_stop(host);
free:
	host_free(host);
	return ERR_PTR(err);
}

/**
 * host_retire() - let nobody open the adapter's boot flash from now on
 * @host: the host
 *
 * Context: any but interrupts.
 * Return: false: somebody has it open, and host_remove() would wait until it is closed.
 */
bool host_retire(struct host *host)
{
	return flash_mtd_retire(host->flash_mtd);
}

/**
 * host_remove() - remove an adapter
 * @host: the host; freed
 *
 * Context: may sleep; waits for an update under way and for the midlayer's
 * last commands.
 */
void host_remove(struct host *host)
{
	host_shut_doors(host);
	overlay_node_remove(&host->overlay);
	san_stop(host);
	scsi_remove_host(host->shost);
	host_free(host);
}
