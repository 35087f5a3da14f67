/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_UTSNAME_H
#define HOST_LINUX_UTSNAME_H

struct new_utsname {
	char release[65];
};

static inline struct new_utsname *init_utsname(void)
{
	static struct new_utsname name = { "user space" };

	return &name;
}

#endif
