/* SPDX-License-Identifier: GPL-2.0 */
/* The memory that all disks of the module take together, and its bound. */
#ifndef HBA_SIM_MEDIA_POOL_H
#define HBA_SIM_MEDIA_POOL_H

#include <linux/gfp.h>
#include <linux/types.h>

/*
 * How memory for blocks is allocated: in a context that may not sleep, and in a thread that may
 * wait. Neither uses the memory reserves to which a task that writes in order to free memory
 * (swap) may have access. MEDIA_WAIT tries hard, but does not invoke the OOM killer.
 */
#define MEDIA_NOWAIT	(GFP_NOWAIT | __GFP_NOMEMALLOC | __GFP_NOWARN)
#define MEDIA_WAIT	(GFP_NOIO | __GFP_RETRY_MAYFAIL | __GFP_NOMEMALLOC | __GFP_NOWARN)

void media_pool_set_limit(u64 bytes);
u64 media_pool_default(void);
u64 media_pool_used(void);
bool media_pool_reserve(unsigned long pages, gfp_t gfp);
void media_pool_unreserve(unsigned long pages);
void *media_pool_take(gfp_t gfp);
void *media_pool_get(gfp_t gfp);
void media_pool_put(void *page);
void media_pool_put_rcu(void *page);

#endif
