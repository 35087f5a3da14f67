/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_VMALLOC_H
#define HOST_LINUX_VMALLOC_H

#include <linux/slab.h>

/* Set by a test; called with what is about to be freed, which is not NULL. */
extern void (*host_freed)(const void *mem);

static inline void host_vfree(void *mem)
{
	if (mem && host_freed)
		host_freed(mem);
	free(mem);
}

#define vzalloc(size)	kzalloc(size, GFP_KERNEL)
#define vmalloc(size)	vzalloc(size)
#define vfree(p)	host_vfree(p)
#define array_size(a, b)	((size_t)(a) * (b))

#endif
