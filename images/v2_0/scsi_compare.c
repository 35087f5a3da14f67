// SPDX-License-Identifier: GPL-2.0
/*
 * COMPARE AND WRITE: one media request, which the port executes as a whole or
 * not at all. The data buffer holds the blocks to compare, then those to write.
 */
#include "commands.h"
#include "lib.h"
#include "media.h"
#include "probation.h"
#include "reply.h"
#include "scsi_block.h"
#include "scsi_compare.h"

#define CDB1_FUA	0x08

void scsi_compare_and_write(const struct frame_scsi *scsi, struct lu *lu)
{
	bool fua = scsi->cdb[1] & CDB1_FUA || !(lu_flags(lu) & LU_WCE);
	u64 lba = get_be64(&scsi->cdb[2]);
	u32 blocks = scsi->cdb[13];

	if (!in_range(lu, lba, blocks))
		reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
	else if (!blocks)
		reply_good(&scsi->hdr);
	else if (blocks > MAX_COMPARE_BLOCKS)
		reply_bad_field(scsi, lu, 13, 7);
	else if (scsi->data_len < 2 * blocks * BOARD_BLOCK_SIZE)
		reply_check(&scsi->hdr, lu, SENSE_BAD_DATA_LENGTH);
	else if (!wait_for_commit(&scsi->hdr))
		media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_COMPARE_WRITE,
			      fua ? MEDIA_FUA : 0, lba, blocks);
}
