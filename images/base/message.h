/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages between I/O harts and the service hart. A message that was sent before
 * an update may arrive in the new image, so a layout never changes: a new layout
 * gets a new code.
 */
#ifndef IMAGES_MESSAGE_H
#define IMAGES_MESSAGE_H

#include "hart.h"

enum message_code {
	MSG_MODE_SELECT	     = 1,	/* I/O hart to service hart */
	MSG_MODE_SELECT_DONE = 2,	/* the answer, with the same data */
	MSG_RESERVE	     = 3,	/* likewise, from 2.0 on: v2_0/reservation.h */
	MSG_RESERVE_DONE     = 4,
	MSG_DOWNLOAD	     = 5,	/* likewise, from 2.0 on: v2_0/scsi_buffer.h */
	MSG_DOWNLOAD_DONE    = 6,
};

/**
 * struct msg_mode_select - data of MSG_MODE_SELECT and MSG_MODE_SELECT_DONE
 * @target: remote port
 * @opcode: opcode of the command, MODE SELECT (6) or (10)
 * @reserved: 0
 * @mask: mode bits that the command sets (persist.h, LU_MODE_BITS)
 * @value: their new values
 */
struct msg_mode_select {
	u16 target;
	u8 opcode;
	u8 reserved;
	u32 mask;
	u32 value;
};

_Static_assert(sizeof(struct msg_mode_select) <= sizeof(((struct frame_msg *)0)->data),
	       "msg_mode_select");
_Static_assert(__builtin_offsetof(struct frame_msg, data) % 4 == 0, "frame_msg.data");

#endif
