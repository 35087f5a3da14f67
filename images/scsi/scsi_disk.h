/* SPDX-License-Identifier: GPL-2.0 */
/* Commands about a logical unit as a disk: readiness, capacity, sense data. */
#ifndef IMAGES_SCSI_DISK_H
#define IMAGES_SCSI_DISK_H

#include "persist.h"

void scsi_test_unit_ready(const struct frame_scsi *scsi, struct lu *lu);
void scsi_request_sense(const struct frame_scsi *scsi, struct lu *lu);
void start_stop(const struct frame_hdr *cmd, struct lu *lu, u32 how);
void scsi_start_stop(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_capacity_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_capacity_16(const struct frame_scsi *scsi, struct lu *lu);

#endif
