// SPDX-License-Identifier: GPL-2.0
/*
 * Sends one SCSI command by SG_IO and prints how it ended, for the kselftests:
 * GOOD, or the status and the sense key and code, then the data, all in hex.
 *
 *	scsi DEVICE [-r BYTES | -w HEX] [-t MILLISECONDS] BYTE...
 *
 * A command that did not end with a SCSI status is shown as "host HH" or
 * "driver HH". With -v the whole sense data is printed.
 */
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DATA_MAX	65536

static unsigned char cdb[32], sense[64], data[DATA_MAX];

static void print_hex(const unsigned char *p, int len)
{
	int i;

	for (i = 0; i < len; i++)
		printf("%02x%s", p[i], i % 16 == 15 || i == len - 1 ? "\n" : " ");
}

static void print_result(const struct sg_io_hdr *io)
{
	int descriptor = (sense[0] & 0x7f) >= 0x72;

	if (!io->status && io->host_status)
		printf("host %02x\n", io->host_status);
	else if (!io->status && io->driver_status)
		printf("driver %02x\n", io->driver_status);
	else if (!io->status)
		printf("GOOD\n");
	else if (io->sb_len_wr < 4)
		printf("%02x\n", io->status);
	else if (descriptor)
		printf("%02x %x/%02x/%02x\n", io->status, sense[1] & 15, sense[2], sense[3]);
	else
		printf("%02x %x/%02x/%02x\n", io->status, sense[2] & 15, sense[12], sense[13]);
}

static int hex_bytes(unsigned char *to, int max, const char *hex)
{
	unsigned int byte;
	int used, n;

	for (n = 0; n < max && sscanf(hex, "%2x%n", &byte, &used) == 1; n++) {
		to[n] = byte;
		hex += used;
	}
	return n;
}

static void usage(void)
{
	fprintf(stderr, "usage: scsi DEVICE [-v] [-r BYTES | -w HEX] [-t MS] BYTE...\n");
	exit(2);
}

int main(int argc, char **argv)
{
	struct sg_io_hdr io = {
		.interface_id = 'S', .dxfer_direction = SG_DXFER_NONE, .timeout = 60000,
		.cmdp = cdb, .sbp = sense, .mx_sb_len = sizeof(sense), .dxferp = data,
	};
	int verbose = 0;
	int opt, fd;

	optind = 2;
	while ((opt = getopt(argc, argv, "+vr:w:t:")) != -1) {
		switch (opt) {
		case 'v':
			verbose = 1;
			break;
		case 'r':
			io.dxfer_direction = SG_DXFER_FROM_DEV;
			io.dxfer_len = atoi(optarg);
			break;
		case 'w':
			io.dxfer_direction = SG_DXFER_TO_DEV;
			io.dxfer_len = hex_bytes(data, DATA_MAX, optarg);
			break;
		case 't':
			io.timeout = atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind >= argc || io.dxfer_len > DATA_MAX)
		usage();
	fd = open(argv[1], O_RDWR | O_NONBLOCK);
	while (optind < argc && io.cmd_len < sizeof(cdb))
		cdb[io.cmd_len++] = strtoul(argv[optind++], NULL, 16);
	if (fd < 0 || ioctl(fd, SG_IO, &io)) {
		perror("scsi");
		return 1;
	}
	print_result(&io);
	if (verbose)
		print_hex(sense, io.sb_len_wr);
	if (io.dxfer_direction == SG_DXFER_FROM_DEV && !io.status)
		print_hex(data, io.dxfer_len - io.resid);
	return 0;
}
