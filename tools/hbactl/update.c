// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that change an adapter: check, update, commit, rollback. Each is started by
 * writing to a file of sysfs; its end is looked for in the history (or in "check"), as a
 * state may pass unseen while a record stays.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hbactl.h"

/**
 * struct job - a command for one adapter
 * @adapter: the adapter
 * @options: options of the command line
 * @file: the sysfs file that is written to
 * @text: what is written
 * @wanted: the result that counts as success
 * @status: the job's exit status
 * @ended: @record is valid
 * @record: the history's record of the update
 */
struct job {
	const struct adapter *adapter;
	const struct options *options;
	const char *file;
	char text[ATTR_MAX];
	const char *wanted;
	enum status status;
	bool ended;
	struct record record;
};

/*
 * Is this only a name? The kernel accepts names with blanks, but text after a blank may
 * also be an option, which must not be given in this way.
 */
static bool is_name(const char *image)
{
	const char *c;

	if (!*image || strlen(image) >= NAME_MAX_LEN || strstr(image, ".."))
		return false;
	for (c = image; *c; c++)
		if (*c == '/' || *c == ' ' || iscntrl((unsigned char)*c))
			return false;
	return true;
}

/* Returns the number behind "port:", or NULL if it is the name of a file. */
static const char *port_of(const char *image)
{
	const char *number = image + strlen("port:");

	if (strncmp(image, "port:", strlen("port:")))
		return NULL;
	return *number && !number[strspn(number, "0123456789")] ? number : NULL;
}

/* The kernel would take a leading 0 as octal, and the record would have another number. */
static enum status check_name(const char *image)
{
	const char *port = port_of(image);

	if (port && port[0] == '0' && port[1])
		return fail(HBACTL_USAGE, NULL, "%s: the port's number begins with 0", image);
	return is_name(image) ? HBACTL_OK :
		fail(HBACTL_USAGE, NULL, "%s is not the name of an image", image);
}

/* --- waiting for a record */

static enum status await_record(struct job *j, struct watch *w, uint64_t before)
{
	enum status status;

	for (;;) {
		status = watch_look(w);
		if (status)
			return status;
		/* read after the state: once that is idle, the record is there */
		j->ended = record_find(j->adapter, before, j->options->image, &j->record);
		if (j->ended)
			return HBACTL_OK;
		status = watch_sleep(w, "there is no record of it");
		if (status)
			return status;
	}
}

static enum status judge(const struct job *j)
{
	const char *result = j->record.column[RECORD_RESULT];

	if (!strcmp(result, j->wanted))
		return HBACTL_OK;
	return fail(HBACTL_FAILED, j->adapter->name, "%s: %s", result,
		    j->record.reason[0] ? j->record.reason : "no reason is given");
}

static enum status write_and_wait(struct job *j, struct watch *w)
{
	uint64_t before;
	enum status status;

	if (!record_newest(j->adapter, &before))
		return fail(HBACTL_NO_ADAPTER, j->adapter->name, "there is no history");
	status = attr_write(j->adapter, j->file, j->text);
	if (status || j->options->no_wait)
		return status;
	status = await_record(j, w, before);
	return status ? status : judge(j);
}

/* Runs a job; the result is in j->status, j->ended and j->record. */
static enum status run_job(struct job *j)
{
	struct watch w;

	j->status = watch_begin(&w, j->adapter, j->options);
	if (j->status)
		return j->status;
	j->status = write_and_wait(j, &w);
	watch_end(&w);
	return j->status;
}

/* --- showing the result */

static void tell_job(const struct job *j)
{
	const struct record *r = &j->record;

	if (j->options->no_wait && !j->status) {
		printf("%s: begun\n", j->adapter->name);
		return;
	}
	if (!j->ended || j->status)
		return;
	printf("%s: ", j->adapter->name);
	print_text(r->column[strcmp(j->wanted, "committed") ? RECORD_FROM : RECORD_TO]);
	fputs(" runs, ", stdout);
	print_text(r->column[RECORD_RESULT]);
	fputs(", paused for ", stdout);
	print_ns(r->column[strcmp(j->wanted, "committed") ? RECORD_ROLLBACK : RECORD_PAUSE]);
	putchar('\n');
	fflush(stdout);
}

