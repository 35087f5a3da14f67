/* SPDX-License-Identifier: GPL-2.0 */
/* Crash dumps: taken where a hart crashes, delivered where one may sleep. */
#ifndef HBA_SIM_COREDUMP_H
#define HBA_SIM_COREDUMP_H

#include <linux/types.h>

struct adapter;
struct hart;
struct mrb_header;

/* Who has struct coredump. */
enum coredump_state {
	COREDUMP_EMPTY,		/* nobody */
	COREDUMP_BUSY,		/* who made it so, and nobody else */
	COREDUMP_FULL,		/* the service hart's thread, to deliver it */
};

/**
 * struct coredump - room for the dump of one crash
 * @state: enum coredump_state; only from EMPTY it can be taken by anyone
 * @mem: struct crash_header and what belongs to it; NULL: no room, no dump
 * @size: bytes there
 * @len: bytes used
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
