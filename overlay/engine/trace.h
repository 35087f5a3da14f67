/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events of the overlay engine, system "hba_overlay": each state of an update, each part of
 * its pause, each system service that an image calls, why it was stopped and how it
 * ended. Documentation/tracing.rst tells how to use them. An event is passed only values
 * that exist anyway, and derives the rest while it is enabled: disabled, it costs nothing.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hba_overlay

#if !defined(OVERLAY_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define OVERLAY_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "engine.h"

#define OVERLAY_TRACE_NAME	16	/* bytes for the name of a board */

#define overlay_states			\
	EM(OVERLAY_IDLE, "idle")	\
	EM(OVERLAY_LOADING, "loading")	\
	EM(OVERLAY_CONVERTING, "converting") \
	EM(OVERLAY_PAUSED, "paused")	\
	EM(OVERLAY_SWAPPING, "swapping") \
	EM(OVERLAY_STARTING, "starting") \
	EM(OVERLAY_RUNNING, "running")	\
	EM(OVERLAY_PROBATION, "probation") \
	EME(OVERLAY_REVERTING, "reverting")

#define overlay_parts			\
	EM(OVERLAY_PART_QUIESCE, "quiesce") \
	EM(OVERLAY_PART_DELTA, "delta")	\
	EM(OVERLAY_PART_COPY, "copy")	\
	EM(OVERLAY_PART_VERIFY, "verify") \
	EM(OVERLAY_PART_START, "start")	\
	EME(OVERLAY_PART_UNDO, "undo")

#define overlay_results			\
	EM(OVERLAY_RESULT_COMMITTED, "committed") \
	EM(OVERLAY_RESULT_ROLLED_BACK, "rolled-back") \
	EM(OVERLAY_RESULT_FAILED, "failed") \
	EME(OVERLAY_RESULT_STOPPED, "stopped")

#define overlay_calls			\
	EM(OVERLAY_OPEN, "open")	\
	EM(OVERLAY_READ, "read")	\
	EM(OVERLAY_STAGED, "staged")	\
	EM(OVERLAY_PROGRESS, "progress") \
	EM(OVERLAY_TRACK, "track")	\
	EM(OVERLAY_DIRTY, "dirty")	\
	EM(OVERLAY_QUIESCE, "quiesce")	\
	EM(OVERLAY_UNLOCK, "unlock")	\
	EM(OVERLAY_COPY, "copy")	\
	EM(OVERLAY_VERIFY, "verify")	\
	EM(OVERLAY_FLUSH, "flush")	\
	EM(OVERLAY_LOCK, "lock")	\
	EM(OVERLAY_RESUME, "resume")	\
	EM(OVERLAY_ABORT, "abort")	\
	EM(OVERLAY_SELFTEST, "selftest") \
	EM(OVERLAY_ERASE, "erase")	\
	EM(OVERLAY_PROGRAM, "program")	\
	EM(OVERLAY_SELECT, "select")	\
	EME(OVERLAY_REPORT, "report")

/* The numbers behind the names, for programs that read a trace outside of the kernel. */
#undef EM
#undef EME
#define EM(number, name)	TRACE_DEFINE_ENUM(number);
#define EME(number, name)	TRACE_DEFINE_ENUM(number);
overlay_states
overlay_parts
overlay_results
overlay_calls

#undef EM
#undef EME
#define EM(number, name)	{ number, name },
#define EME(number, name)	{ number, name }

/* The first fields of each event: the board that @ov belongs to, and the update's number. */
#define TRACE_UPDATE_FIELDS		\
	__array(char, board, OVERLAY_TRACE_NAME) \
	__field(u32, update)
#define TRACE_UPDATE_ASSIGN		\
do {					\
	strscpy_pad(__entry->board, ov->name ?: "", OVERLAY_TRACE_NAME); \
	__entry->update = ov->record.number; \
} while (0)
#define TRACE_UPDATE_FMT	"board=%s update=%u"
#define TRACE_UPDATE_ARGS	__entry->board, __entry->update

