/* SPDX-License-Identifier: GPL-2.0 */
/* Media requests and their completions: the path of every read and write. */
#ifndef IMAGES_MEDIA_H
#define IMAGES_MEDIA_H

#include "commands.h"
#include "persist.h"
#include "reply.h"

/**
 * media_request() - put out a media request
 * @cmd: header of a frame of the command
 * @opcode: operation code of the command
 * @lu: the command's logical unit, which is ready
 * @op: enum media_op
 * @flags: MEDIA_FUA, MEDIA_ZERO
 * @lba: first block
 * @blocks: number of blocks
 *
 * Return: the request; the caller may still change its context.arg.
 */
static inline __fast struct frame_media *media_request(const struct frame_hdr *cmd, u32 opcode,
						       struct lu *lu, u32 op, u32 flags, u64 lba,
						       u32 blocks)
{
	struct frame_media *media = &put_out(FRAME_MEDIA, cmd)->media;

	media->port = lu->target;
	media->op = op;
	media->flags = flags;
	media->token = lu_login(lu)->token;
	media->lba_lo = lba;
	media->lba_hi = lba >> 32;
	media->blocks = blocks;
	media->offset = 0;
	media->context.version = MEDIA_CONTEXT_1;
	media->context.opcode = opcode;
	media->context.target = lu->target;
	media->context.lba = lba;
	media->context.blocks = blocks;
	media->context.arg = 0;
	return media;
}

void media_flush(const struct frame_hdr *cmd, u32 opcode, struct lu *lu);
__slow void media_failed(const struct frame_media_done *done);
__slow void media_other(const struct frame_media_done *done);

/* Opcodes of one family differ only in the upper three bits, which tell the CDB's length. */
static inline __fast void media_good(const struct frame_media_done *done)
{
	const struct media_context *context = &done->context;
	struct nexus *nexus = nexus_find(context->target);
	u32 family = context->opcode & 0x1f;

	if (family == READ_6) {
		count(&nexus->reads, 1);
		count(&nexus->read_blocks, context->blocks);
	} else if (family == WRITE_6) {
		count(&nexus->writes, 1);
		count(&nexus->written_blocks, context->blocks);
	} else {
		media_other(done);
		return;
	}
	reply_good(&done->hdr);
}

/**
 * media_done() - handle the completion of a media request
 * @done: the frame
 *
 * Puts out the command's reply. The request may have come from another image, so this
 * uses only the frame and persistent data.
 *
 * Context: I/O hart.
 */
static inline __fast void media_done(const struct frame_media_done *done)
{
	if (lu_find(done->context.target) && done->context.version == MEDIA_CONTEXT_1 &&
	    done->result == MEDIA_OK)
		media_good(done);
	else
		media_failed(done);
}

#endif
