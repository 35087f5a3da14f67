/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 3.0 speaks only frame format 2: in all its sources, frames and mailbox have that
 * format.
 */
#ifndef IMAGES_FRAME_LAYOUT_H
#define IMAGES_FRAME_LAYOUT_H

#include <hba_sim/frame.h>

#define IMAGE_FRAME_FORMAT	FRAME_FORMAT_2

#define frame			frame_2
#define frame_scsi		frame_scsi_2
#define frame_media		frame_media_2
#define frame_media_done	frame_media_done_2
#define frame_reply		frame_reply_2
#define mailbox			mailbox_2

#endif
