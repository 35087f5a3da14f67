// SPDX-License-Identifier: GPL-2.0
/*
 * The table of SCSI commands, and nothing else. See commands.h; commands that only
 * some images have are in commands_extra.h in their folders.
 */
#include "commands.h"
#include "scsi_block.h"
#include "scsi_disk.h"
#include "scsi_inquiry.h"
#include "scsi_log.h"
#include "scsi_mode.h"
#include "scsi_report.h"

#define CDB_6(op, ...)	.length = 6, .usage = { op, __VA_ARGS__, [6 ... 15] = 0xff }
#define CDB_10(op, ...)	.length = 10, .usage = { op, __VA_ARGS__, [10 ... 15] = 0xff }
#define CDB_12(op, ...)	.length = 12, .usage = { op, __VA_ARGS__, [12 ... 15] = 0xff }
#define CDB_16(op, ...)	.length = 16, .usage = { op, __VA_ARGS__ }

/* States in which a command cannot be executed; a unit attention has precedence. */
#define NO_SESSION	(LU_STARTING | LU_UNREACHABLE | UA_ANY)
#define NO_MEDIUM	(NO_SESSION | LU_STOPPED)

/* Such states, plus LU_RESERVED, for a command that a reservation may block. */
#define READS(states)	.blocked_by = (states) | LU_RESERVED, .flags = CMD_READS
#define WRITES(states)	.blocked_by = (states) | LU_RESERVED, .flags = CMD_WRITES

#include "commands_extra.h"

static const struct command service_action_in_16[] = {
	{ scsi_read_capacity_16, .flags = CMD_ACTION, .blocked_by = NO_SESSION,
	  .action = SAI_READ_CAPACITY_16,
	  CDB_16(SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, [10 ... 13] = 0xff) },
	EXTRA_ACTIONS_IN_16
	{ NULL }
};

static const struct command maintenance_in[] = {
	{ scsi_report_opcodes, .flags = CMD_ACTION | CMD_READS, .blocked_by = UA_ANY | LU_RESERVED,
	  .action = MI_REPORT_OPCODES,
	  CDB_12(MAINTENANCE_IN, MI_REPORT_OPCODES, 0x87, [3 ... 9] = 0xff) },
	EXTRA_MAINTENANCE_IN
	{ NULL }
};

