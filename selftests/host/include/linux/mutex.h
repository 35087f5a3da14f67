/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_MUTEX_H
#define HOST_LINUX_MUTEX_H

#include <host_sleep.h>
#include <pthread.h>

#include <linux/spinlock.h>	/* lockdep_assert_held() */

struct mutex {
	pthread_mutex_t mutex;
};

static inline void mutex_init(struct mutex *mutex)
{
	pthread_mutex_init(&mutex->mutex, NULL);
}

static inline void mutex_lock(struct mutex *mutex)
{
	host_may_sleep();
	pthread_mutex_lock(&mutex->mutex);
}

static inline void mutex_unlock(struct mutex *mutex)
{
	pthread_mutex_unlock(&mutex->mutex);
}

#endif
