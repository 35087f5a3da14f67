// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for the end of an update. The kernel wakes processes that poll "state" when
 * the state changes, except within the pause; "progress" cannot be polled and is read
 * from time to time.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hbactl.h"

#define LOOK_MS		100	/* between two reads of "progress" */
#define LOST_LOOKS	30	/* give up if idle this many times without a record */

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

enum status watch_begin(struct watch *w, const struct adapter *a, const struct options *o)
{
	*w = (struct watch){ .adapter = a, .options = o };
	w->fd = attr_open(a, "overlay/state");
	if (w->fd < 0)
		return fail(HBACTL_NO_ADAPTER, a->name, "state: %s", strerror(-w->fd));
	if (o->timeout)
		w->deadline_ns = now_ns() + o->timeout * 1000000000ull;
	return HBACTL_OK;
}

/* Returns 0 if the text is not a percentage. */
static int percent(const char *progress)
{
	int value;
	char rest;

	if (sscanf(progress, "%3d%c", &value, &rest) != 1 || value < 0 || value > 100)
		return 0;
	return value;
}

/* Shows a bar on a terminal, and otherwise a line for each state. */
static void show(struct watch *w, bool changed)
{
	char progress[ATTR_MAX];

	if (!w->options->watch || (!changed && !(isatty(STDOUT_FILENO) && !w->options->json)))
		return;
	attr_read(w->adapter, "overlay/progress", progress);
	if (w->options->json) {
		json_event(w->adapter->name, w->state, progress);
	} else if (isatty(STDOUT_FILENO)) {
		print_bar(w->adapter->name, percent(progress), w->state);
	} else {
		printf("%s: ", w->adapter->name);
		print_text(w->state);
		fputs(", ", stdout);
		print_text(progress);
		puts(" %");
		fflush(stdout);
	}
}

/* Sets w->state to the current state. */
enum status watch_look(struct watch *w)
{
	char state[sizeof(w->state)] = "";
	ssize_t n = pread(w->fd, state, sizeof(state) - 1, 0);
	bool changed;

	if (n < 0)
		return fail(HBACTL_NO_ADAPTER, w->adapter->name, "the adapter is gone: %s",
			    strerror(errno));
	state[n] = '\0';
	state[strcspn(state, "\n")] = '\0';
	changed = strcmp(state, w->state);
	memcpy(w->state, state, sizeof(w->state));
	show(w, changed);
	return HBACTL_OK;
}

/*
 * Sleeps until the state has changed, or it is time to read "progress". If the adapter is
 * idle again and again, no more will come: @lost then says what is missing.
 */
enum status watch_sleep(struct watch *w, const char *lost)
{
	struct pollfd p = { .fd = w->fd, .events = POLLPRI | POLLERR };

	w->idle_looks = strcmp(w->state, "idle") ? 0 : w->idle_looks + 1;
	if (w->idle_looks > LOST_LOOKS)
		return fail(HBACTL_FAILED, w->adapter->name, "%s", lost);
	if (w->deadline_ns && now_ns() >= w->deadline_ns)
		return fail(HBACTL_TIMEOUT, w->adapter->name,
			    "not waited for any longer, it goes on: %s", w->state);
	poll(&p, 1, LOOK_MS);
	return HBACTL_OK;
}

void watch_end(struct watch *w)
{
	print_behind_bar();
	if (w->fd >= 0)
		close(w->fd);
}
