// SPDX-License-Identifier: GPL-2.0
/*
 * A workload in the pause, to measure the speed of the processor inside the
 * kernel: a few rounds of what hart-speed runs, before the new image releases the
 * queues. In the pause preemption is off and each instruction is counted, so
 * pause_insns and pause_ns, minus those of the image without workload, give the speed.
 */
#define main bench_main
#include "../../selftests/unit/guest/work.c"
#undef main

#include "entry.h"
#include "work.h"

#define ROUNDS	3u		/* some 1.4 million instructions: a pause may have 2 million */

/* Global, so that the compiler cannot drop the computation. */
u32 bench_result;

static noinline u32 bench_round(void)
{
	u32 sum = sieve();

	for (u32 i = 0; i < KEYS; i++)
		keys[i] = random_u32();
	for (u32 i = 0; i < BUFFER; i++)
		buffer[i] = random_u32() >> 24;
	sum ^= crc(buffer, BUFFER);
	hash_insert();
	for (u32 i = 0; i < KEYS; i++)
		sum += hash_find(keys[i]);
	sort(keys, KEYS);
	sum ^= crc((u8 *)keys, sizeof(keys));
	return sum + interpret(buffer, BUFFER);
}

static noinline void bench_work(void)
{
	seed = 1;
	crc_init();
	for (u32 round = 0; round < ROUNDS; round++)
		bench_result += bench_round();
}

/**
 * __wrap_service_main() - the service hart's life, after the workload
 * @reason: START_*
 *
 * Context: called by start.S in place of service_main(), does not return.
 */
void __wrap_service_main(u32 reason)
{
	if (reason == ENTRY_OVERLAY)
		bench_work();
	__real_service_main(reason);
}
