/* SPDX-License-Identifier: GPL-2.0 */
/* COMPARE AND WRITE. */
#ifndef IMAGES_SCSI_COMPARE_H
#define IMAGES_SCSI_COMPARE_H

#include "persist.h"

/* What one command may compare (VPD page B0h). */
#define MAX_COMPARE_BLOCKS	BOARD_COMPARE_WRITE_MAX

void scsi_compare_and_write(const struct frame_scsi *scsi, struct lu *lu);

#endif
