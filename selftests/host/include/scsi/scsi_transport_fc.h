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

#define FC_PORT_ROLE_FCP_TARGET		1
#define FC_PORT_ROLE_FCP_INITIATOR	2
#define FC_COS_CLASS3			8
#define FCH_EVT_LINKUP			2
#define FCH_EVT_LINKDOWN		3

struct fc_rport_identifiers {
	unsigned long long node_name;
	unsigned long long port_name;
	unsigned int port_id;
	unsigned int roles;
};

static inline u32 *fc_host_frame_size(void)
{
	static u32 size;

	return &size;
}

#define fc_host_work_q(shost)		true
#define fc_host_devloss_work_q(shost)	true
#define fc_get_event_number()		0
#define fc_host_maxframe_size(shost)	(*fc_host_frame_size())
#define fc_host_post_event(...)		do { } while (0)

/* The test's own. */
struct fc_rport *fc_remote_port_add(struct Scsi_Host *shost, int channel,
				    struct fc_rport_identifiers *ids);
void fc_remote_port_delete(struct fc_rport *rport);
void fc_remove_host(struct Scsi_Host *shost);

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
