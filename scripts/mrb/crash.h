/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Crash dumps: what the parts of "mrb crash" share.
 */
#ifndef MRB_CRASH_H
#define MRB_CRASH_H

#include <hba_sim/crash.h>
#include "tool.h"

/* crash.c: a dump that has been checked; the pointers are into the file */
struct crash_file {
	const u8 *data;
	const struct crash_header *head;
	const struct crash_regs *regs;
	const struct crash_trap *trap;		/* NULL if there is none */
	const struct mrb_header *image;		/* not checked itself; may be NULL */
	const struct mrb_header *staged;	/* not checked itself; may be NULL */
};

bool crash_open(struct crash_file *c, const struct blob *file, const char *path);
const void *crash_find(const struct crash_file *c, u32 type, u32 *size);

/* crash_show.c */
struct symbols;

void crash_show(const struct crash_file *c, struct symbols *s);

/* symbols.c: names of functions, and lines, for addresses in an executable */
#define SYMBOLS_MAX	256	/* most addresses whose lines can be looked up */

struct symbols *symbols_open(const char *path);
void symbols_want(struct symbols *s, u32 address);
void symbols_find_lines(struct symbols *s);
void symbols_print(const struct symbols *s, u32 address);
bool symbols_version(const struct symbols *s, u32 *version);
void symbols_close(struct symbols *s);

#endif
