// SPDX-License-Identifier: GPL-2.0
/*
 * Media: the blocks of one logical unit, kept in pages that are allocated when they are first
 * written and freed when they are unmapped. Requests for the same page, including reads, are
 * ordered by its lock, so that each block changes atomically; requests for several pages are
 * ordered in each page, but not as a whole, unless they hold the locks of all their pages.
 */
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "media.h"
#include "media_pool.h"

/**
 * media_init() - make an empty disk
 * @m: the disk, all zeros
 * @blocks: capacity in blocks of 512 bytes, 0 for none
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; media_destroy() is to be called in either case.
 */
int media_init(struct media *m, u64 blocks)
{
	xa_init_flags(&m->pages, XA_FLAGS_LOCK_BH);
	spin_lock_init(&m->range_lock);
	m->blocks = blocks;
	if (!blocks)
		return 0;

	m->locks = kvcalloc(MEDIA_LOCKS, sizeof(*m->locks), GFP_KERNEL);
	if (!m->locks)
		return -ENOMEM;
	for (u32 i = 0; i < MEDIA_LOCKS; i++)
		spin_lock_init(&m->locks[i].lock);
	return 0;
}

/**
 * media_destroy() - free all blocks
 * @m: the disk; no request may be under way
 *
 * Pages that were unmapped are freed by RCU; the module waits for that before it is unloaded.
 *
 * Context: may sleep.
 */
void media_destroy(struct media *m)
{
	unsigned long index;
	void *page;

	xa_for_each(&m->pages, index, page) {
		media_pool_put(page);
		cond_resched();
	}
	xa_destroy(&m->pages);
	kvfree(m->locks);
	m->locks = NULL;
}

/**
 * media_in_range() - does the disk have these blocks?
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks, may be 0
 *
 * Return: true if it has.
 */
bool media_in_range(const struct media *m, u64 lba, u32 blocks)
{
	return lba <= m->blocks && blocks <= m->blocks - lba;
}

/**
 * media_lock() - nobody else reads or changes the page that holds a block
 * @m: the disk
 * @lba: the block, within the disk's range
 *
 * Locks only one page at a time: for more than one use media_lock_range().
 *
 * Context: any but hard interrupt.
 */
void media_lock(struct media *m, u64 lba)
	__acquires(&m->locks)
{
	spin_lock_bh(media_page_lock(m, lba));
}

/**
 * media_unlock() - end of media_lock()
 * @m: the disk
 * @lba: the block
 */
void media_unlock(struct media *m, u64 lba)
	__releases(&m->locks)
{
	spin_unlock_bh(media_page_lock(m, lba));
}

/* The part of [lba, end) that lies in one page: its number of blocks. */
static u32 blocks_in_page(u64 lba, u64 end)
{
	return min(end, round_down(lba, MEDIA_PAGE_BLOCKS) + MEDIA_PAGE_BLOCKS) - lba;
}

/**
 * media_lock_range() - nobody else changes these blocks
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks, at most BOARD_COMPARE_WRITE_MAX; within the range
 *	    of @m
 *
 * Context: any but hard interrupt.
 */
void media_lock_range(struct media *m, u64 lba, u32 blocks)
	__acquires(&m->range_lock)
{
	u64 end = lba + blocks;

	/* No two pages of the range have the same lock. */
	BUILD_BUG_ON(BOARD_COMPARE_WRITE_MAX / MEDIA_PAGE_BLOCKS >= MEDIA_LOCKS);

	spin_lock_bh(&m->range_lock);
	for (; lba < end; lba += blocks_in_page(lba, end)) {
		spin_lock_nest_lock(media_page_lock(m, lba), &m->range_lock);
		__release(&m->locks);	/* sparse counts no locks in loops */
	}
}

/**
 * media_unlock_range() - end of media_lock_range()
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks
 */
void media_unlock_range(struct media *m, u64 lba, u32 blocks)
	__releases(&m->range_lock)
{
	u64 end = lba + blocks;

	for (; lba < end; lba += blocks_in_page(lba, end)) {
		__acquire(&m->locks);	/* sparse counts no locks in loops */
		spin_unlock(media_page_lock(m, lba));
	}
	spin_unlock_bh(&m->range_lock);
}

/**
 * media_find() - the page that holds a block, for reading
 * @m: the disk
 * @lba: the block, within the disk's range
 *
 * Context: rcu_read_lock() or the page's lock is held as long as the page is
 * used.
 * Return: the page's first byte, or NULL: its blocks are zeros.
 */
const void *media_find(struct media *m, u64 lba)
{
	return xa_load(&m->pages, lba / MEDIA_PAGE_BLOCKS);
}

/* Returns the page in the index, perhaps another thread's; NULL: no memory for an index entry. */
static void *insert_page(struct media *m, u64 lba, void *page, gfp_t gfp)
{
	void *there = xa_cmpxchg_bh(&m->pages, lba / MEDIA_PAGE_BLOCKS, NULL, page, gfp);

	if (!there)
		return page;
	media_pool_put(page);
	return xa_is_err(there) ? NULL : there;
}

