// SPDX-License-Identifier: GPL-2.0
/*
 * Coverage of microcode: see pc_coverage.h. The linker puts __wrap_hart_run()
 * before hart_run(), one instruction at a time instead of many: that comes to the
 * same, as the target "hart" shows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hooks.h"
#include "pc_coverage.h"

#define TEXT	0x80000000u
#define WORDS	16384u	/* of text that are told apart */

/* libFuzzer finds them by the name of their section. */
static u8 counters[PC_COVERAGE_IMAGES][WORDS]
	__attribute__((section("__libfuzzer_extra_counters")));
static u8 *now = counters[0];

static u8 ever[sizeof(counters)];

/* For people: with FUZZ_PC_COVERAGE set to a file, what was executed at all. */
static void report(void)
{
	const char *path = getenv("FUZZ_PC_COVERAGE");
	FILE *f = path ? fopen(path, "w") : NULL;

	if (!f)
		return;
	for (u32 i = 0; i < sizeof(ever); i++)
		if (ever[i])
			fprintf(f, "%u %08x\n", i / WORDS, TEXT + i % WORDS * 4);
	fclose(f);
}

void pc_coverage_image(u32 image)
{
	static bool first = true;

	if (first)
		atexit(report);
	first = false;
	now = counters[image];
}

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	enum hart_exit exit = HART_LIMIT;
	u32 at;

	while (limit-- && exit == HART_LIMIT) {
		at = h->pc / 4 % WORDS;
		now[at] = 1;
		ever[now - counters[0] + at] = 1;
		exit = __real_hart_run(h, 1);
	}
	return exit;
}
