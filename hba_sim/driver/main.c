// SPDX-License-Identifier: GPL-2.0
/*
 * The module: its parameters, and adapters as devices of the platform bus, so
 * that they can come and go while the module is loaded.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <compat/compat.h>

#include "../../overlay/node/node.h"
#include "../far_end/far_end.h"
#include "../memory/memory.h"
#include "boot_source.h"
#include "debugfs.h"
#include "fc_host.h"
#include "flash_mtd.h"
#include "host.h"

#define MAX_ADAPTERS		64
#define SHARED_NUMBER		MAX_ADAPTERS	/* of shared disks; no adapter has this number */
#define MAX_DEV_SIZE_MB		(16u << 20)
#define MAX_LATENCY_US		10000000u
#define MAX_LOGIN_DELAY_MS	10000u

/*
 * Parameters that choose what the next adapter will execute, or who may change that. Whoever
 * loads the module may set them; anybody else needs the permission that all ways in require,
 * even while the module is being loaded: the parameters' files exist before the first adapter.
 */
static int code_param_allowed(void)
{
	bool loads = THIS_MODULE->state != MODULE_STATE_LIVE && capable(CAP_SYS_MODULE);

	return loads || overlay_may_change() ? 0 : -EPERM;
}

static int code_bool_set(const char *val, const struct kernel_param *kp)
{
	return code_param_allowed() ?: param_set_bool(val, kp);
}

static int code_charp_set(const char *val, const struct kernel_param *kp)
{
	return code_param_allowed() ?: param_set_charp(val, kp);
}

static int code_string_set(const char *val, const struct kernel_param *kp)
{
	return code_param_allowed() ?: param_set_copystring(val, kp);
}

static const struct kernel_param_ops code_bool_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = code_bool_set,
	.get = param_get_bool,
};

static const struct kernel_param_ops code_charp_ops = {
	.set = code_charp_set,
	.get = param_get_charp,
	.free = param_free_charp,
};

static const struct kernel_param_ops code_string_ops = {
	.set = code_string_set,
	.get = param_get_string,
};

static unsigned int adapters = 1;
module_param(adapters, uint, 0444);
MODULE_PARM_DESC(adapters, "adapters to begin with, 0 to 64 (default 1)");

static unsigned int queues;
module_param(queues, uint, 0644);
MODULE_PARM_DESC(queues, "hardware queues, each with a hart, 1 to the number of CPUs (default: CPUs, at most 64)");

static unsigned int luns = 1;
module_param(luns, uint, 0644);
MODULE_PARM_DESC(luns, "disks of each adapter, 1 to 256 (default 1)");

static unsigned int logins;
module_param(logins, uint, 0644);
MODULE_PARM_DESC(logins, "remote ports to log in to, luns to 4096 (default: luns)");

static unsigned int dev_size_mb = 256;
module_param(dev_size_mb, uint, 0644);
MODULE_PARM_DESC(dev_size_mb, "size of each disk in MiB, sparse, 1 to 16777216 (default 256)");

static unsigned int media_latency_us;
module_param(media_latency_us, uint, 0644);
MODULE_PARM_DESC(media_latency_us, "time of a media request in microseconds, 0 to 10000000 (default 0)");

static unsigned int login_delay_ms;
module_param(login_delay_ms, uint, 0644);
MODULE_PARM_DESC(login_delay_ms, "time that a port takes to answer a login in milliseconds, 0 to 10000 (default 0)");

static char *topology = "switched";
module_param(topology, charp, 0644);
MODULE_PARM_DESC(topology, "what the adapter's port is attached to: switched, a fabric, or direct, the one remote port (default switched)");

static bool inband_download;
module_param_cb(inband_download, &code_bool_ops, &inband_download, 0644);
__MODULE_PARM_TYPE(inband_download, "bool");
MODULE_PARM_DESC(inband_download, "images may come by WRITE BUFFER (default N)");

static char *san = "own";
module_param(san, charp, 0644);
MODULE_PARM_DESC(san, "disks of an adapter: own, or shared with all that have this (default own)");

static char *boot = "rom";
module_param_cb(boot, &code_charp_ops, &boot, 0644);
__MODULE_PARM_TYPE(boot, "charp");
MODULE_PARM_DESC(boot, "where the image comes from at power-on: rom, port:N or host:NAME (default rom)");

static const struct board_kind *board_kind;

/* @val: the name of a kind, perhaps with a newline. */
static int board_set(const char *val, const struct kernel_param *kp)
{
	if (code_param_allowed())
		return -EPERM;
	for (u32 i = 0; board_kinds[i]; i++) {
		if (!sysfs_streq(val, board_kinds[i]->name))
			continue;
		WRITE_ONCE(board_kind, board_kinds[i]);
		return 0;
	}
	pr_err("hba_sim: board: there is no such kind\n");
	return -EINVAL;
}

