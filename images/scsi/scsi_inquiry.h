/* SPDX-License-Identifier: GPL-2.0 */
/* INQUIRY: standard data and vital product data (VPD) pages. */
#ifndef IMAGES_SCSI_INQUIRY_H
#define IMAGES_SCSI_INQUIRY_H

#include "persist.h"

#define VPD_HEADER	4u
#define VPD_SUPPORTED	0x00

/**
 * struct vpd_page - a VPD page
 * @code: its number
 * @build: writes the page without its header to @to, which is zeros, for the
 *	   logical unit of @target; returns the length written
 */
struct vpd_page {
	u32 code;
	u32 (*build)(u8 *to, u32 target);
};

/* The pages of this image, in ascending order, ended by an entry without @build. */
extern const struct vpd_page vpd_pages[];

u32 vpd_supported_pages(u8 *to, u32 target);
u32 vpd_serial_number(u8 *to, u32 target);
u32 vpd_identification(u8 *to, u32 target);
u32 vpd_extended_inquiry(u8 *to, u32 target);
u32 vpd_block_limits(u8 *to, u32 target);
u32 vpd_characteristics(u8 *to, u32 target);
u32 vpd_provisioning(u8 *to, u32 target);

void scsi_inquiry(const struct frame_scsi *scsi, struct lu *lu);

#endif
