/* SPDX-License-Identifier: GPL-2.0 */
/* The commands that 2.0 has and 1.x lacks: part of commands.c, see there. */
#ifndef IMAGES_COMMANDS_EXTRA_H
#define IMAGES_COMMANDS_EXTRA_H

#include "scsi_buffer.h"
#include "scsi_compare.h"
#include "scsi_defects.h"
#include "scsi_provision.h"
#include "scsi_reserve.h"
#include "scsi_task_mgmt.h"
#include "scsi_verify.h"

#define RESERVE(execute)	execute, .flags = CMD_ACTION, .blocked_by = UA_ANY
#define RESERVE_IN(...)		CDB_10(PERSISTENT_RESERVE_IN, __VA_ARGS__, [7 ... 8] = 0xff)
#define RESERVE_OUT(...)	CDB_10(PERSISTENT_RESERVE_OUT, __VA_ARGS__, [5 ... 8] = 0xff)

static const struct command persistent_reserve_in[] = {
	{ RESERVE(scsi_read_keys), .action = PRI_READ_KEYS,
	  RESERVE_IN(PRI_READ_KEYS) },
	{ RESERVE(scsi_read_reservation), .action = PRI_READ_RESERVATION,
	  RESERVE_IN(PRI_READ_RESERVATION) },
	{ RESERVE(scsi_report_capabilities), .action = PRI_REPORT_CAPABILITIES,
	  RESERVE_IN(PRI_REPORT_CAPABILITIES) },
	{ RESERVE(scsi_read_full_status), .action = PRI_READ_FULL_STATUS,
	  RESERVE_IN(PRI_READ_FULL_STATUS) },
	{ NULL }
};

/* Byte 2 is SCOPE and TYPE; where it is ignored, all of its bits may be set. */
static const struct command persistent_reserve_out[] = {
	{ RESERVE(scsi_reserve_out), .action = PRO_REGISTER,
	  RESERVE_OUT(PRO_REGISTER, 0xff) },
	{ RESERVE(scsi_reserve_out), .action = PRO_RESERVE,
	  RESERVE_OUT(PRO_RESERVE, 0x0f) },
	{ RESERVE(scsi_reserve_out), .action = PRO_RELEASE,
	  RESERVE_OUT(PRO_RELEASE, 0x0f) },
	{ RESERVE(scsi_reserve_out), .action = PRO_CLEAR,
	  RESERVE_OUT(PRO_CLEAR, 0xff) },
	{ RESERVE(scsi_reserve_out), .action = PRO_PREEMPT,
	  RESERVE_OUT(PRO_PREEMPT, 0x0f) },
	{ RESERVE(scsi_reserve_out), .action = PRO_PREEMPT_AND_ABORT,
	  RESERVE_OUT(PRO_PREEMPT_AND_ABORT, 0x0f) },
	{ RESERVE(scsi_reserve_out), .action = PRO_REGISTER_AND_IGNORE,
	  RESERVE_OUT(PRO_REGISTER_AND_IGNORE, 0xff) },
	{ NULL }
};

#define EXTRA_ACTIONS_IN_16									\
	{ scsi_get_lba_status, .flags = CMD_ACTION | CMD_READS,					\
	  .blocked_by = NO_MEDIUM | LU_RESERVED, .action = SAI_GET_LBA_STATUS,			\
	  CDB_16(SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS, [2 ... 13] = 0xff) },

#define EXTRA_MAINTENANCE_IN									\
	{ scsi_report_task_mgmt, .flags = CMD_ACTION | CMD_READS,				\
	  .blocked_by = UA_ANY | LU_RESERVED, .action = MI_REPORT_TASK_MGMT,			\
	  CDB_12(MAINTENANCE_IN, MI_REPORT_TASK_MGMT, 0x80, [6 ... 9] = 0xff) },

static const struct command write_buffer[] = {
	{ scsi_write_buffer, WRITES(UA_ANY),
	  CDB_10(WRITE_BUFFER, [1 ... 8] = 0xff) },
	{ NULL }
};

