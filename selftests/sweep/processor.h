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

#include "../../hba_sim/processor/cpu.h"

struct hba_cmd;
struct hba_queue;

enum fault {
	FAULT_NONE,
	FAULT_TRAP,
	FAULT_HANG,
	FAULT_POWER,
	FAULT_KINDS,
};

/**
 * enum watch - whose instructions are counted
 * @WATCH_NONE: nobody's
 * @WATCH_SERVICE: the service hart's; the load goes on between them
 * @WATCH_START: the I/O harts', before a new image's first frame
 * @WATCH_ALL: all harts'
 */
enum watch {
	WATCH_NONE,
	WATCH_SERVICE,
	WATCH_START,
	WATCH_ALL,
};

/**
 * struct processor - what is watched
 * @watch: whose instructions are counted
 * @count: instructions so far
 * @next_step: before this one the load makes a step
 * @next_point: before this one @point is asked
 * @point: which fault happens before instruction @count; sets @next_point
 * @fault: the one that has happened
 * @resumed: world.resumed at that time
 * @hung: hart that goes nowhere, until it is reset
 * @hang_steps: steps that the load still makes meanwhile
 * @power: where to go when power is lost
 */
struct processor {
	enum watch watch;
	u64 count;
	u64 next_step;
	u64 next_point;
	enum fault (*point)(void);
	enum fault fault;
	bool resumed;
	const struct hart *hung;
	u32 hang_steps;
	jmp_buf power;
};

extern struct processor processor;

void processor_watch(enum watch watch);
const char *fault_name(enum fault fault);

/* What the linker makes of the module's functions: __real is theirs, __wrap ours. */
enum hart_exit __real_hart_run(struct hart *h, u64 limit);
enum hart_exit __wrap_hart_run(struct hart *h, u64 limit);
void __real_hart_reset(struct hart *h, u32 id, u32 pc);
void __wrap_hart_reset(struct hart *h, u32 id, u32 pc);
void __real_mailbox_give(struct hba_queue *q, const struct hba_cmd *cmd);
void __wrap_mailbox_give(struct hba_queue *q, const struct hba_cmd *cmd);

#endif
