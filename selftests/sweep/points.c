// SPDX-License-Identifier: GPL-2.0
/* Points, and processes: see points.h. */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/kernel.h>

#include "judge.h"
#include "modes.h"
#include "points.h"
#include "snapshot.h"
#include "world.h"

#define POINT_SECONDS	60u	/* a point that takes longer hangs */
#define PARTS		8u	/* of a range, for each process at once */
#define STATUS_FAILED	1
#define STATUS_SAID	3	/* failed, and there is a message */

struct options options = { .stride = 1, .to = ~0ull };
struct point point;

bool points_unlimited(void)
{
	const u32 all = 1u << FAULT_TRAP | 1u << FAULT_HANG | 1u << FAULT_POWER;

	return options.faults == all && !options.from && options.to == ~0ull;
}

static void say(const char *text)
{
	char line[256];

	snprintf(line, sizeof(line), "%s --mode %s --fault %s --from %llu --to %llu: %s",
		 point.path->name, point.mode, fault_name(point.fault),
		 (unsigned long long)point.number, (unsigned long long)point.number + 1, text);
	report_message(line);
}

/* Of a process that is at no point, it is the end. */
static __attribute__((noreturn)) void point_end(int status)
{
	if (!snapshot_taken())
		_exit(status);
	alarm(0);
	if (status)
		__atomic_fetch_add(&tally->failures, 1, __ATOMIC_RELAXED);
	snapshot_back();
}

void judge_fail(const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	say(text);
	point_end(STATUS_SAID);
}

void point_done(void)
{
	point_end(0);
}

static void settle(pid_t child)
{
	char text[80];
	int status;

	if (waitpid(child, &status, 0) < 0)
		exit(STATUS_FAILED);
	if (!status)
		return;
	__atomic_fetch_add(&tally->failures, 1, __ATOMIC_RELAXED);
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_SAID)
		return;
	snprintf(text, sizeof(text), "the process died, status %x", status);
	say(text);
}

bool point_begin(u64 number, enum fault fault)
{
	point.number = number;
	point.fault = fault;
	if (!snapshot_take())
		return false;
	__atomic_fetch_add(&tally->points[fault], 1, __ATOMIC_RELAXED);
	alarm(POINT_SECONDS);
	return true;
}

static void point_died(int signal)
{
	if (signal == SIGALRM)
		judge_fail("it hangs");
	judge_fail("it dies of signal %d", signal);
}

static void be_quiet(void)
{
	int null = open("/dev/null", O_WRONLY);

	if (!options.verbose)
		dup2(null, STDERR_FILENO);
	close(null);
}

static void run_mode(void)
{
	world_start(point.path, options.seed);
	point.sweep();
	_exit(0);
}

void points_apart(const struct sweep_path *path, const struct sweep_mode *mode)
{
	pid_t child;

	point = (struct point){ .path = path, .mode = mode->name, .sweep = mode->sweep };
	fflush(stdout);
	child = fork();
	if (child < 0)
		exit(STATUS_FAILED);
	if (child) {
		settle(child);
		return;
	}
	be_quiet();
	snapshot_died = point_died;
	snapshot_run(run_mode);
}

void points_spread(const struct points *p)
{
	u64 to = min(options.to, p->count);
	u64 part = max((to - min(to, options.from)) / (PARTS * options.jobs), (u64)1);
	u32 running = 0;

	for (u64 at = options.from; at < to || running;) {
		if (at < to && running < options.jobs) {
			pid_t child = fork();

			if (child < 0)
				exit(STATUS_FAILED);
			if (!child) {
				p->part(at, min(at + part, to));
				_exit(0);
			}
			running++;
			at += part;
			continue;
		}
		settle(-1);
		running--;
	}
}
