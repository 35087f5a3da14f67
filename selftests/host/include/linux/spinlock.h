/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. A spin lock is a
 * mutex: there are no interrupts.
 */
#ifndef HOST_LINUX_SPINLOCK_H
#define HOST_LINUX_SPINLOCK_H

#include <host_sleep.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/compiler.h>
#include <linux/types.h>

typedef struct { pthread_mutex_t mutex; } spinlock_t;

#define spin_lock_init(lock)	pthread_mutex_init(&(lock)->mutex, NULL)
#define spin_lock(lock)							\
	((void)pthread_mutex_lock(&(lock)->mutex), (void)host_atomic++)
#define spin_unlock(lock)						\
	((void)host_atomic--, (void)pthread_mutex_unlock(&(lock)->mutex))
#define spin_lock_bh(lock)	spin_lock(lock)
#define spin_unlock_bh(lock)	spin_unlock(lock)

/* ThreadSanitizer does not know that the outer lock makes any order good. */
#define spin_lock_nest_lock(lock, outer)				\
	do {								\
		(void)(outer);						\
	} while (!host_trylock(&(lock)->mutex) && !sched_yield())

static inline bool host_trylock(pthread_mutex_t *mutex)
{
	if (pthread_mutex_trylock(mutex))
		return false;
	host_atomic++;
	return true;
}

/* That somebody holds it: whether it is this thread, nobody knows. */
static inline void host_assert_locked(pthread_mutex_t *mutex, const char *what)
{
	if (pthread_mutex_trylock(mutex))
		return;
	fprintf(stderr, "%s is not held\n", what);
	abort();
}

#define lockdep_assert_held(lock)					\
	host_assert_locked((pthread_mutex_t *)&(lock)->mutex, #lock)

#define ____cacheline_aligned_in_smp

#define spin_trylock_bh(lock)	host_trylock(&(lock)->mutex)

#endif
