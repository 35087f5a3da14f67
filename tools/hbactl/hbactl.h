/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of hbactl share. Texts from sysfs are not trusted: they are kept with a
 * bounded length, shown without control characters, and put into JSON as strings unless
 * they are numbers.
 */
#ifndef HBACTL_H
#define HBACTL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum status - exit status; hbactl.8 documents them for users, so they do not change
 * @HBACTL_OK: the command has succeeded
 * @HBACTL_FAILED: it was tried, and has failed
 * @HBACTL_USAGE: the command line is wrong
 * @HBACTL_REFUSED: it cannot be done now, or with this board; nothing was changed
 * @HBACTL_NO_ADAPTER: there is no such adapter, or it is gone or has stopped
 * @HBACTL_PERMISSION: the user may not do that
 * @HBACTL_TIMEOUT: the update goes on, but hbactl has stopped waiting for it
 */
enum status {
	HBACTL_OK,
	HBACTL_FAILED,
	HBACTL_USAGE,
	HBACTL_REFUSED,
	HBACTL_NO_ADAPTER,
	HBACTL_PERMISSION,
	HBACTL_TIMEOUT,
};

/**
 * struct options - a command line
 * @command: the command
 * @image: name of an image; NULL if the command takes none
 * @adapter: as the user names it; NULL: the only one
 * @timeout: seconds to wait for the end of an update; 0: for ever
 * @json: print JSON
 * @all: all adapters, one after the other
 * @watch: show phases and progress
 * @permanent: the image is also to be booted from the next power-on on
 * @no_wait: only start the update, do not wait for its end
 * @clear: discard dumps after they have been shown
 */
struct options {
	const char *command;
	const char *image;
	const char *adapter;
	unsigned int timeout;
	bool json;
	bool all;
	bool watch;
	bool permanent;
	bool no_wait;
	bool clear;
};

/* --- hbactl.c */

__attribute__((format(printf, 3, 4)))
enum status fail(enum status status, const char *adapter, const char *format, ...);

/* --- adapter.c: adapters in sysfs */

#define ATTR_MAX	4096	/* as sysfs shows less than a page, a final zero fits */
#define NAME_MAX_LEN	32

/**
 * struct adapter - an adapter
 * @name: name of its SCSI host, "host3"
 * @device: name of its platform device, "hba_sim.0"; empty if not known
 * @path: path of the SCSI host's folder
 */
struct adapter {
	char name[NAME_MAX_LEN];
	char device[NAME_MAX_LEN];
	char path[PATH_MAX];
};

/**
 * struct adapters - adapters, sorted by the numbers of their hosts
 * @at: the adapters
 * @nr: how many
 */
struct adapters {
	struct adapter *at;
	size_t nr;
};

void sysfs_use(const char *root);
const char *sysfs_root(void);
bool adapters_find(struct adapters *all);
void adapters_free(struct adapters *all);
enum status adapters_choose(const struct adapters *all, const char *name,
			    const struct adapter **adapter);
int file_read(const char *path, char text[ATTR_MAX]);
int file_write(const char *path, const char *text);
int attr_open(const struct adapter *a, const char *name);
int attr_read(const struct adapter *a, const char *name, char text[ATTR_MAX]);
bool attr_exists(const struct adapter *a, const char *name);
enum status attr_write(const struct adapter *a, const char *name, const char *text);

/* --- output.c: for people, and for programs */

void print_text(const char *text);
void print_ns(const char *number);
void print_bar(const char *adapter, int percent, const char *text);
void print_behind_bar(void);

bool json_begun(void);
void json_begin(const char *command);
void json_end(enum status status, const char *error);
void json_open(const char *key, char bracket);
void json_close(char bracket);
void json_string(const char *key, const char *text);
void json_value(const char *key, const char *text);
void json_bool(const char *key, bool value);
void json_event(const char *adapter, const char *state, const char *progress);

/* --- history.c: the lines of "overlay/history" */

#define RECORD_COLUMNS	16

/**
 * struct record - a line of the history
 * @line: holds the columns, each ended by a zero
 * @column: the columns before the reason
 * @reason: the rest of the line
 * @number: number of the update
 */
struct record {
	char line[ATTR_MAX];
	const char *column[RECORD_COLUMNS];
	const char *reason;
	uint64_t number;
};

enum record_column { RECORD_NUMBER, RECORD_FROM, RECORD_TO, RECORD_NAME, RECORD_METHOD,
		     RECORD_INCOMPAT, RECORD_PAUSE, RECORD_WAITING = 13, RECORD_ROLLBACK,
		     RECORD_RESULT };

bool record_parse(struct record *r, const char *line, size_t len);
bool record_newest(const struct adapter *a, uint64_t *number);
bool record_find(const struct adapter *a, uint64_t after, const char *image, struct record *r);
void record_json(const struct record *r);
enum status show_history(const struct adapter *a, const struct options *o);

/* --- show.c: state and properties of adapters */

enum status show_list(const struct adapters *all, const struct options *o);
enum status show_status(const struct adapter *a, const struct options *o);
enum status show_slots(const struct adapter *a, const struct options *o);
bool has_permanent_media(const struct adapter *a);

/* --- update.c: commands that change an adapter */

enum status do_update(const struct adapters *all, const struct options *o);
enum status do_check(const struct adapter *a, const struct options *o);
enum status do_commit(const struct adapter *a, const struct options *o);
enum status do_rollback(const struct adapter *a, const struct options *o);

/* --- watch.c: waiting for the end of an update */

/**
 * struct watch - an adapter whose update is waited for
 * @adapter: the adapter
 * @options: what is to be shown
 * @fd: file descriptor of the adapter's file "state"
 * @deadline_ns: when to give up; 0: never
 * @state: the state as last seen
 * @idle_looks: how many times in succession the adapter was idle before a sleep
 */
struct watch {
	const struct adapter *adapter;
	const struct options *options;
	int fd;
	uint64_t deadline_ns;
	char state[NAME_MAX_LEN];
	unsigned int idle_looks;
};

enum status watch_begin(struct watch *w, const struct adapter *a, const struct options *o);
enum status watch_look(struct watch *w);
enum status watch_sleep(struct watch *w, const char *lost);
void watch_end(struct watch *w);

/* --- crash.c: crash dumps */

enum status show_crash(const struct adapters *all, const struct options *o);

#endif
