/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. Allocations can be
 * made to fail.
 */
#ifndef HOST_LINUX_SLAB_H
#define HOST_LINUX_SLAB_H

#include <stdlib.h>
#include <linux/gfp.h>

/* Set by a test: allocations still to succeed, negative for all. */
extern long host_alloc_left;

static inline void *host_zalloc(size_t n, size_t size)
{
	if (!host_alloc_left)
		return NULL;
	if (host_alloc_left > 0)
		host_alloc_left--;
	return calloc(n, size);
}

#define kcalloc(n, size, gfp)		(host_may_allocate(gfp), host_zalloc(n, size))
#define kzalloc(size, gfp)		kcalloc(1, size, gfp)
#define kvzalloc(size, gfp)		kcalloc(1, size, gfp)
#define kvcalloc(n, size, gfp)		kcalloc(n, size, gfp)
#define kfree(p)			free(p)
#define kvfree(p)			free(p)

#endif
