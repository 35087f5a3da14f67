// SPDX-License-Identifier: GPL-2.0
/*
 * hbactl: shows hba_sim's adapters and replaces their microcode, through sysfs.
 * hbactl.8 is the manual. This file handles the command line.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bits.h>

#include "../../scripts/mrb/tool.h"
#include "hbactl.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define TIMEOUT_MAX	1000000ul

static const char usage_text[] =
	"usage: hbactl list                         the adapters\n"
	"       hbactl status [ADAPTER]             what one is like\n"
	"       hbactl check IMAGE [ADAPTER]        would an update succeed?\n"
	"       hbactl update IMAGE [ADAPTER]       replace the microcode, see it through its\n"
	"                                           probation\n"
	"       hbactl update IMAGE --all           all adapters, one at a time, until one fails\n"
	"       hbactl commit [ADAPTER]             the image on probation stays\n"
	"       hbactl rollback [ADAPTER]           the image before it comes back\n"
	"       hbactl history [ADAPTER]            updates that have ended\n"
	"       hbactl slots [ADAPTER]              the images in a board's flash\n"
	"       hbactl crash [ADAPTER] [--clear]    crash dumps; discard them\n"
	"\n"
	"ADAPTER is hostN or hba_sim.N; it can be left out if there is but one.\n"
	"  --json         one JSON object as the last line\n"
	"  --watch        show phases and progress (check, update, commit, rollback)\n"
	"  --permanent    the image is to be there after a power cycle, too (update)\n"
	"  --no-wait      only begin (update, commit, rollback)\n"
	"  --timeout S    wait for S seconds at most (check, update, commit, rollback)\n"
	"  --sysfs DIR    where sysfs is; or HBACTL_SYSFS in the environment\n"
	"\n"
	"Status: 0 success, 1 failed, 2 wrong usage, 3 refused or busy, 4 no such adapter,\n"
	"5 no permission, 6 not waited for any longer.\n";

enum { JSON = 1, ALL, WATCH, PERMANENT, NO_WAIT, CLEAR, TIMEOUT, SYSFS, HELP };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, JSON },
	{ "all", no_argument, NULL, ALL },
	{ "watch", no_argument, NULL, WATCH },
	{ "permanent", no_argument, NULL, PERMANENT },
	{ "no-wait", no_argument, NULL, NO_WAIT },
	{ "clear", no_argument, NULL, CLEAR },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "sysfs", required_argument, NULL, SYSFS },
	{ "help", no_argument, NULL, HELP },
	{ }
};

#define WAITS	(BIT(WATCH) | BIT(TIMEOUT))

/**
 * struct command - a command
 * @name: its name
 * @image: its first argument is an image
 * @adapter: its last argument may be an adapter
 * @options: bits of the options that it takes in addition to --json and --sysfs
 * @run: carries it out for one adapter
 * @run_all: carries it out for all adapters
 */
struct command {
	const char *name;
	bool image;
	bool adapter;
	unsigned int options;
	enum status (*run)(const struct adapter *a, const struct options *o);
	enum status (*run_all)(const struct adapters *all, const struct options *o);
};

static const struct command commands[] = {
	{ "list", false, false, 0, NULL, show_list },
	{ "status", false, true, 0, show_status, NULL },
	{ "check", true, true, WAITS, do_check, NULL },
	{ "update", true, true, WAITS | BIT(ALL) | BIT(PERMANENT) | BIT(NO_WAIT), NULL,
	  do_update },
	{ "commit", false, true, WAITS | BIT(NO_WAIT), do_commit, NULL },
	{ "rollback", false, true, WAITS | BIT(NO_WAIT), do_rollback, NULL },
	{ "history", false, true, 0, show_history, NULL },
	{ "slots", false, true, 0, show_slots, NULL },
	{ "crash", false, true, BIT(CLEAR), NULL, show_crash },
};

static char last_error[2 * ATTR_MAX];

/* Prints the text on stderr, always as one line, and keeps it for JSON. */
enum status fail(enum status status, const char *adapter, const char *format, ...)
{
	va_list args;
	size_t n = 0;
	char *c;

