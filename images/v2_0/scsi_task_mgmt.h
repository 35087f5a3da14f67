/* SPDX-License-Identifier: GPL-2.0 */
/* REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS. */
#ifndef IMAGES_SCSI_TASK_MGMT_H
#define IMAGES_SCSI_TASK_MGMT_H

#include "persist.h"

void scsi_report_task_mgmt(const struct frame_scsi *scsi, struct lu *lu);

#endif
