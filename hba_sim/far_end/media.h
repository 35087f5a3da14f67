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
#define MEDIA_LOCKS		64u	/* each for every 64th page */

/**
 * struct media_lock - protects pages against others
 * @lock: the lock; each has a cache line of its own, as neighbouring pages are
 *	  used at the same time
 */
struct media_lock {
	spinlock_t lock;	/* protects pages and their coming and going */
} ____cacheline_aligned_in_smp;

/**
 * struct media - a sparse RAM disk
 * @pages: MEDIA_PAGE_SIZE bytes each, indexed by lba / MEDIA_PAGE_BLOCKS; what
 *	   is not there reads as zeros
 * @blocks: capacity in blocks of BOARD_BLOCK_SIZE
 * @locks: MEDIA_LOCKS of them; page i has number i % MEDIA_LOCKS. Who reads
 *	   a page, changes or removes it holds its lock; who adds one may do
 *	   without. A page that was removed is freed by RCU, for who has found
 *	   it under rcu_read_lock() alone and wants no more than to see it there
 * @range_lock: held by who holds more than one of @locks, and taken before the
 *		first
 *
 * Order of the locks: @range_lock, @locks, that of @pages. None of a queue's
 * is held outside of them.
 */
struct media {
	struct xarray pages;
	u64 blocks;
	struct media_lock *locks;
	spinlock_t range_lock;	/* orders those who take more than one of locks */
};

/**
 * struct media_how - how a request may be executed
 * @may_sleep: it may give up the CPU between two pages, unless it has the buffer mapped
 * @stop: not 0: nobody wants the request any more, and it ends at the next page; what
 *	  it has done so far stays. NULL: it cannot be stopped
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
