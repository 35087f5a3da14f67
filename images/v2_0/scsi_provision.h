/* SPDX-License-Identifier: GPL-2.0 */
/* Logical block provisioning: UNMAP, WRITE SAME, GET LBA STATUS. */
#ifndef IMAGES_SCSI_PROVISION_H
#define IMAGES_SCSI_PROVISION_H

#include "persist.h"
#include "scsi_block.h"

/* What one command may ask for (VPD page B0h). */
#define MAX_UNMAP_BLOCKS	0x100000u	/* 512 MiB, less than the board allows */
#define MAX_UNMAP_DESCRIPTORS	16u	/* a command makes a media request for each */
#define MAX_WRITE_SAME_BLOCKS	MAX_TRANSFER_BLOCKS	/* so that one command can read them back */
#define UNMAP_GRANULARITY	8u	/* blocks that the port backs as a unit */

void scsi_unmap(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_same_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_same_16(const struct frame_scsi *scsi, struct lu *lu);
void scsi_get_lba_status(const struct frame_scsi *scsi, struct lu *lu);

__slow bool provision_done(const struct frame_media_done *done, struct lu *lu);

#endif
