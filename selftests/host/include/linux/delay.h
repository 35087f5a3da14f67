/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. Nobody sleeps: what
 * others would do meanwhile is a test's.
 */
#ifndef HOST_LINUX_DELAY_H
#define HOST_LINUX_DELAY_H

/* Set by a test; called by msleep(). */
extern void (*host_meanwhile)(void);

static inline void msleep(unsigned int msecs)
{
	if (host_meanwhile)
		host_meanwhile();
}

#endif