/**
 * media_get() - the page that holds a block, for writing
 * @m: the disk
 * @lba: the block, within the disk's range
 * @gfp: how memory may be found
 *
 * Context: as @gfp says; the page's lock is held as long as the page is used.
 * Return: the page's first byte, or NULL if there is no memory for the page.
 */
void *media_get(struct media *m, u64 lba, gfp_t gfp)
{
	void *page = xa_load(&m->pages, lba / MEDIA_PAGE_BLOCKS);

	if (likely(page))
		return page;
	page = media_pool_get(gfp);
	return page ? insert_page(m, lba, page, gfp) : NULL;
}

/**
 * media_is_wanted() - is a request to go on?
 * @how: how it may be executed
 *
 * Context: any; does not sleep, so a buffer may be mapped.
 * Return: false if the request is to end, as it was stopped.
 */
bool media_is_wanted(const struct media_how *how)
{
	return !how->stop || !READ_ONCE(*how->stop);
}

static void give_way(const struct media_how *how)
{
	if (how->may_sleep)
		cond_resched();
}

/* Called between two pages of a request; no lock is held, and no buffer is mapped. */
static bool media_go_on(const struct media_how *how)
{
	give_way(how);
	return media_is_wanted(how);
}

/* Returns the number of pages in [lba, end) that are not backed. */
static u32 count_missing(struct media *m, u64 lba, u64 end, const struct media_how *how)
{
	u32 missing = 0;

	for (; lba < end && media_go_on(how); lba += blocks_in_page(lba, end))
		missing += !media_find(m, lba);
	return missing;
}

/* Allocate @n pages, which are not in the index yet. On -ENOMEM no reservation is left over. */
static int take_pages(struct list_head *pages, u32 n, gfp_t gfp, const struct media_how *how)
{
	void *page;

	if (!media_pool_reserve(n, gfp))
		return -ENOMEM;
	for (; n && media_go_on(how); n--) {
		page = media_pool_take(gfp);
		if (!page)
			break;
		list_add(&virt_to_page(page)->lru, pages);
	}
	media_pool_unreserve(n);
	return n && media_is_wanted(how) ? -ENOMEM : 0;
}

/* A page from @pages, or another one if these are used up because of an unmap meanwhile. */
static void *next_page(struct list_head *pages, gfp_t gfp)
{
	struct page *page = list_first_entry_or_null(pages, struct page, lru);

	if (!page)
		return media_pool_get(gfp);
	list_del(&page->lru);
	return page_address(page);
}

static int insert_pages(struct media *m, u64 lba, u64 end, struct list_head *pages, gfp_t gfp,
			const struct media_how *how)
{
	void *page;

	for (; lba < end && media_go_on(how); lba += blocks_in_page(lba, end)) {
		if (media_find(m, lba))
			continue;
		page = next_page(pages, gfp);
		if (!page || !insert_page(m, lba, page, gfp))
			return -ENOMEM;
	}
	return 0;
}

static void put_pages(struct list_head *pages, const struct media_how *how)
{
	struct page *page;

	while ((page = list_first_entry_or_null(pages, struct page, lru))) {
		give_way(how);
		list_del(&page->lru);
		media_pool_put(page_address(page));
	}
}

/**
 * media_back() - find memory for blocks that are to be written
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks, within the range of @m
 * @gfp: how memory may be found
 * @how: how it may be executed
 *
 * The blocks stay backed until they are unmapped, so only holding the locks of their pages
 * guarantees it. Memory for all blocks is found before the first is backed: a request that is
 * refused takes no memory, except for pages that were put into the index before memory for
 * another index entry was missing.
 *
 * Context: as @gfp and @how say.
 * Return: 0, also if it was stopped; -ENOMEM: this can be called again.
 */
int media_back(struct media *m, u64 lba, u32 blocks, gfp_t gfp, const struct media_how *how)
{
	u64 end = lba + blocks;
	u32 missing = count_missing(m, lba, end, how);
	LIST_HEAD(pages);
	int err;

	if (!missing)
		return 0;
	err = take_pages(&pages, missing, gfp, how);
	if (!err)
		err = insert_pages(m, lba, end, &pages, gfp, how);
	put_pages(&pages, how);
	return err;
}

/* Fill blocks of one page. False: the page is not backed any more, and there is no memory. */
static bool fill_page(struct media *m, u64 lba, u32 blocks, const void *block)
{
	u8 *page;

	media_lock(m, lba);
	page = media_get(m, lba, MEDIA_NOWAIT);
	for (u32 i = lba % MEDIA_PAGE_BLOCKS; page && blocks; i++, blocks--)
		memcpy(page + i * BOARD_BLOCK_SIZE, block, BOARD_BLOCK_SIZE);
	media_unlock(m, lba);
	return page;
}

