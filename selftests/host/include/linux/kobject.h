/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: what others have one in.
 */
#ifndef HOST_LINUX_KOBJECT_H
#define HOST_LINUX_KOBJECT_H

struct kobject {
	const char *name;
};

#endif
