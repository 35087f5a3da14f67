/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that reach the medium: read, write, verify, synchronize cache. */
#ifndef IMAGES_SCSI_BLOCK_H
#define IMAGES_SCSI_BLOCK_H

#include "persist.h"

/* What one command may move (VPD page B0h): as much as READ (10) can ask for. */
#define MAX_TRANSFER_BLOCKS	65535u

static inline bool in_range(const struct lu *lu, u64 lba, u32 blocks)
{
	u64 end = lba + blocks;

	return end >= lba && !__builtin_expect(end > lu_blocks(lu), 0);
}

bool may_transfer(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks);

void scsi_read_6(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_12(const struct frame_scsi *scsi, struct lu *lu);
void scsi_read_16(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_6(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_12(const struct frame_scsi *scsi, struct lu *lu);
void scsi_write_16(const struct frame_scsi *scsi, struct lu *lu);
void scsi_verify_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_verify_12(const struct frame_scsi *scsi, struct lu *lu);
void scsi_verify_16(const struct frame_scsi *scsi, struct lu *lu);
void scsi_synchronize_cache_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_synchronize_cache_16(const struct frame_scsi *scsi, struct lu *lu);

#endif
