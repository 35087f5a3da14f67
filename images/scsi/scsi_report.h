/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that report what exists: LUNs, operation codes. */
#ifndef IMAGES_SCSI_REPORT_H
#define IMAGES_SCSI_REPORT_H

#include "persist.h"

void scsi_report_luns(const struct frame_scsi *scsi, struct lu *lu);
void scsi_report_opcodes(const struct frame_scsi *scsi, struct lu *lu);

#endif
