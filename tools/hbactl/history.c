// SPDX-License-Identifier: GPL-2.0
/*
 * The history of an adapter's updates: parsing its lines, and finding the end of an
 * update in it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hbactl.h"

/* The columns, named as in the documentation of the file. */
static const char * const names[RECORD_COLUMNS] = {
	"number", "from", "to", "image", "method", "incompatibilities", "pause_ns", "quiesce_ns",
	"delta_ns", "copy_ns", "verify_ns", "start_ns", "undo_ns", "waiting_commands",
	"rollback_ns", "result",
};

/* Returns false if it is not a line of a history. */
bool record_parse(struct record *r, const char *line, size_t len)
{
	char *at = r->line;
	char *end;
	size_t i;

	if (len >= sizeof(r->line))
		return false;
	memcpy(r->line, line, len);
	r->line[len] = '\0';
	for (i = 0; i < RECORD_COLUMNS; i++) {
		r->column[i] = at;
		at += strcspn(at, " ");
		if (at == r->column[i] || (!*at && i < RECORD_COLUMNS - 1))
			return false;
		if (*at)
			*at++ = '\0';
	}
	r->reason = at;
	errno = 0;
	r->number = strtoull(r->column[RECORD_NUMBER], &end, 10);
	return !errno && !*end && r->column[RECORD_NUMBER][0] != '-';
}

/* Returns the next line of @text, and moves @text behind it. NULL at the end. */
static const char *next_line(const char **text, size_t *len)
{
	const char *line = *text;

	if (!*line)
		return NULL;
	*len = strcspn(line, "\n");
	*text = line + *len + (line[*len] == '\n');
	return line;
}

/* Gets the number of the last update that has ended, 0 for none. False: cannot be read. */
bool record_newest(const struct adapter *a, uint64_t *number)
{
	char text[ATTR_MAX];
	struct record r;

	*number = 0;
	if (attr_read(a, "overlay/history", text))
		return false;
	if (record_parse(&r, text, strcspn(text, "\n")))
		*number = r.number;
	return true;
}

/* Encodes a name as the history shows it. */
static void encode_name(const char *name, char *buf, size_t size)
{
	size_t n = 0;

	for (; *name && n + 5 < size; name++) {
		if (*name > ' ' && *name <= '~' && *name != '\\')
			buf[n++] = *name;
		else
			n += snprintf(buf + n, size - n, "\\x%02x", (unsigned char)*name);
	}
	buf[n] = '\0';
}

/*
 * Finds the first record after number @after of an update to @image, or to any image if that
 * is NULL. Records of other updates may come before it, if somebody else was quicker.
 */
bool record_find(const struct adapter *a, uint64_t after, const char *image, struct record *r)
{
	char encoded[4 * NAME_MAX_LEN + 8];
	char text[ATTR_MAX];
	const char *at = text;
	struct record next;
	const char *line;
	bool found = false;
	size_t len;

	encode_name(image ? image : "", encoded, sizeof(encoded));
	if (attr_read(a, "overlay/history", text))
		return false;
	while ((line = next_line(&at, &len))) {
		if (!record_parse(&next, line, len) || next.number <= after)
			break;
		if (!image || !strcmp(next.column[RECORD_NAME], encoded))
			found = record_parse(r, line, len);
	}
	return found;
}

/* Prints the members of a JSON object, which the caller opens and closes. */
void record_json(const struct record *r)
{
	size_t i;

	for (i = 0; i < RECORD_COLUMNS; i++) {
		bool text = i >= RECORD_FROM && i <= RECORD_INCOMPAT;

		if (text && strcmp(r->column[i], "-"))
			json_string(names[i], r->column[i]);
		else
			json_value(names[i], r->column[i]);
	}
	if (r->reason[0])
		json_string("reason", r->reason);
}

static void print_record(const struct record *r)
{
	printf("%6" PRIu64 "  ", r->number);
	print_text(r->column[RECORD_FROM]);
	fputs(" -> ", stdout);
	print_text(r->column[RECORD_TO]);
	fputs("  image ", stdout);
	print_text(r->column[RECORD_NAME]);
	fputs(", ", stdout);
	print_text(r->column[RECORD_METHOD]);
	fputs(": ", stdout);
	print_text(r->column[RECORD_RESULT]);
	if (strcmp(r->column[RECORD_PAUSE], "-")) {
		fputs(", paused for ", stdout);
		print_ns(r->column[RECORD_PAUSE]);
	}
	if (r->reason[0]) {
		fputs("; ", stdout);
		print_text(r->reason);
	}
	putchar('\n');
}

static void show_line(const char *line, size_t len, bool json)
{
	char text[ATTR_MAX];
	struct record r;

	if (json)
		json_open(NULL, '{');
	if (record_parse(&r, line, len)) {
		if (json)
			record_json(&r);
		else
			print_record(&r);
	} else {
		snprintf(text, sizeof(text), "%.*s", (int)len, line);
		if (json)
			json_string("unknown", text);
		else
			print_text(text), putchar('\n');
	}
	if (json)
		json_close('}');
}

enum status show_history(const struct adapter *a, const struct options *o)
{
	char text[ATTR_MAX];
	const char *at = text;
	const char *line;
	size_t len;
	int err = attr_read(a, "overlay/history", text);

	if (err)
		return fail(err == -EACCES ? HBACTL_PERMISSION : HBACTL_NO_ADAPTER, a->name,
			    "history: %s", strerror(-err));
	if (o->json) {
		json_begin(o->command);
		json_string("adapter", a->name);
		json_open("history", '[');
	}
	while ((line = next_line(&at, &len)))
		show_line(line, len, o->json);
	if (o->json)
		json_close(']');
	return HBACTL_OK;
}
