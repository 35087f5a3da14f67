// SPDX-License-Identifier: GPL-2.0
/* REPORT LUNS and REPORT SUPPORTED OPERATION CODES. */
#include "commands.h"
#include "lib.h"
#include "reply.h"
#include "scsi_report.h"

#define SELECT_ADDRESSED	0	/* all but well-known logical units */
#define SELECT_WELL_KNOWN	1
#define SELECT_ALL		2

#define REPORT_ALL		0
#define REPORT_ONE		1	/* operation code without service action */
#define REPORT_ONE_ACTION	2	/* operation code and service action */
#define REPORT_ANY		3	/* either; no error if there is no such action */

#define CDB2_RCTD		0x80
#define TIMEOUTS_LEN		12u

#define ENTRY_CTDP		0x02
#define ENTRY_SERVACTV		0x01
#define ONE_CTDP		0x80
#define ONE_NOT_SUPPORTED	0x01
#define ONE_SUPPORTED		0x03	/* conforms to a standard */

/* A target has only LUN 0; there are no well-known logical units. */
void scsi_report_luns(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 select = scsi->cdb[2];
	u8 *to = data_buffer();
	u32 len = select == SELECT_WELL_KNOWN ? 0 : 8;

	if (select > SELECT_ALL) {
		reply_bad_field(scsi, lu, 2, 7);
		return;
	}
	memset(to, 0, 16);
	put_be32(to, len);
	reply_data(scsi, 8 + len, get_be32(&scsi->cdb[6]));
}

/* A command timeouts descriptor that indicates no timeouts. */
static u32 add_timeouts(u8 *to)
{
	memset(to, 0, TIMEOUTS_LEN);
	put_be16(to, TIMEOUTS_LEN - 2);
	return TIMEOUTS_LEN;
}

static u32 add_command(u8 *to, const struct command *cmd, bool timeouts)
{
	u32 len = 8;

	memset(to, 0, len);
	to[0] = cmd->usage[0];
	put_be16(&to[2], cmd->action);
	if (cmd->flags & CMD_ACTION)
		to[5] |= ENTRY_SERVACTV;
	put_be16(&to[6], cmd->length);
	if (timeouts) {
		to[5] |= ENTRY_CTDP;
		len += add_timeouts(to + len);
	}
	return len;
}

static u32 all_commands(u8 *to, bool timeouts)
{
	const struct command *cmd;
	u32 len = 4;

	for (u32 opcode = 0; opcode < ARRAY_SIZE(commands); opcode++) {
		cmd = &commands[opcode];
		if (cmd->execute)
			len += add_command(to + len, cmd, timeouts);
		if (command_unwanted(cmd))
			continue;
		for (cmd = cmd->actions; cmd && cmd->execute; cmd++)
			len += add_command(to + len, cmd, timeouts);
	}
	put_be32(to, len - 4);
	return len;
}

static u32 one_command(u8 *to, const struct command *cmd, bool timeouts)
{
	u32 len = 4;

	memset(to, 0, len);
	if (!cmd) {
		to[1] = ONE_NOT_SUPPORTED;
		return len;
	}
	to[1] = ONE_SUPPORTED | (timeouts ? ONE_CTDP : 0);
	put_be16(&to[2], cmd->length);
	memcpy(&to[len], cmd->usage, cmd->length);
	len += cmd->length;
	if (timeouts)
		len += add_timeouts(to + len);
	return len;
}

/* Returns NULL if there is no such command. */
static const struct command *find_command(u32 opcode, u32 action)
{
	const struct command *cmd = &commands[opcode];

	if (cmd->actions)
		return command_action(cmd, action);
	return cmd->execute ? cmd : NULL;
}

/* Does the CDB ask with a service action for a command without one, or the reverse? */
static bool wrong_question(u32 options, const struct command *cmd)
{
	bool actions = command_has_actions(cmd);

	return (options == REPORT_ONE && actions) ||
	       (options == REPORT_ONE_ACTION && !actions && (cmd->execute || cmd->actions));
}

void scsi_report_opcodes(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 options = scsi->cdb[2] & 7;
	u32 opcode = scsi->cdb[3];
	u32 action = get_be16(&scsi->cdb[4]);
	bool timeouts = scsi->cdb[2] & CDB2_RCTD;
	const struct command *cmd = find_command(opcode, action);
	u8 *to = data_buffer();
	u32 len;

	if (options > REPORT_ANY || wrong_question(options, &commands[opcode])) {
		reply_bad_field(scsi, lu, 2, 2);
		return;
	}
	if (options == REPORT_ANY && cmd && cmd->action != action)
		cmd = NULL;
	if (options == REPORT_ALL)
		len = all_commands(to, timeouts);
	else
		len = one_command(to, cmd, timeouts);
	reply_data(scsi, len, get_be32(&scsi->cdb[6]));
}
