/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of SCSI commands. To add a command, write its handler into the file of
 * its family and add a line to commands.c: its fields are then checked, and
 * REPORT SUPPORTED OPERATION CODES reports it.
 */
#ifndef IMAGES_COMMANDS_H
#define IMAGES_COMMANDS_H

#include "persist.h"

enum scsi_opcode {
	TEST_UNIT_READY		= 0x00,
	REQUEST_SENSE		= 0x03,
	READ_6			= 0x08,
	WRITE_6			= 0x0a,
	INQUIRY			= 0x12,
	MODE_SELECT_6		= 0x15,
	RESERVE_6		= 0x16,
	RELEASE_6		= 0x17,
	MODE_SENSE_6		= 0x1a,
	START_STOP		= 0x1b,
	READ_CAPACITY_10	= 0x25,
	READ_10			= 0x28,
	WRITE_10		= 0x2a,
	WRITE_AND_VERIFY_10	= 0x2e,
	VERIFY_10		= 0x2f,
	PRE_FETCH_10		= 0x34,
	SYNCHRONIZE_CACHE_10	= 0x35,
	READ_DEFECTS_10		= 0x37,
	WRITE_BUFFER		= 0x3b,
	READ_BUFFER		= 0x3c,
	WRITE_SAME_10		= 0x41,
	UNMAP			= 0x42,
	LOG_SENSE		= 0x4d,
	MODE_SELECT_10		= 0x55,
	MODE_SENSE_10		= 0x5a,
	PERSISTENT_RESERVE_IN	= 0x5e,
	PERSISTENT_RESERVE_OUT	= 0x5f,
	READ_16			= 0x88,
	COMPARE_AND_WRITE	= 0x89,
	WRITE_16		= 0x8a,
	OR_WRITE_16		= 0x8b,
	WRITE_AND_VERIFY_16	= 0x8e,
	VERIFY_16		= 0x8f,
	PRE_FETCH_16		= 0x90,
	SYNCHRONIZE_CACHE_16	= 0x91,
	WRITE_SAME_16		= 0x93,
	SERVICE_ACTION_IN_16	= 0x9e,
	REPORT_LUNS		= 0xa0,
	MAINTENANCE_IN		= 0xa3,
	READ_12			= 0xa8,
	WRITE_12		= 0xaa,
	WRITE_AND_VERIFY_12	= 0xae,
	VERIFY_12		= 0xaf,
	READ_DEFECTS_12		= 0xb7,
};

#define SAI_READ_CAPACITY_16	0x10
#define SAI_GET_LBA_STATUS	0x12
#define MI_REPORT_OPCODES	0x0c
#define MI_REPORT_TASK_MGMT	0x0d

enum reserve_in_action {
	PRI_READ_KEYS		= 0x00,
	PRI_READ_RESERVATION	= 0x01,
	PRI_REPORT_CAPABILITIES	= 0x02,
	PRI_READ_FULL_STATUS	= 0x03,
};

enum reserve_out_action {
	PRO_REGISTER		= 0x00,
	PRO_RESERVE		= 0x01,
	PRO_RELEASE		= 0x02,
	PRO_CLEAR		= 0x03,
	PRO_PREEMPT		= 0x04,
	PRO_PREEMPT_AND_ABORT	= 0x05,
	PRO_REGISTER_AND_IGNORE	= 0x06,
};

#define CDB_MAX		16u

#define CMD_ANY_LUN	(1u << 0)	/* also allowed where there is no logical unit */
#define CMD_ACTION	(1u << 1)	/* has a service action */
#define CMD_READS	(1u << 2)	/* blocked by a reservation for exclusive access */
#define CMD_WRITES	(1u << 3)	/* blocked by one for exclusive writing, too */
#define CMD_INBAND	(1u << 4)	/* exists only if the driver wants in-band downloads */

/**
 * struct command - a SCSI command
 * @execute: handler of the command; NULL: no such command. With CMD_ANY_LUN, @lu
 *	     is NULL where there is no logical unit
 * @actions: the commands of this operation code by service action, ended by an
 *	     entry without @execute; then no other field is set. With CMD_INBAND:
 *	     the only command, which has no service action
 * @blocked_by: LU_* and UA_* that must not be set
 * @action: service action, with CMD_ACTION
 * @length: bytes in the CDB
 * @flags: CMD_*; with CMD_READS or CMD_WRITES, LU_RESERVED blocks it
 * @usage: CDB usage data (SPC-4 6.35.3): the operation code, then a one for
 *	   each bit that may be set; ones after the CDB's end
 * @usage_word: @usage as words
 *
 * For a command that does not exist, all fields are 0. So its CDB fails the check of
 * fields, and the path of a valid command needs no extra check for this case.
 */
struct command {
	void (*execute)(const struct frame_scsi *scsi, struct lu *lu);
	const struct command *actions;
	u32 blocked_by;
	u16 action;
	u8 length;
	u8 flags;
	union {
		u8 usage[CDB_MAX];
		u32 usage_word[CDB_MAX / 4];
	};
};

extern const struct command commands[256];

const struct command *command_action(const struct command *cmd, u32 action);

static inline bool command_has_actions(const struct command *cmd)
{
	return cmd->actions && !(cmd->flags & CMD_INBAND);
}

/* Does the command not exist because the driver does not want in-band downloads? */
static inline bool command_unwanted(const struct command *cmd)
{
	return cmd->flags & CMD_INBAND && !(board_regs()->capabilities & CAP_DRIVER_INBAND);
}

#endif