const struct command commands[256] = {
	[TEST_UNIT_READY] = {
		scsi_test_unit_ready, .blocked_by = NO_MEDIUM,
		CDB_6(TEST_UNIT_READY, 0) },
	[REQUEST_SENSE] = {
		scsi_request_sense, .flags = CMD_ANY_LUN,
		CDB_6(REQUEST_SENSE, 0x01, 0, 0, 0xff) },
	[READ_6] = {
		scsi_read_6, READS(NO_MEDIUM),
		CDB_6(READ_6, 0x1f, 0xff, 0xff, 0xff) },
	[WRITE_6] = {
		scsi_write_6, WRITES(NO_MEDIUM | LU_SWP),
		CDB_6(WRITE_6, 0x1f, 0xff, 0xff, 0xff) },
	[INQUIRY] = {
		scsi_inquiry, .flags = CMD_ANY_LUN,
		CDB_6(INQUIRY, 0x01, 0xff, 0xff, 0xff) },
	[MODE_SELECT_6] = {
		scsi_mode_select_6, WRITES(UA_ANY),
		CDB_6(MODE_SELECT_6, 0x10, 0, 0, 0xff) },
	[MODE_SENSE_6] = {
		scsi_mode_sense_6, WRITES(UA_ANY),
		CDB_6(MODE_SENSE_6, 0x08, 0xff, 0xff, 0xff) },
	[START_STOP] = {
		scsi_start_stop, WRITES(NO_SESSION),
		CDB_6(START_STOP, 0x01, 0, 0, 0x05) },
	[READ_CAPACITY_10] = {
		scsi_read_capacity_10, .blocked_by = NO_SESSION,
		CDB_10(READ_CAPACITY_10, 0) },
	[READ_10] = {
		scsi_read_10, READS(NO_MEDIUM),
		CDB_10(READ_10, 0x18, [2 ... 5] = 0xff, [7 ... 8] = 0xff) },
	[WRITE_10] = {
		scsi_write_10, WRITES(NO_MEDIUM | LU_SWP),
		CDB_10(WRITE_10, 0x18, [2 ... 5] = 0xff, [7 ... 8] = 0xff) },
	[VERIFY_10] = {
		scsi_verify_10, READS(NO_MEDIUM),
		CDB_10(VERIFY_10, 0x16, [2 ... 5] = 0xff, [7 ... 8] = 0xff) },
	[SYNCHRONIZE_CACHE_10] = {
		scsi_synchronize_cache_10, WRITES(NO_MEDIUM),
		CDB_10(SYNCHRONIZE_CACHE_10, 0x02, [2 ... 5] = 0xff, [7 ... 8] = 0xff) },
	[LOG_SENSE] = {
		scsi_log_sense, .blocked_by = UA_ANY,
		CDB_10(LOG_SENSE, 0, 0xff, 0xff, [5 ... 8] = 0xff) },
	[MODE_SELECT_10] = {
		scsi_mode_select_10, WRITES(UA_ANY),
		CDB_10(MODE_SELECT_10, 0x10, [7 ... 8] = 0xff) },
	[MODE_SENSE_10] = {
		scsi_mode_sense_10, WRITES(UA_ANY),
		CDB_10(MODE_SENSE_10, 0x18, 0xff, 0xff, [7 ... 8] = 0xff) },
	[READ_16] = {
		scsi_read_16, READS(NO_MEDIUM),
		CDB_16(READ_16, 0x18, [2 ... 13] = 0xff) },
	[WRITE_16] = {
		scsi_write_16, WRITES(NO_MEDIUM | LU_SWP),
		CDB_16(WRITE_16, 0x18, [2 ... 13] = 0xff) },
	[VERIFY_16] = {
		scsi_verify_16, READS(NO_MEDIUM),
		CDB_16(VERIFY_16, 0x16, [2 ... 13] = 0xff) },
	[SYNCHRONIZE_CACHE_16] = {
		scsi_synchronize_cache_16, WRITES(NO_MEDIUM),
		CDB_16(SYNCHRONIZE_CACHE_16, 0x02, [2 ... 13] = 0xff) },
	[SERVICE_ACTION_IN_16] = { .actions = service_action_in_16 },
	[REPORT_LUNS] = {
		scsi_report_luns,
		CDB_12(REPORT_LUNS, 0, 0xff, [6 ... 9] = 0xff) },
	[MAINTENANCE_IN] = { .actions = maintenance_in },
	[READ_12] = {
		scsi_read_12, READS(NO_MEDIUM),
		CDB_12(READ_12, 0x18, [2 ... 9] = 0xff) },
	[WRITE_12] = {
		scsi_write_12, WRITES(NO_MEDIUM | LU_SWP),
		CDB_12(WRITE_12, 0x18, [2 ... 9] = 0xff) },
	[VERIFY_12] = {
		scsi_verify_12, READS(NO_MEDIUM),
		CDB_12(VERIFY_12, 0x16, [2 ... 9] = 0xff) },
	EXTRA_COMMANDS
};

/**
 * command_action() - find the command for a service action
 * @cmd: entry of commands[], with @actions
 * @action: the service action
 *
 * Return: the command, or NULL if there is none.
 */
const struct command *command_action(const struct command *cmd, u32 action)
{
	if (command_unwanted(cmd))
		return NULL;
	if (cmd->flags & CMD_INBAND)
		return cmd->actions;
	for (cmd = cmd->actions; cmd->execute; cmd++)
		if (cmd->action == action)
			return cmd;
	return NULL;
}
