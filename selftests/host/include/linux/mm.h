/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. What the kernel
 * knows of a page lies before it.
 */
#ifndef HOST_LINUX_MM_H
#define HOST_LINUX_MM_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#ifndef PAGE_SIZE	/* a test may want larger ones */
#define PAGE_SIZE	4096u
#endif

struct page {
	struct rcu_head rcu_head;
	struct list_head lru;
};

/* What the machine has, in pages, and what is available of it; set by a test. */
extern unsigned long host_ram_pages;
extern long host_available_pages;

static inline unsigned long totalram_pages(void)
{
	return host_ram_pages;
}

static inline long si_mem_available(void)
{
	return host_available_pages;
}

/* Pages that there are, for a test to see what comes and goes. */
extern long host_pages;

static inline unsigned long get_zeroed_page(gfp_t gfp)
{
	struct page *page = kzalloc(sizeof(*page) + PAGE_SIZE, gfp);

	if (!page)
		return 0;
	__atomic_fetch_add(&host_pages, 1, __ATOMIC_RELAXED);
	return (unsigned long)(page + 1);
}

#define virt_to_page(addr)	((struct page *)(addr) - 1)
#define page_address(page)	((void *)((page) + 1))

static inline void __free_page(struct page *page)
{
	__atomic_fetch_sub(&host_pages, 1, __ATOMIC_RELAXED);
	free(page);
}

#define free_page(addr)		__free_page(virt_to_page(addr))

#endif