static void job_json(const struct job *j)
{
	json_open(NULL, '{');
	json_string("adapter", j->adapter->name);
	json_bool("ok", !j->status);
	if (j->ended)
		record_json(&j->record);
	json_close('}');
}

static void jobs_json(const struct job *jobs, size_t nr, const struct options *o)
{
	size_t i;

	json_begin(o->command);
	json_open("adapters", '[');
	for (i = 0; i < nr; i++)
		job_json(&jobs[i]);
	json_close(']');
}

static enum status run_one(struct job *j)
{
	enum status status = run_job(j);

	if (j->options->json)
		jobs_json(j, 1, j->options);
	else
		tell_job(j);
	return status;
}

/* --- one adapter */

static enum status decide(const struct adapter *a, const struct options *o, const char *file,
			  const char *wanted)
{
	struct job job = { .adapter = a, .options = o, .file = file, .text = "1\n",
			   .wanted = wanted };
	char state[ATTR_MAX];

	/* the kernel refuses this too, but with an errno that has other reasons as well */
	if (!attr_read(a, "overlay/state", state) && strcmp(state, "probation"))
		return fail(HBACTL_REFUSED, a->name, "no image is on probation");
	return run_one(&job);
}

enum status do_commit(const struct adapter *a, const struct options *o)
{
	return decide(a, o, "overlay/commit", "committed");
}

enum status do_rollback(const struct adapter *a, const struct options *o)
{
	return decide(a, o, "overlay/rollback", "rolled-back");
}

static void prepare_update(struct job *j, const struct adapter *a, const struct options *o)
{
	j->adapter = a;
	j->options = o;
	j->wanted = "committed";
	if (port_of(o->image)) {
		j->file = "overlay/image_port";
		snprintf(j->text, sizeof(j->text), "%s\n", port_of(o->image));
		return;
	}
	j->file = "overlay/image";
	snprintf(j->text, sizeof(j->text), "%s%s\n", o->image, o->permanent ? " permanent" : "");
}

/* --- all adapters, in a way that always leaves one with a path to the disks */

/* Does the adapter work, so that another one can be updated? */
static enum status is_sound(const struct adapter *a)
{
	char path[PATH_MAX];
	char text[ATTR_MAX];

	if (attr_read(a, "overlay/state", text))
		return fail(HBACTL_NO_ADAPTER, a->name, "the adapter is gone");
	if (strcmp(text, "idle"))
		return fail(HBACTL_REFUSED, a->name, "an update is under way");
	snprintf(path, sizeof(path), "%.2000s/class/fc_host/%s/port_state", sysfs_root(), a->name);
	if (file_read(path, text))
		return HBACTL_OK;	/* a kernel without that class */
	return !strcmp(text, "Online") ? HBACTL_OK :
		fail(HBACTL_REFUSED, a->name, "its port is not online: %s", text);
}

static enum status all_sound(const struct adapters *all)
{
	enum status status = HBACTL_OK;
	size_t i;

	for (i = 0; i < all->nr && !status; i++)
		status = is_sound(&all->at[i]);
	return status;
}

static enum status media_for(const struct adapter *a, const struct options *o)
{
	if (!o->permanent || has_permanent_media(a))
		return HBACTL_OK;
	return fail(HBACTL_REFUSED, a->name, "this board has no permanent media");
}

/*
 * Updates one adapter at a time, to the end of its probation, and stops after the first
 * failure. Before each update all adapters have to work: if one path is already lost, no
 * other path may be put at risk.
 */
static enum status run_all(const struct adapters *all, struct job *jobs, size_t *begun)
{
	enum status status = HBACTL_OK;

	for (*begun = 0; *begun < all->nr && !status; (*begun)++) {
		struct job *j = &jobs[*begun];

		status = all_sound(all);
		if (status)
			break;
		status = run_job(j);
		if (!j->options->json)
			tell_job(j);
	}
	return status;
}

static enum status update_all(const struct adapters *all, const struct options *o)
{
	enum status status = HBACTL_OK;
	size_t begun = 0;
	struct job *jobs;
	size_t i;

