// SPDX-License-Identifier: GPL-2.0
/* Time for harts that hang: see warp.h. The linker puts it before hart_run(). */
#include "hooks.h"
#include "warp.h"

#define WARP_BUDGET	20000u
#define WARP_RUN	50u

static u64 used;

void warp_reset(void)
{
	used = 0;
}

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	u64 start = h->executed;
	enum hart_exit exit;

	if (used < WARP_BUDGET) {
		exit = __real_hart_run(h, limit < WARP_BUDGET ? limit : WARP_BUDGET);
		used += h->executed - start;
	} else {
		exit = __real_hart_run(h, limit < WARP_RUN ? limit : WARP_RUN);
	}
	if (used >= WARP_BUDGET && exit != HART_WFI)
		h->executed = start + limit;
	return exit;
}
