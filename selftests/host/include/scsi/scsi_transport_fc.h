/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: a target is a device, and
 * a test says whether its remote port is blocked.
 */
#ifndef HOST_SCSI_SCSI_TRANSPORT_FC_H
#define HOST_SCSI_SCSI_TRANSPORT_FC_H

#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

struct fc_host_statistics {
	unsigned long long link_failure_count;
};

static inline struct fc_rport *starget_to_rport(struct scsi_target *starget)
{
	return &((struct scsi_device *)starget)->rport;
}

static inline int fc_block_scsi_eh(struct scsi_cmnd *cmd)
{
	return cmd->device->rport.blocked ? FAST_IO_FAIL : 0;
}

static inline enum scsi_timeout_action fc_eh_timed_out(struct scsi_cmnd *cmd)
{
	return cmd->device->rport.blocked ? SCSI_EH_RESET_TIMER : SCSI_EH_NOT_HANDLED;
}

#endif
