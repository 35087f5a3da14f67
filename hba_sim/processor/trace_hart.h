/* SPDX-License-Identifier: GPL-2.0 */
/* What each trace event about a hart begins with, here and in ../adapter/trace.h. */
#ifndef HBA_SIM_TRACE_HART_H
#define HBA_SIM_TRACE_HART_H

#define HBA_TRACE_NAME	16	/* bytes for the name of an adapter */

#define TRACE_HART_FIELDS		\
	__array(char, adapter, HBA_TRACE_NAME) \
	__field(u32, hart)
#define TRACE_HART_ASSIGN(h)		\
do {					\
	const struct hart *__h = (h);	\
					\
	strscpy_pad(__entry->adapter, __h->owner, HBA_TRACE_NAME); \
	__entry->hart = __h->id;	\
} while (0)
#define TRACE_HART_FMT	"adapter=%s hart=%u"
#define TRACE_HART_ARGS	__entry->adapter, __entry->hart

#endif
