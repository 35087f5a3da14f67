/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processor's trace event. Its system is "hba_sim", like that of the board's events in
 * ../adapter/trace.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hba_sim

#if !defined(HBA_SIM_PROCESSOR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HBA_SIM_PROCESSOR_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "cpu.h"
#include "trace_hart.h"

/* A hart takes a trap or an interrupt. */
TRACE_EVENT(hba_trap,
	TP_PROTO(const struct hart *h, u32 cause, u32 tval),
	TP_ARGS(h, cause, tval),
	TP_STRUCT__entry(
		TRACE_HART_FIELDS
		__field(u32, cause)
		__field(u32, tval)
		__field(u32, pc)
		__field(bool, handled)
	),
	TP_fast_assign(
		TRACE_HART_ASSIGN(h);
		__entry->cause = cause;
		__entry->tval = tval;
		__entry->pc = h->trapped.pc;
		__entry->handled = !h->dead;
	),
	TP_printk(TRACE_HART_FMT " cause=0x%x tval=0x%08x pc=0x%08x%s", TRACE_HART_ARGS,
		  __entry->cause, __entry->tval, __entry->pc,
		  __entry->handled ? "" : " no-handler")
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
