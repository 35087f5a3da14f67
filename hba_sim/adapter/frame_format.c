// SPDX-License-Identifier: GPL-2.0
/*
 * Conversion between frame format 2 and format 1, in which the board keeps frames. Frames of
 * types that are not converted here are the same in both formats.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "frame_format.h"

/* Reserved bytes are zeros in both formats. */
static void scsi_to_2(union frame *frame)
{
	const struct frame_scsi from = frame->scsi;
	struct frame_scsi_2 *to = &((union frame_2 *)frame)->scsi;

	memset(to, 0, sizeof(*to));
	to->hdr = from.hdr;
	memcpy(to->cdb, from.cdb, sizeof(to->cdb));
	memcpy(to->lun, from.lun, sizeof(to->lun));
	to->data_len = from.data_len;
	to->target = from.target;
	to->dir = from.dir;
	to->cdb_len = from.cdb_len;
}

static void media_done_to_2(union frame *frame)
{
	const struct frame_media_done from = frame->media_done;
	struct frame_media_done_2 *to = &((union frame_2 *)frame)->media_done;

	memset(to, 0, sizeof(*to));
	to->hdr = from.hdr;
	to->context = from.context;
	to->moved = from.moved;
	to->first_bad = from.first_bad;
	to->extent = from.extent;
	to->result = from.result;
	to->mapped = from.mapped;
}

static void media_from_2(const struct frame_media_2 *from, struct frame_media *to)
{
	to->hdr = from->hdr;
	to->port = from->port;
	to->op = from->op;
	to->flags = from->flags;
	to->token = from->token;
	to->lba_lo = from->lba_lo;
	to->lba_hi = from->lba_hi;
	to->blocks = from->blocks;
	to->offset = from->offset;
	to->context = from->context;
}

static void reply_from_2(const struct frame_reply_2 *from, struct frame_reply *to)
{
	to->hdr = from->hdr;
	to->status = from->status;
	to->sense_len = from->sense_len;
	memcpy(to->sense, from->sense, sizeof(to->sense));
}

/**
 * frame_encode() - convert a frame for a hart to the format that its header names
 * @frame: the frame, in format 1 except for the format in its header
 *
 * Context: any.
 */
void frame_encode(union frame *frame)
{
	if (frame->hdr.format != FRAME_FORMAT_2)
		return;
	if (frame->hdr.type == FRAME_SCSI)
		scsi_to_2(frame);
	else if (frame->hdr.type == FRAME_MEDIA_DONE)
		media_done_to_2(frame);
}

/**
 * frame_decode() - convert a hart's frame to format 1, except for the format in its header
 * @from: the frame, of a hart that does not run
 * @frame: set to the result
 *
 * Context: any.
 */
void frame_decode(const union frame *from, union frame *frame)
{
	union frame_2 copy;

	memcpy(frame, from, sizeof(*frame));
	if (frame->hdr.format != FRAME_FORMAT_2)
		return;
	memcpy(&copy, frame, sizeof(copy));
	memset(frame, 0, sizeof(*frame));
	if (copy.hdr.type == FRAME_MEDIA)
		media_from_2(&copy.media, &frame->media);
	else if (copy.hdr.type == FRAME_REPLY)
		reply_from_2(&copy.reply, &frame->reply);
	else
		memcpy(frame, &copy, sizeof(*frame));
}
