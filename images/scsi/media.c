// SPDX-License-Identifier: GPL-2.0
/*
 * Media requests to the remote port behind a logical unit: the rarer ones, and
 * the replies to commands whose media request has failed.
 */
#include "commands.h"
#include "extra.h"
#include "media.h"
#include "reply.h"

/** media_flush() - put out a request to make all acknowledged writes durable */
void media_flush(const struct frame_hdr *cmd, u32 opcode, struct lu *lu)
{
	media_request(cmd, opcode, lu, MEDIA_FLUSH, 0, 0, 0);
}

/*
 * The context holds only the low half of the LBA: on a larger unit, the failing
 * block is not reported.
 */
static void reply_check_lba(const struct frame_media_done *done, struct lu *lu, u32 code, u32 lba)
{
	if (lu->blocks_hi)
		reply_check(&done->hdr, lu, code);
	else
		reply_check_info(&done->hdr, lu, code, lba);
}

/* For COMPARE AND WRITE, the offset in the data buffer is reported, not the LBA. */
static void reply_miscompare(const struct frame_media_done *done, struct lu *lu)
{
	u32 lba = done->context.lba + done->first_bad / BOARD_BLOCK_SIZE;

	if (done->context.opcode == COMPARE_AND_WRITE)
		reply_check_info(&done->hdr, lu, SENSE_MISCOMPARE, done->first_bad);
	else
		reply_check_lba(done, lu, SENSE_MISCOMPARE, lba);
}

/**
 * media_failed() - end a command whose media request has failed
 * @done: the frame; its context may make no sense
 *
 * Context: I/O hart.
 */
void media_failed(const struct frame_media_done *done)
{
	struct lu *lu = lu_find(done->context.target);

	switch (lu ? done->result : MEDIA_BAD_REQUEST) {
	case MEDIA_BAD_TOKEN:
		reply_check(&done->hdr, lu, SENSE_SESSION_LOST);
		break;
	case MEDIA_BAD_RANGE:
		reply_check_lba(done, lu, SENSE_LBA_RANGE, done->context.lba);
		break;
	case MEDIA_MISCOMPARE:
		reply_miscompare(done, lu);
		break;
	case MEDIA_NO_SPACE:
		reply_check(&done->hdr, lu, SENSE_NO_SPACE);
		break;
	default:
		reply_check(&done->hdr, lu, SENSE_INTERNAL_FAILURE);
	}
}

/**
 * media_other() - handle the success of a media request other than read or write
 * @done: the frame
 *
 * Context: I/O hart.
 */
void media_other(const struct frame_media_done *done)
{
	struct lu *lu = &lu_table[done->context.target];

	if (extra_media_done(done, lu))
		return;
	if (done->context.opcode == START_STOP)
		lu_set_flags(lu, LU_STOPPED);
	reply_good(&done->hdr);
}
