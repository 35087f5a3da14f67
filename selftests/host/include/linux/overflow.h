/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_OVERFLOW_H
#define HOST_LINUX_OVERFLOW_H

#define struct_size(p, member, n)	(sizeof(*(p)) + (n) * sizeof((p)->member[0]))

#endif