	if (!all->nr)
		return fail(HBACTL_NO_ADAPTER, NULL, "there is no adapter");
	for (i = 0; i < all->nr && !status; i++)
		status = media_for(&all->at[i], o);
	if (status)
		return status;
	jobs = calloc(all->nr, sizeof(*jobs));
	if (!jobs)
		return fail(HBACTL_FAILED, NULL, "out of memory");
	for (i = 0; i < all->nr; i++)
		prepare_update(&jobs[i], &all->at[i], o);
	status = run_all(all, jobs, &begun);
	if (o->json)
		jobs_json(jobs, begun, o);
	free(jobs);
	return status;
}

enum status do_update(const struct adapters *all, const struct options *o)
{
	const struct adapter *a;
	struct job job = { };
	enum status status = check_name(o->image);

	if (!status && o->permanent && port_of(o->image))
		status = fail(HBACTL_USAGE, NULL, "from a port no update can be permanent");
	if (status)
		return status;
	if (o->all)
		return update_all(all, o);
	status = adapters_choose(all, o->adapter, &a);
	if (!status)
		status = media_for(a, o);
	if (status)
		return status;
	prepare_update(&job, a, o);
	return run_one(&job);
}

/* --- check */

/* Finds a line "WORD VALUE" of the file "check"; returns NULL if there is no such line. */
static const char *take_value(const char *text, const char *word, char value[ATTR_MAX])
{
	size_t len = strlen(word);
	const char *line = text;

	while (*line) {
		size_t n = strcspn(line, "\n");

		if (n > len && !strncmp(line, word, len) && line[len] == ' ') {
			snprintf(value, ATTR_MAX, "%.*s", (int)(n - len - 1), line + len + 1);
			return value;
		}
		line += n + (line[n] == '\n');
	}
	return NULL;
}

static enum status await_check(struct watch *w, char text[ATTR_MAX], char result[ATTR_MAX])
{
	char image[ATTR_MAX];
	enum status status;

	for (;;) {
		status = watch_look(w);
		if (status)
			return status;
		if (attr_read(w->adapter, "overlay/check", text))
			return fail(HBACTL_NO_ADAPTER, w->adapter->name, "the adapter is gone");
		if (take_value(text, "image", image) && !strcmp(image, w->options->image) &&
		    take_value(text, "result", result) && strcmp(result, "checking") &&
		    !strcmp(w->state, "idle"))
			return HBACTL_OK;
		status = watch_sleep(w, "there is no result");
		if (status)
			return status;
	}
}

static const char * const check_figures[] = {
	"prepare_ns", "converted_bytes", "pause_bytes", "pause_ns",
};

static void show_check(const struct adapter *a, const struct options *o, const char *text,
		       const char *result)
{
	char value[ATTR_MAX];
	size_t i;

	if (o->json) {
		json_begin(o->command);
		json_string("adapter", a->name);
		json_string("image", o->image);
		json_string("result", result);
		if (take_value(text, "reason", value))
			json_string("reason", value);
	} else if (!strcmp(result, "fits")) {
		printf("%s: %s fits\n", a->name, o->image);
	}
	for (i = 0; i < sizeof(check_figures) / sizeof(check_figures[0]); i++) {
		if (!take_value(text, check_figures[i], value))
			continue;
		if (o->json) {
			json_value(check_figures[i], value);
			continue;
		}
		printf("%-16s", check_figures[i]);
		print_text(value);
		putchar('\n');
	}
}

static enum status run_check(struct watch *w)
{
	const struct options *o = w->options;
	const struct adapter *a = w->adapter;
	char text[ATTR_MAX], result[ATTR_MAX], reason[ATTR_MAX];
	enum status status;

	snprintf(text, sizeof(text), "%s\n", o->image);
	status = attr_write(a, "overlay/check", text);
	if (!status)
		status = await_check(w, text, result);
	if (status)
		return status;
	show_check(a, o, text, result);
	if (!strcmp(result, "fits"))
		return HBACTL_OK;
	return fail(HBACTL_FAILED, a->name, "%s %s: %s", o->image, result,
		    take_value(text, "reason", reason) ? reason : "no reason is given");
}

/* There is no option no_wait, as nobody would see the result of the check. */
enum status do_check(const struct adapter *a, const struct options *o)
{
	enum status status = check_name(o->image);
	struct watch w;

	if (!status)
		status = watch_begin(&w, a, o);
	if (status)
		return status;
	status = run_check(&w);
	watch_end(&w);
	return status;
}
