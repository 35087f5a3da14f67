// SPDX-License-Identifier: GPL-2.0
/* TAP and JSON: see report.h. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <linux/kernel.h>

#include "digest.h"
#include "points.h"
#include "report.h"

#define SUITES_MAX	256u

/**
 * struct suite - a mode of a path, done
 * @path: name of the path
 * @mode: name of the mode
 * @count: range of points
 * @points: those that were done
 * @failures: of these
 * @stride: every so many
 * @seconds: it took
 */
struct suite {
	const char *path;
	const char *mode;
	u64 count;
	u64 points;
	u64 failures;
	u64 stride;
	double seconds;
};

struct tally *tally;
static struct suite suites[SUITES_MAX];
static u32 nr_suites;
static double begun;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

void report_init(void)
{
	tally = shared_alloc(sizeof(*tally));
	printf("TAP version 13\n");
}

void report_begin(void)
{
	memset(tally, 0, sizeof(*tally));
	begun = now();
}

/* From any process. */
void report_message(const char *text)
{
	u64 i = __atomic_fetch_add(&tally->nr_messages, 1, __ATOMIC_RELAXED);

	if (i < REPORT_MESSAGES)
		snprintf(tally->message[i], sizeof(tally->message[i]), "%s", text);
}

void report_end(const struct sweep_path *path, const char *mode, u64 stride)
{
	struct suite *s = &suites[nr_suites++ % SUITES_MAX];

	*s = (struct suite){ path->name, mode, tally->count, 0, tally->failures, stride,
			     now() - begun };
	for (u32 i = 0; i < FAULT_KINDS; i++)
		s->points += tally->points[i];
	if (!s->points)
		s->failures++;
	for (u32 i = 0; i < tally->nr_messages && i < REPORT_MESSAGES; i++)
		printf("# %s\n", tally->message[i]);
	printf("%sok %u - %s %s: %llu points in %llu, stride %llu, %llu failures, %.1f s\n",
	       s->failures ? "not " : "", nr_suites, path->name, mode,
	       (unsigned long long)s->points, (unsigned long long)s->count,
	       (unsigned long long)stride, (unsigned long long)s->failures, s->seconds);
	fflush(stdout);
}

static void write_figures(FILE *f, const char *name, u64 points, u64 failures, double seconds)
{
	fprintf(f, "\"name\":\"%s\",\"points\":%llu,\"failures\":%llu,\"seconds\":%.1f",
		name, (unsigned long long)points, (unsigned long long)failures, seconds);
}

static void write_path(FILE *f, u32 first, u32 last)
{
	u64 points = 0, failures = 0;
	double seconds = 0;
	bool complete = last - first > 1 && points_unlimited();	/* one is what --mode asks for */

	for (u32 i = first; i < last; i++) {
		complete = complete && suites[i].stride == 1;
		points += suites[i].points;
		failures += suites[i].failures;
		seconds += suites[i].seconds;
	}
	fprintf(f, "%s\n{", first ? "," : "");
	write_figures(f, suites[first].path, points, failures, seconds);
	fprintf(f, ",\"complete\":%s,\"modes\":[", complete ? "true" : "false");
	for (u32 i = first; i < last; i++) {
		const struct suite *s = &suites[i];

		fprintf(f, "%s\n {", i > first ? "," : "");
		write_figures(f, s->mode, s->points, s->failures, s->seconds);
		fprintf(f, ",\"range\":%llu,\"stride\":%llu}", (unsigned long long)s->count,
			(unsigned long long)s->stride);
	}
	fprintf(f, "]}");
}

/* Returns the status of the program: 0 only if something was done and is well. */
int report_finish(const char *json)
{
	FILE *f = json ? fopen(json, "w") : NULL;
	u64 failures = 0;
	u32 first = 0;

	if (json && !f)
		return 2;
	if (f)
		fprintf(f, "{\"judged\":%llu,\"paths\":[", (unsigned long long)judged_number());
	for (u32 i = 1; i <= nr_suites; i++) {
		failures += suites[i - 1].failures;
		if (i < nr_suites && !strcmp(suites[i].path, suites[first].path))
			continue;
		if (f)
			write_path(f, first, i);
		first = i;
	}
	if (f) {
		fprintf(f, "\n]}\n");
		fclose(f);
	}
	printf("# %llu states judged as a whole\n1..%u\n", (unsigned long long)judged_number(),
	       nr_suites);
	return failures || !nr_suites;
}
