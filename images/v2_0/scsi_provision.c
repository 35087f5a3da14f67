// SPDX-License-Identifier: GPL-2.0
/*
 * Logical block provisioning. The medium is thin: blocks have no memory until
 * they are written, lose it by UNMAP and then read as zeros.
 *
 * An UNMAP makes one media request after the other. The number of the next descriptor
 * travels with the request (context.arg), and the parameter list is fetched again at
 * each completion, as another image may be in place by then.
 */
#include "commands.h"
#include "lib.h"
#include "media.h"
#include "probation.h"
#include "reply.h"
#include "scsi_block.h"
#include "scsi_provision.h"

#define LIST_HEADER		8u
#define DESCRIPTOR		16u

#define CDB1_UNMAP		0x08
#define CDB1_NDOB		0x01

#define STATUS_LEN		24u	/* GET LBA STATUS, one descriptor */
#define STATUS_BLOCKS		16u	/* offset of the port's result */
#define STATUS_DEALLOCATED	1

static const u8 *descriptor(u32 index)
{
	return data_buffer() + LIST_HEADER + index * DESCRIPTOR;
}

static u64 descriptor_lba(u32 index)
{
	return get_be64(descriptor(index));
}

static u32 descriptor_blocks(u32 index)
{
	return get_be32(descriptor(index) + 8);
}

/* Fetches @count descriptors into data_buffer(); returns false if there are fewer. */
static bool fetch_list(const struct frame_hdr *cmd, u32 count)
{
	u32 len = LIST_HEADER + count * DESCRIPTOR;

	return board_dma(cmd, DMA_FROM_HOST, len) == len;
}

static void request_unmap(const struct frame_hdr *cmd, struct lu *lu, u32 index, u32 count)
{
	struct frame_media *media = media_request(cmd, UNMAP, lu, MEDIA_UNMAP, 0,
						  descriptor_lba(index), descriptor_blocks(index));

	media->context.arg = count << 8 | (index + 1);
}

/*
 * Goes on with the first descriptor from @next on that names any block. The list may
 * have changed since it was checked, so the port checks the range again.
 */
static void unmap_from(const struct frame_hdr *cmd, struct lu *lu, u32 next, u32 count)
{
	while (next < count && !descriptor_blocks(next))
		next++;
	if (next == count)
		reply_good(cmd);
	else if (descriptor_blocks(next) > MAX_UNMAP_BLOCKS)
		reply_check(cmd, lu, SENSE_INVALID_PARAMETER);
	else
		request_unmap(cmd, lu, next, count);
}

/* All descriptors are checked before the first is executed. */
static bool check_descriptors(const struct frame_scsi *scsi, struct lu *lu, u32 count)
{
	u32 all = 0;

	for (u32 i = 0; i < count; i++) {
		u64 lba = descriptor_lba(i);
		u32 blocks = descriptor_blocks(i);

		if (!in_range(lu, lba, blocks)) {
			reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
			return false;
		}
		if (blocks > MAX_UNMAP_BLOCKS - all) {
			reply_bad_parameter(scsi, lu, LIST_HEADER + i * DESCRIPTOR + 8, 7);
			return false;
		}
		all += blocks;
	}
	return true;
}

/* A descriptor that is cut off is ignored; it is not an error. */
static u32 count_descriptors(u32 list_len)
{
	return min_u32(get_be16(&data_buffer()[2]), list_len - LIST_HEADER) / DESCRIPTOR;
}

void scsi_unmap(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 len = get_be16(&scsi->cdb[7]);
	u32 count;

	if (!len) {
		reply_good(&scsi->hdr);
		return;
	}
	if (len < LIST_HEADER || len > scsi->data_len || !fetch_list(&scsi->hdr, 0)) {
		reply_check(&scsi->hdr, lu, SENSE_LIST_LENGTH);
		return;
	}
	count = count_descriptors(len);
	if (count > MAX_UNMAP_DESCRIPTORS)
		reply_bad_parameter(scsi, lu, 2, 7);
	else if (!fetch_list(&scsi->hdr, count))
		reply_check(&scsi->hdr, lu, SENSE_LIST_LENGTH);
	else if (check_descriptors(scsi, lu, count) &&
		 !(count > 1 && wait_for_commit(&scsi->hdr)))
		unmap_from(&scsi->hdr, lu, 0, count);
}

static void unmap_done(const struct frame_media_done *done, struct lu *lu)
{
	u32 next = done->context.arg & 0xff;
	u32 count = min_u32(done->context.arg >> 8, MAX_UNMAP_DESCRIPTORS);

	if (next >= count)
		reply_good(&done->hdr);
	else if (fetch_list(&done->hdr, count))
		unmap_from(&done->hdr, lu, next, count);
	else
		reply_check(&done->hdr, lu, SENSE_LIST_LENGTH);
}

