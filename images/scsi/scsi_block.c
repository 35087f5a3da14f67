// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that access the medium. Each handler takes the fields out of its CDB;
 * one function for all lengths of the CDB then handles them.
 */
#include "commands.h"
#include "lib.h"
#include "media.h"
#include "reply.h"
#include "scsi_block.h"

#define CDB1_FUA	0x08u
#define BYTCHK_NONE	0u
#define BYTCHK_COMPARE	1u

/* The opcode's upper bits give the CDB's length, and so the place of its fields. */
static u32 transfer_length_byte(u32 opcode)
{
	switch (opcode >> 5) {
	case 0:
		return 4;
	case 4:
		return 10;
	case 5:
		return 6;
	default:
		return 7;
	}
}

/* Two separate checks, so that the compiler can drop the first where it cannot fail. */
static bool may_move(const struct lu *lu, u64 lba, u32 blocks)
{
	if (blocks > MAX_TRANSFER_BLOCKS)
		return false;
	return blocks && in_range(lu, lba, blocks);
}

/* Ends a command that may_move() refuses, or whose data buffer is too small. */
static __slow void move_nothing(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	if (!in_range(lu, lba, blocks))
		reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
	else if (blocks > MAX_TRANSFER_BLOCKS)
		reply_bad_field(scsi, lu, transfer_length_byte(scsi->cdb[0]), 7);
	else if (blocks)
		reply_check(&scsi->hdr, lu, SENSE_BAD_DATA_LENGTH);
	else
		reply_good(&scsi->hdr);
}

/**
 * may_transfer() - may a command move this many blocks, and is its data buffer large enough?
 * @scsi: the command
 * @lu: its logical unit
 * @lba: first block
 * @blocks: number of blocks
 *
 * For commands outside of the path of each I/O.
 *
 * Context: I/O hart.
 * Return: true if so; if false, the command has ended, with GOOD status for 0 blocks.
 */
bool may_transfer(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	if (may_move(lu, lba, blocks) && blocks <= scsi->data_len / BOARD_BLOCK_SIZE)
		return true;
	move_nothing(scsi, lu, lba, blocks);
	return false;
}

/* For a command that moves @blocks between the medium and its data buffer. */
static inline __fast void transfer(const struct frame_scsi *scsi, struct lu *lu, u32 op, u32 flags,
				   u64 lba, u32 blocks)
{
	if (may_move(lu, lba, blocks) && blocks <= scsi->data_len / BOARD_BLOCK_SIZE)
		media_request(&scsi->hdr, scsi->cdb[0], lu, op, flags, lba, blocks);
	else
		move_nothing(scsi, lu, lba, blocks);
}

static u32 fua(const struct frame_scsi *scsi)
{
	return scsi->cdb[1] / CDB1_FUA & MEDIA_FUA;
}

static u32 lba_6(const struct frame_scsi *scsi)
{
	return get_be24(&scsi->cdb[1]) & 0x1fffff;
}

static u32 blocks_6(const struct frame_scsi *scsi)
{
	return scsi->cdb[4] ? scsi->cdb[4] : 256;
}

static inline __fast void read(const struct frame_scsi *scsi, struct lu *lu, u32 flags, u64 lba,
			       u32 blocks)
{
	transfer(scsi, lu, MEDIA_READ, flags, lba, blocks);
}

void scsi_read_6(const struct frame_scsi *scsi, struct lu *lu)
{
	read(scsi, lu, 0, lba_6(scsi), blocks_6(scsi));
}

void scsi_read_10(const struct frame_scsi *scsi, struct lu *lu)
{
	read(scsi, lu, fua(scsi), get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]));
}

void scsi_read_12(const struct frame_scsi *scsi, struct lu *lu)
{
	read(scsi, lu, fua(scsi), get_be32(&scsi->cdb[2]), get_be32(&scsi->cdb[6]));
}

void scsi_read_16(const struct frame_scsi *scsi, struct lu *lu)
{
	read(scsi, lu, fua(scsi), get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]));
}

/* Without a write cache, each write is done with FUA. */
static inline __fast void write(const struct frame_scsi *scsi, struct lu *lu, u32 flags, u64 lba,
				u32 blocks)
{
	flags |= ~lu_flags(lu) / LU_WCE & MEDIA_FUA;
	transfer(scsi, lu, MEDIA_WRITE, flags, lba, blocks);
}

void scsi_write_6(const struct frame_scsi *scsi, struct lu *lu)
{
	write(scsi, lu, 0, lba_6(scsi), blocks_6(scsi));
}

void scsi_write_10(const struct frame_scsi *scsi, struct lu *lu)
{
	write(scsi, lu, fua(scsi), get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]));
}

void scsi_write_12(const struct frame_scsi *scsi, struct lu *lu)
{
	write(scsi, lu, fua(scsi), get_be32(&scsi->cdb[2]), get_be32(&scsi->cdb[6]));
}

void scsi_write_16(const struct frame_scsi *scsi, struct lu *lu)
{
	write(scsi, lu, fua(scsi), get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]));
}

static void verify(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	switch (scsi->cdb[1] >> 1 & 3) {
	case BYTCHK_NONE:
		if (may_move(lu, lba, blocks))
			media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_CHECK, 0, lba, blocks);
		else
			move_nothing(scsi, lu, lba, blocks);
		break;
	case BYTCHK_COMPARE:
		transfer(scsi, lu, MEDIA_COMPARE, 0, lba, blocks);
		break;
	default:
		reply_bad_field(scsi, lu, 1, 2);
	}
}

void scsi_verify_10(const struct frame_scsi *scsi, struct lu *lu)
{
	verify(scsi, lu, get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]));
}

void scsi_verify_12(const struct frame_scsi *scsi, struct lu *lu)
{
	verify(scsi, lu, get_be32(&scsi->cdb[2]), get_be32(&scsi->cdb[6]));
}

void scsi_verify_16(const struct frame_scsi *scsi, struct lu *lu)
{
	verify(scsi, lu, get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]));
}

/* The range is only checked: the port always flushes its whole cache. */
static void synchronize(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	if (in_range(lu, lba, blocks))
		media_flush(&scsi->hdr, scsi->cdb[0], lu);
	else
		reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
}

void scsi_synchronize_cache_10(const struct frame_scsi *scsi, struct lu *lu)
{
	synchronize(scsi, lu, get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]));
}

void scsi_synchronize_cache_16(const struct frame_scsi *scsi, struct lu *lu)
{
	synchronize(scsi, lu, get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]));
}
