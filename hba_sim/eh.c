// SPDX-License-Identifier: GPL-2.0
/*
 * Error handling: abort, LUN reset and host reset. A command is given back
 * only when no parked list, mailbox, timer or DMA refers to it; one that is
 * being executed right now is waited for, with a bound.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_transport_fc.h>

#include "eh.h"
#include "host.h"
#include "inband.h"
#include "queue.h"

#define EH_WAIT		(5 * HZ)	/* for what ends by itself */
#define EH_POLL_MS	2
#define EH_EXTENSIONS	3		/* of a timeout, during an update */

/**
 * hba_eh_timed_out() - a command takes long
 * @sc: the command
 *
 * During an update it may take a few times as long, and while its remote port is
 * blocked as long as that is.
 *
 * Context: the block layer's timeout work.
 * Return: whether the midlayer is to wait once more.
 */
enum scsi_timeout_action hba_eh_timed_out(struct scsi_cmnd *sc)
{
	struct host *host = shost_priv(sc->device->host);
	struct host_cmd *hc = scsi_cmd_priv(sc);

	if (overlay_is_busy(&host->overlay.ov) && hc->extensions++ < EH_EXTENSIONS)
		return SCSI_EH_RESET_TIMER;
	return fc_eh_timed_out(sc);
}

static int abort_command(struct hba_cmd *cmd)
{
	unsigned long end = jiffies + EH_WAIT;

	while (queue_abort(cmd) == -EBUSY) {
		if (time_after(jiffies, end))
			return FAILED;
		msleep(EH_POLL_MS);
	}
	synchronize_rcu();
	return SUCCESS;
}

/* The command may have begun an update: before its pause that is not wanted any more. */
static void cancel_update(struct host *host, const struct hba_cmd *cmd)
{
	if (READ_ONCE(cmd->state) == CMD_UPDATE)
		overlay_cancel_own(&host->overlay.ov, &host->inband);
}

/**
 * hba_eh_abort() - ABORT TASK
 * @sc: the command
 *
 * Context: a thread.
 * Return: SUCCESS: nothing refers to the command any more. FAILED: something
 * still does, after EH_WAIT. FAST_IO_FAIL: the adapter is gone.
 */
int hba_eh_abort(struct scsi_cmnd *sc)
{
	struct host *host = shost_priv(sc->device->host);
	struct host_cmd *hc = scsi_cmd_priv(sc);
	int ret = FAST_IO_FAIL;

	mutex_lock(&host->eh_lock);
	if (!host->gone) {
		cancel_update(host, &hc->cmd);
		ret = abort_command(&hc->cmd);
	}
	mutex_unlock(&host->eh_lock);
	return ret;
}

/* Ends the commands for a target, or all; false if some are left after @end. */
static bool reset_commands(struct adapter *a, int target, unsigned long end)
{
	while (adapter_abort_all(a, target)) {
		if (time_after(jiffies, end))
			return false;
		msleep(EH_POLL_MS);
	}
	synchronize_rcu();
	return true;
}

static int reset_adapter(struct adapter *a, int target, u8 function)
{
	unsigned long end = jiffies + EH_WAIT;
	int err;

	if (!reset_commands(a, target, end))
		return FAILED;
	while ((err = queue_reset(&a->queues[0], max(target, 0), function)) == -EBUSY) {
		if (time_after(jiffies, end))
			return FAILED;
		msleep(EH_POLL_MS);
	}
	return err ? FAILED : SUCCESS;
}

/* -1: of the whole adapter. */
static int reset(struct host *host, int target, u8 function)
{
	int ret = FAST_IO_FAIL;

	mutex_lock(&host->eh_lock);
	if (!host->gone) {
		inband_abandon(host, target);
		download_reset(&host->adapter, target);
		ret = reset_adapter(&host->adapter, target, function);
	}
	if (ret == SUCCESS && function == TMF_HARD_RESET)
		download_event(&host->adapter, DOWNLOAD_ON_RESET);
	mutex_unlock(&host->eh_lock);
	return ret;
}

/**
 * hba_eh_device_reset() - LOGICAL UNIT RESET
 * @sc: tells the logical unit
 *
 * As the midlayer tries the logical unit afterwards, a blocked remote port is waited
 * for. One that is gone for good (dev_loss_tmo) has no address any more.
 *
 * Context: a thread.
 * Return: SUCCESS, FAILED, or FAST_IO_FAIL when the adapter or the remote port is gone.
 */
int hba_eh_device_reset(struct scsi_cmnd *sc)
{
	const struct fc_rport *rport = starget_to_rport(scsi_target(sc->device));
	struct host *host = shost_priv(sc->device->host);
	int ret = fc_block_scsi_eh(sc);
	u32 port;

	if (ret)
		return ret;
	port = san_port(rport);
	if (port >= host->adapter.cfg.nr_targets)
		return FAST_IO_FAIL;
	return reset(host, port, TMF_LUN_RESET);
}

/**
 * hba_eh_host_reset() - end all commands, and an update before its pause
 * @sc: tells the host
 *
 * Context: a thread.
 * Return: SUCCESS, FAILED, or FAST_IO_FAIL when the adapter is gone.
 */
int hba_eh_host_reset(struct scsi_cmnd *sc)
{
	struct host *host = shost_priv(sc->device->host);
	int ret = fc_block_scsi_eh(sc);

	if (ret)
		return ret;
	overlay_cancel(&host->overlay.ov);
	return reset(host, -1, TMF_HARD_RESET);
}
