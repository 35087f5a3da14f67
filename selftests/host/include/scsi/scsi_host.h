/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_SCSI_SCSI_HOST_H
#define HOST_SCSI_SCSI_HOST_H

struct Scsi_Host {
	void *hostdata;
	void *shost_data;
};

static inline void scsi_flush_work(struct Scsi_Host *shost)
{
}

enum scsi_timeout_action {
	SCSI_EH_DONE,
	SCSI_EH_RESET_TIMER,
	SCSI_EH_NOT_HANDLED,
};

struct Scsi_Host *class_to_shost(struct device *dev);

static inline void *shost_priv(struct Scsi_Host *shost)
{
	return shost->hostdata;
}

#endif
