/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_SCSI_SCSI_DEVICE_H
#define HOST_SCSI_SCSI_DEVICE_H

#include <stdbool.h>

struct Scsi_Host;
struct scsi_target;

struct fc_rport {
	unsigned int port_id;
	unsigned int supported_classes;
	unsigned int maxframe_size;
	bool blocked;
};

struct scsi_device {
	struct Scsi_Host *host;
	unsigned int id;
	struct fc_rport rport;
};

static inline struct scsi_target *scsi_target(struct scsi_device *sdev)
{
	return (struct scsi_target *)sdev;
}

#endif
