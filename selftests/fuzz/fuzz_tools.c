// SPDX-License-Identifier: GPL-2.0
/*
 * The command lines of mrb and hart-run, in this process. An input is a number
 * of arguments, these, each ended by a zero, and the bytes of the file "f" in
 * an empty folder. No argument leaves the folder: it has no slash.
 */
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "tools.h"

#define ARGS_MAX	8u
#define ARG_MAX		64u
#define HART_RUN	0x80u		/* in the number of arguments */

static char outer[32];
static char args[ARGS_MAX][ARG_MAX];
static char *argv[ARGS_MAX + 2];
static int argc;
static int home = -1, folder;	/* where libFuzzer is, and where the tools are */

/* Everything in a folder, and in those within it. */
static void remove_all(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[PATH_MAX];

	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (unlink(path)) {
			remove_all(path);
			rmdir(path);
		}
	}
	if (dir)
		closedir(dir);
}

static u32 count_files(void)
{
	DIR *dir = opendir(".");
	u32 n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void leave_folder(void)
{
	remove_all(outer);
	rmdir(outer);
}

/*
 * A folder within a folder: ".." is no way out either. In memory, if that can be: a disk
 * that is busy would be taken for an input that hangs.
 */
static void make_folder(void)
{
	const char *where = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	char inner[sizeof(outer) + 2];

	snprintf(outer, sizeof(outer), "%s/fuzz-tools-XXXXXX", where);
	FUZZ_CHECK(mkdtemp(outer));
	snprintf(inner, sizeof(inner), "%s/d", outer);
	FUZZ_CHECK(!mkdir(inner, 0700));
	home = open(".", O_DIRECTORY);
	folder = open(inner, O_DIRECTORY);
	FUZZ_CHECK(home >= 0 && folder >= 0);
	atexit(leave_folder);
}

static void write_file(const u8 *data, size_t len)
{
	int fd = open("f", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	FUZZ_CHECK(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	close(fd);
}

static void take_arg(struct fuzz_input *in, char *arg)
{
	u32 n = 0;
	char c;

	while (in->left && (c = take_u8(in)))
		if (n < ARG_MAX - 1)
			arg[n++] = c == '/' ? '_' : c;
	arg[n] = 0;
}

/* Memory that hart-run is asked for has at most seven digits: it is filled. */
static void shorten_numbers(void)
{
	for (int i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (strncmp(argv[i], "--m", 3))
			continue;
		if (equals && strlen(equals) > 8)
			equals[8] = 0;
		if (i + 1 < argc && strlen(argv[i + 1]) > 7)
			argv[i + 1][7] = 0;
	}
}

static void take_args(struct fuzz_input *in, u32 n, char *name)
{
	argc = 0;
	argv[argc++] = name;
	for (u32 i = 0; i < n; i++) {
		take_arg(in, args[i]);
		argv[argc++] = args[i];
	}
	argv[argc] = NULL;
	optind = 0;
}

static int run_mrb(const char *command, const char *file)
{
	char *line[4] = { "mrb", (char *)command, (char *)file };

	optind = 0;
	return mrb_main(3, line);
}

/* What was packed is an image; what failed has left no file. */
static void check_mrb(const char *command, int status)
{
	FUZZ_CHECK(status >= 0 && status <= 2);
	if (status && strcmp(command, "extract"))
		FUZZ_CHECK(count_files() == 1);
	if (!access("f.mrb", F_OK) && !strcmp(command, "pack"))
		FUZZ_CHECK(!run_mrb("verify", "f.mrb") && !run_mrb("info", "f.mrb"));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	u8 choice = take_u8(&in);
	int lowest, status;

	if (home < 0)
		make_folder();
	FUZZ_CHECK(!fchdir(folder));
	take_args(&in, choice % (ARGS_MAX + 1), choice & HART_RUN ? "hart-run" : "mrb");
	write_file(in.p, in.left);
	lowest = dup(STDIN_FILENO);
	close(lowest);
	if (choice & HART_RUN) {
		shorten_numbers();
		hart_run_tool(argc, argv);
		close(lowest);	/* a file that it refused, and left to its end */
	} else {
		status = mrb_main(argc, argv);
		FUZZ_CHECK(fcntl(lowest, F_GETFD) < 0);
		check_mrb(argc > 1 ? argv[1] : "", status);
	}
	remove_all(".");
	FUZZ_CHECK(!fchdir(home));
	return 0;
}
