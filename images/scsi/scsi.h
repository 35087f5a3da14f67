/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arrival of a SCSI command. This code is in the path of every I/O, and is therefore
 * inlined into the I/O hart's loop.
 */
#ifndef IMAGES_SCSI_H
#define IMAGES_SCSI_H

#include "commands.h"
#include "persist.h"

void scsi_command_slow(const struct frame_scsi *scsi, struct lu *lu, const struct command *cmd);
void scsi_task_management(const struct frame_tmf *tmf);
void scsi_activated(const struct frame_activated *activated);

/* Single level LUN 0 is the only LUN. */
static inline __fast bool lun_is_zero(const struct frame_scsi *scsi)
{
	const u32 *word = (const u32 *)scsi->lun;

	return !(word[0] | word[1]);
}

static inline __fast bool fields_allowed(const struct frame_scsi *scsi, const struct command *cmd)
{
	const u32 *cdb = (const u32 *)scsi->cdb;
	const u32 *usage = cmd->usage_word;

	return (cdb[0] | usage[0]) == usage[0] && (cdb[1] | usage[1]) == usage[1] &&
	       (cdb[2] | usage[2]) == usage[2] && (cdb[3] | usage[3]) == usage[3] &&
	       scsi->cdb_len >= cmd->length;
}

/**
 * scsi_command() - handle a command from the driver
 * @scsi: the frame
 *
 * Puts out one frame: a reply, a media request or a message.
 *
 * Context: I/O hart.
 */
static inline __fast void scsi_command(const struct frame_scsi *scsi)
{
	const struct command *cmd = in_register(&commands[scsi->cdb[0]]);
	struct lu *lu = lu_find(scsi->target);

	if (lu && lun_is_zero(scsi) && fields_allowed(scsi, cmd) &&
	    !(lu_flags(lu) & cmd->blocked_by)) {
		count(&nexus_find(scsi->target)->commands, 1);
		cmd->execute(scsi, lu);
	} else {
		scsi_command_slow(scsi, lu, cmd);
	}
}

#endif
