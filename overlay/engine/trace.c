// SPDX-License-Identifier: GPL-2.0
/* The code behind the trace events of the overlay engine. */
#define CREATE_TRACE_POINTS
#include "trace.h"
