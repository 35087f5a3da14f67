/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_GFP_H
#define HOST_LINUX_GFP_H

#include <host_sleep.h>
#include <linux/types.h>

#define GFP_KERNEL	1u
#define GFP_NOIO	2u
#define GFP_NOWAIT	4u
#define __GFP_NOWARN	8u
#define __GFP_NOMEMALLOC	16u
#define __GFP_RETRY_MAYFAIL	32u

static inline bool gfpflags_allow_blocking(gfp_t gfp)
{
	return !(gfp & GFP_NOWAIT);
}

#define host_may_allocate(gfp)						\
	(gfpflags_allow_blocking(gfp) ? host_may_sleep() : (void)0)

#endif
