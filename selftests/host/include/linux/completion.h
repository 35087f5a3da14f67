/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: what others have one in.
 */
#ifndef HOST_LINUX_COMPLETION_H
#define HOST_LINUX_COMPLETION_H

struct completion {
	unsigned int done;
};

#endif
