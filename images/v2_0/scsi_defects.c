// SPDX-License-Identifier: GPL-2.0
/*
 * READ DEFECT DATA: the medium is memory without defects, so each list exists in
 * each format, and is empty.
 */
#include "lib.h"
#include "reply.h"
#include "scsi_defects.h"

/* REQ_PLIST, REQ_GLIST and the format, which are returned unchanged. */
#define LISTS		0x1f

void scsi_read_defects_10(const struct frame_scsi *scsi, struct lu *lu)
{
	u8 *to = data_buffer();

	memset(to, 0, 4);
	to[1] = scsi->cdb[2] & LISTS;
	reply_data(scsi, 4, get_be16(&scsi->cdb[7]));
}

void scsi_read_defects_12(const struct frame_scsi *scsi, struct lu *lu)
{
	u8 *to = data_buffer();

	memset(to, 0, 8);
	to[1] = scsi->cdb[1] & LISTS;
	reply_data(scsi, 8, get_be32(&scsi->cdb[6]));
}
