// SPDX-License-Identifier: GPL-2.0
/* REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS: what the driver does for the unit. */
#include "lib.h"
#include "reply.h"
#include "scsi_task_mgmt.h"

#define CDB2_REPD	0x80	/* long format, with timeouts: none are indicated */
#define ABORT_TASK	0x80
#define LU_RESET	0x08

#define SHORT_LEN	4u
#define LONG_LEN	16u

void scsi_report_task_mgmt(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 len = scsi->cdb[2] & CDB2_REPD ? LONG_LEN : SHORT_LEN;
	u8 *to = data_buffer();

	memset(to, 0, len);
	to[0] = ABORT_TASK | LU_RESET;
	to[3] = len - SHORT_LEN;
	reply_data(scsi, len, get_be32(&scsi->cdb[6]));
}
