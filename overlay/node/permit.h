/* SPDX-License-Identifier: GPL-2.0 */
/* Who may change what a board executes: one rule for all entry points. */
#ifndef OVERLAY_PERMIT_H
#define OVERLAY_PERMIT_H

#include <linux/capability.h>
#include <linux/types.h>

/**
 * overlay_may_change() - may the caller change what a board executes, now or later?
 *
 * A file's mode lets every process of uid 0 write, even one that has given up its
 * capabilities. So code that takes an image, starts one or interrupts the board calls this
 * first. Documentation/ways-in.rst has the table of all entry points, including those that
 * cannot call it.
 *
 * Context: the caller's own thread; kernel threads are always allowed.
 * Return: true if the caller has CAP_SYS_ADMIN in the initial user namespace.
 */
static inline bool overlay_may_change(void)
{
	return capable(CAP_SYS_ADMIN);
}

#endif
