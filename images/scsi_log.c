// SPDX-License-Identifier: GPL-2.0
/* LOG SENSE: the list of log pages, and the statistics of the I_T nexus. */
#include "lib.h"
#include "reply.h"
#include "scsi_report.h"

#define PAGE_SUPPORTED		0x00
#define PAGE_STATISTICS		0x19	/* general statistics and performance */
#define PC_CUMULATIVE		1
#define PARAM_ACCESS		0x0001
#define PARAM_ACCESS_LEN	64u
#define PARAM_BINARY_LIST	0x03

static u32 supported_pages(u8 *to)
{
	to[0] = PAGE_SUPPORTED;
	to[4] = PAGE_SUPPORTED;
	to[5] = PAGE_STATISTICS;
	return 6;
}

/* Times are not measured: the intervals stay 0. */
static u32 statistics(u8 *to, const struct nexus *nexus)
{
	to[0] = PAGE_STATISTICS;
	put_be16(&to[4], PARAM_ACCESS);
	to[6] = PARAM_BINARY_LIST;
	to[7] = PARAM_ACCESS_LEN;
	put_be64(&to[8], counter_value(&nexus->reads));
	put_be64(&to[16], counter_value(&nexus->writes));
	put_be64(&to[24], counter_value(&nexus->written_blocks));
	put_be64(&to[32], counter_value(&nexus->read_blocks));
	return 8 + PARAM_ACCESS_LEN;
}

/* True: the command has ended. */
static bool refuse_log(const struct frame_scsi *scsi, struct lu *lu, u32 page)
{
	bool wants_statistics = page == PAGE_STATISTICS;

	if (!wants_statistics && page != PAGE_SUPPORTED)
		reply_bad_field(scsi, lu, 2, 5);
	else if (scsi->cdb[3])
		reply_bad_field(scsi, lu, 3, 7);
	else if (wants_statistics && scsi->cdb[2] >> 6 != PC_CUMULATIVE)
		reply_bad_field(scsi, lu, 2, 7);
	else if (get_be16(&scsi->cdb[5]) > (wants_statistics ? PARAM_ACCESS : 0))
		reply_bad_field(scsi, lu, 5, 7);
	else
		return false;
	return true;
}

void scsi_log_sense(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 page = scsi->cdb[2] & 0x3f;
	u8 *to = data_buffer();
	u32 len;

	if (refuse_log(scsi, lu, page))
		return;
	memset(to, 0, 8 + PARAM_ACCESS_LEN);
	if (page == PAGE_STATISTICS)
		len = statistics(to, nexus_find(lu->target));
	else
		len = supported_pages(to);
	put_be16(&to[2], len - 4);
	reply_data(scsi, len, get_be16(&scsi->cdb[7]));
}
