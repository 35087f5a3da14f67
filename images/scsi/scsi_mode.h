/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mode pages. Only three bits of them can be changed; the current values of these are
 * the mode bits in a logical unit's flags. Everything else is constant.
 */
#ifndef IMAGES_SCSI_MODE_H
#define IMAGES_SCSI_MODE_H

#include "persist.h"

#define MODE_PAGE_MAX		20u	/* bytes in the longest page */

enum mode_control {
	MODE_CURRENT	= 0,
	MODE_CHANGEABLE	= 1,
	MODE_DEFAULT	= 2,
	MODE_SAVED	= 3,
};

u32 mode_page(u8 *to, u32 code, enum mode_control control, u32 flags);
u32 mode_changes(u32 code, u32 byte, u32 new, u32 *value);

void scsi_mode_sense_6(const struct frame_scsi *scsi, struct lu *lu);
void scsi_mode_sense_10(const struct frame_scsi *scsi, struct lu *lu);
void scsi_mode_select_6(const struct frame_scsi *scsi, struct lu *lu);
void scsi_mode_select_10(const struct frame_scsi *scsi, struct lu *lu);

void mode_select_apply(const struct frame_msg *msg);
void mode_select_done(const struct frame_msg *msg);

#endif
