// SPDX-License-Identifier: GPL-2.0
/*
 * Reads pages of a disk whose microcode claims data that it did not move, for the
 * kselftests: no byte of what the kernel had in its memory may arrive.
 *
 *	stale none|half|data SG DISK FIRST LAST
 *
 * It reads the pages (4 KiB) FIRST to LAST in each way that there is: SG_IO at
 * either node, O_DIRECT, and through the page cache. With "none" no byte of a page
 * arrives, with "half" the first half; the rest is untouched or zero, the residual
 * tells of it, and read() fails. With "data" all is as it should be. The status is 0
 * if so.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PAGE	4096
#define MARK	0x5a
#define ROUNDS	8	/* other pages of the kernel each time */

static unsigned char page[PAGE] __attribute__((aligned(PAGE)));
static unsigned int arrives;	/* bytes of a page */

static int complain(const char *how, unsigned int n, const char *what, long value)
{
	fprintf(stderr, "%s, page %u: %s %ld\n", how, n, what, value);
	return 1;
}

/* Behind what arrives there is what was there, or zeros. */
static int nothing_else(const char *how, unsigned int n)
{
	for (unsigned int i = arrives; i < PAGE; i++)
		if (page[i] != MARK && page[i])
			return complain(how, n, "the kernel's memory shows at byte", i);
	return 0;
}

static int by_sg_io(const char *node, unsigned int n, int flags)
{
	unsigned char cdb[10] = { 0x28, [4] = n * 8 >> 8, [5] = n * 8, [8] = 8 };
	unsigned char sense[32];
	struct sg_io_hdr io = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_FROM_DEV, .timeout = 60000,
		.cmdp = cdb, .cmd_len = sizeof(cdb), .sbp = sense, .mx_sb_len = sizeof(sense),
		.dxferp = page, .dxfer_len = PAGE, .flags = flags,
	};
	int fd = open(node, O_RDWR | O_NONBLOCK);

	memset(page, MARK, sizeof(page));
	if (fd < 0 || ioctl(fd, SG_IO, &io))
		return complain(node, n, "SG_IO fails", fd);
	close(fd);
	if (io.resid != (int)(PAGE - arrives))
		return complain(node, n, "residual", io.resid);
	return nothing_else(node, n);
}

static int by_read(const char *disk, unsigned int n, int flags)
{
	int fd = open(disk, O_RDONLY | flags);
	ssize_t got;

	memset(page, MARK, sizeof(page));
	if (fd < 0)
		return complain(disk, n, "cannot be opened", fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	got = pread(fd, page, PAGE, (off_t)n * PAGE);
	close(fd);
	if (arrives < PAGE && got > (ssize_t)arrives)
		return complain(disk, n, "read() believes in bytes:", got);
	if (arrives == PAGE && got != PAGE)
		return complain(disk, n, "read() fails", got);
	return nothing_else(disk, n);
}

static int read_page(const char *sg, const char *disk, unsigned int n)
{
	int bad = 0;

	for (int round = 0; round < ROUNDS; round++) {
		bad |= by_sg_io(sg, n, 0);
		bad |= by_sg_io(sg, n, SG_FLAG_DIRECT_IO);
		bad |= by_sg_io(disk, n, 0);
	}
	return bad | by_read(disk, n, O_DIRECT) | by_read(disk, n, 0);
}

int main(int argc, char **argv)
{
	int bad = 0;

	if (argc != 6) {
		fprintf(stderr, "usage: stale none|half|data SG DISK FIRST LAST\n");
		return 2;
	}
	arrives = *argv[1] == 'n' ? 0 : *argv[1] == 'h' ? PAGE / 2 : PAGE;
	for (int n = atoi(argv[4]); n <= atoi(argv[5]); n++)
		bad |= read_page(argv[2], argv[3], n);
	return bad;
}
