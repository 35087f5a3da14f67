/* SPDX-License-Identifier: GPL-2.0 */
/* What all processes of a sweep have found, as TAP output and as result.json. */
#ifndef SWEEP_REPORT_H
#define SWEEP_REPORT_H

#include <stdbool.h>
#include <linux/types.h>

#include "paths.h"
#include "processor.h"

#define REPORT_MESSAGES	16u

/**
 * struct tally - what a mode has found on a path; shared by all processes
 * @count: of instructions, seeds, bits or granules: the range of points
 * @points: points that were done, by kind of fault
 * @failures: of these
 * @nr_messages: used entries of @message; may be more than there are
 * @message: what was wrong, with the point's number
 */
struct tally {
	u64 count;
	u64 points[FAULT_KINDS];
	u64 failures;
	u64 nr_messages;
	char message[REPORT_MESSAGES][256];
};

extern struct tally *tally;

void report_init(void);
void report_begin(void);
void report_end(const struct sweep_path *path, const char *mode, u64 stride);
void report_message(const char *text);
int report_finish(const char *json);

#endif
