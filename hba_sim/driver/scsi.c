// SPDX-License-Identifier: GPL-2.0
/*
 * The I/O path of the LLD: a command of the midlayer becomes a command of the adapter, and the
 * microcode's reply becomes the result. No operation code is interpreted here: status and sense
 * data come from the microcode alone.
 */
#include <linux/blk-mq.h>
#include <linux/delay.h>
#include <linux/devcoredump.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_common.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>
#include <scsi/scsi_transport_fc.h>

#include "../adapter/adapter.h"
#include "host.h"
#include "inband.h"
#include "scsi.h"

static struct scsi_cmnd *to_scsi(struct hba_cmd *cmd)
{
	struct host_cmd *hc = container_of(cmd, struct host_cmd, cmd);

	return (struct scsi_cmnd *)hc - 1;
}

static u8 frame_dir(const struct scsi_cmnd *sc)
{
	switch (sc->sc_data_direction) {
	case DMA_FROM_DEVICE:
		return FRAME_DIR_IN;
	case DMA_TO_DEVICE:
		return FRAME_DIR_OUT;
	default:
		return FRAME_DIR_NONE;
	}
}

/*
 * 0, or the result for a command whose remote port cannot be reached. If the session is lost
 * and the kernel's remote port is not blocked yet, the command waits in its queue until it is:
 * see queue_lost.c. A port that the kernel is deleting can be reached to the end.
 */
static int port_obstacle(const struct adapter *a, struct fc_rport *rport)
{
	int result = fc_remote_port_chkready(rport);

	if (READ_ONCE(a->dead))
		return DID_NO_CONNECT << 16;
	if (READ_ONCE(rport->port_state) != FC_PORTSTATE_DELETED)
		return result;
	return fabric_is_gone(&a->fabric, san_port(rport)) ? result : 0;
}

/**
 * hba_queuecommand() - a command of the midlayer
 * @shost: the host
 * @sc: the command
 *
 * Context: under the block layer's RCU or SRCU read lock; does not sleep.
 * Return: 0; a command is never requeued as busy.
 */
QC_STATUS hba_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *sc)
{
	struct host *host = shost_priv(shost);
	u32 unique = blk_mq_unique_tag(scsi_cmd_to_rq(sc));
	struct host_cmd *hc = scsi_cmd_priv(sc);
	struct fc_rport *rport = starget_to_rport(scsi_target(sc->device));
	struct hba_cmd *cmd = &hc->cmd;

	sc->result = port_obstacle(&host->adapter, rport);
	if (sc->result) {
		scsi_done(sc);
		return 0;
	}
	hc->extensions = 0;
	cmd->tag = blk_mq_unique_tag_to_tag(unique);
	cmd->target = san_port(rport);
	int_to_scsilun(sc->device->lun, (struct scsi_lun *)cmd->lun);
	cmd->cdb_len = min_t(u32, sc->cmd_len, sizeof(cmd->cdb));
	memset(cmd->cdb, 0, sizeof(cmd->cdb));
	memcpy(cmd->cdb, sc->cmnd, cmd->cdb_len);
	cmd->buf.sgl = scsi_sglist(sc);
	cmd->buf.nents = scsi_sg_count(sc);
	cmd->buf.len = scsi_bufflen(sc);
	cmd->buf.dir = frame_dir(sc);

	queue_submit(&host->adapter.queues[blk_mq_unique_tag_to_hwq(unique)], cmd);
	return 0;
}

/*
 * Does the midlayer take this for success? Not only GOOD is, but also other statuses, and sense
 * data that reports no error.
 */
static bool counts_as_good(const struct hba_cmd *cmd)
{
	struct scsi_sense_hdr sshdr;

	if (cmd->status != SAM_STAT_CHECK_CONDITION)
		return scsi_status_is_good(cmd->status);
	return scsi_normalize_sense(cmd->sense, cmd->sense_len, &sshdr) &&
	       sshdr.sense_key <= RECOVERED_ERROR;
}

static u32 command_result(const struct hba_cmd *cmd, const struct scsi_cmnd *sc)
{
	switch (cmd->outcome) {
	case CMD_LOST:
		return DID_NO_CONNECT << 16;
	case CMD_RESET:
		return DID_RESET << 16;
	case CMD_DISRUPTED:
		return DID_TRANSPORT_DISRUPTED << 16;
	case CMD_NOT_BEGUN:
		return DID_IMM_RETRY << 16;
	default:
		break;
	}
	/* success without enough data: an error, and not one that is retried forever */
	if (counts_as_good(cmd) && cmd->buf.moved < sc->underflow)
		return DID_ERROR << 16;
	return cmd->status;
}

