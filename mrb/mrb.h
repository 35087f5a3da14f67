/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the MRB image format: does this buffer hold an image that this board can run?
 * It knows nothing of the other rooms, and has no lock. This is the header for the other
 * rooms and for the tools. Documentation/mrb-format.rst describes the format.
 */
#ifndef OVERLAY_MRB_H
#define OVERLAY_MRB_H

#include <asm/byteorder.h>
#include <linux/types.h>
#include <hba_sim/mrb.h>

/**
 * struct mrb_limits - what the board can hold
 * @board_id: the board's identity
 * @text_base: start of the code region's text, where every image is loaded
 * @text_size: bytes in the text area
 * @data_base: start of the code region's data
 * @data_size: bytes in the data area
 * @chips_base: where contents of chips lie in staging
 * @chips_size: bytes in that area
 * @nr_chips: number of chips whose contents an image may carry, 0 for none
 * @config_size: most bytes of contents that a chip takes
 * @image_caps: capabilities that only images can provide
 *
 * The board passes these in, so that the parser does not depend on any board.
 */
struct mrb_limits {
	u32 board_id;
	u32 text_base;
	u32 text_size;
	u32 data_base;
	u32 data_size;
	u32 chips_base;
	u32 chips_size;
	u32 nr_chips;
	u32 config_size;
	u32 image_caps;
};

/**
 * struct mrb_fault - why an image is refused
 * @what: the reason, a short phrase
 * @where: byte offset in the file of the field that is wrong
 */
struct mrb_fault {
	const char *what;
	u32 where;
};

/**
 * mrb_schema_bytes() - how large is a table of records?
 * @s: its schema, from a header that was checked, so that the product does not overflow
 *
 * Return: bytes.
 */
static inline u32 mrb_schema_bytes(const struct mrb_schema *s)
{
	return le32_to_cpu(s->record_size) * le32_to_cpu(s->count);
}

int mrb_check(const void *buf, size_t len, const struct mrb_limits *lim,
	      struct mrb_fault *fault);
int mrb_check_header(const void *buf, size_t len, u32 file_size, const struct mrb_limits *lim,
		     struct mrb_fault *fault);
u32 mrb_crc32(const void *buf, size_t len);
int mrb_digest(const void *buf, size_t len, u8 out[MRB_SHA256_SIZE]);
size_t mrb_image_size(const void *file, size_t len);
const struct mrb_schema *mrb_find_schema(const struct mrb_header *h, u16 id);
u32 mrb_equal_schemas(const struct mrb_header *to, const struct mrb_header *from);
const struct mrb_block *mrb_find_chip(const struct mrb_header *h, u32 chip);

#endif