static int board_get(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%s\n", (READ_ONCE(board_kind) ?: board_kinds[0])->name);
}

static const struct kernel_param_ops board_ops = {
	.set = board_set,
	.get = board_get,
};
module_param_cb(board, &board_ops, NULL, 0644);
MODULE_PARM_DESC(board, "kind of board: sram (default), banked, flash, rom or legacy");

static char flash_mtd[64];
static struct kparam_string flash_mtd_string = {
	.maxlen = sizeof(flash_mtd), .string = flash_mtd,
};
module_param_cb(flash_mtd, &code_string_ops, &flash_mtd_string, 0644);
__MODULE_PARM_TYPE(flash_mtd, "string");
MODULE_PARM_DESC(flash_mtd, "MTD device for the boot flash of board=flash (default: memory)");

static unsigned int media_limit_mb = UINT_MAX;	/* stands for the default until hba_init() */

static int media_limit_set(const char *val, const struct kernel_param *kp)
{
	int err = param_set_uint(val, kp);

	if (!err)
		media_pool_set_limit((u64)media_limit_mb << 20);
	return err;
}

static const struct kernel_param_ops media_limit_ops = {
	.set = media_limit_set,
	.get = param_get_uint,
};
module_param_cb(media_limit_mb, &media_limit_ops, &media_limit_mb, 0644);
MODULE_PARM_DESC(media_limit_mb, "memory for the blocks of all disks in MiB, 0 for no limit (default: half of memory)");

/**
 * struct params - the parameters, as they were when an adapter was added
 * @cfg: the adapter's configuration
 * @boot: where the adapter's image comes from
 * @shared: the adapter shares its disks with all others for which this was set
 */
struct params {
	struct adapter_config cfg;
	struct boot boot;
	bool shared;
};

static DEFINE_IDA(adapter_ids);
static DEFINE_MUTEX(adapters_lock);	/* protects all below, and the adapters' lifetimes */
static struct platform_device *adapter_devs[MAX_ADAPTERS];
static struct storage *shared_storage;	/* stays when its adapters go */
static int probe_error;
static struct task_struct *adding;	/* the task that is making a device for an adapter */
static bool closing;

static bool valid_param(const char *name, u32 value, u32 min, u32 max)
{
	if (value >= min && value <= max)
		return true;
	pr_err("hba_sim: %s=%u: must be %u to %u\n", name, value, min, max);
	return false;
}

/* Adapters that share disks must ask for the same number and size of disks. */
static int share_storage(struct adapter_config *cfg)
{
	const struct storage *s;

	lockdep_assert_held(&adapters_lock);
	if (!shared_storage)
		shared_storage = storage_new(cfg->nr_targets, cfg->blocks, SHARED_NUMBER);
	s = shared_storage;
	if (!s)
		return -ENOMEM;
	cfg->storage = shared_storage;
	if (s->nr_disks == cfg->nr_targets && s->blocks == cfg->blocks)
		return 0;
	pr_err("hba_sim: san=shared: has %u disks of %llu MiB\n", s->nr_disks, s->blocks >> 11);
	return -EINVAL;
}

/* No adapter was added that uses the shared storage: the next one may want other disks. */
static void forget_storage(void)
{
	lockdep_assert_held(&adapters_lock);
	storage_put(shared_storage);
	shared_storage = NULL;
}

static int read_san(bool *shared)
{
	int err = 0;

	kernel_param_lock(THIS_MODULE);
	*shared = sysfs_streq(san, "shared");
	if (!*shared && !sysfs_streq(san, "own"))
		err = -EINVAL;
	kernel_param_unlock(THIS_MODULE);
	if (err)
		pr_err("hba_sim: san: must be own or shared\n");
	return err;
}

static int read_topology(struct adapter_config *cfg)
{
	int err = 0;

	kernel_param_lock(THIS_MODULE);
	cfg->direct = sysfs_streq(topology, "direct");
	if (!cfg->direct && !sysfs_streq(topology, "switched"))
		err = -EINVAL;
	kernel_param_unlock(THIS_MODULE);
	if (err)
		pr_err("hba_sim: topology: must be switched or direct\n");
	else if (cfg->direct && !valid_param("topology=direct: logins", cfg->nr_ports, 1, 1))
		err = -EINVAL;
	return err;
}

static int read_boot(struct boot *how)
{
	int err;

	kernel_param_lock(THIS_MODULE);
	err = boot_parse(how, boot);
	kernel_param_unlock(THIS_MODULE);
	if (err)
		pr_err("hba_sim: boot: must be rom, port:N or host:NAME\n");
	return err;
}

