// SPDX-License-Identifier: GPL-2.0
/* Commands about a logical unit as a disk: readiness, capacity, sense data. */
#include "attention.h"
#include "extra.h"
#include "lib.h"
#include "media.h"
#include "reply.h"
#include "scsi_disk.h"

#define START		0x01
#define NO_FLUSH	0x04

/* A unit that is not ready is caught before: see @blocked_by in the table of commands. */
void scsi_test_unit_ready(const struct frame_scsi *scsi, struct lu *lu)
{
	reply_good(&scsi->hdr);
}

static u32 pending_sense(struct lu *lu)
{
	u32 code;

	if (!lu)
		return SENSE_NO_LUN;
	code = attention_take(lu);
	return code ? code : not_ready_sense(lu_flags(lu));
}

/* A pending unit attention is returned as data, which counts as reporting it. */
void scsi_request_sense(const struct frame_scsi *scsi, struct lu *lu)
{
	bool descriptor = scsi->cdb[1] & 1;
	u32 len = sense_plain(data_buffer(), pending_sense(lu), descriptor);

	reply_data(scsi, len, scsi->cdb[4]);
}

/*
 * Starting and stopping changes only one bit, so the I/O hart does it with an atomic
 * instruction, without the service hart. A unit that stops flushes its cache first
 * (media_done() does the rest), unless the command says not to.
 */
void start_stop(const struct frame_hdr *cmd, struct lu *lu, u32 how)
{
	if (!(how & (START | NO_FLUSH))) {
		media_flush(cmd, START_STOP, lu);
		return;
	}
	if (how & START)
		lu_clear_flags(lu, LU_STOPPED);
	else
		lu_set_flags(lu, LU_STOPPED);
	reply_good(cmd);
}

/* Deferred microcode may wait for this command; then the new image executes it. */
void scsi_start_stop(const struct frame_scsi *scsi, struct lu *lu)
{
	if (!extra_activates(scsi))
		start_stop(&scsi->hdr, lu, scsi->cdb[4]);
}

void scsi_read_capacity_10(const struct frame_scsi *scsi, struct lu *lu)
{
	u64 last = lu_blocks(lu) - 1;
	u8 *to = data_buffer();

	put_be32(&to[0], last >> 32 ? 0xffffffff : (u32)last);
	put_be32(&to[4], BOARD_BLOCK_SIZE);
	reply_data(scsi, 8, 8);
}

/* Fields left at 0: no protection, one logical block per physical block. */
void scsi_read_capacity_16(const struct frame_scsi *scsi, struct lu *lu)
{
	u8 *to = data_buffer();

	memset(to, 0, 32);
	put_be64(&to[0], lu_blocks(lu) - 1);
	put_be32(&to[8], BOARD_BLOCK_SIZE);
	to[14] = EXTRA_CAPACITY;
	reply_data(scsi, 32, get_be32(&scsi->cdb[10]));
}
