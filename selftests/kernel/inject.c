// SPDX-License-Identifier: GPL-2.0
/*
 * Does something with its Nth memory allocation failing, for the kselftests:
 * the kernel's fault injection, which is for one task (fail-nth).
 *
 *	inject N write FILE TEXT	write TEXT to a sysfs file
 *	inject N block DEVICE OFFSET	write 4 KiB of N's at OFFSET, O_DIRECT
 *	inject N insmod FILE PARAMETERS	load a module
 *	inject N reset DEVICE host	host reset by an sg node
 *
 * Prints "hit" or "missed" (there was no Nth allocation), and "ok" or the errno.
 * N 0 injects nothing. With "task" for N it may be hit by what failslab or
 * fail_page_alloc are set to for marked tasks, and "task" is printed. With "count" none
 * fails, and how many there were is printed. The status is 0 unless it could not be
 * tried.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCK	4096

static unsigned char block[BLOCK] __attribute__((aligned(BLOCK)));

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static long write_text(int fd, const char *text)
{
	return pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text) ? 0 : -1;
}

static long write_block(int fd, const char *offset)
{
	return pwrite(fd, block, BLOCK, atoll(offset)) == BLOCK ? 0 : -1;
}

static long load_module(int fd, const char *parameters)
{
	return syscall(SYS_finit_module, fd, parameters, 0);
}

static long reset_host(int fd, const char *unused)
{
	int what = SG_SCSI_RESET_HOST;

	(void)unused;
	return ioctl(fd, SG_SCSI_RESET, &what);
}

static const struct action {
	const char *name;
	int flags;
	long (*fn)(int fd, const char *arg);
} actions[] = {
	{ "write", O_WRONLY, write_text },
	{ "block", O_WRONLY | O_DIRECT, write_block },
	{ "insmod", O_RDONLY, load_module },
	{ "reset", O_RDWR, reset_host },
};

/* Arms the injection as the last thing before the call, and reads the rest after it. */
static int try(int fail_nth, int n, const struct action *action, int fd, const char *arg)
{
	char number[16];
	int size = snprintf(number, sizeof(number), "%d", n);
	long failed;
	int error;

	if (n && write(fail_nth, number, size) != size)
		return fail("fail-nth");
	failed = action->fn(fd, arg);
	error = errno;
	memset(number, 0, sizeof(number));
	if (pread(fail_nth, number, sizeof(number) - 1, 0) <= 0)
		return fail("fail-nth");
	if (atoi(number) && write(fail_nth, "0", 1) != 1)
		return fail("fail-nth");
	printf("%s %s\n", n && !atoi(number) ? "hit" : "missed",
	       failed ? strerrorname_np(error) : "ok");
	return 0;
}

static int count(int fail_nth, const struct action *action, int fd, const char *arg)
{
	static const char most[] = "1000000000";
	char number[16] = "";

	if (write(fail_nth, most, sizeof(most) - 1) != sizeof(most) - 1)
		return fail("fail-nth");
	action->fn(fd, arg);
	if (pread(fail_nth, number, sizeof(number) - 1, 0) <= 0)
		return fail("fail-nth");
	if (write(fail_nth, "0", 1) != 1)
		return fail("fail-nth");
	printf("%d\n", atoi(most) - atoi(number));
	return 0;
}

/* Only the call itself: this program needs memory, too. */
static int try_marked(const struct action *action, int fd, const char *arg)
{
	int mark = open("/proc/thread-self/make-it-fail", O_RDWR);
	long failed;
	int error;

	if (mark < 0 || write(mark, "1", 1) != 1)
		return fail("make-it-fail");
	failed = action->fn(fd, arg);
	error = errno;
	if (pwrite(mark, "0", 1, 0) != 1)
		return fail("make-it-fail");
	printf("task %s\n", failed ? strerrorname_np(error) : "ok");
	return 0;
}

int main(int argc, char **argv)
{
	int fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	const struct action *action = actions;
	const struct action *end = actions + sizeof(actions) / sizeof(*actions);
	int fd;

	while (argc == 5 && action < end && strcmp(argv[2], action->name))
		action++;
	if (argc != 5 || action == end) {
		fprintf(stderr, "usage: inject %s FILE ARGUMENT\n",
			"N|task|count write|block|insmod|reset");
		return 2;
	}
	fd = open(argv[3], action->flags);
	if (fd < 0 || fail_nth < 0)
		return fail(argv[3]);
	if (!strcmp(argv[1], "task"))
		return try_marked(action, fd, argv[4]);
	if (!strcmp(argv[1], "count"))
		return count(fail_nth, action, fd, argv[4]);
	memset(block, atoi(argv[1]), sizeof(block));
	return try(fail_nth, atoi(argv[1]), action, fd, argv[4]);
}
