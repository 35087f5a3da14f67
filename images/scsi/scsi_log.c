// SPDX-License-Identifier: GPL-2.0
/*
 * LOG SENSE: the list of log pages, and the statistics of the I_T nexus. Each image's
 * log_pages.c lists the pages that it has.
 */
#include "lib.h"
#include "reply.h"
#include "scsi_log.h"

#define PAGE_HEADER		4u
#define PC_CUMULATIVE		1
#define PARAM_ACCESS		0x0001
#define PARAM_ACCESS_LEN	64u

u32 log_supported(u8 *to, const struct nexus *nexus, u32 first)
{
	const struct log_page *page;

	for (page = log_pages; page->build; page++)
		*to++ = page->code;
	return page - log_pages;
}

/* One parameter. Times are not measured: the intervals stay 0. */
u32 log_statistics(u8 *to, const struct nexus *nexus, u32 first)
{
	put_be16(to, PARAM_ACCESS);
	to[2] = LOG_BINARY_LIST;
	to[3] = PARAM_ACCESS_LEN;
	put_be64(&to[4], counter_value(&nexus->reads));
	put_be64(&to[12], counter_value(&nexus->writes));
	put_be64(&to[20], counter_value(&nexus->written_blocks));
	put_be64(&to[28], counter_value(&nexus->read_blocks));
	return 4 + PARAM_ACCESS_LEN;
}

/* Returns NULL if this image does not have the page. */
static const struct log_page *find_page(u32 code)
{
	const struct log_page *page = log_pages;

	while (page->build && page->code != code)
		page++;
	return page->build ? page : NULL;
}

/* Returns true if the command has ended. */
static bool refuse_log(const struct frame_scsi *scsi, struct lu *lu, const struct log_page *page)
{
	if (!page)
		reply_bad_field(scsi, lu, 2, 5);
	else if (scsi->cdb[3])
		reply_bad_field(scsi, lu, 3, 7);
	else if (page->code != LOG_SUPPORTED && scsi->cdb[2] >> 6 != PC_CUMULATIVE)
		reply_bad_field(scsi, lu, 2, 7);
	else if (get_be16(&scsi->cdb[5]) > page->last)
		reply_bad_field(scsi, lu, 5, 7);
	else
		return false;
	return true;
}

void scsi_log_sense(const struct frame_scsi *scsi, struct lu *lu)
{
	const struct log_page *page = find_page(scsi->cdb[2] & 0x3f);
	u8 *to = data_buffer();
	u32 len;

	if (refuse_log(scsi, lu, page))
		return;
	memset(to, 0, LOG_PAGE_MAX);
	to[0] = page->code;
	len = page->build(to + PAGE_HEADER, nexus_find(lu->target), get_be16(&scsi->cdb[5]));
	put_be16(&to[2], len);
	reply_data(scsi, PAGE_HEADER + len, get_be16(&scsi->cdb[7]));
}
