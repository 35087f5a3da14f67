/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The load: SCSI commands on all queues, chosen by a seed, whose data and
 * status are verified, and the media latency that makes them overlap.
 */
#ifndef SWEEP_LOAD_H
#define SWEEP_LOAD_H

#include <stdbool.h>
#include <linux/types.h>

#include "../unit/model.h"

#define LOAD_QUEUES	2u
#define LOAD_JOBS	8u	/* commands in flight, of each queue */

enum job_kind {
	JOB_WRITE,
	JOB_READ,
	JOB_TEST,
	JOB_MODE,
	JOB_RESERVE,
	JOB_KINDS,
};

/**
 * struct job - a command in flight
 * @c: the command
 * @kind: what it does
 * @busy: it was submitted, and has not been verified
 * @unit: logical unit
 * @slot: block that is read or written
 * @number: of the write; what is to be read
 */
struct job {
	struct command c;
	enum job_kind kind;
	bool busy;
	u32 unit;
	u32 slot;
	u64 number;
};

/**
 * struct load - all commands in flight
 * @jobs: by queue and tag
 * @rng: state of the random numbers
 * @numbers: given to writes so far
 */
struct load {
	struct job jobs[LOAD_QUEUES][LOAD_JOBS];
	u64 rng;
	u64 numbers;
};

void load_seed(u64 seed);
u32 load_random(u32 below);
void load_step(void);
void load_steps(u32 n);
void load_reap(void);
void load_finish(void);
void load_verify(void);
void load_drop(void);

#endif
