/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_SCHED_H
#define HOST_LINUX_SCHED_H

struct task_struct;

static inline int wake_up_process(struct task_struct *task)
{
	return 0;
}

static inline int cond_resched(void)
{
	return 0;
}

#endif
