// SPDX-License-Identifier: GPL-2.0
/* The code behind the trace events of the board. */
#include <linux/container_of.h>

#include "adapter.h"

/*
 * Whose hart it is: each is a member of its queue, or of the adapter. A kernel without
 * tracepoints does not ask.
 */
static __maybe_unused const struct adapter *hba_trace_adapter(const struct hart *h)
{
	return h->id == BOARD_SERVICE_HART ? container_of(h, struct adapter, service.hart) :
	       container_of(h, struct hba_queue, hart)->adapter;
}

#define CREATE_TRACE_POINTS
#include "trace.h"