/* Each parameter is read once, as it may be written at any time. */
static int read_params(struct params *p)
{
	struct adapter_config *cfg = &p->cfg;
	u32 max_queues = min(nr_cpu_ids, BOARD_MAX_HARTS - 1);
	u32 size_mb = READ_ONCE(dev_size_mb);
	u32 latency_us = READ_ONCE(media_latency_us);
	u32 delay_ms = READ_ONCE(login_delay_ms);

	cfg->nr_queues = READ_ONCE(queues) ?: max_queues;
	cfg->nr_targets = READ_ONCE(luns);
	cfg->nr_ports = READ_ONCE(logins) ?: cfg->nr_targets;
	if (!valid_param("queues", cfg->nr_queues, 1, max_queues) ||
	    !valid_param("luns", cfg->nr_targets, 1, BOARD_MAX_TARGETS) ||
	    !valid_param("logins", cfg->nr_ports, cfg->nr_targets, BOARD_MAX_PORTS) ||
	    !valid_param("dev_size_mb", size_mb, 1, MAX_DEV_SIZE_MB) ||
	    !valid_param("media_latency_us", latency_us, 0, MAX_LATENCY_US) ||
	    !valid_param("login_delay_ms", delay_ms, 0, MAX_LOGIN_DELAY_MS))
		return -EINVAL;
	cfg->kind = READ_ONCE(board_kind);
	cfg->inband = READ_ONCE(inband_download);
	cfg->blocks = (u64)size_mb << 11;
	cfg->media_latency_ns = (u64)latency_us * 1000;
	cfg->login_delay_ns = (u64)delay_ms * NSEC_PER_MSEC;
	return read_topology(cfg) ?: read_san(&p->shared) ?: read_boot(&p->boot);
}

/* Open the device behind the boot flash, unless the flash is in memory. */
static int open_flash(struct adapter_config *cfg)
{
	char name[sizeof(flash_mtd)];

	if (!cfg->kind || !cfg->kind->boot_flash)
		return 0;
	kernel_param_lock(THIS_MODULE);
	strscpy(name, flash_mtd, sizeof(name));
	kernel_param_unlock(THIS_MODULE);
	if (!*strim(name))
		return 0;
	cfg->flash = flash_mtd_get(strim(name));
	if (!IS_ERR(cfg->flash))
		return 0;
	pr_err("hba_sim: flash_mtd=%s: cannot be used (error %ld)\n", strim(name),
	       PTR_ERR(cfg->flash));
	return PTR_ERR(cfg->flash);
}

static int add_host(struct platform_device *pdev, struct params *params)
{
	int err = params->shared ? share_storage(&params->cfg) : 0;
	struct host *host;

	if (!err)
		err = open_flash(&params->cfg);
	if (err)
		return err;
	host = host_add(&pdev->dev, &params->cfg, &params->boot);
	if (IS_ERR(host)) {
		flash_mtd_put(params->cfg.flash);
		return dev_err_probe(&pdev->dev, PTR_ERR(host), "cannot add the adapter\n");
	}
	platform_set_drvdata(pdev, host);
	return 0;
}

/*
 * Called from add_device(), which needs the error. A device that was made by anybody else, which
 * a user may bind to any driver (driver_override), is not an adapter.
 */
static int hba_probe(struct platform_device *pdev)
{
	struct params params = { .cfg.serial = pdev->id };
	bool had_storage;

	if (READ_ONCE(adding) != current)
		return -ENODEV;
	had_storage = shared_storage;
	probe_error = read_params(&params);
	if (!probe_error)
		probe_error = add_host(pdev, &params);
	if (probe_error && !had_storage)
		forget_storage();
	return probe_error;
}

static void hba_remove(struct platform_device *pdev)
{
	struct host *host = platform_get_drvdata(pdev);
	struct flash_device *flash = host->adapter.cfg.flash;

	host_remove(host);
	flash_mtd_put(flash);
}

static void remove_device(u32 id)
{
	lockdep_assert_held(&adapters_lock);
	platform_device_unregister(adapter_devs[id]);
	adapter_devs[id] = NULL;
	ida_free(&adapter_ids, id);
}

/* Make a device; the driver's probe builds an adapter on it. */
static int add_device(void)
{
	struct platform_device *pdev;
	int id;

	lockdep_assert_held(&adapters_lock);
	id = ida_alloc_max(&adapter_ids, MAX_ADAPTERS - 1, GFP_KERNEL);
	if (id < 0)
		return id;
	WRITE_ONCE(adding, current);
	pdev = platform_device_register_simple("hba_sim", id, NULL, 0);
	WRITE_ONCE(adding, NULL);
	if (IS_ERR(pdev)) {
		ida_free(&adapter_ids, id);
		return PTR_ERR(pdev);
	}
	adapter_devs[id] = pdev;
	if (platform_get_drvdata(pdev))
		return 0;
	remove_device(id);
	return probe_error ?: -ENODEV;
}

