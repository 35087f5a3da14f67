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

#define system_wq	((struct workqueue_struct *)NULL)
#define system_long_wq	((struct workqueue_struct *)NULL)
#define to_delayed_work(work)	container_of(work, struct delayed_work, work)

/* Who wants the work done calls its function. */
#define INIT_DELAYED_WORK(delayed, function)	((delayed)->work.func = (function))

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	bool was = work->queued;

	work->queued = true;
	return !was;
}

static inline bool flush_work(struct work_struct *work)
{
	return false;
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
