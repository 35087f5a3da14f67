/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_SCSI_SCSI_CMND_H
#define HOST_SCSI_SCSI_CMND_H

struct scsi_device;

struct scsi_cmnd {
	struct scsi_device *device;
};

/* As in the kernel: what the driver has of its own lies behind it. */
static inline void *scsi_cmd_priv(struct scsi_cmnd *cmd)
{
	return cmd + 1;
}

#endif
