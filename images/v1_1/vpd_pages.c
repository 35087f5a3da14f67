// SPDX-License-Identifier: GPL-2.0
/* The VPD pages of image 1.1: those of 1.0, and extended INQUIRY data (86h). */
#include "scsi_inquiry.h"

const struct vpd_page vpd_pages[] = {
	{ VPD_SUPPORTED, vpd_supported_pages },
	{ 0x80, vpd_serial_number },
	{ 0x83, vpd_identification },
	{ 0x86, vpd_extended_inquiry },
	{ 0xb0, vpd_block_limits },
	{ 0xb1, vpd_characteristics },
	{ 0xb2, vpd_provisioning },
	{ 0, NULL }
};
