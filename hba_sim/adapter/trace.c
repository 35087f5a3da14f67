// SPDX-License-Identifier: GPL-2.0
/* The code behind the trace events of the board. */
#include "adapter.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
