// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that the blocks of all disks take together. Disks are thin: their
 * capacity may be more than the machine's memory. Two bounds keep the machine alive:
 *
 *	the limit	the module parameter media_limit_mb
 *	the reserve	one sixteenth of memory is left to everything else: no page is
 *			taken while less than that is available
 *
 * Memory is counted in pages of the machine: each MEDIA_PAGE_SIZE bytes of blocks take one,
 * even if the machine's pages are larger and the rest is wasted. Both bounds are kept in such
 * pages.
 *
 * A write beyond the bounds ends with SPACE ALLOCATION FAILED (SBC-3 4.7.3.6). A request that
 * needs several pages reserves all of them before it takes the first: if it is too large it is
 * refused, and other requests may take as much as before.
 */
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "media.h"
#include "media_pool.h"

#define LIMIT_SHARE	2	/* 1/2 of memory is the default limit */
#define RESERVE_SHARE	16	/* 1/16 of memory is the reserve */
#define NO_LIMIT	(~0ul)
#define LOOK_EACH	64	/* pages taken between two checks of the available memory */

static atomic_long_t used;	/* pages, also those that wait for a grace period */
static atomic_long_t freeing;	/* pages that wait for a grace period */
static unsigned long limit = NO_LIMIT;	/* pages */
static bool scarce;		/* less than the reserve was available at the last check */

/**
 * media_pool_set_limit() - bound the memory of all blocks
 * @bytes: the bound; 0 for none. Memory that is already taken beyond it stays
 *
 * Context: any.
 */
void media_pool_set_limit(u64 bytes)
{
	WRITE_ONCE(limit, bytes ? min_t(u64, bytes / PAGE_SIZE, NO_LIMIT) : NO_LIMIT);
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
	return (u64)atomic_long_read(&used) * PAGE_SIZE;
}

/*
 * Would less than the reserve be available? A check costs more than a page does, so there is
 * one for every LOOK_EACH pages, but one each time while memory is scarce.
 */
static bool is_scarce(unsigned long taken, unsigned long pages)
{
	long reserve = totalram_pages() / RESERVE_SHARE;

	if (READ_ONCE(scarce) || taken / LOOK_EACH != (taken + pages) / LOOK_EACH)
		WRITE_ONCE(scarce, si_mem_available() - (long)pages < reserve);
	return READ_ONCE(scarce);
}

/* All pages or none; a reservation that fails never makes another one fail. */
static bool try_reserve(unsigned long pages)
{
	long was = atomic_long_read(&used);

	do {
		if (was + pages > READ_ONCE(limit) || is_scarce(was, pages))
			return false;
	} while (!atomic_long_try_cmpxchg(&used, &was, was + pages));
	return true;
}

/**
 * media_pool_reserve() - reserve pages within both bounds
 * @pages: how many, all or none
 * @gfp: MEDIA_NOWAIT or MEDIA_WAIT
 *
 * Each reserved page has to be passed to media_pool_take() or media_pool_unreserve().
 *
 * Context: as @gfp says. Pages that are to be freed after a grace period still count: with
 * MEDIA_WAIT that is waited for once.
 * Return: false if a bound would be exceeded.
 */
bool media_pool_reserve(unsigned long pages, gfp_t gfp)
{
	if (try_reserve(pages))
		return true;
	if (!gfpflags_allow_blocking(gfp) || !atomic_long_read(&freeing))
		return false;
	rcu_barrier();
	return try_reserve(pages);
}

/**
 * media_pool_unreserve() - some reserved pages are not needed
 * @pages: how many
 *
 * Context: any.
 */
void media_pool_unreserve(unsigned long pages)
{
	atomic_long_sub(pages, &used);
}

/**
 * media_pool_take() - allocate a page that is reserved
 * @gfp: MEDIA_NOWAIT or MEDIA_WAIT
 *
 * Context: as @gfp says.
 * Return: a zeroed page; NULL: there is no memory, and the page stays reserved.
 */
void *media_pool_take(gfp_t gfp)
{
	BUILD_BUG_ON(PAGE_SIZE < MEDIA_PAGE_SIZE);

	return (void *)get_zeroed_page(gfp);
}

/**
 * media_pool_get() - reserve and allocate memory for MEDIA_PAGE_SIZE bytes of blocks
 * @gfp: MEDIA_NOWAIT or MEDIA_WAIT
 *
 * Context: as @gfp says.
 * Return: a zeroed page; NULL: there is no memory, or a bound is reached.
 */
void *media_pool_get(gfp_t gfp)
{
	void *page;

	if (!media_pool_reserve(1, gfp))
		return NULL;
	page = media_pool_take(gfp);
	if (!page)
		media_pool_unreserve(1);
	return page;
}

/**
 * media_pool_put() - give back what media_pool_get() or media_pool_take() returned
 * @page: the page, which nobody can find any more
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
 * @page: the page, which nobody can find any more; readers that found it before, under
 *	  rcu_read_lock(), may still use it
 *
 * The module has to wait for the grace period (rcu_barrier()) before it is unloaded.
 *
 * Context: any.
 */
void media_pool_put_rcu(void *page)
{
	atomic_long_inc(&freeing);
	call_rcu(&virt_to_page(page)->rcu_head, put_freed);
}
