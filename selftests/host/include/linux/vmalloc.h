/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_VMALLOC_H
#define HOST_LINUX_VMALLOC_H

#include <linux/slab.h>

#define vmalloc(size)	host_zalloc(1, size)
#define vzalloc(size)	host_zalloc(1, size)
#define vfree(p)	free(p)
#define array_size(a, b)	((size_t)(a) * (b))

#endif
