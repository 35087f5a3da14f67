// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that the blocks of all disks take together. Disks are thin: their
 * capacity may be more than the machine's memory. Two bounds keep the machine alive:
 *
 *	the limit	the module parameter media_limit_mb
 *	the reserve	one sixteenth of memory is left to everybody else: no page is
 *			taken while less than that is available
 *
 * A write beyond them ends with SPACE ALLOCATION FAILED (SBC-3 4.7.3.6).
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "media.h"
#include "media_pool.h"

#define LIMIT_SHARE	2	/* of memory is the limit by default */
#define RESERVE_SHARE	16	/* of memory is left alone */
#define NO_LIMIT	(~0ul)
#define LOOK_EACH	64	/* pages taken between two looks at what is available */

static atomic_long_t used;	/* pages, also those that wait for a grace period */
static atomic_long_t freeing;	/* those */
static unsigned long limit = NO_LIMIT;	/* pages */
static bool scarce;		/* less than the reserve was available at the last look */

/**
 * media_pool_set_limit() - bound the memory of all blocks
 * @bytes: the bound; 0 for none. What is above it already stays
 *
 * Context: any.
 */
void media_pool_set_limit(u64 bytes)
{
	WRITE_ONCE(limit, bytes ? min_t(u64, bytes / MEDIA_PAGE_SIZE, NO_LIMIT) : NO_LIMIT);
}

/**
 * media_pool_default() - the bound if the user names none: half of memory
 *
 * Return: bytes.
 */
u64 media_pool_default(void)
{
	return (u64)totalram_pages() * PAGE_SIZE / LIMIT_SHARE;
}

/**
 * media_pool_used() - what the blocks of all disks take now
 *
 * Return: bytes.
 */
u64 media_pool_used(void)
{
	return (u64)atomic_long_read(&used) * MEDIA_PAGE_SIZE;
}

/* A look costs more than a page: one for many, but each time while memory is scarce. */
static bool is_scarce(unsigned long taken)
{
	if (READ_ONCE(scarce) || !(taken % LOOK_EACH))
		WRITE_ONCE(scarce, si_mem_available() <
				   (long)(totalram_pages() / RESERVE_SHARE));
	return READ_ONCE(scarce);
}

static bool reserve_page(void)
{
	unsigned long taken = atomic_long_inc_return(&used);

	if (taken <= READ_ONCE(limit) && !is_scarce(taken))
		return true;
	atomic_long_dec(&used);
	return false;
}

/* What is to be freed after a grace period still counts: wait for it once. */
static bool reserve_freed_page(gfp_t gfp)
{
	if (!gfpflags_allow_blocking(gfp) || !atomic_long_read(&freeing))
		return false;
	rcu_barrier();
	return reserve_page();
}

/**
 * media_pool_get() - memory for MEDIA_PAGE_SIZE bytes of blocks
 * @gfp: MEDIA_NOWAIT or MEDIA_WAIT
 *
 * Context: as @gfp says.
 * Return: zeros; NULL: there is no memory, or a bound is reached.
 */
void *media_pool_get(gfp_t gfp)
{
	void *page;

	if (!reserve_page() && !reserve_freed_page(gfp))
		return NULL;
	page = (void *)get_zeroed_page(gfp);
	if (!page)
		atomic_long_dec(&used);
	return page;
}

/**
 * media_pool_put() - give back what media_pool_get() returned
 * @page: nobody can find it any more
 *
 * Context: any.
 */
void media_pool_put(void *page)
{
	free_page((unsigned long)page);
	atomic_long_dec(&used);
}

static void put_freed(struct rcu_head *head)
{
	struct page *page = container_of(head, struct page, rcu_head);

	__free_page(page);
	atomic_long_dec(&used);
	atomic_long_dec(&freeing);
}

/**
 * media_pool_put_rcu() - give a page back after a grace period
 * @page: from now on nobody finds it, but who did so under rcu_read_lock() may use it
 *
 * The module has to wait for that (rcu_barrier()) before it goes.
 *
 * Context: any.
 */
void media_pool_put_rcu(void *page)
{
	atomic_long_inc(&freeing);
	call_rcu(&virt_to_page(page)->rcu_head, put_freed);
}
