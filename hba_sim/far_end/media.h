/* SPDX-License-Identifier: GPL-2.0 */
/* The blocks behind a remote port: a sparse RAM disk. */
#ifndef HBA_SIM_MEDIA_H
#define HBA_SIM_MEDIA_H

#include <linux/gfp.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

#define MEDIA_PAGE_BLOCKS	8u
#define MEDIA_PAGE_SIZE		4096u
#define MEDIA_LOCKS		64u	/* each of them is for every 64th page */

/**
 * struct media_lock - the lock of some of the pages
 * @lock: the lock; each has a cache line of its own, as neighbouring pages are
 *	  used at the same time
 */
struct media_lock {
	spinlock_t lock;	/* protects the contents of pages and their removal */
} ____cacheline_aligned_in_smp;

/**
 * struct media - a sparse RAM disk
 * @pages: MEDIA_PAGE_SIZE bytes each, indexed by lba / MEDIA_PAGE_BLOCKS; pages that are
 *	   missing read as zeros
 * @blocks: capacity in blocks of BOARD_BLOCK_SIZE
 * @locks: MEDIA_LOCKS of them; page i has number i % MEDIA_LOCKS. A page's lock is held to
 *	   read, change or remove the page, but is not needed to add it. A page that was
 *	   removed is freed by RCU, so that media_find() under rcu_read_lock() alone is safe
 *	   for a caller that only wants to know whether the page is there
 * @range_lock: held to hold more than one of @locks, and taken before the first of them
 *
 * Order of the locks: @range_lock, @locks, the lock in @pages. No lock of a queue is held
 * when they are taken.
 */
struct media {
	struct xarray pages;
	u64 blocks;
	struct media_lock *locks;
	spinlock_t range_lock;	/* orders tasks that take more than one of locks */
};

/**
 * struct media_how - how a request may be executed
 * @may_sleep: it may give up the CPU between two pages, unless it has the buffer mapped
 * @stop: once this is not 0, the request is not wanted any more and ends at the next page; what
 *	  it has done so far stays. NULL: the request cannot be stopped
 */
struct media_how {
	bool may_sleep;
	const u8 *stop;
};

/* The lock of the page that holds block @lba. */
static inline spinlock_t *media_page_lock(struct media *m, u64 lba)
{
	return &m->locks[lba / MEDIA_PAGE_BLOCKS % MEDIA_LOCKS].lock;
}

int media_init(struct media *m, u64 blocks);
void media_destroy(struct media *m);
bool media_in_range(const struct media *m, u64 lba, u32 blocks);

void media_lock(struct media *m, u64 lba) __acquires(&m->locks);
void media_unlock(struct media *m, u64 lba) __releases(&m->locks);
void media_lock_range(struct media *m, u64 lba, u32 blocks) __acquires(&m->range_lock);
void media_unlock_range(struct media *m, u64 lba, u32 blocks) __releases(&m->range_lock);

const void *media_find(struct media *m, u64 lba);
void *media_get(struct media *m, u64 lba, gfp_t gfp);
bool media_is_wanted(const struct media_how *how);
int media_back(struct media *m, u64 lba, u32 blocks, gfp_t gfp, const struct media_how *how);
int media_fill(struct media *m, u64 lba, u32 blocks, const void *block,
	       const struct media_how *how);
void media_zero(struct media *m, u64 lba, u32 blocks, const struct media_how *how);
void media_unmap(struct media *m, u64 lba, u32 blocks, const struct media_how *how);
bool media_status(struct media *m, u64 lba, u32 blocks, const struct media_how *how, u32 *extent);

#endif
