/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. A hash table
 * does for it.
 */
#ifndef HOST_LINUX_XARRAY_H
#define HOST_LINUX_XARRAY_H

#include <pthread.h>
#include <linux/gfp.h>
#include <linux/types.h>

#define HOST_XA_BUCKETS	1024

struct host_xa_entry {
	struct host_xa_entry *next;
	unsigned long index;
	void *value;
};

struct xarray {
	pthread_mutex_t lock;
	struct host_xa_entry *bucket[HOST_XA_BUCKETS];
};

void xa_init(struct xarray *xa);

#define XA_FLAGS_LOCK_BH	1u
#define xa_init_flags(xa, flags)	xa_init(xa)
#define xa_cmpxchg_bh(...)		xa_cmpxchg(__VA_ARGS__)
#define xa_erase_bh(xa, index)		xa_erase(xa, index)
#define XA_PRESENT			8u

void xa_destroy(struct xarray *xa);
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *value, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int filter);

#define xa_is_err(entry)	((entry) == (void *)-1)

#define xa_for_each_range(xa, index, entry, start, last)		\
	for ((index) = (start), (entry) = xa_find(xa, &(index), last, XA_PRESENT);	\
	     entry;							\
	     (entry) = xa_find_after(xa, &(index), last, XA_PRESENT))

#define xa_for_each(xa, index, entry)	xa_for_each_range(xa, index, entry, 0, ~0ul)

#endif
