/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Snapshots of this process: all that the world consists of is put back to
 * where it was, again and again, without a fork. The world runs on a stack of
 * its own, and that, the heap and the program's variables are put back; what
 * shared_alloc() gave and what libraries have is not.
 */
#ifndef SWEEP_SNAPSHOT_H
#define SWEEP_SNAPSHOT_H

#include <stdbool.h>
#include <linux/types.h>

/* Set by the linker: the program's variables are between them. */
extern u8 __data_start[], _end[];

/* Runs @world on its stack. It ends the process. */
__attribute__((noreturn)) void snapshot_run(void (*world)(void));

/* As fork() does, it returns twice: true, and after snapshot_back() false. */
bool snapshot_take(void);

/* Is there one to go back to? */
bool snapshot_taken(void);

/* From anywhere, a signal handler too. */
__attribute__((noreturn)) void snapshot_back(void);

/* Is to be called when the process would die of a signal, with a snapshot taken. */
extern void (*snapshot_died)(int signal);

#endif
