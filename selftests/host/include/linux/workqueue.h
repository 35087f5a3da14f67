/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: what others have one in.
 */
#ifndef HOST_LINUX_WORKQUEUE_H
#define HOST_LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/types.h>

struct workqueue_struct;

struct work_struct {
	void (*func)(struct work_struct *work);
	bool queued;	/* for a test to see */
};

struct delayed_work {
	struct work_struct work;
};

/* Adds to it when work is queued that no flush_work() before has waited for. */
extern unsigned int host_work_rounds;
extern bool host_work_flushed;

#define WQ_UNBOUND	0
#define WQ_MEM_RECLAIM	0
#define alloc_workqueue(...)		((struct workqueue_struct *)&host_work_rounds)
#define destroy_workqueue(wq)		((void)(wq))
#define INIT_WORK(work, function)	((work)->func = (function))

#define system_wq	((struct workqueue_struct *)NULL)
#define system_long_wq	((struct workqueue_struct *)NULL)
#define to_delayed_work(work)	container_of(work, struct delayed_work, work)

/* Who wants the work done calls its function. */
#define INIT_DELAYED_WORK(delayed, function)	((delayed)->work.func = (function))

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	bool was = work->queued;

	work->queued = true;
	host_work_rounds += host_work_flushed;
	host_work_flushed = false;
	return !was;
}

/* Work is done when somebody waits for it. */
static inline bool flush_work(struct work_struct *work)
{
	bool was = work->queued;

	host_work_flushed = true;
	work->queued = false;
	if (was)
		work->func(work);
	return was;
}

static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
				    unsigned long delay)
{
	return false;
}

static inline bool cancel_delayed_work_sync(struct delayed_work *work)
{
	return false;
}

#endif
