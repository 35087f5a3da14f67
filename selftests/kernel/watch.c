// SPDX-License-Identifier: GPL-2.0
/*
 * Waits for events of the kernel, for the kselftests.
 *
 *	watch poll FILE COUNT	print what a pollable sysfs file holds, then each
 *				change that poll() tells of, COUNT in all
 *	watch uevents		print the kernel's uevents, one line each, until killed
 *
 * "watching" is printed as soon as nothing can be missed.
 */
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POLL_MS	60000

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int print_file(int fd)
{
	char text[256];
	ssize_t len = pread(fd, text, sizeof(text), 0);

	if (len < 0)
		return fail("read");
	return fwrite(text, 1, len, stdout) != (size_t)len;
}

static int watch_file(const char *path, int count)
{
	struct pollfd p = { .events = POLLPRI };

	p.fd = open(path, O_RDONLY);
	if (p.fd < 0 || print_file(p.fd))
		return fail(path);
	puts("watching");
	while (count--) {
		if (poll(&p, 1, POLL_MS) != 1)
			return fail("poll");
		if (print_file(p.fd))
			return 1;
	}
	return 0;
}

static int watch_uevents(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	char text[8192];
	ssize_t len, i;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fail("uevents");
	puts("watching");
	for (;;) {
		len = recv(fd, text, sizeof(text) - 1, 0);
		if (len < 0)
			return fail("recv");
		for (i = 0; i < len; i++)
			if (!text[i])
				text[i] = ' ';
		text[len] = 0;
		puts(text);
	}
}

int main(int argc, char **argv)
{
	setlinebuf(stdout);
	if (argc == 4 && !strcmp(argv[1], "poll"))
		return watch_file(argv[2], atoi(argv[3]));
	if (argc == 2 && !strcmp(argv[1], "uevents"))
		return watch_uevents();
	fprintf(stderr, "usage: watch poll FILE COUNT | watch uevents\n");
	return 2;
}
