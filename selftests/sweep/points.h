/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points: a process that goes through a range of them and comes back from each,
 * and the processes that share a path's range.
 */
#ifndef SWEEP_POINTS_H
#define SWEEP_POINTS_H

#include <stdbool.h>
#include <linux/types.h>

#include "report.h"

struct sweep_mode;

/**
 * struct options - of the command line
 * @jobs: processes at once
 * @from: first point
 * @to: behind the last
 * @stride: every so many
 * @seed: of the load; of the first seed
 * @seeds: how many interleavings
 * @faults: bit n: kind n
 * @verbose: the module's messages are to be seen
 */
struct options {
	u32 jobs;
	u64 from;
	u64 to;
	u64 stride;
	u64 seed;
	u64 seeds;
	u32 faults;
	bool verbose;
};

extern struct options options;

/* No fault and no part of a range was left out by an option. */
bool points_unlimited(void);

/**
 * struct point - where this process is, for what it has to say
 * @path: the path
 * @mode: name of the mode
 * @sweep: the mode
 * @fault: that happens at it
 * @number: of the point
 */
struct point {
	const struct sweep_path *path;
	const char *mode;
	void (*sweep)(void);
	enum fault fault;
	u64 number;
};

extern struct point point;

/*
 * Returns twice, as fork() does: true at the point, which ends by point_done() or
 * judge_fail(); then false, with all of the world as it was.
 */
bool point_begin(u64 number, enum fault fault);
__attribute__((noreturn)) void point_done(void);

/**
 * struct points - all points of a mode
 * @count: their number
 * @part: does those of [@from, @to), in a process of its own
 */
struct points {
	u64 count;
	void (*part)(u64 from, u64 to);
};

/* All of them that the options want, by several processes. */
void points_spread(const struct points *p);

/* Does a mode of a path in a process of its own. */
void points_apart(const struct sweep_path *path, const struct sweep_mode *mode);

#endif
