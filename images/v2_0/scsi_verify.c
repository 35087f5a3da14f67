// SPDX-License-Identifier: GPL-2.0
/*
 * Commands related to reads and writes: WRITE AND VERIFY, PRE-FETCH, ORWRITE.
 *
 * WRITE AND VERIFY makes two media requests: the write, to the medium, and the check
 * of what is there. The first request's context.arg holds what the second one needs and
 * the context has no field for: the kind of check, and the LBA's upper half.
 */
#include "commands.h"
#include "lib.h"
#include "media.h"
#include "probation.h"
#include "reply.h"
#include "scsi_block.h"
#include "scsi_verify.h"

#define CDB1_FUA	0x08
#define CDB1_BYTCHK	0x02

#define ARG_VERIFY	0x80000000u	/* this request is the write */
#define ARG_COMPARE	0x40000000u	/* then compare byte by byte */
#define ARG_LBA_HI	0x00ffffffu

static void write_and_verify(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	bool compare = scsi->cdb[1] & CDB1_BYTCHK;
	struct frame_media *media;

	if (!may_transfer(scsi, lu, lba, blocks) || wait_for_commit(&scsi->hdr))
		return;
	media = media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_WRITE, MEDIA_FUA, lba, blocks);
	media->context.arg = ARG_VERIFY | (compare ? ARG_COMPARE : 0) | (u32)(lba >> 32);
}

void scsi_write_and_verify_10(const struct frame_scsi *scsi, struct lu *lu)
{
	write_and_verify(scsi, lu, get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]));
}

void scsi_write_and_verify_12(const struct frame_scsi *scsi, struct lu *lu)
{
	write_and_verify(scsi, lu, get_be32(&scsi->cdb[2]), get_be32(&scsi->cdb[6]));
}

void scsi_write_and_verify_16(const struct frame_scsi *scsi, struct lu *lu)
{
	write_and_verify(scsi, lu, get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]));
}

/* One of the command's two media requests has succeeded. */
static void write_and_verify_done(const struct frame_media_done *done, struct lu *lu)
{
	struct media_context context = done->context;
	u64 lba = (u64)(context.arg & ARG_LBA_HI) << 32 | context.lba;

	if (context.arg & ARG_VERIFY)
		media_request(&done->hdr, context.opcode, lu,
			      context.arg & ARG_COMPARE ? MEDIA_COMPARE : MEDIA_CHECK, 0, lba,
			      context.blocks);
	else
		reply_good(&done->hdr);
}

/*
 * The medium is memory, without a read cache: no block is cached, so the status is GOOD,
 * not CONDITION MET. A length of 0 means all blocks up to the last one. A group number
 * is only a hint and may be set.
 */
static void pre_fetch(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	if (in_range(lu, lba, blocks))
		media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_CHECK, 0, lba, blocks);
	else
		reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
}

void scsi_pre_fetch_10(const struct frame_scsi *scsi, struct lu *lu)
{
	pre_fetch(scsi, lu, get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]));
}

void scsi_pre_fetch_16(const struct frame_scsi *scsi, struct lu *lu)
{
	pre_fetch(scsi, lu, get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]));
}

void scsi_or_write_16(const struct frame_scsi *scsi, struct lu *lu)
{
	bool fua = scsi->cdb[1] & CDB1_FUA || !(lu_flags(lu) & LU_WCE);
	u64 lba = get_be64(&scsi->cdb[2]);
	u32 blocks = get_be32(&scsi->cdb[10]);

	if (may_transfer(scsi, lu, lba, blocks))
		media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_OR_WRITE, fua ? MEDIA_FUA : 0,
			      lba, blocks);
}

/**
 * verify_done() - handle a media request that has succeeded
 * @done: the completion
 * @lu: the logical unit
 *
 * Context: I/O hart.
 * Return: true if the command is WRITE AND VERIFY, and its next frame was put out.
 */
bool verify_done(const struct frame_media_done *done, struct lu *lu)
{
	switch (done->context.opcode) {
	case WRITE_AND_VERIFY_10:
	case WRITE_AND_VERIFY_12:
	case WRITE_AND_VERIFY_16:
		write_and_verify_done(done, lu);
		return true;
	default:
		return false;
	}
}
