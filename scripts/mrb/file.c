// SPDX-License-Identifier: GPL-2.0
/*
 * Messages, and files: read whole or not at all, written whole or not at all.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tool.h"

/* An ELF with debug information is larger than any image; this is plenty. */
#define FILE_MAX	(64l << 20)

const char *tool_name = "mrb";

/* The text may contain data from a file that is not trusted: it is kept to one line of ASCII. */
bool complain(const char *file, const char *format, ...)
{
	char text[1024];
	va_list args;
	size_t used;
	char *p;

	used = snprintf(text, sizeof(text), "%.16s: %.512s: ", tool_name, file);
	va_start(args, format);
	vsnprintf(text + used, sizeof(text) - used, format, args);
	va_end(args);
	for (p = text; *p; p++)
		if (!isascii(*p) || !isprint(*p))
			*p = '?';
	fprintf(stderr, "%s\n", text);
	return false;
}

static bool read_all(int fd, u8 *data, size_t len)
{
	while (len) {
		ssize_t n = read(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= n;
	}
	return true;
}

/* Some files of sysfs have size 0 although they are not empty. */
static bool read_unsized(struct blob *blob, int fd, const char *path)
{
	ssize_t n = 1;

	blob->data = malloc(FILE_MAX);
	if (!blob->data)
		return complain(path, "out of memory");
	while (n > 0 && blob->len < FILE_MAX) {
		n = read(fd, blob->data + blob->len, FILE_MAX - blob->len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			blob->len += n;
	}
	if (!n)
		return true;
	free(blob->data);
	blob->data = NULL;
	return complain(path, "cannot read: %s", n < 0 ? strerror(errno) : "too large");
}

static bool read_open_file(struct blob *blob, int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st))
		return complain(path, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain(path, "not a regular file");
	if (st.st_size > FILE_MAX)
		return complain(path, "file is too large");
	blob->len = st.st_size;
	if (!blob->len)
		return read_unsized(blob, fd, path);
	blob->data = malloc(blob->len + 1);
	if (!blob->data)
		return complain(path, "out of memory");
	errno = 0;
	if (read_all(fd, blob->data, blob->len))
		return true;
	free(blob->data);
	blob->data = NULL;
	return complain(path, "cannot read: %s", errno ? strerror(errno) : "file shrank");
}

bool blob_read(struct blob *blob, const char *path)
{
	/* Do not wait at a FIFO without a writer. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return complain(path, "cannot open: %s", strerror(errno));
	ok = read_open_file(blob, fd, path);
	close(fd);
	return ok;
}

static bool write_all(int fd, const u8 *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= n;
	}
	return true;
}

static bool fill_temporary(int fd, const void *data, size_t len)
{
	mode_t mask = umask(0);
	bool ok;

	umask(mask);
	ok = !fchmod(fd, 0666 & ~mask) && write_all(fd, data, len);
	/* A file system may report only here that it is full. */
	return !close(fd) && ok;
}

static bool replace_file(const void *data, size_t len, const char *target)
{
	char temporary[PATH_MAX];
	int fd;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", target) >= (int)sizeof(temporary))
		return complain(target, "cannot write: %s", strerror(ENAMETOOLONG));
	fd = mkstemp(temporary);
	if (fd < 0)
		return complain(target, "cannot write: %s", strerror(errno));
	if (fill_temporary(fd, data, len) && !rename(temporary, target))
		return true;
	complain(target, "cannot write: %s", strerror(errno));
	unlink(temporary);
	return false;
}

/* Only a regular file is replaced: renaming over /dev/null would remove it. */
bool blob_write(const void *data, size_t len, const char *path)
{
	char *target;
	struct stat st;
	bool ok;

	if (stat(path, &st))
		return replace_file(data, len, path);
	if (!S_ISREG(st.st_mode))
		return complain(path, "cannot write: not a regular file");
	target = realpath(path, NULL);
	if (!target)
		return complain(path, "cannot write: %s", strerror(errno));
	ok = replace_file(data, len, target);
	free(target);
	return ok;
}
