// SPDX-License-Identifier: GPL-2.0
/*
 * The log pages of image 3.0, including those that programs read to watch a disk's health.
 * The medium is memory and has no errors; bytes read and written are counted.
 */
#include "lib.h"
#include "scsi_log.h"

#define PAGE_WRITE_ERRORS	0x02
#define PAGE_READ_ERRORS	0x03
#define PAGE_EXCEPTIONS		0x2f	/* informational exceptions */

/* Parameters of the error counter pages: 0 to 4 and 6 count errors, 5 counts bytes. */
#define PARAM_BYTES		5
#define PARAM_LAST		6
#define COUNTER_LEN		8u

#define EXCEPTION_LEN		4u
#define NO_TEMPERATURE		0xff

static u32 error_counters(u8 *to, const struct counter *blocks, u32 first)
{
	u8 *p = to;

	for (u32 code = first; code <= PARAM_LAST; code++, p += 4 + COUNTER_LEN) {
		put_be16(p, code);
		p[3] = COUNTER_LEN;
		if (code == PARAM_BYTES)
			put_be64(p + 4, counter_value(blocks) * BOARD_BLOCK_SIZE);
	}
	return p - to;
}

static u32 write_errors(u8 *to, const struct nexus *nexus, u32 first)
{
	return error_counters(to, &nexus->written_blocks, first);
}

static u32 read_errors(u8 *to, const struct nexus *nexus, u32 first)
{
	return error_counters(to, &nexus->read_blocks, first);
}

/* No exception is reported, and the temperature is not measured. */
static u32 exceptions(u8 *to, const struct nexus *nexus, u32 first)
{
	to[2] = LOG_BINARY_LIST;
	to[3] = EXCEPTION_LEN;
	to[6] = NO_TEMPERATURE;
	return 4 + EXCEPTION_LEN;
}

const struct log_page log_pages[] = {
	{ LOG_SUPPORTED, 0, log_supported },
	{ PAGE_WRITE_ERRORS, PARAM_LAST, write_errors },
	{ PAGE_READ_ERRORS, PARAM_LAST, read_errors },
	{ LOG_STATISTICS, 1, log_statistics },
	{ PAGE_EXCEPTIONS, 0, exceptions },
	{ 0, 0, NULL }
};
