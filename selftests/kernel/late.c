// SPDX-License-Identifier: GPL-2.0
/*
 * Does anything write to memory that a failed command has given back?
 *
 *	late DEVICE SECONDS MILLISECONDS
 *
 * Reads DEVICE with O_DIRECT into shared memory, for so many seconds, at changing places.
 * When a read fails, its memory is filled with a pattern and watched for so many
 * milliseconds. Prints how many reads failed and how many did not. The status is 0, 1 if
 * the pattern changed, 2 if it could not be tried.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define LEN	(256u << 10)
#define PATTERN	0xaa

static unsigned char *buf;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* 0: the memory stays as it is for so long. */
static int watch(double seconds)
{
	double end = now() + seconds;

	memset(buf, PATTERN, LEN);
	do {
		usleep(20000);
		for (unsigned int i = 0; i < LEN; i++) {
			if (buf[i] == PATTERN)
				continue;
			printf("byte %u became %02x after the read had failed\n", i, buf[i]);
			return 1;
		}
	} while (now() < end);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int failed = 0, good = 0;
	double end;
	int fd;

	if (argc != 4)
		return 2;
	fd = open(argv[1], O_RDONLY | O_DIRECT);
	buf = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
		   -1, 0);
	if (fd < 0 || buf == MAP_FAILED)
		return 2;
	end = now() + atoi(argv[2]);
	while (now() < end) {
		if (pread(fd, buf, LEN, (off_t)(good + failed) % 8 * LEN) == LEN) {
			good++;
			continue;
		}
		failed++;
		if (watch(atoi(argv[3]) / 1e3))
			return 1;
	}
	printf("%u reads failed, %u did not\n", failed, good);
	return 0;
}
