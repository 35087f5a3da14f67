// SPDX-License-Identifier: GPL-2.0
/* The VPD pages of image 2.0: those of 1.1, with what is new in B0h and B2h. */
#include "lib.h"
#include "scsi_buffer.h"
#include "scsi_compare.h"
#include "scsi_inquiry.h"
#include "scsi_provision.h"

#define WSNZ		0x01		/* WRITE SAME of 0 blocks is refused */
#define UGAVALID	0x80000000u

#define LBPU		0x80		/* UNMAP */
#define LBPWS		0x40		/* WRITE SAME (16) with UNMAP */
#define LBPWS10		0x20		/* WRITE SAME (10) with UNMAP */
#define LBPRZ		0x04		/* unmapped blocks read as zeros */
#define PROVISION_THIN	2

#define ACTIVATE_AT_ONCE	0x40	/* activated before the last command's status */
#define FIRST_NEXUS		0x03	/* one nexus sends the whole image; any may activate it */
#define POA_SUP		0x80		/* at power-on */
#define HRA_SUP		0x40		/* at a hard reset */

static u32 vpd_unmap_limits(u8 *to, u32 target)
{
	u32 len = vpd_block_limits(to, target);

	to[0] = WSNZ;
	to[1] = MAX_COMPARE_BLOCKS;
	put_be32(&to[16], MAX_UNMAP_BLOCKS);
	put_be32(&to[20], MAX_UNMAP_DESCRIPTORS);
	put_be32(&to[24], UNMAP_GRANULARITY);
	put_be32(&to[28], UGAVALID);
	put_be64(&to[32], MAX_WRITE_SAME_BLOCKS);
	return len;
}

static u32 vpd_thin_provisioning(u8 *to, u32 target)
{
	to[1] = LBPU | LBPWS | LBPWS10 | LBPRZ;
	to[2] = PROVISION_THIN;
	return 4;
}

/* Reports when WRITE BUFFER activates microcode, and which events do. */
static u32 vpd_activation(u8 *to, u32 target)
{
	u32 len = vpd_extended_inquiry(to, target);

	if (!(board_regs()->capabilities & CAP_DRIVER_INBAND))
		return len;
	to[0] = ACTIVATE_AT_ONCE;
	to[5] = FIRST_NEXUS;
	if (board_regs()->capabilities & CAP_BOARD_FLASH)
		to[8] = POA_SUP | HRA_SUP;
	return len;
}

const struct vpd_page vpd_pages[] = {
	{ VPD_SUPPORTED, vpd_supported_pages },
	{ 0x80, vpd_serial_number },
	{ 0x83, vpd_identification },
	{ 0x86, vpd_activation },
	{ 0xb0, vpd_unmap_limits },
	{ 0xb1, vpd_characteristics },
	{ 0xb2, vpd_thin_provisioning },
	{ 0, NULL }
};
