// SPDX-License-Identifier: GPL-2.0
/*
 * Error handling: abort, LUN reset and host reset. When a function here returns,
 * whatever it returns, nothing refers to the commands concerned any more: the midlayer ends
 * them and may reuse their memory. So the wait for a command that a thread or a timer owns has
 * no time limit; it cannot be long, as the owner gives the command up at the next page
 * (queue_abort.c).
 * Only waits on which no memory depends have a limit: for the service hart's answer, and until
 * the microcode can be told of a reset.
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

#include "../adapter/adapter.h"
#include "eh.h"
#include "host.h"
#include "inband.h"

#define EH_WAIT		(5 * HZ)	/* for the microcode, at most */
#define EH_POLL_MS	2
#define EH_EXTENSIONS	3		/* of a timeout, during an update */

/**
 * hba_eh_timed_out() - a command takes long
 * @sc: the command
 *
 * During an update it may take a few times as long; while its remote port is blocked, it may
 * take until the port is unblocked.
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

/* Let the service hart finish what a command has asked for, but with a time limit. */
static void await_service(struct adapter *a, int target)
{
	unsigned long end = jiffies + EH_WAIT;

	while (adapter_serves(a, target) && !time_after(jiffies, end))
		msleep(EH_POLL_MS);
}

/* When this returns, nothing refers to the command, however long that takes. */
static void abort_command(struct host *host, struct hba_cmd *cmd)
{
	unsigned long end = jiffies + EH_WAIT;

	while (READ_ONCE(cmd->state) == CMD_SERVICE && !time_after(jiffies, end))
		msleep(EH_POLL_MS);
	while (queue_abort(cmd) == -EBUSY)
		msleep(EH_POLL_MS);
	inband_abandon_command(host, cmd);
	synchronize_rcu();
}

/**
 * hba_eh_abort() - ABORT TASK
 * @sc: the command
 *
 * Context: a thread.
 * Return: SUCCESS, or FAST_IO_FAIL if the adapter is gone.
 */
int hba_eh_abort(struct scsi_cmnd *sc)
{
	struct host *host = shost_priv(sc->device->host);
	struct host_cmd *hc = scsi_cmd_priv(sc);
	int ret = FAST_IO_FAIL;

	mutex_lock(&host->eh_lock);
	if (!host->gone) {
		abort_command(host, &hc->cmd);
		ret = SUCCESS;
	}
	mutex_unlock(&host->eh_lock);
	return ret;
}

/* End the commands for a target, or all commands, however long that takes. */
static void reset_commands(struct host *host, int target)
{
	struct adapter *a = &host->adapter;

	await_service(a, target);
	inband_abandon(host, target);
	while (adapter_abort_all(a, target))
		msleep(EH_POLL_MS);
	inband_abandon(host, target);
	synchronize_rcu();
}

/* The microcode cannot be told in a pause, or while its harts are restarted. */
static int tell_microcode(struct adapter *a, int target, u8 function)
{
	unsigned long end = jiffies + EH_WAIT;
	int err;

	while ((err = queue_reset(&a->queues[0], max(target, 0), function)) == -EBUSY) {
		if (time_after(jiffies, end))
			return FAILED;
		msleep(EH_POLL_MS);
	}
	return err ? FAILED : SUCCESS;
}

/*
 * @target: -1 for the whole adapter. @blocked: what fc_block_scsi_eh() returned; if it is not
 * 0, the midlayer ends the commands as well, and the microcode is not told.
 */
static int reset(struct host *host, int target, u8 function, int blocked)
{
	int ret = FAST_IO_FAIL;

	mutex_lock(&host->eh_lock);
	if (!host->gone) {
		reset_commands(host, target);
		ret = blocked ?: tell_microcode(&host->adapter, target, function);
		download_reset_later(&host->adapter, target, ret == SUCCESS &&
				     function == TMF_HARD_RESET ? DOWNLOAD_ON_RESET : 0);
	}
	mutex_unlock(&host->eh_lock);
	return ret;
}

/**
 * hba_eh_device_reset() - LOGICAL UNIT RESET
 * @sc: a command for the logical unit
 *
 * This waits while the remote port is blocked, as the midlayer tests the logical unit
 * afterwards. A remote port that is gone for good (dev_loss_tmo) has no address any more; its
 * commands ended before it lost the address.
 *
 * Context: a thread.
 * Return: SUCCESS; FAILED: the unit's commands have ended, but the microcode does not know; or
 * FAST_IO_FAIL: the adapter or the remote port is gone, and the commands have ended with it.
 */
int hba_eh_device_reset(struct scsi_cmnd *sc)
{
	const struct fc_rport *rport = starget_to_rport(scsi_target(sc->device));
	struct host *host = shost_priv(sc->device->host);
	int blocked = fc_block_scsi_eh(sc);
	u32 port = san_port(rport);

	if (port >= host->adapter.cfg.nr_targets)
		return FAST_IO_FAIL;
	return reset(host, port, TMF_LUN_RESET, blocked);
}

/**
 * hba_eh_host_reset() - end all commands, and an update before its pause
 * @sc: a command of the host
 *
 * Context: a thread.
 * Return: SUCCESS; FAILED: all commands have ended, but the microcode does not know; or
 * FAST_IO_FAIL: the adapter is gone.
 */
int hba_eh_host_reset(struct scsi_cmnd *sc)
{
	struct host *host = shost_priv(sc->device->host);
	int blocked = fc_block_scsi_eh(sc);

	overlay_cancel(&host->overlay.ov);
	return reset(host, -1, TMF_HARD_RESET, blocked);
}
