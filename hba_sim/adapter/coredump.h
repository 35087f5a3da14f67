/* SPDX-License-Identifier: GPL-2.0 */
/* Crash dumps: taken where a hart crashes, delivered in a context that may sleep. */
#ifndef HBA_SIM_COREDUMP_H
#define HBA_SIM_COREDUMP_H

#include <linux/types.h>

struct adapter;
struct hart;
struct mrb_header;

/* Who owns struct coredump. */
enum coredump_state {
	COREDUMP_EMPTY,		/* nobody */
	COREDUMP_BUSY,		/* whoever set this state */
	COREDUMP_FULL,		/* the service hart's thread, to deliver it */
};

/**
 * struct coredump - room for the dump of one crash
 * @state: enum coredump_state; anyone may take it, but only when it is EMPTY
 * @mem: struct crash_header and what belongs to it; NULL: no memory, no dump
 * @size: bytes at @mem
 * @len: bytes used at @mem
 */
struct coredump {
	u32 state;
	u8 *mem;
	u32 size;
	u32 len;
};

void coredump_reserve(struct adapter *a, const struct mrb_header *image);
void coredump_take(struct adapter *a, const struct hart *h, const char *why);
void coredump_deliver(struct adapter *a);
void coredump_destroy(struct adapter *a);

#endif
