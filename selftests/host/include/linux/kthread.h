/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: a worker without a thread.
 * Its work is done when somebody waits for it.
 */
#ifndef HOST_LINUX_KTHREAD_H
#define HOST_LINUX_KTHREAD_H

#include <stdlib.h>

#include <linux/types.h>

struct task_struct;

struct kthread_worker {
	struct task_struct *task;
};

struct kthread_work {
	void (*func)(struct kthread_work *work);
	bool queued;
};

static inline void kthread_init_work(struct kthread_work *work,
				     void (*func)(struct kthread_work *work))
{
	work->func = func;
}

#define kthread_create_worker(flags, ...)	host_worker()

static inline struct kthread_worker *host_worker(void)
{
	return calloc(1, sizeof(struct kthread_worker));
}

static inline void kthread_destroy_worker(struct kthread_worker *worker)
{
	free(worker);
}

static inline bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)
{
	bool was = work->queued;

	work->queued = true;
	return !was;
}

static inline void kthread_flush_work(struct kthread_work *work)
{
	while (work->queued) {
		work->queued = false;
		work->func(work);
	}
}

static inline bool kthread_cancel_work_sync(struct kthread_work *work)
{
	bool was = work->queued;

	work->queued = false;
	return was;
}

#endif
