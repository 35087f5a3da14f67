/* SPDX-License-Identifier: GPL-2.0 */
/* PERSISTENT RESERVE IN and OUT; RESERVE (6) and RELEASE (6). */
#ifndef IMAGES_SCSI_RESERVE_H
#define IMAGES_SCSI_RESERVE_H

#include "persist.h"

void scsi_read_keys(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_reservation(const struct frame_scsi *scsi, struct lu *lu);
void scsi_report_capabilities(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_full_status(const struct frame_scsi *scsi, struct lu *lu);
void scsi_reserve_out(const struct frame_scsi *scsi, struct lu *lu);
void scsi_reserve_6(const struct frame_scsi *scsi, struct lu *lu);

#endif