static const struct command read_buffer[] = {
	{ scsi_read_buffer, WRITES(UA_ANY),
	  CDB_10(READ_BUFFER, 0x1f, [2 ... 8] = 0xff) },
	{ NULL }
};

/* A separate macro, as an image may do without these commands. */
#define DEFECTS_10										\
	[READ_DEFECTS_10] = {									\
		scsi_read_defects_10, READS(NO_SESSION),					\
		CDB_10(READ_DEFECTS_10, 0, 0x1f, [7 ... 8] = 0xff) },

#define DEFECTS_12										\
	[READ_DEFECTS_12] = {									\
		scsi_read_defects_12, READS(NO_SESSION),					\
		CDB_12(READ_DEFECTS_12, 0x1f, [2 ... 9] = 0xff) },

#define EXTRA_COMMANDS										\
	[RESERVE_6] = {										\
		scsi_reserve_6, WRITES(UA_ANY), CDB_6(RESERVE_6, 0) },				\
	[RELEASE_6] = {										\
		scsi_reserve_6, WRITES(UA_ANY), CDB_6(RELEASE_6, 0) },				\
	[WRITE_AND_VERIFY_10] = {								\
		scsi_write_and_verify_10, WRITES(NO_MEDIUM | LU_SWP),				\
		CDB_10(WRITE_AND_VERIFY_10, 0x12, [2 ... 5] = 0xff, [7 ... 8] = 0xff) },	\
	[PRE_FETCH_10] = {									\
		scsi_pre_fetch_10, READS(NO_MEDIUM),						\
		CDB_10(PRE_FETCH_10, 0x02, [2 ... 5] = 0xff, 0x1f, 0xff, 0xff) },		\
	DEFECTS_10										\
	[WRITE_BUFFER] = { .actions = write_buffer, .flags = CMD_INBAND },			\
	[READ_BUFFER] = { .actions = read_buffer, .flags = CMD_INBAND },			\
	[WRITE_SAME_10] = {									\
		scsi_write_same_10, WRITES(NO_MEDIUM | LU_SWP),					\
		CDB_10(WRITE_SAME_10, 0x08, [2 ... 5] = 0xff, [7 ... 8] = 0xff) },		\
	[UNMAP] = {										\
		scsi_unmap, WRITES(NO_MEDIUM | LU_SWP),						\
		CDB_10(UNMAP, 0, [7 ... 8] = 0xff) },						\
	[PERSISTENT_RESERVE_IN] = { .actions = persistent_reserve_in },				\
	[PERSISTENT_RESERVE_OUT] = { .actions = persistent_reserve_out },			\
	[COMPARE_AND_WRITE] = {									\
		scsi_compare_and_write, WRITES(NO_MEDIUM | LU_SWP),				\
		CDB_16(COMPARE_AND_WRITE, 0x18, [2 ... 9] = 0xff, [13] = 0xff) },		\
	[WRITE_SAME_16] = {									\
		scsi_write_same_16, WRITES(NO_MEDIUM | LU_SWP),					\
		CDB_16(WRITE_SAME_16, 0x09, [2 ... 13] = 0xff) },				\
	[OR_WRITE_16] = {									\
		scsi_or_write_16, WRITES(NO_MEDIUM | LU_SWP),					\
		CDB_16(OR_WRITE_16, 0x18, [2 ... 13] = 0xff) },					\
	[WRITE_AND_VERIFY_16] = {								\
		scsi_write_and_verify_16, WRITES(NO_MEDIUM | LU_SWP),				\
		CDB_16(WRITE_AND_VERIFY_16, 0x12, [2 ... 13] = 0xff) },				\
	[PRE_FETCH_16] = {									\
		scsi_pre_fetch_16, READS(NO_MEDIUM),						\
		CDB_16(PRE_FETCH_16, 0x02, [2 ... 13] = 0xff, 0x1f) },				\
	[WRITE_AND_VERIFY_12] = {								\
		scsi_write_and_verify_12, WRITES(NO_MEDIUM | LU_SWP),				\
		CDB_12(WRITE_AND_VERIFY_12, 0x12, [2 ... 9] = 0xff) },				\
	DEFECTS_12

#endif
