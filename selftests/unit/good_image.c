// SPDX-License-Identifier: GPL-2.0
/* A good image: see good_image.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>
#include "good_image.h"
#include "sign.h"

const struct mrb_limits good_limits = {
	.board_id = 0x1234,
	.text_base = TEXT_BASE, .text_size = WINDOW,
	.data_base = DATA_BASE, .data_size = WINDOW,
	.chips_base = CHIPS_BASE, .chips_size = 2 * CONFIG, .nr_chips = 2, .config_size = CONFIG,
	.image_caps = GOOD_CAPS,
};

struct mrb_block image_block(u32 type, u32 address, u32 offset, u32 file_size, u32 mem_size)
{
	return (struct mrb_block){
		.type = cpu_to_le32(type),
		.address = cpu_to_le32(address),
		.file_offset = cpu_to_le32(offset),
		.file_size = cpu_to_le32(file_size),
		.mem_size = cpu_to_le32(mem_size),
	};
}

struct mrb_schema image_schema(u16 id, u32 address, u32 record_size, u32 count)
{
	return (struct mrb_schema){
		.id = cpu_to_le16(id),
		.version = cpu_to_le16(1),
		.address = cpu_to_le32(address),
		.record_size = cpu_to_le32(record_size),
		.count = cpu_to_le32(count),
	};
}

static void build_tables(struct mrb_header *h)
{
	h->nr_blocks = cpu_to_le16(4);
	h->block[0] = image_block(MRB_TEXT, TEXT_BASE, 0, SIZE0, SIZE0);
	h->block[1] = image_block(MRB_DATA, DATA_BASE, SIZE0, SIZE1, 0x100);
	h->block[2] = image_block(MRB_TEXT, TEXT_BASE + 0x1000, SIZE0 + SIZE1, SIZE2, SIZE2);
	h->block[3] = image_block(MRB_DATA, DATA_BASE + 0x1000, TOTAL, 0, 0x1000);
	h->nr_schemas = cpu_to_le16(3);
	h->schema[0] = image_schema(1, DATA_BASE + 0x1000, 16, 64);
	h->schema[1] = image_schema(2, DATA_BASE + 0x1400, 0xc00, 1);
	h->schema[2] = image_schema(0xffff, DATA_BASE + 0xf8, 8, 1);
}

void image_build(union image *image)
{
	struct mrb_header *h = &image->h;
	size_t i;

	memset(image, 0, sizeof(*image));
	for (i = sizeof(*h); i < TOTAL; i++)
		image->bytes[i] = i * 7;
	h->magic = cpu_to_le32(MRB_MAGIC);
	h->format = cpu_to_le16(MRB_FORMAT);
	h->header_size = cpu_to_le16(sizeof(*h));
	h->total_size = cpu_to_le32(TOTAL);
	h->board_id = cpu_to_le32(good_limits.board_id);
	h->version = cpu_to_le32(MRB_VERSION(1, 0));
	h->ordinal = cpu_to_le32(1);
	h->load_addr = cpu_to_le32(TEXT_BASE);
	h->cap_provided = cpu_to_le32(2);
	h->runtime_entry = cpu_to_le32(sizeof(*h));
	h->bootstrap_entry = cpu_to_le32(0x103c);
	h->update_entry = cpu_to_le32(SIZE0 - 4);
	h->frame_formats = cpu_to_le32(2);
	memcpy(h->name, "good image 1.0~", 15);
	build_tables(h);
	mrb_sign(image, TOTAL);
}

void image_put(union image *image, u32 at, u32 size, u32 value)
{
	u32 i;

	for (i = 0; i < size; i++)
		image->bytes[at + i] = value >> (8 * i);
}