static void op_complete(struct hba_cmd *cmd)
{
	struct scsi_cmnd *sc = to_scsi(cmd);

	sc->result = command_result(cmd, sc);
	scsi_set_resid(sc, cmd->buf.len - cmd->buf.moved);
	/* the midlayer looks at sense data whatever the result is */
	if (sc->result == SAM_STAT_CHECK_CONDITION)
		memcpy(sc->sense_buffer, cmd->sense, cmd->sense_len);
	scsi_done_direct(sc);
}

static enum hrtimer_restart delay_over(struct hrtimer *timer)
{
	struct host_cmd *hc = container_of(timer, struct host_cmd, timer);

	queue_media_due(&hc->cmd);
	return HRTIMER_NORESTART;
}

static void op_delay(struct hba_cmd *cmd)
{
	struct host_cmd *hc = container_of(cmd, struct host_cmd, cmd);

	hrtimer_start(&hc->timer, ns_to_ktime(cmd->queue->adapter->cfg.media_latency_ns),
		      HRTIMER_MODE_REL_SOFT);
}

static bool op_cancel_delay(struct hba_cmd *cmd)
{
	struct host_cmd *hc = container_of(cmd, struct host_cmd, cmd);

	return hrtimer_try_to_cancel(&hc->timer) == 1;
}

static void op_wake_media(struct hba_queue *q)
{
	struct host *host = adapter_to_host(q->adapter);

	queue_work(host->media_wq, &host->media_workers[q->hart.id - 1].work);
}

static void op_wake_login(struct adapter *a)
{
	struct host *host = adapter_to_host(a);

	if (!READ_ONCE(host->stopping))
		queue_work(host->login_wq, &host->login_work);
}

static void op_wake_later(struct adapter *a, u64 ns)
{
	struct host *host = adapter_to_host(a);

	if (!READ_ONCE(host->stopping))
		hrtimer_start(&host->login_timer, ns_to_ktime(ns), HRTIMER_MODE_REL_SOFT);
}

static void op_wake_service(struct adapter *a)
{
	struct host *host = adapter_to_host(a);

	queue_work(host->service_wq, &host->service_work);
}

/* Attached to the platform device: a dump that nobody reads outlives host and module. */
static void op_dump(struct adapter *a, void *data, size_t len)
{
	dev_coredumpv(adapter_to_host(a)->parent, data, len, GFP_KERNEL);
}

static void tell_capabilities(struct adapter *a, u32 caps, const char *what)
{
	for (u32 bit = 0; bit < 32; bit++)
		if (caps & BIT(bit))
			dev_notice(adapter_to_host(a)->parent, "microcode %s %s\n", what,
				   capability_name(bit) ?: "a capability without a name");
}

/* Commands that need a lost capability will be answered with sense data that says so. */
static void op_told(struct adapter *a, u32 old, u32 new)
{
	tell_capabilities(a, old & ~new, "gives up");
	tell_capabilities(a, new & ~old, "now has");
}

/* Sleeping longer than asked for does no harm: the service hart's thread has nothing else to do. */
static void op_busy(struct adapter *a, u32 us)
{
	fsleep(us);
}

static void op_port_changed(struct adapter *a, u32 port)
{
	san_port_changed(adapter_to_host(a), port);
}

/* The name comes from the microcode: whatever it looks like, it is not parsed for options. */
static int op_apply(struct adapter *a, const char *name, bool permanent)
{
	return overlay_node_trigger_name(&adapter_to_host(a)->overlay, name, permanent);
}

static u64 op_now_ns(void)
{
	return ktime_get_ns();
}

/** hba_adapter_ops - the driver's callbacks for the adapter */
const struct adapter_ops hba_adapter_ops = {
	.complete	= op_complete,
	.delay		= op_delay,
	.cancel_delay	= op_cancel_delay,
	.wake_media	= op_wake_media,
	.wake_later	= op_wake_later,
	.wake_login	= op_wake_login,
	.wake_service	= op_wake_service,
	.dump		= IS_ENABLED(CONFIG_DEV_COREDUMP) ? op_dump : NULL,
	.told		= op_told,
	.busy		= op_busy,
	.port_changed	= op_port_changed,
	.apply		= op_apply,
	.update_claim	= inband_claim,
	.update_start	= inband_start,
	.now_ns		= op_now_ns,
};

/**
 * hba_init_cmd() - initialize a command's private data; called once for each
 * @shost: the host
 * @sc: the command
 *
 * Return: 0.
 */
int hba_init_cmd(struct Scsi_Host *shost, struct scsi_cmnd *sc)
{
	struct host_cmd *hc = scsi_cmd_priv(sc);

	INIT_LIST_HEAD(&hc->cmd.node);
	hrtimer_setup(&hc->timer, delay_over, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	return 0;
}
