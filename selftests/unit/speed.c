// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the processor is: runs the workload guest/work.c several times and
 * prints one line of JSON. Built twice: as user space usually is, and with the
 * flags that Debian's kernels use for modules.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../../hba_sim/processor/bus.h"
#include "../../hba_sim/processor/cpu.h"
#include "guest/blob.h"

#ifndef SPEED_FLAGS
#define SPEED_FLAGS "plain"
#endif

#define MEMORY	(16u << 20)
#define BASE	0x80000000u
#define ROUNDS	7

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void set_up(struct hart *h, u8 *mem, struct insn *insns)
{
	memset(mem, 0, MEMORY);
	memcpy(mem, work_image, work_image_end - work_image);
	icache_decode(insns, mem, MEMORY);
	h->win[BASE >> BUS_WINDOW_BITS] = (struct bus_window){
		.mem = mem, .size = MEMORY, .perm = BUS_R | BUS_W | BUS_X,
		.insns = insns, .nr_insns = MEMORY / 4,
	};
	hart_reset(h, 0, BASE);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	struct insn *insns = calloc(MEMORY / 4, sizeof(*insns));
	u8 *mem = aligned_alloc(64, MEMORY);
	struct hart *h = calloc(1, sizeof(*h));
	double mips[ROUNDS];
	enum hart_exit exit;
	u64 start, insn_count = 0;
	int i;

	if (!insns || !mem || !h)
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		set_up(h, mem, insns);
		start = now_ns();
		exit = hart_run(h, ~0ull);
		mips[i] = h->instret * 1000.0 / (now_ns() - start);
		insn_count = h->instret;
		if (exit != HART_ECALL) {
			fprintf(stderr, "hart-speed: the workload failed: %s at %08x\n",
				hart_cause_name(h->mcause), h->pc);
			return 1;
		}
	}
	qsort(mips, ROUNDS, sizeof(mips[0]), compare);
	printf("{\"flags\": \"%s\", \"insns\": %llu, \"result\": %u, ", SPEED_FLAGS,
	       insn_count, h->x[10] & 0xff);
	printf("\"runs\": %d, \"mips\": %.0f, \"mips_min\": %.0f, \"mips_max\": %.0f}\n",
	       ROUNDS, mips[ROUNDS / 2], mips[0], mips[ROUNDS - 1]);
	free(h);
	free(mem);
	free(insns);
	return 0;
}
