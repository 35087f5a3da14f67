// SPDX-License-Identifier: GPL-2.0
/*
 * Crash dumps of hba_sim's adapters among the kernel's device coredumps. The code of
 * "mrb crash" reads and shows them.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../scripts/mrb/crash.h"
#include "hbactl.h"

/**
 * struct search - a search for dumps
 * @all: the adapters
 * @options: how dumps are shown
 * @only: show only dumps of this adapter; NULL: of all
 * @shown: number of dumps that were shown
 * @status: the first failure
 */
struct search {
	const struct adapters *all;
	const struct options *options;
	const struct adapter *only;
	size_t shown;
	enum status status;
};

static void note(struct search *s, enum status status)
{
	if (!s->status)
		s->status = status;
}

/* Name of the adapter with this device; "" if that adapter is gone; NULL: not hba_sim's. */
static const char *owner(const struct search *s, const char *device)
{
	size_t i;

	for (i = 0; i < s->all->nr; i++)
		if (!strcmp(s->all->at[i].device, device))
			return s->all->at[i].name;
	return strncmp(device, "hba_sim.", 8) ? NULL : "";
}

static void dump_json(const struct crash_file *c, const char *adapter, const char *path)
{
	char where[16], hart[16], time[24], executed[24];
	const struct crash_header *head = c->head;

	snprintf(where, sizeof(where), "0x%08x", le32_to_cpu(head->where));
	snprintf(hart, sizeof(hart), "%u", le32_to_cpu(head->hart));
	snprintf(time, sizeof(time), "%" PRIu64, (uint64_t)le64_to_cpu(head->time_ns));
	snprintf(executed, sizeof(executed), "%" PRIu64, (uint64_t)le64_to_cpu(head->executed));
	json_open(NULL, '{');
	json_value("adapter", adapter);
	json_string("path", path);
	json_value("hart", hart);
	json_string("where", where);
	json_string("reason", head->reason);
	json_string("kernel", head->kernel);
	json_value("time_ns", time);
	json_value("executed", executed);
	json_close('}');
}

static void show_dump(struct search *s, const char *adapter, const char *path)
{
	struct crash_file crash;
	struct blob file = { };

	if (!blob_read(&file, path)) {
		note(s, fail(access(path, R_OK) && errno == EACCES ? HBACTL_PERMISSION :
			     HBACTL_FAILED, adapter, "a crash dump cannot be read"));
		return;
	}
	if (!crash_open(&crash, &file, path)) {
		note(s, fail(HBACTL_FAILED, adapter, "%s is not a crash dump", path));
	} else if (s->options->json) {
		dump_json(&crash, adapter, path);
		s->shown++;
	} else {
		printf("%s%s\n", s->shown++ ? "\n" : "", path);
		crash_show(&crash, NULL);
	}
	free(file.data);
}

static void clear_dump(struct search *s, const char *adapter, const char *path)
{
	int err = file_write(path, "1");

	if (err)
		note(s, fail(err == -EACCES ? HBACTL_PERMISSION : HBACTL_FAILED, adapter,
			     "%s is not discarded: %s", path, strerror(-err)));
}

static void look_at(struct search *s, const char *folder, const char *name)
{
	char path[PATH_MAX];
	const char *adapter;
	char *device;

	if (strncmp(name, "devcd", 5) ||
	    snprintf(path, sizeof(path), "%s/%s/failing_device", folder, name) >=
	    (int)sizeof(path))
		return;
	device = realpath(path, NULL);
	if (!device)
		return;
	adapter = owner(s, basename(device));
	if (adapter && (!s->only || !strcmp(s->only->name, adapter))) {
		snprintf(path, sizeof(path), "%.2000s/%.200s/data", folder, name);
		show_dump(s, adapter, path);
		if (s->options->clear)
			clear_dump(s, adapter, path);
	}
	free(device);
}

static void look_at_all(struct search *s)
{
	char folder[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.2000s/class/devcoredump", sysfs_root());
	dir = opendir(folder);
	while (dir && (entry = readdir(dir)))
		look_at(s, folder, entry->d_name);
	if (dir)
		closedir(dir);
}

/* It is not an error if there is no dump. */
enum status show_crash(const struct adapters *all, const struct options *o)
{
	struct search s = { .all = all, .options = o };
	enum status status;

	if (o->adapter) {
		status = adapters_choose(all, o->adapter, &s.only);
		if (status)
			return status;
	}
	if (o->json) {
		json_begin(o->command);
		json_open("dumps", '[');
	}
	look_at_all(&s);
	if (o->json)
		json_close(']');
	else if (!s.shown && !s.status)
		puts("no crash dumps");
	return s.status;
}
