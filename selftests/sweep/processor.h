/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processor under the sweep's eyes: hart_run() of the module is wrapped by
 * the linker, so each instruction can be counted, I/O let in between two, and
 * a fault put before one.
 */
#ifndef SWEEP_PROCESSOR_H
#define SWEEP_PROCESSOR_H

#include <setjmp.h>
#include <stdbool.h>
#include <linux/types.h>

enum fault {
	FAULT_NONE,
	FAULT_TRAP,
	FAULT_HANG,
	FAULT_POWER,
	FAULT_KINDS,
};

struct hart;

/**
 * struct processor - what is watched
 * @armed: instructions are counted
 * @all: of all harts; else of the service hart only, and the load goes on
 *	 between them
 * @count: instructions so far
 * @next_step: before this one the load makes a step
 * @next_point: before this one @point is asked
 * @point: which fault happens before instruction @count; sets @next_point
 * @fault: the one that has happened
 * @resumed: world.resumed at that time
 * @hung: hart that goes nowhere, until it is reset
 * @hang_steps: steps that the load still makes meanwhile
 * @slim: state of the engine for which memory was given back: see world_slim()
 * @power: where to go when power is lost
 */
struct processor {
	bool armed;
	bool all;
	u64 count;
	u64 next_step;
	u64 next_point;
	enum fault (*point)(void);
	enum fault fault;
	bool resumed;
	const struct hart *hung;
	u32 hang_steps;
	u32 slim;
	jmp_buf power;
};

extern struct processor processor;

void processor_arm(bool all);
void processor_disarm(void);
const char *fault_name(enum fault fault);

#endif
