/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events of the board, system "hba_sim": a command on its way, traps and crashes of
 * harts. Documentation/tracing.rst tells how to use them. An event is passed what the caller
 * has anyway and works out the rest only when it is on, so that it is a no-operation when off.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hba_sim

#if !defined(HBA_SIM_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HBA_SIM_TRACE_H

#include <asm/byteorder.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "../processor/trace_hart.h"
#include "adapter.h"
#include "crash_line.h"

#define HBA_TRACE_WHY	64

#define HBA_TRACE_OUTCOMES		\
	{ CMD_REPLIED, "replied" },	\
	{ CMD_LOST, "lost" },		\
	{ CMD_RESET, "reset" },		\
	{ CMD_DISRUPTED, "disrupted" },	\
	{ CMD_NOT_BEGUN, "not-begun" }

TRACE_DEFINE_ENUM(CMD_REPLIED);
TRACE_DEFINE_ENUM(CMD_LOST);
TRACE_DEFINE_ENUM(CMD_RESET);
TRACE_DEFINE_ENUM(CMD_DISRUPTED);
TRACE_DEFINE_ENUM(CMD_NOT_BEGUN);

/* What each event about a command begins with; @cmd is one of its hart's commands. */
#define TRACE_CMD_FIELDS		\
	TRACE_HART_FIELDS		\
	__field(u32, tag)
#define TRACE_CMD_ASSIGN		\
do {					\
	TRACE_HART_ASSIGN(&cmd->queue->hart); \
	__entry->tag = cmd->tag;	\
} while (0)
#define TRACE_CMD_FMT	TRACE_HART_FMT " tag=%u"
#define TRACE_CMD_ARGS	TRACE_HART_ARGS, __entry->tag

/* The driver gives the adapter a command. */
TRACE_EVENT(hba_submit,
	TP_PROTO(const struct hba_cmd *cmd),
	TP_ARGS(cmd),
	TP_STRUCT__entry(
		TRACE_CMD_FIELDS
		__field(u32, target)
		__field(u32, len)
		__field(u8, dir)
		__field(u8, cdb_len)
		__array(u8, cdb, 32)
	),
	TP_fast_assign(
		TRACE_CMD_ASSIGN;
		__entry->target = cmd->target;
		__entry->len = cmd->buf.len;
		__entry->dir = cmd->buf.dir;
		__entry->cdb_len = cmd->cdb_len;
		memcpy(__entry->cdb, cmd->cdb, sizeof(cmd->cdb));
	),
	TP_printk(TRACE_CMD_FMT " target=%u %s=%u cdb=%s", TRACE_CMD_ARGS, __entry->target,
		  __print_symbolic(__entry->dir, { FRAME_DIR_NONE, "none" },
				   { FRAME_DIR_IN, "in" }, { FRAME_DIR_OUT, "out" }),
		  __entry->len, __print_hex(__entry->cdb, __entry->cdb_len))
);

/* The microcode asks a remote port for blocks. */
TRACE_EVENT(hba_media,
	TP_PROTO(const struct hba_cmd *cmd, const struct frame_media *req),
	TP_ARGS(cmd, req),
	TP_STRUCT__entry(
		TRACE_CMD_FIELDS
		__field(u32, port)
		__field(u32, op)
		__field(u64, lba)
		__field(u32, blocks)
	),
	TP_fast_assign(
		TRACE_CMD_ASSIGN;
		__entry->port = le16_to_cpu(req->port);
		__entry->op = req->op;
		__entry->lba = (u64)le32_to_cpu(req->lba_hi) << 32 | le32_to_cpu(req->lba_lo);
		__entry->blocks = le32_to_cpu(req->blocks);
	),
	TP_printk(TRACE_CMD_FMT " port=%u op=%u lba=%llu blocks=%u", TRACE_CMD_ARGS,
		  __entry->port, __entry->op, __entry->lba, __entry->blocks)
);

/* The microcode's reply has been taken. */
TRACE_EVENT(hba_reply,
	TP_PROTO(const struct hba_cmd *cmd),
	TP_ARGS(cmd),
	TP_STRUCT__entry(
		TRACE_CMD_FIELDS
		__field(u8, status)
		__field(u8, sense_len)
		__array(u8, sense, FRAME_SENSE_MAX)
	),
	TP_fast_assign(
		TRACE_CMD_ASSIGN;
		__entry->status = cmd->status;
		__entry->sense_len = cmd->sense_len;
		memset(__entry->sense, 0, FRAME_SENSE_MAX);
		memcpy(__entry->sense, cmd->sense, cmd->sense_len);
	),
	TP_printk(TRACE_CMD_FMT " status=0x%02x sense=%s", TRACE_CMD_ARGS, __entry->status,
		  __print_hex(__entry->sense, __entry->sense_len))
);

/* The driver gets the command back. */
TRACE_EVENT(hba_complete,
	TP_PROTO(const struct hba_cmd *cmd),
	TP_ARGS(cmd),
	TP_STRUCT__entry(
		TRACE_CMD_FIELDS
		__field(u32, target)
		__field(u32, outcome)
		__field(u32, moved)
		__field(u8, status)
	),
	TP_fast_assign(
		TRACE_CMD_ASSIGN;
		__entry->target = cmd->target;
		__entry->outcome = cmd->outcome;
		__entry->moved = cmd->buf.moved;
		__entry->status = cmd->status;
	),
	TP_printk(TRACE_CMD_FMT " target=%u outcome=%s status=0x%02x moved=%u",
		  TRACE_CMD_ARGS, __entry->target,
		  __print_symbolic(__entry->outcome, HBA_TRACE_OUTCOMES), __entry->status,
		  __entry->moved)
);

/* The kernel was told of remote ports that have come back, and of ones that are lost. */
TRACE_EVENT(hba_ports,
	TP_PROTO(const struct adapter *a, u32 found, u32 blocked),
	TP_ARGS(a, found, blocked),
	TP_STRUCT__entry(
		__array(char, adapter, HBA_TRACE_NAME)
		__field(u32, found)
		__field(u32, blocked)
	),
	TP_fast_assign(
		strscpy_pad(__entry->adapter, a->name, HBA_TRACE_NAME);
		__entry->found = found;
		__entry->blocked = blocked;
	),
	TP_printk("adapter=%s found=%u blocked=%u", __entry->adapter, __entry->found,
		  __entry->blocked)
);

/* A hart cannot go on. */
TRACE_EVENT(hba_crash,
	TP_PROTO(const struct hart *h, const char *why),
	TP_ARGS(h, why),
	TP_STRUCT__entry(
		TRACE_HART_FIELDS
		__field(u32, pc)
		__field(u32, cause)
		__field(u32, tval)
		__field(u32, traps)
		__array(char, why, HBA_TRACE_WHY)
	),
	TP_fast_assign(
		TRACE_HART_ASSIGN(h);
		__entry->pc = crash_where(h);
		__entry->cause = h->trapped.count ? h->trapped.cause : 0;
		__entry->tval = h->trapped.count ? h->trapped.tval : 0;
		__entry->traps = h->trapped.count;
		strscpy_pad(__entry->why, why, HBA_TRACE_WHY);
	),
	TP_printk(TRACE_HART_FMT " pc=0x%08x traps=%u cause=0x%x tval=0x%08x why=%s",
		  TRACE_HART_ARGS, __entry->pc, __entry->traps, __entry->cause,
		  __entry->tval, __entry->why)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
