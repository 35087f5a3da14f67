// SPDX-License-Identifier: GPL-2.0
/*
 * Does something with its Nth memory allocation failing, for the kselftests:
 * the kernel's fault injection, which is for one task (fail-nth).
 *
 *	inject N write FILE TEXT	write TEXT to a sysfs file
 *	inject N block DEVICE OFFSET	write 4 KiB of N's at OFFSET, O_DIRECT
 *
 * Prints "hit" or "missed" (there was no Nth allocation), and "ok" or the errno.
 * N 0 injects nothing. The status is 0 unless it could not be tried.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK	4096

static unsigned char block[BLOCK] __attribute__((aligned(BLOCK)));

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* Arms the injection as the last thing before the call, and reads the rest after it. */
static int try(int fail_nth, int n, int fd, const void *buf, size_t len, off_t offset)
{
	char number[16];
	int size = snprintf(number, sizeof(number), "%d", n);
	ssize_t done;
	int error;

	if (n && write(fail_nth, number, size) != size)
		return fail("fail-nth");
	done = pwrite(fd, buf, len, offset);
	error = errno;
	memset(number, 0, sizeof(number));
	if (pread(fail_nth, number, sizeof(number) - 1, 0) <= 0)
		return fail("fail-nth");
	if (atoi(number) && write(fail_nth, "0", 1) != 1)
		return fail("fail-nth");
	printf("%s %s\n", n && !atoi(number) ? "hit" : "missed",
	       done == (ssize_t)len ? "ok" : done < 0 ? strerrorname_np(error) : "short");
	return 0;
}

int main(int argc, char **argv)
{
	int fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	int is_block, fd;

	if (argc != 5) {
		fprintf(stderr, "usage: inject N write FILE TEXT | inject N block DEVICE OFFSET\n");
		return 2;
	}
	is_block = !strcmp(argv[2], "block");
	fd = open(argv[3], O_WRONLY | (is_block ? O_DIRECT : 0));
	if (fd < 0 || fail_nth < 0)
		return fail(argv[3]);
	if (!is_block)
		return try(fail_nth, atoi(argv[1]), fd, argv[4], strlen(argv[4]), 0);
	memset(block, atoi(argv[1]), sizeof(block));
	return try(fail_nth, atoi(argv[1]), fd, block, sizeof(block), atoll(argv[4]));
}
