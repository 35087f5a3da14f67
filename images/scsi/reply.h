/* SPDX-License-Identifier: GPL-2.0 */
/* How a command ends: status, sense data, and data for the host. */
#ifndef IMAGES_REPLY_H
#define IMAGES_REPLY_H

#include "persist.h"

#define STATUS_GOOD		0x00
#define STATUS_CHECK_CONDITION	0x02
#define STATUS_CONFLICT		0x18	/* RESERVATION CONFLICT */

#define NO_SENSE		0x0u
#define NOT_READY		0x2u
#define HARDWARE_ERROR		0x4u
#define ILLEGAL_REQUEST		0x5u
#define UNIT_ATTENTION		0x6u
#define DATA_PROTECT		0x7u
#define ABORTED_COMMAND		0xbu
#define MISCOMPARE		0xeu

/* Sense key, additional sense code and its qualifier in one number. */
#define SENSE(key, asc, ascq)	((key) << 16 | (asc) << 8 | (ascq))
#define SENSE_KEY(code)		((code) >> 16)
#define SENSE_ASC(code)		((code) >> 8 & 0xff)
#define SENSE_ASCQ(code)	((code) & 0xff)

#define SENSE_NONE		SENSE(NO_SENSE, 0x00, 0x00)
#define SENSE_BECOMING_READY	SENSE(NOT_READY, 0x04, 0x01)
#define SENSE_STOPPED		SENSE(NOT_READY, 0x04, 0x02)
#define SENSE_UNREACHABLE	SENSE(NOT_READY, 0x08, 0x00)
#define SENSE_BUSY_UPDATING	SENSE(NOT_READY, 0x04, 0x07)	/* operation in progress */
#define SENSE_INTERNAL_FAILURE	SENSE(HARDWARE_ERROR, 0x44, 0x00)
#define SENSE_BAD_DATA_LENGTH	SENSE(ILLEGAL_REQUEST, 0x0e, 0x03)
#define SENSE_LIST_LENGTH	SENSE(ILLEGAL_REQUEST, 0x1a, 0x00)
#define SENSE_INVALID_OPCODE	SENSE(ILLEGAL_REQUEST, 0x20, 0x00)
#define SENSE_LBA_RANGE		SENSE(ILLEGAL_REQUEST, 0x21, 0x00)
#define SENSE_INVALID_FIELD	SENSE(ILLEGAL_REQUEST, 0x24, 0x00)
#define SENSE_NO_LUN		SENSE(ILLEGAL_REQUEST, 0x25, 0x00)
#define SENSE_INVALID_PARAMETER	SENSE(ILLEGAL_REQUEST, 0x26, 0x00)
#define SENSE_INVALID_RELEASE	SENSE(ILLEGAL_REQUEST, 0x26, 0x04)
#define SENSE_SEQUENCE		SENSE(ILLEGAL_REQUEST, 0x2c, 0x00)
#define SENSE_NO_SAVING		SENSE(ILLEGAL_REQUEST, 0x39, 0x00)
#define SENSE_WRITE_PROTECTED	SENSE(DATA_PROTECT, 0x27, 0x02)
#define SENSE_NO_SPACE		SENSE(DATA_PROTECT, 0x27, 0x07)
#define SENSE_CANCELLED		SENSE(ABORTED_COMMAND, 0x00, 0x00)
#define SENSE_SESSION_LOST	SENSE(ABORTED_COMMAND, 0x08, 0x00)
#define SENSE_MISCOMPARE	SENSE(MISCOMPARE, 0x1d, 0x00)

__slow void reply_check(const struct frame_hdr *cmd, struct lu *lu, u32 code);
__slow void reply_check_info(const struct frame_hdr *cmd, struct lu *lu, u32 code, u64 info);
__slow void reply_bad_field(const struct frame_scsi *scsi, struct lu *lu, u32 byte, u32 bit);
__slow void reply_bad_parameter(const struct frame_scsi *scsi, struct lu *lu, u32 byte, u32 bit);
void reply_data(const struct frame_scsi *scsi, u32 len, u32 allocation);

u32 sense_plain(u8 *to, u32 code, bool descriptor);
u32 not_ready_sense(u32 flags);

/*
 * The frame that answers the inbound frame, in the same format. There is never more
 * than one answer. Only its header is set.
 */
static inline union frame *put_out(u32 type, const struct frame_hdr *cmd)
{
	struct mailbox *mbox = mailbox();
	union frame *out = &mbox->out[0];

	out->hdr = *cmd;
	out->hdr.type = type;
	mbox->out_count = 1;
	return out;
}

static inline void reply_status(const struct frame_hdr *cmd, u32 status)
{
	struct frame_reply *reply = &put_out(FRAME_REPLY, cmd)->reply;

	reply->status = status;
	reply->sense_len = 0;
}

/** reply_good() - end a command with GOOD status */
static inline void reply_good(const struct frame_hdr *cmd)
{
	reply_status(cmd, STATUS_GOOD);
}

/** reply_conflict() - end a command with RESERVATION CONFLICT */
static inline void reply_conflict(const struct frame_hdr *cmd)
{
	reply_status(cmd, STATUS_CONFLICT);
}

#endif
