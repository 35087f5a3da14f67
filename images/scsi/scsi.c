// SPDX-License-Identifier: GPL-2.0
/*
 * Arrival of SCSI commands that do not go straight to their handler; and events that
 * the driver only reports.
 */
#include "attention.h"
#include "extra.h"
#include "reply.h"
#include "scsi.h"
#include "scsi_disk.h"

/* The field pointer is the highest bit that is set in the CDB but may not be. */
static void reply_bad_cdb(const struct frame_scsi *scsi, struct lu *lu, const struct command *cmd)
{
	u32 byte = 0;
	u32 bit = 7;

	if (scsi->cdb_len < cmd->length) {
		reply_check(&scsi->hdr, lu, SENSE_INVALID_FIELD);
		return;
	}
	while (!(scsi->cdb[byte] & ~cmd->usage[byte]))
		byte++;
	while (!(scsi->cdb[byte] & ~cmd->usage[byte] & 1u << bit))
		bit--;
	reply_bad_field(scsi, lu, byte, bit);
}

static void reply_blocked(const struct frame_scsi *scsi, struct lu *lu, u32 by)
{
	u32 sense = not_ready_sense(by);

	reply_check(&scsi->hdr, lu, sense ? sense : SENSE_WRITE_PROTECTED);
}

static void no_logical_unit(const struct frame_scsi *scsi, const struct command *cmd)
{
	if (!(cmd->flags & CMD_ANY_LUN))
		reply_check(&scsi->hdr, NULL, SENSE_NO_LUN);
	else if (!fields_allowed(scsi, cmd))
		reply_bad_cdb(scsi, NULL, cmd);
	else
		cmd->execute(scsi, NULL);
}

/* Executes a command whose operation code and service action are known. */
static void execute(const struct frame_scsi *scsi, struct lu *lu, const struct command *cmd)
{
	u32 blocked = lu_flags(lu) & cmd->blocked_by;

	if (blocked & UA_ANY && reply_attention(&scsi->hdr, lu))
		return;
	if (blocked & LU_RESERVED && extra_conflict(scsi, cmd))
		reply_conflict(&scsi->hdr);
	else if (!fields_allowed(scsi, cmd))
		reply_bad_cdb(scsi, lu, cmd);
	else if (blocked & ~(UA_ANY | LU_RESERVED))
		reply_blocked(scsi, lu, blocked);
	else
		cmd->execute(scsi, lu);
}

static void unknown_command(const struct frame_scsi *scsi, struct lu *lu, bool action)
{
	if (lu_flags(lu) & UA_ANY && reply_attention(&scsi->hdr, lu))
		return;
	if (action)
		reply_bad_field(scsi, lu, 1, 4);
	else
		reply_check(&scsi->hdr, lu, SENSE_INVALID_OPCODE);
}

/**
 * scsi_command_slow() - handle a command that cannot simply be executed
 * @scsi: the frame
 * @lu: the logical unit of its target, or NULL
 * @cmd: entry of commands[] for its operation code
 *
 * Makes the same checks as scsi_command(), but one after the other, and answers in
 * the order of precedence: logical unit, unit attention, operation code, reservation,
 * fields, state of the unit.
 *
 * Context: I/O hart.
 */
void scsi_command_slow(const struct frame_scsi *scsi, struct lu *lu, const struct command *cmd)
{
	bool action = command_has_actions(cmd);

	if (!lu || !lun_is_zero(scsi)) {
		no_logical_unit(scsi, cmd);
		return;
	}
	count(&nexus_find(scsi->target)->commands, 1);
	if (cmd->actions)
		cmd = command_action(cmd, scsi->cdb[1] & 0x1f);
	if (cmd && cmd->execute)
		execute(scsi, lu, cmd);
	else
		unknown_command(scsi, lu, action);
}

/**
 * scsi_activated() - the update that a command began has ended
 * @activated: the frame
 *
 * The I_T nexus of a WRITE BUFFER command gets no unit attention for the new microcode
 * (SPC-4 5.4), as the status tells it. A START STOP UNIT that has only triggered the
 * activation is carried out now, whatever the outcome, and its nexus gets the unit
 * attention as all others do.
 *
 * Context: I/O hart; whichever image is in place now.
 */
void scsi_activated(const struct frame_activated *activated)
{
	struct lu *lu = lu_find(activated->target);

	if (activated->opcode == START_STOP && lu) {
		start_stop(&activated->hdr, lu, activated->how);
		return;
	}
	switch (activated->result) {
	case ACTIVATED_GOOD:
		if (lu)
			lu_clear_flags(lu, UA_MICROCODE);
		reply_good(&activated->hdr);
		break;
	case ACTIVATED_REFUSED:
		reply_check(&activated->hdr, lu, SENSE_INVALID_PARAMETER);
		break;
	case ACTIVATED_CANCELLED:
		reply_check(&activated->hdr, lu, SENSE_CANCELLED);
		break;
	default:
		reply_check(&activated->hdr, lu, SENSE_INTERNAL_FAILURE);
	}
}

/*
 * The mode pages get their default values back, as there are no saved values. A unit
 * that was stopped stays stopped.
 */
static void logical_unit_reset(struct lu *lu, u32 attention)
{
	lu_clear_flags(lu, LU_MODE_BITS & ~LU_MODE_DEFAULT);
	lu_set_flags(lu, LU_MODE_DEFAULT | attention);
}

/**
 * scsi_task_management() - the driver has executed a task management function
 * @tmf: the frame
 *
 * Context: any hart; no reply.
 */
void scsi_task_management(const struct frame_tmf *tmf)
{
	struct lu *lu = lu_find(tmf->target);

	if (tmf->function == TMF_LUN_RESET && lu)
		logical_unit_reset(lu, UA_LU_RESET);
	if (tmf->function == TMF_HARD_RESET)
		for (u32 i = 0; i < board_regs()->nr_targets; i++)
			logical_unit_reset(&lu_table[i], UA_BUS_RESET);
}
