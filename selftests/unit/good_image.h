/* SPDX-License-Identifier: GPL-2.0 */
/* An image that the parser (mrb/mrb.c) accepts, to be spoiled in the tests of it. */
#ifndef GOOD_IMAGE_H
#define GOOD_IMAGE_H

#include <linux/kernel.h>
#include <linux/stddef.h>
#include "../../mrb/mrb.h"

#define TEXT_BASE	0x80000000u
#define DATA_BASE	0x90000000u
#define WINDOW		0x4000u
#define CHIPS_BASE	0x70000000u
#define CONFIG		0x60u
#define GOOD_CAPS	0xffff00ffu	/* an image's to provide */

/* The board that it is for. */
extern const struct mrb_limits good_limits;

/*
 * Blocks of the good image, in file order:
 *	0 text	80000000-800002bf	header and code
 *	1 data	90000000-900000ff	64 bytes in the file
 *	2 text	80001000-8000103f	more code
 *	3 data	90001000-90001fff	nothing in the file
 */
#define SIZE0		0x2c0u
#define SIZE1		0x40u
#define SIZE2		0x40u
#define TOTAL		(SIZE0 + SIZE1 + SIZE2)

union image {
	struct mrb_header h;
	u8 bytes[TOTAL];
};

#define AT(field)		offsetof(struct mrb_header, field)
#define SIZE(field)		sizeof_field(struct mrb_header, field)

void image_build(union image *image);
struct mrb_block image_block(u32 type, u32 address, u32 offset, u32 file_size, u32 mem_size);
struct mrb_schema image_schema(u16 id, u32 address, u32 record_size, u32 count);

/* A little-endian number of @size bytes, @at bytes behind the beginning. */
void image_put(union image *image, u32 at, u32 size, u32 value);

#endif
