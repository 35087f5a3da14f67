// SPDX-License-Identifier: GPL-2.0
/* INQUIRY: standard data, and the selection of a VPD page. */
#include "lib.h"
#include "reply.h"
#include "scsi_inquiry.h"
#include "version.h"

#define EVPD		0x01
#define NO_LOGICAL_UNIT	0x7f	/* peripheral qualifier 3, device type 1Fh */
#define STANDARD_LEN	74u	/* up to the last version descriptor */
#define VERSION_SPC_4	0x06
#define RESPONSE_FORMAT	0x02
#define CMDQUE		0x02

/* Standards that the unit claims to follow, without claiming a certain version. */
static const u16 version_descriptors[] = {
	0x00a0,		/* SAM-5 */
	0x0460,		/* SPC-4 */
	0x04c0,		/* SBC-3 */
	0x0a40,		/* FCP-4 */
};

static u32 standard_data(u8 *to)
{
	to[2] = VERSION_SPC_4;
	to[3] = RESPONSE_FORMAT;
	to[4] = STANDARD_LEN - 5;
	to[7] = CMDQUE;
	memcpy(&to[8], "HBASIM  ", 8);
	memcpy(&to[16], "OVERLAY DISK    ", 16);
	memcpy(&to[32], INQUIRY_REVISION, 4);
	for (u32 i = 0; i < ARRAY_SIZE(version_descriptors); i++)
		put_be16(&to[58 + 2 * i], version_descriptors[i]);
	return STANDARD_LEN;
}

/* Returns the page's length, 0 if there is no such page. */
static u32 vpd_page(u8 *to, u32 code, u32 target)
{
	const struct vpd_page *page;
	u32 len;

	for (page = vpd_pages; page->build; page++) {
		if (page->code != code)
			continue;
		len = page->build(to + VPD_HEADER, target);
		to[1] = code;
		put_be16(&to[2], len);
		return VPD_HEADER + len;
	}
	return 0;
}

void scsi_inquiry(const struct frame_scsi *scsi, struct lu *lu)
{
	bool evpd = scsi->cdb[1] & EVPD;
	u32 code = scsi->cdb[2];
	u8 *to = data_buffer();
	u32 len = 0;

	memset(to, 0, 512);
	if (evpd)
		len = vpd_page(to, code, scsi->target);
	else if (!code)
		len = standard_data(to);
	if (!len) {
		reply_bad_field(scsi, lu, 2, 7);
		return;
	}
	if (!lu)
		to[0] = NO_LOGICAL_UNIT;
	reply_data(scsi, len, get_be16(&scsi->cdb[3]));
}