static int add_devices(u32 count)
{
	int err;

	if (mutex_lock_killable(&adapters_lock))
		return -EINTR;
	err = closing ? -ENODEV : 0;
	for (u32 i = 0; i < count && !err; i++)
		err = add_device();
	mutex_unlock(&adapters_lock);
	return err;
}

static bool is_host(struct platform_device *pdev, u32 host_no)
{
	struct host *host = pdev ? platform_get_drvdata(pdev) : NULL;

	return host && host->shost->host_no == host_no;
}

static ssize_t add_adapter_store(struct device_driver *drv, const char *buf, size_t len)
{
	struct params params;
	u32 count;
	int err;

	if (!overlay_may_change())
		return -EPERM;
	err = kstrtou32(buf, 0, &count);
	if (!err && !valid_param("add_adapter", count, 1, MAX_ADAPTERS))
		err = -EINVAL;
	if (!err)
		err = read_params(&params);
	if (!err)
		err = add_devices(count);
	return err ?: len;
}
static DRIVER_ATTR_WO(add_adapter);

static ssize_t remove_adapter_store(struct device_driver *drv, const char *buf, size_t len)
{
	u32 host_no;
	int err;

	if (!overlay_may_change())
		return -EPERM;
	err = kstrtou32(buf, 0, &host_no);
	if (err)
		return err;
	if (mutex_lock_killable(&adapters_lock))
		return -EINTR;
	err = -ENODEV;
	for (u32 id = 0; id < MAX_ADAPTERS && err; id++) {
		if (!is_host(adapter_devs[id], host_no))
			continue;
		if (!host_retire(platform_get_drvdata(adapter_devs[id]))) {
			err = -EBUSY;
			break;
		}
		remove_device(id);
		err = 0;
	}
	mutex_unlock(&adapters_lock);
	return err ?: len;
}
static DRIVER_ATTR_WO(remove_adapter);

static ssize_t media_used_kb_show(struct device_driver *drv, char *buf)
{
	return sysfs_emit(buf, "%llu\n", media_pool_used() >> 10);
}
static DRIVER_ATTR_RO(media_used_kb);

static struct attribute *hba_driver_attrs[] = {
	&driver_attr_add_adapter.attr,
	&driver_attr_remove_adapter.attr,
	&driver_attr_media_used_kb.attr,
	NULL,
};
ATTRIBUTE_GROUPS(hba_driver);

static struct platform_driver hba_driver = {
	.probe	= hba_probe,
	.VOID_REMOVE = hba_remove,
	.driver	= {
		.name		= "hba_sim",
		.groups		= hba_driver_groups,
		.probe_type	= PROBE_FORCE_SYNCHRONOUS,
		.suppress_bind_attrs = true,
	},
};

/* Unmapped pages are freed by RCU with code of this module: see media_pool.c. */
static void remove_all(void)
{
	mutex_lock(&adapters_lock);
	closing = true;
	for (u32 id = 0; id < MAX_ADAPTERS; id++)
		if (adapter_devs[id])
			remove_device(id);
	storage_put(shared_storage);
	mutex_unlock(&adapters_lock);
	rcu_barrier();
}

static int __init hba_init(void)
{
	struct params params;
	int err;

	if (!valid_param("adapters", adapters, 0, MAX_ADAPTERS))
		return -EINVAL;
	if (media_limit_mb == UINT_MAX)
		media_limit_mb = media_pool_default() >> 20;
	media_pool_set_limit((u64)media_limit_mb << 20);
	err = read_params(&params);
	if (!err)
		err = san_attach();
	if (err)
		return err;
	hba_debugfs_init();
	err = platform_driver_register(&hba_driver);
	if (err)
		goto detach;
	err = add_devices(adapters);
	if (err)
		goto unregister;
	return 0;

unregister:
	remove_all();
	platform_driver_unregister(&hba_driver);
detach:
	hba_debugfs_exit();
	san_detach();
	return err;
}

static void __exit hba_exit(void)
{
	remove_all();
	platform_driver_unregister(&hba_driver);
	hba_debugfs_exit();
	san_detach();
	ida_destroy(&adapter_ids);
}

module_init(hba_init);
module_exit(hba_exit);
MODULE_DESCRIPTION("Fibre Channel host bus adapter simulator with live microcode overlay");
MODULE_LICENSE("GPL");
