// SPDX-License-Identifier: GPL-2.0
/*
 * hart-run as a function: its source, with exit() made a way back. What it
 * leaves to the end of its process is taken from it here.
 */
#include <setjmp.h>
#include <stdlib.h>

#include <linux/kernel.h>

#include "hooks.h"
#include "tools.h"

#define MAX_INSNS	20000u	/* of a program, however many it may have */

static jmp_buf end;
static int end_status;

static __noreturn void leave(int status)
{
	end_status = status & 0xff;
	longjmp(end, 1);
}

#define main	hart_run_main
#define exit	leave
#define atexit(fn) ((fn)())
#include "../../scripts/hart-run.c"
#undef atexit
#undef exit
#undef main

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	return h->executed < MAX_INSNS ? __real_hart_run(h, min_t(u64, limit, MAX_INSNS)) :
					 HART_LIMIT;
}

int hart_run_tool(int argc, char **argv)
{
	memset(&machine, 0, sizeof(machine));
	if (!setjmp(end))
		leave(hart_run_main(argc, argv));
	if (machine.insns)
		munmap(machine.insns, icache_bytes(&machine));
	if (machine.mem)
		munmap(machine.mem, machine.size);
	return end_status;
}