TRACE_EVENT(overlay_state,
	TP_PROTO(const struct overlay *ov, enum overlay_state to),
	TP_ARGS(ov, to),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(u32, from)
		__field(u32, to)
		__field(u32, progress)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->from = ov->status.state;
		__entry->to = to;
		__entry->progress = ov->status.progress;
	),
	TP_printk(TRACE_UPDATE_FMT " from=%s to=%s progress=%u", TRACE_UPDATE_ARGS,
		  __print_symbolic(__entry->from, overlay_states),
		  __print_symbolic(__entry->to, overlay_states), __entry->progress)
);

TRACE_EVENT(overlay_part,
	TP_PROTO(const struct overlay *ov, enum overlay_part part),
	TP_ARGS(ov, part),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(u32, part)
		__field(u64, insns)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->part = part;
		__entry->insns = ov->work.pause_insns;
	),
	TP_printk(TRACE_UPDATE_FMT " part=%s insns=%llu", TRACE_UPDATE_ARGS,
		  __print_symbolic(__entry->part, overlay_parts), __entry->insns)
);

TRACE_EVENT(overlay_pause_end,
	TP_PROTO(const struct overlay *ov),
	TP_ARGS(ov),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(u64, pause_ns)
		__field(u64, insns)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->pause_ns = ov->work.pause_ns;
		__entry->insns = ov->work.pause_insns;
	),
	TP_printk(TRACE_UPDATE_FMT " pause_ns=%llu insns=%llu", TRACE_UPDATE_ARGS,
		  __entry->pause_ns, __entry->insns)
);

TRACE_EVENT(overlay_call,
	TP_PROTO(const struct overlay *ov, const struct overlay_request *call),
	TP_ARGS(ov, call),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(u32, call)
		__array(u32, arg, 3)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->call = call->nr;
		memcpy(__entry->arg, call->arg, sizeof(call->arg));
	),
	TP_printk(TRACE_UPDATE_FMT " call=%s args=0x%x,0x%x,0x%x", TRACE_UPDATE_ARGS,
		  __print_symbolic(__entry->call, overlay_calls), __entry->arg[0],
		  __entry->arg[1], __entry->arg[2])
);

TRACE_EVENT(overlay_answer,
	TP_PROTO(const struct overlay *ov, const struct overlay_request *call, int answer),
	TP_ARGS(ov, call, answer),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(u32, call)
		__field(int, answer)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->call = call->nr;
		__entry->answer = answer;
	),
	TP_printk(TRACE_UPDATE_FMT " call=%s answer=%d", TRACE_UPDATE_ARGS,
		  __print_symbolic(__entry->call, overlay_calls), __entry->answer)
);

TRACE_EVENT(overlay_stop,
	TP_PROTO(const struct overlay *ov, int err),
	TP_ARGS(ov, err),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(int, err)
		__array(char, reason, OVERLAY_ERROR_MAX)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->err = err;
		strscpy_pad(__entry->reason, ov->reason, OVERLAY_ERROR_MAX);
	),
	TP_printk(TRACE_UPDATE_FMT " error=%d reason=%s", TRACE_UPDATE_ARGS,
		  __entry->err, __entry->reason)
);

TRACE_EVENT(overlay_end,
	TP_PROTO(const struct overlay *ov),
	TP_ARGS(ov),
	TP_STRUCT__entry(
		TRACE_UPDATE_FIELDS
		__field(bool, check)
		__field(u32, result)
		__field(u32, from)
		__field(u32, to)
		__field(u64, total_ns)
		__field(u64, pause_ns)
	),
	TP_fast_assign(
		TRACE_UPDATE_ASSIGN;
		__entry->check = ov->checking;
		__entry->result = ov->record.result;
		__entry->from = ov->record.from;
		__entry->to = ov->record.to;
		__entry->total_ns = ov->work.total_ns;
		__entry->pause_ns = ov->record.pause_ns;
	),
	TP_printk(TRACE_UPDATE_FMT " %s result=%s from=%u.%u to=%u.%u total_ns=%llu pause_ns=%llu",
		  TRACE_UPDATE_ARGS, __entry->check ? "check" : "update",
		  __print_symbolic(__entry->result, overlay_results),
		  __entry->from >> 16, __entry->from & 0xffff, __entry->to >> 16,
		  __entry->to & 0xffff, __entry->total_ns, __entry->pause_ns)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
