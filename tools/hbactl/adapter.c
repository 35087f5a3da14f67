// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters as sysfs shows them. Documentation/ABI/sysfs-hba_sim describes the files.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hbactl.h"

#define ADAPTERS_MAX	4096u	/* limit, so that no tree can keep this busy for ever */

static const char *root;

/* Use another folder in place of /sys. */
void sysfs_use(const char *path)
{
	root = path;
}

const char *sysfs_root(void)
{
	return root ? root : "/sys";
}

/* Reads up to @size - 1 bytes, and adds a zero. Returns their number or a negative errno. */
static int read_fd(int fd, char *text, size_t size)
{
	size_t n = 0;
	ssize_t got = 1;

	while (got && n < size - 1) {
		got = read(fd, text + n, size - 1 - n);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			n += got;
	}
	text[n] = '\0';
	return n;
}

/*
 * Reads a file, without the newline at its end. Returns 0, or a negative errno with an
 * empty text. Does not block if somebody has put a FIFO there.
 */
int file_read(const char *path, char text[ATTR_MAX])
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int n = fd < 0 ? -errno : read_fd(fd, text, ATTR_MAX);

	if (fd >= 0)
		close(fd);
	if (n < 0) {
		text[0] = '\0';
		return n;
	}
	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	return 0;
}

/* Returns 0 or a negative errno. A file of sysfs takes all in one write, or nothing. */
int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	err = n < 0 ? -errno : 0;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static bool attr_path(const struct adapter *a, const char *name, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/%s", a->path, name) < PATH_MAX;
}

int attr_open(const struct adapter *a, const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (!attr_path(a, name, path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int attr_read(const struct adapter *a, const char *name, char text[ATTR_MAX])
{
	char path[PATH_MAX];

	text[0] = '\0';
	return attr_path(a, name, path) ? file_read(path, text) : -ENAMETOOLONG;
}

bool attr_exists(const struct adapter *a, const char *name)
{
	char path[PATH_MAX];

	return attr_path(a, name, path) && !access(path, F_OK);
}

/* Tells the user what an errno from writing such a file means. */
static enum status write_failed(const struct adapter *a, const char *name, int err)
{
	switch (err) {
	case -EBUSY:
		return fail(HBACTL_REFUSED, a->name, "an update is under way");
	case -EOPNOTSUPP:
		return fail(HBACTL_REFUSED, a->name, "this board cannot do that");
	case -EINVAL:
		return fail(HBACTL_REFUSED, a->name, "%s does not take that now", name);
	case -ENOENT:
	case -ENODEV:
		return fail(HBACTL_NO_ADAPTER, a->name, "the adapter is gone or has stopped");
	case -EPERM:
	case -EACCES:
		return fail(HBACTL_PERMISSION, a->name, "%s: %s", name, strerror(-err));
	default:
		return fail(HBACTL_FAILED, a->name, "%s: %s", name, strerror(-err));
	}
}

enum status attr_write(const struct adapter *a, const char *name, const char *text)
{
	char path[PATH_MAX];
	int err = attr_path(a, name, path) ? file_write(path, text) : -ENAMETOOLONG;

	return err ? write_failed(a, name, err) : HBACTL_OK;
}

/* Is it "host" and digits, with no more digits than a host's number can have? */
static bool is_host(const char *name)
{
	size_t digits;

	if (strncmp(name, "host", 4))
		return false;
	digits = strspn(name + 4, "0123456789");
	return digits && digits < 10 && !name[4 + digits];
}

static bool is_ours(const struct adapter *a)
{
	char text[ATTR_MAX];

	return !attr_read(a, "proc_name", text) && !strcmp(text, "hba_sim");
}

/* The platform device is the parent of the device that the host's link "device" points to. */
static void find_device(struct adapter *a)
{
	char path[PATH_MAX];
	char *real;

	if (!attr_path(a, "device/..", path))
		return;
	real = realpath(path, NULL);
	if (real)
		snprintf(a->device, sizeof(a->device), "%.31s", basename(real));
	free(real);
}

static bool add_host(struct adapters *all, const char *folder, const char *name)
{
	struct adapter a = { };
	struct adapter *more;

	if (!is_host(name) || all->nr >= ADAPTERS_MAX)
		return true;
	snprintf(a.name, sizeof(a.name), "%.31s", name);
	if (snprintf(a.path, sizeof(a.path), "%s/%s", folder, name) >= (int)sizeof(a.path) ||
	    !is_ours(&a))
		return true;
	find_device(&a);
	more = realloc(all->at, (all->nr + 1) * sizeof(a));
	if (!more)
		return false;
	all->at = more;
	all->at[all->nr++] = a;
	return true;
}

static int by_number(const void *a, const void *b)
{
	long x = strtol(((const struct adapter *)a)->name + 4, NULL, 10);
	long y = strtol(((const struct adapter *)b)->name + 4, NULL, 10);

	return (x > y) - (x < y);
}

/* Finds all adapters; without a folder of hosts, none. Returns false if out of memory. */
bool adapters_find(struct adapters *all)
{
	struct dirent *entry;
	char folder[PATH_MAX];
	bool ok = true;
	DIR *dir;

	*all = (struct adapters){ };
	if (snprintf(folder, sizeof(folder), "%s/class/scsi_host", sysfs_root()) >=
	    (int)sizeof(folder))
		return true;
	dir = opendir(folder);
	while (dir && ok && (entry = readdir(dir)))
		ok = add_host(all, folder, entry->d_name);
	if (dir)
		closedir(dir);
	if (all->nr)
		qsort(all->at, all->nr, sizeof(*all->at), by_number);
	return ok;
}

void adapters_free(struct adapters *all)
{
	free(all->at);
}

/* Finds an adapter by its host's name or its device's name; without a name, the only one. */
enum status adapters_choose(const struct adapters *all, const char *name,
			    const struct adapter **adapter)
{
	size_t i;

	if (!name && all->nr > 1)
		return fail(HBACTL_USAGE, NULL, "there are %zu adapters: name one", all->nr);
	if (!all->nr)
		return fail(HBACTL_NO_ADAPTER, NULL, "there is no adapter");
	*adapter = all->at;
	if (!name)
		return HBACTL_OK;
	for (i = 0; i < all->nr; i++) {
		*adapter = &all->at[i];
		if (!strcmp(name, all->at[i].name) || !strcmp(name, all->at[i].device))
			return HBACTL_OK;
	}
	return fail(HBACTL_NO_ADAPTER, NULL, "there is no adapter %s", name);
}
