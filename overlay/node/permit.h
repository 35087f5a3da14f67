/* SPDX-License-Identifier: GPL-2.0 */
/* Who may change what a board executes: one rule for all ways in. */
#ifndef OVERLAY_PERMIT_H
#define OVERLAY_PERMIT_H

#include <linux/capability.h>
#include <linux/types.h>

/**
 * overlay_may_change() - may the caller change what a board executes, now or later?
 *
 * A file's mode lets every process of uid 0 write, also one that has given up its
 * capabilities. So whoever takes an image, starts one or interrupts the board asks here.
 * Documentation/ways-in.rst has the table of all ways in, with those that cannot ask.
 *
 * Context: the caller's own thread; a thread of the kernel always may.
 * Return: true if it has CAP_SYS_ADMIN in the first user namespace.
 */
static inline bool overlay_may_change(void)
{
	return capable(CAP_SYS_ADMIN);
}

#endif
