// SPDX-License-Identifier: GPL-2.0
/*
 * State and properties of adapters: the commands list, status and slots.
 */
#include <stdio.h>
#include <string.h>

#include "hbactl.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct shown - a file of sysfs that is shown
 * @key: its JSON key, for programs
 * @label: its label, for people
 * @file: path below the SCSI host's folder
 * @kind: kind of contents: TEXT is always a string in JSON, NS is nanoseconds
 */
struct shown {
	const char *key;
	const char *label;
	const char *file;
	enum { NUMBER, NS, TEXT } kind;
};

static const struct shown fields[] = {
	{ "board", "board", "board", TEXT },
	{ "image", "image", "overlay/image", TEXT },
	{ "version", "version", "overlay/version", TEXT },
	{ "capabilities", "capabilities", "overlay/capabilities", TEXT },
	{ "state", "state", "overlay/state", TEXT },
	{ "progress", "progress", "overlay/progress", NUMBER },
	{ "last_error", "last error", "overlay/error", TEXT },
	{ "updates", "updates", "overlay/updates", NUMBER },
	{ "rollbacks", "rollbacks", "overlay/rollbacks", NUMBER },
	{ "prepare_ns", "prepared for", "overlay/prepare_ns", NS },
	{ "pause_ns", "paused for", "overlay/pause_ns", NS },
	{ "waiting_commands", "commands held", "overlay/waiting_commands", NUMBER },
	{ "longest_wait_ns", "longest wait", "overlay/longest_wait_ns", NS },
	{ "held_up", "held up by", "overlay/held_up", TEXT },
	{ "probation_ms", "probation, ms", "overlay/probation_ms", NUMBER },
	{ "probation_commands", "or commands", "overlay/probation_commands", NUMBER },
	{ "ports", "remote ports", "fabric/ports", NUMBER },
	{ "logins", "logins", "fabric/logins", NUMBER },
	{ "instructions", "instructions", "processor/instructions", NUMBER },
	{ "crashes", "crashes", "processor/crashes", NUMBER },
};

static void show_field(const struct adapter *a, const struct shown *f, bool json)
{
	char text[ATTR_MAX];

	if (attr_read(a, f->file, text))
		return;
	if (json && f->kind == TEXT) {
		json_string(f->key, text);
		return;
	}
	if (json) {
		json_value(f->key, text);
		return;
	}
	printf("%-15s", f->label);
	if (f->kind == NS)
		print_ns(text);
	else
		print_text(text);
	putchar('\n');
}

enum status show_status(const struct adapter *a, const struct options *o)
{
	size_t i;

	if (!attr_exists(a, "overlay"))
		return fail(HBACTL_NO_ADAPTER, a->name, "the adapter is gone");
	if (o->json) {
		json_begin(o->command);
		json_string("adapter", a->name);
		json_string("device", a->device);
	} else {
		printf("%-15s%s\n%-15s", "adapter", a->name, "device");
		print_text(a->device);
		putchar('\n');
	}
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		show_field(a, &fields[i], o->json);
	return HBACTL_OK;
}

static void list_json(const struct adapter *a)
{
	static const char * const keys[] = { "board", "image", "version", "state" };
	size_t i, k;

	json_open(NULL, '{');
	json_string("adapter", a->name);
	json_string("device", a->device);
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		for (k = 0; k < ARRAY_SIZE(keys); k++)
			if (!strcmp(fields[i].key, keys[k]))
				show_field(a, &fields[i], true);
	json_close('}');
}

static void list_line(const struct adapter *a)
{
	static const char * const files[] = { "overlay/version", "overlay/image",
					      "overlay/state" };
	char text[ATTR_MAX];
	size_t i;

	printf("%-8s", a->name);
	print_text(a->device);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		fputs("  ", stdout);
		print_text(attr_read(a, files[i], text) ? "?" : text);
	}
	putchar('\n');
}

/* Here it is not an error if there is no adapter. */
enum status show_list(const struct adapters *all, const struct options *o)
{
	size_t i;

	if (o->json) {
		json_begin(o->command);
		json_open("adapters", '[');
	}
	for (i = 0; i < all->nr; i++)
		if (o->json)
			list_json(&all->at[i]);
		else
			list_line(&all->at[i]);
	if (o->json)
		json_close(']');
	return HBACTL_OK;
}

/* Only a board with flash has this folder. */
bool has_permanent_media(const struct adapter *a)
{
	return attr_exists(a, "flash/slots");
}

/* "SLOT none", perhaps with a reason, or "SLOT VERSION SEQUENCE SIZE" */
static void slot_json(char *line)
{
	char *rest = line;
	const char *slot = strsep(&rest, " ");
	const char *version = rest ? strsep(&rest, " ") : "none";
	const char *word = rest ? strsep(&rest, " ") : NULL;

	json_open(NULL, '{');
	json_value("slot", slot);
	if (!strcmp(version, "none")) {
		json_value("version", "");
		if (word)
			json_string("reason", word);
	} else {
		json_string("version", version);
		json_value("sequence", word ? word : "");
		json_value("size", rest ? rest : "");
	}
	json_close('}');
}

static void slot_text(char *line)
{
	char *rest = line;
	const char *word = strsep(&rest, " ");

	fputs("slot ", stdout);
	print_text(word);
	fputs("  ", stdout);
	print_text(rest ? rest : "");
	putchar('\n');
}

enum status show_slots(const struct adapter *a, const struct options *o)
{
	char slots[ATTR_MAX];
	char booted[ATTR_MAX];
	char *rest = slots;
	char *line;

	if (!has_permanent_media(a) || attr_read(a, "flash/slots", slots))
		return fail(HBACTL_REFUSED, a->name, "this board has no permanent media");
	attr_read(a, "flash/booted", booted);
	if (o->json) {
		json_begin(o->command);
		json_string("adapter", a->name);
		json_value("booted", booted);
		json_open("slots", '[');
	} else {
		fputs("booted  ", stdout);
		print_text(booted);
		putchar('\n');
	}
	while ((line = strsep(&rest, "\n")))
		if (*line && o->json)
			slot_json(line);
		else if (*line)
			slot_text(line);
	if (o->json)
		json_close(']');
	return HBACTL_OK;
}