/**
 * media_fill() - write the same contents to all blocks
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks, within the range of @m
 * @block: contents of each block
 * @how: how it may be executed
 *
 * Context: as @how says.
 * Return: 0, or -ENOMEM: this can be called again after media_back(). Nothing is written unless
 * there was memory for all blocks, but blocks that are unmapped meanwhile need memory again.
 */
int media_fill(struct media *m, u64 lba, u32 blocks, const void *block,
	       const struct media_how *how)
{
	int err = media_back(m, lba, blocks, MEDIA_NOWAIT, how);
	u64 end = lba + blocks;
	u32 n;

	for (; lba < end && !err && media_go_on(how); lba += n) {
		n = blocks_in_page(lba, end);
		if (!fill_page(m, lba, n, block))
			err = -ENOMEM;
	}
	return err;
}

/* In the last page, all blocks up to the disk's end count as the whole page. */
static bool whole_page(const struct media *m, u64 lba, u32 blocks)
{
	return lba % MEDIA_PAGE_BLOCKS == 0 &&
	       (blocks == MEDIA_PAGE_BLOCKS || lba + blocks == m->blocks);
}

/* Zero blocks of one page; with @unback a whole page is freed instead. */
static void clear_page_blocks(struct media *m, u64 lba, u32 blocks, bool unback)
{
	void *page = NULL;
	u8 *zeroed;

	media_lock(m, lba);
	if (unback && whole_page(m, lba, blocks)) {
		page = xa_erase_bh(&m->pages, lba / MEDIA_PAGE_BLOCKS);
	} else {
		zeroed = xa_load(&m->pages, lba / MEDIA_PAGE_BLOCKS);
		if (zeroed)
			memset(zeroed + lba % MEDIA_PAGE_BLOCKS * BOARD_BLOCK_SIZE, 0,
			       blocks * BOARD_BLOCK_SIZE);
	}
	media_unlock(m, lba);

	if (page)
		media_pool_put_rcu(page);
}

/* Clear blocks. Visits only pages that exist, however large the range is. */
static void clear_blocks(struct media *m, u64 lba, u32 blocks, bool unback,
			 const struct media_how *how)
{
	u64 end = lba + blocks;
	unsigned long index;
	void *page;

	if (!blocks)
		return;
	xa_for_each_range(&m->pages, index, page, lba / MEDIA_PAGE_BLOCKS,
			  (end - 1) / MEDIA_PAGE_BLOCKS) {
		u64 first = max(lba, (u64)index * MEDIA_PAGE_BLOCKS);

		if (!media_go_on(how))
			break;
		clear_page_blocks(m, first, blocks_in_page(first, end), unback);
	}
}

/**
 * media_zero() - write zeros to all blocks
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks, within the range of @m
 * @how: how it may be executed; no memory is needed
 *
 * Blocks that are backed stay backed; others do not become backed.
 *
 * Context: as @how says.
 */
void media_zero(struct media *m, u64 lba, u32 blocks, const struct media_how *how)
{
	clear_blocks(m, lba, blocks, false, how);
}

/**
 * media_unmap() - free the memory behind blocks, which then read as zeros
 * @m: the disk
 * @lba: first block
 * @blocks: number of blocks, within the range of @m
 * @how: how it may be executed; no memory is needed
 *
 * Pages that the range covers only in part keep their memory.
 *
 * Context: as @how says.
 */
void media_unmap(struct media *m, u64 lba, u32 blocks, const struct media_how *how)
{
	clear_blocks(m, lba, blocks, true, how);
}

/* The first block of the first page in [lba, end) that is backed, or @end. */
static u64 next_backed(struct media *m, u64 lba, u64 end)
{
	unsigned long index = lba / MEDIA_PAGE_BLOCKS;

	if (!xa_find(&m->pages, &index, (end - 1) / MEDIA_PAGE_BLOCKS, XA_PRESENT))
		return end;
	return (u64)index * MEDIA_PAGE_BLOCKS;
}

/**
 * media_status() - is a block backed, and for how many blocks is the answer the same?
 * @m: the disk
 * @lba: the block
 * @blocks: how many to look at, at least 1, within the range of @m
 * @how: how it may be executed; no memory is needed
 * @extent: set to the number of blocks from @lba on that have the same status as that block,
 *	    1 to @blocks. After BOARD_LBA_STATUS_MAX backed ones more may follow
 *
 * Context: as @how says.
 * Return: true if it is backed.
 */
bool media_status(struct media *m, u64 lba, u32 blocks, const struct media_how *how, u32 *extent)
{
	bool backed = media_find(m, lba);
	u64 end = lba + (backed ? min(blocks, BOARD_LBA_STATUS_MAX) : blocks);
	u64 next = round_down(lba, MEDIA_PAGE_BLOCKS) + MEDIA_PAGE_BLOCKS;

	if (backed) {
		while (next < end && media_find(m, next) && media_go_on(how))
			next += MEDIA_PAGE_BLOCKS;
	} else if (next < end) {
		next = next_backed(m, next, end);
	}
	*extent = min(end, next) - lba;
	return backed;
}
