/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_SCSI_SCSI_DEVICE_H
#define HOST_SCSI_SCSI_DEVICE_H

struct Scsi_Host;

struct scsi_device {
	struct Scsi_Host *host;
	unsigned int id;
};

#endif