	if (adapter && *adapter)
		n = snprintf(last_error, sizeof(last_error), "%.64s: ", adapter);
	va_start(args, format);
	vsnprintf(last_error + n, sizeof(last_error) - n, format, args);
	va_end(args);
	for (c = last_error; *c; c++)
		if (!isascii(*c) || !isprint(*c))
			*c = '?';
	print_behind_bar();
	fflush(stdout);
	fprintf(stderr, "hbactl: %s\n", last_error);
	return status;
}

static enum status usage_error(const char *what, const char *detail)
{
	return fail(HBACTL_USAGE, NULL, "%s%s (see hbactl --help)", what, detail);
}

static bool take_timeout(struct options *o, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long value = digits && digits < 8 && !text[digits] ? strtoul(text, NULL, 10) : 0;

	o->timeout = value;
	return value && value <= TIMEOUT_MAX;
}

static void take_flag(struct options *o, int option)
{
	switch (option) {
	case JSON:
		o->json = true;
		break;
	case ALL:
		o->all = true;
		break;
	case WATCH:
		o->watch = true;
		break;
	case PERMANENT:
		o->permanent = true;
		break;
	case NO_WAIT:
		o->no_wait = true;
		break;
	default:
		o->clear = true;
		break;
	}
}

/* Sets @given to the options on the command line. */
static enum status parse_options(int argc, char **argv, struct options *o, unsigned int *given)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (c) {
		case 'h':
		case HELP:
			*given |= BIT(HELP);
			break;
		case '?':
			return usage_error("bad option ", argv[optind - 1]);
		case TIMEOUT:
			if (!take_timeout(o, optarg))
				return usage_error("not a number of seconds: ", optarg);
			*given |= BIT(TIMEOUT);
			break;
		case SYSFS:
			sysfs_use(optarg);
			break;
		default:
			take_flag(o, c);
			if (c != JSON)
				*given |= BIT(c);
			break;
		}
	}
	return HBACTL_OK;
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static enum status parse_arguments(const struct command *cmd, int argc, char **argv,
				   unsigned int given, struct options *o)
{
	int at = 0;

	if (given & ~cmd->options)
		return usage_error("an option that is not for ", cmd->name);
	if (cmd->image && at < argc)
		o->image = argv[at++];
	if (cmd->image && !o->image)
		return usage_error("which image? ", cmd->name);
	if (cmd->adapter && at < argc)
		o->adapter = argv[at++];
	if (at < argc)
		return usage_error("too many arguments for ", cmd->name);
	if (o->all && (o->adapter || o->no_wait))
		return usage_error("--all goes neither with an adapter nor with --no-wait", "");
	if (o->watch && o->no_wait)
		return usage_error("--watch does not go with --no-wait", "");
	return HBACTL_OK;
}

static enum status run(const struct command *cmd, const struct options *o)
{
	const struct adapter *a;
	struct adapters all;
	enum status status;

	if (!adapters_find(&all))
		status = fail(HBACTL_FAILED, NULL, "out of memory");
	else if (cmd->run_all)
		status = cmd->run_all(&all, o);
	else
		status = adapters_choose(&all, o->adapter, &a);
	if (cmd->run && !status)
		status = cmd->run(a, o);
	adapters_free(&all);
	return status;
}

/* It is a failure if the output could not be written. */
static enum status finish(enum status status, const struct options *o)
{
	if (o->json) {
		if (!json_begun())
			json_begin(o->command ? o->command : "");
		json_end(status, last_error);
	}
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	return fail(status ? status : HBACTL_FAILED, NULL, "standard output cannot be written");
}

int main(int argc, char **argv)
{
	const struct command *cmd;
	struct options o = { };
	unsigned int given = 0;
	enum status status;

	tool_name = "hbactl";
	sysfs_use(getenv("HBACTL_SYSFS"));
	status = parse_options(argc, argv, &o, &given);
	if (!status && given & BIT(HELP)) {
		fputs(usage_text, stdout);
		o.json = false;
		return finish(HBACTL_OK, &o);
	}
	if (status)
		return finish(status, &o);
	if (optind >= argc)
		return finish(usage_error("no command", ""), &o);
	o.command = argv[optind];
	cmd = find_command(o.command);
	if (!cmd)
		return finish(usage_error("unknown command ", o.command), &o);
	status = parse_arguments(cmd, argc - optind - 1, argv + optind + 1, given, &o);
	return finish(status ? status : run(cmd, &o), &o);
}
