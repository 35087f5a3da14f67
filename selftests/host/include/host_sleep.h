/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's CONFIG_DEBUG_ATOMIC_SLEEP looks for: who may sleep must hold no spin
 * lock, be in no RCU reader, and have no page of a scatter list mapped (SG_MITER_ATOMIC).
 */
#ifndef HOST_SLEEP_H
#define HOST_SLEEP_H

#include <stdio.h>
#include <stdlib.h>

/* This thread's reasons not to sleep; in each object, as some programs have no shim.c. */
__weak _Thread_local int host_atomic;

static inline void host_slept(const char *where)
{
	fprintf(stderr, "%s: sleeps in an atomic context\n", where);
	abort();
}

/* Aborts, with a word about it, where one may not sleep. */
#define host_may_sleep()	(host_atomic ? host_slept(__func__) : (void)0)

#endif
