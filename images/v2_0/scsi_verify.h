/* SPDX-License-Identifier: GPL-2.0 */
/* WRITE AND VERIFY, PRE-FETCH, ORWRITE. */
#ifndef IMAGES_SCSI_VERIFY_H
#define IMAGES_SCSI_VERIFY_H

#include "persist.h"

void scsi_write_and_verify_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_and_verify_12(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_and_verify_16(const struct frame_scsi *scsi, struct lu *lu);
void scsi_pre_fetch_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_pre_fetch_16(const struct frame_scsi *scsi, struct lu *lu);
void scsi_or_write_16(const struct frame_scsi *scsi, struct lu *lu);

__slow bool verify_done(const struct frame_media_done *done, struct lu *lu);

#endif
