// SPDX-License-Identifier: GPL-2.0
/*
 * mrb: makes, shows, checks and takes apart microcode images in the MRB format
 * (Documentation/mrb-format.rst), and shows crash dumps
 * (Documentation/crash-dump.rst). This file is the command line.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "mrb/crash.h"
#include "../hba_sim/chips/slots.h"
#include "mrb/tool.h"

static const char usage_text[] =
	"usage: mrb pack [-o OUT] ELF       make an image from an executable\n"
	"       mrb info [--json] FILE      show an image's header\n"
	"       mrb verify FILE             would this board run the image?\n"
	"       mrb extract FILE -o DIR     write each block to a file\n"
	"       mrb set FILE -o OUT FIELD=VALUE...\n"
	"                                   change header fields, for tests: checksum and\n"
	"                                   digest are made anew and nothing is checked\n"
	"       mrb slot FILE SEQUENCE -o OUT\n"
	"                                   what a slot of a boot flash is to hold\n"
	"       mrb crash FILE [ELF]        show a crash dump, with the names and lines of the\n"
	"                                   image's executable\n"
	"\n"
	"pack writes to ELF with the suffix .mrb unless told otherwise. FIELD is a field\n"
	"as info --json shows it, or a member of a table such as block[0].address.\n"
	"Status: 0, 1 for a file that is bad or cannot be written, 2 for wrong usage.\n";

/* A command line: at most one -o, at most one --json, and other arguments. */
struct arguments {
	const char *out;
	bool json;
	char **rest;
	int count;
};

struct command {
	const char *name;
	const char *options;
	bool needs_out;
	int min, max;		/* how many arguments besides options */
	int (*run)(const struct arguments *args);
};

static int usage_error(const char *what, const char *detail)
{
	fprintf(stderr, "mrb: %s%s (see mrb --help)\n", what, detail);
	return STATUS_USAGE;
}

static int status(bool ok)
{
	return ok ? 0 : STATUS_BAD_INPUT;
}

/* Writing to standard output may fail, as when a disk is full. */
static int finish_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return status(complain("standard output", "cannot write"));
}

static bool default_output(char out[PATH_MAX], const char *elf)
{
	size_t len = strlen(elf);

	if (len > 4 && !strcmp(elf + len - 4, ".elf"))
		len -= 4;
	if (snprintf(out, PATH_MAX, "%.*s.mrb", (int)len, elf) >= PATH_MAX)
		return complain(elf, "name is too long");
	return true;
}

static int cmd_pack(const struct arguments *args)
{
	char out[PATH_MAX];

	if (args->out)
		return status(pack(args->rest[0], args->out));
	return status(default_output(out, args->rest[0]) && pack(args->rest[0], out));
}

static int cmd_info(const struct arguments *args)
{
	struct blob image;

	if (!image_read(&image, args->rest[0], true))
		return STATUS_BAD_INPUT;
	if (args->json)
		show_json((struct mrb_header *)image.data);
	else
		show_text((struct mrb_header *)image.data);
	free(image.data);
	return finish_output();
}

static int cmd_verify(const struct arguments *args)
{
	struct blob image;
	bool good;

	if (!image_read(&image, args->rest[0], false))
		return STATUS_BAD_INPUT;
	good = image_suits(&image, args->rest[0]);
	if (good && image.padding)
		printf("%s: good, with %zu bytes of padding\n", args->rest[0], image.padding);
	else if (good)
		printf("%s: good\n", args->rest[0]);
	free(image.data);
	return good ? finish_output() : STATUS_BAD_INPUT;
}

static int cmd_extract(const struct arguments *args)
{
	struct blob image;
	bool ok;

	if (!image_read(&image, args->rest[0], true))
		return STATUS_BAD_INPUT;
	ok = image_extract(&image, args->out);
	free(image.data);
	return status(ok);
}

static int set_fields(struct blob *image, const struct arguments *args)
{
	int i;

	for (i = 1; i < args->count; i++)
		if (!field_set(image->data, args->rest[i]))
			return STATUS_USAGE;
	image_sign(image);
	return status(blob_write(image->data, image->len, args->out));
}

static int cmd_set(const struct arguments *args)
{
	struct blob image;
	int ret;

	if (!blob_read(&image, args->rest[0]))
		return STATUS_BAD_INPUT;
	if (image.len >= sizeof(struct mrb_header))
		ret = set_fields(&image, args);
	else
		ret = status(complain(args->rest[0], "file is shorter than a header"));
	free(image.data);
	return ret;
}

static int cmd_slot(const struct arguments *args)
{
	char *end;
	unsigned long sequence = strtoul(args->rest[1], &end, 0);
	struct blob image;
	bool ok;

	if (*end || !sequence || sequence > SLOT_SEQUENCE_MAX)
		return usage_error("not a sequence number: ", args->rest[1]);
	if (!image_read(&image, args->rest[0], false))
		return STATUS_BAD_INPUT;
	ok = image_to_slot(&image, sequence, args->out);
	free(image.data);
	return status(ok);
}

static int cmd_crash(const struct arguments *args)
{
	struct symbols *symbols = NULL;
	struct crash_file crash;
	struct blob file;
	int ret = STATUS_BAD_INPUT;

	if (!blob_read(&file, args->rest[0]))
		return ret;
	if (args->count > 1)
		symbols = symbols_open(args->rest[1]);
	if ((args->count == 1 || symbols) && crash_open(&crash, &file, args->rest[0])) {
		crash_show(&crash, symbols);
		ret = finish_output();
	}
	symbols_close(symbols);
	free(file.data);
	return ret;
}

static const struct command commands[] = {
	{ "pack", ":o:", false, 1, 1, cmd_pack },
	{ "info", ":j", false, 1, 1, cmd_info },
	{ "verify", ":", false, 1, 1, cmd_verify },
	{ "extract", ":o:", true, 1, 1, cmd_extract },
	{ "set", ":o:", true, 2, INT_MAX, cmd_set },
	{ "slot", ":o:", true, 2, 2, cmd_slot },
	{ "crash", ":", false, 1, 2, cmd_crash },
};

static int parse(const struct command *cmd, int argc, char **argv, struct arguments *args)
{
	static const struct option json[] = { { "json", no_argument, NULL, 'j' }, { } };
	static const struct option none[] = { { } };
	const struct option *longs = strchr(cmd->options, 'j') ? json : none;
	int c;

	while ((c = getopt_long(argc, argv, cmd->options, longs, NULL)) != -1) {
		if (c == 'o')
			args->out = optarg;
		else if (c == 'j')
			args->json = true;
		else if (c == ':')
			return usage_error("-o needs an argument", "");
		else
			return usage_error("unknown option for ", cmd->name);
	}
	args->rest = argv + optind;
	args->count = argc - optind;
	if (args->count < cmd->min || args->count > cmd->max)
		return usage_error("wrong number of arguments for ", cmd->name);
	if (cmd->needs_out && !args->out)
		return usage_error("-o is missing for ", cmd->name);
	return 0;
}

int main(int argc, char **argv)
{
	struct arguments args = { };
	size_t i;

	if (argc < 2)
		return usage_error("no command", "");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		fputs(usage_text, stdout);
		return finish_output();
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		if (parse(&commands[i], argc - 1, argv + 1, &args))
			return STATUS_USAGE;
		return commands[i].run(&args);
	}
	return usage_error("unknown command", "");
}
