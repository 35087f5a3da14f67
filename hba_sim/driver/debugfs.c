// SPDX-License-Identifier: GPL-2.0
/*
 * Files that inject faults, at any time, even in the middle of an update:
 *
 *	link		0: the adapter's own link goes down; 1: up again
 *	lose_port	the remote port of this index is unplugged
 *	return_port	the remote port of this index is plugged in again
 *	logout_port	the remote port of this index logs out by itself; it accepts the next login
 *	lose_flash	the boot flash loses its power in the middle of the Nth operation
 */
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <scsi/scsi_host.h>

#include "../../overlay/node/node.h"
#include "debugfs.h"
#include "debugfs_board.h"
#include "fc_rport.h"
#include "host.h"

static struct dentry *root;

static int link_get(void *data, u64 *val)
{
	const struct host *host = data;

	*val = READ_ONCE(host->adapter.fabric.link_up);
	return 0;
}

/* Each write is an event for the microcode; with the next link other port firmware may run. */
static int check_value(u64 val, u64 max)
{
	if (!overlay_may_change())
		return -EPERM;
	return val <= max ? 0 : -EINVAL;
}

static int link_set(void *data, u64 val)
{
	int err = check_value(val, 1);

	if (err)
		return err;
	san_set_link(data, val);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(link_fops, link_get, link_set, "%llu\n");

static int check_port(const struct host *host, u64 val)
{
	return check_value(val, host->adapter.cfg.nr_ports - 1);
}

static int lose_port_set(void *data, u64 val)
{
	int err = check_port(data, val);

	if (err)
		return err;
	san_set_present(data, val, false);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(lose_port_fops, NULL, lose_port_set, "%llu\n");

static int return_port_set(void *data, u64 val)
{
	int err = check_port(data, val);

	if (err)
		return err;
	san_set_present(data, val, true);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(return_port_fops, NULL, return_port_set, "%llu\n");

static int logout_port_set(void *data, u64 val)
{
	int err = check_port(data, val);

	if (err)
		return err;
	san_log_out(data, val);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(logout_port_fops, NULL, logout_port_set, "%llu\n");

static int lose_flash_get(void *data, u64 *val)
{
	const struct host *host = data;

	*val = READ_ONCE(host->adapter.slots.flash.lost);
	return 0;
}

static int lose_flash_set(void *data, u64 val)
{
	struct host *host = data;
	int err = check_value(val, U64_MAX);

	if (err)
		return err;
	flash_lose_power(&host->adapter.slots.flash, val);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(lose_flash_fops, lose_flash_get, lose_flash_set, "%llu\n");

/**
 * hba_debugfs_init() - make the folder of all adapters
 *
 * A kernel without debugfs is not an error.
 */
void hba_debugfs_init(void)
{
	root = debugfs_create_dir("hba_sim", NULL);
}

/**
 * hba_debugfs_exit() - remove the folder of all adapters; no adapter is left
 */
void hba_debugfs_exit(void)
{
	debugfs_remove(root);
}

/**
 * hba_debugfs_add() - make an adapter's files
 * @host: the adapter's host, after san_start()
 */
void hba_debugfs_add(struct host *host)
{
	char name[16];

	snprintf(name, sizeof(name), "host%u", host->shost->host_no);
	host->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file_unsafe("link", 0600, host->debugfs, host, &link_fops);
	debugfs_create_file_unsafe("lose_port", 0200, host->debugfs, host, &lose_port_fops);
	debugfs_create_file_unsafe("return_port", 0200, host->debugfs, host, &return_port_fops);
	debugfs_create_file_unsafe("logout_port", 0200, host->debugfs, host, &logout_port_fops);
	if (host->adapter.slots.flash.dev)
		debugfs_create_file_unsafe("lose_flash", 0600, host->debugfs, host,
					   &lose_flash_fops);
	hba_debugfs_add_board(&host->adapter, host->debugfs);
}

/**
 * hba_debugfs_remove() - remove an adapter's files
 * @host: the adapter's host
 *
 * Context: may sleep: waits for writes under way.
 */
void hba_debugfs_remove(struct host *host)
{
	debugfs_remove(host->debugfs);
}