/* Is the block in the data buffer all zeros? */
static bool writes_zeros(const struct frame_scsi *scsi)
{
	const u32 *word = (const u32 *)data_buffer();

	if (board_dma(&scsi->hdr, DMA_FROM_HOST, BOARD_BLOCK_SIZE) != BOARD_BLOCK_SIZE)
		return false;
	for (u32 i = 0; i < BOARD_BLOCK_SIZE / 4; i++)
		if (word[i])
			return false;
	return true;
}

static void write_blocks(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks)
{
	bool no_data = scsi->cdb[1] & CDB1_NDOB;
	bool unmap = scsi->cdb[1] & CDB1_UNMAP;
	u32 flags = lu_flags(lu) & LU_WCE ? 0 : MEDIA_FUA;

	if (unmap && (no_data || writes_zeros(scsi))) {
		media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_UNMAP, 0, lba, blocks);
		return;
	}
	if (no_data)
		flags |= MEDIA_ZERO;
	media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_WRITE_SAME, flags, lba, blocks);
}

/* @length_at: offset of the length field. A length of 0 is refused (WSNZ). */
static void write_same(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 blocks,
		       u32 length_at)
{
	if (!in_range(lu, lba, blocks))
		reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
	else if (!blocks || blocks > MAX_WRITE_SAME_BLOCKS)
		reply_bad_field(scsi, lu, length_at, 7);
	else if (!(scsi->cdb[1] & CDB1_NDOB) && scsi->data_len < BOARD_BLOCK_SIZE)
		reply_check(&scsi->hdr, lu, SENSE_BAD_DATA_LENGTH);
	else
		write_blocks(scsi, lu, lba, blocks);
}

void scsi_write_same_10(const struct frame_scsi *scsi, struct lu *lu)
{
	write_same(scsi, lu, get_be32(&scsi->cdb[2]), get_be16(&scsi->cdb[7]), 7);
}

void scsi_write_same_16(const struct frame_scsi *scsi, struct lu *lu)
{
	write_same(scsi, lu, get_be64(&scsi->cdb[2]), get_be32(&scsi->cdb[10]), 10);
}

/*
 * What is already known is written to the data buffer now, as the context has no room for
 * it. The port then determines the rest: the status of the first block, and how many
 * blocks have that status.
 */
static void ask_status(const struct frame_scsi *scsi, struct lu *lu, u64 lba, u32 allocation)
{
	u64 left = lu_blocks(lu) - lba;
	u8 *to = data_buffer();
	struct frame_media *media;

	memset(to, 0, STATUS_LEN);
	put_be32(&to[0], STATUS_LEN - 4);
	put_be64(&to[8], lba);
	board_dma(&scsi->hdr, DMA_TO_HOST, allocation);
	media = media_request(&scsi->hdr, scsi->cdb[0], lu, MEDIA_LBA_STATUS, 0, lba,
			      left >> 32 ? 0xffffffff : (u32)left);
	media->context.arg = allocation;
}

void scsi_get_lba_status(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 allocation = min_u32(get_be32(&scsi->cdb[10]), STATUS_LEN);
	u64 lba = get_be64(&scsi->cdb[2]);

	if (lba >= lu_blocks(lu))
		reply_check_info(&scsi->hdr, lu, SENSE_LBA_RANGE, lba);
	else if (!allocation)
		reply_good(&scsi->hdr);
	else if (!wait_for_commit(&scsi->hdr))
		ask_status(scsi, lu, lba, allocation);
}

static void status_done(const struct frame_media_done *done)
{
	u32 allocation = done->context.arg;
	u8 *to = data_buffer();

	memset(to, 0, STATUS_LEN - STATUS_BLOCKS);
	put_be32(&to[0], done->extent);
	to[4] = done->mapped ? 0 : STATUS_DEALLOCATED;
	if (allocation > STATUS_BLOCKS)
		board_dma_at(&done->hdr, DMA_TO_HOST, STATUS_BLOCKS, allocation - STATUS_BLOCKS);
	reply_good(&done->hdr);
}

/**
 * provision_done() - handle a media request that has succeeded
 * @done: the completion
 * @lu: the logical unit
 *
 * Context: I/O hart.
 * Return: true if the command is one of this file's, and its next frame was put out.
 */
bool provision_done(const struct frame_media_done *done, struct lu *lu)
{
	switch (done->context.opcode) {
	case UNMAP:
		unmap_done(done, lu);
		return true;
	case SERVICE_ACTION_IN_16:
		status_done(done);
		return true;
	default:
		return false;
	}
}
