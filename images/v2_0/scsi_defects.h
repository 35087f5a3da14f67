/* SPDX-License-Identifier: GPL-2.0 */
/* READ DEFECT DATA. */
#ifndef IMAGES_SCSI_DEFECTS_H
#define IMAGES_SCSI_DEFECTS_H

#include "persist.h"

void scsi_read_defects_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_defects_12(const struct frame_scsi *scsi, struct lu *lu);

#endif
