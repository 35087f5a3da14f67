// SPDX-License-Identifier: GPL-2.0
/*
 * The image parser (overlay/mrb.c): one good image, every way to spoil it with
 * the checksums right, and every way to damage it with the checksums wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include "../../overlay/mrb.h"

#define TEXT_BASE	0x80000000u
#define DATA_BASE	0x90000000u
#define WINDOW		0x4000u
#define CHIPS_BASE	0x70000000u
#define CONFIG		0x60u

static const struct mrb_limits limits = {
	.board_id = 0x1234,
	.text_base = TEXT_BASE, .text_size = WINDOW,
	.data_base = DATA_BASE, .data_size = WINDOW,
	.chips_base = CHIPS_BASE, .chips_size = 2 * CONFIG, .nr_chips = 2, .config_size = CONFIG,
};

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

static void sign(void *buf, size_t len)
{
	struct mrb_header *h = buf;

	h->crc32 = cpu_to_le32(mrb_crc32(buf, len));
	assert_int_equal(mrb_digest(buf, len, h->sha256), 0);
}

static struct mrb_block block(u32 type, u32 address, u32 offset, u32 file_size, u32 mem_size)
{
	return (struct mrb_block){
		.type = cpu_to_le32(type),
		.address = cpu_to_le32(address),
		.file_offset = cpu_to_le32(offset),
		.file_size = cpu_to_le32(file_size),
		.mem_size = cpu_to_le32(mem_size),
	};
}

static struct mrb_schema schema(u16 id, u32 address, u32 record_size, u32 count)
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
	h->block[0] = block(MRB_TEXT, TEXT_BASE, 0, SIZE0, SIZE0);
	h->block[1] = block(MRB_DATA, DATA_BASE, SIZE0, SIZE1, 0x100);
	h->block[2] = block(MRB_TEXT, TEXT_BASE + 0x1000, SIZE0 + SIZE1, SIZE2, SIZE2);
	h->block[3] = block(MRB_DATA, DATA_BASE + 0x1000, TOTAL, 0, 0x1000);
	h->nr_schemas = cpu_to_le16(3);
	h->schema[0] = schema(1, DATA_BASE + 0x1000, 16, 64);
	h->schema[1] = schema(2, DATA_BASE + 0x1400, 0xc00, 1);
	h->schema[2] = schema(0xffff, DATA_BASE + 0xf8, 8, 1);
}

static void build(union image *image)
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
	h->board_id = cpu_to_le32(limits.board_id);
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
	sign(image, TOTAL);
}

static void test_good(void **state)
{
	struct mrb_fault fault = { "untouched", 42 };
	union image image;

	(void)state;
	build(&image);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), 0);
	assert_string_equal(fault.what, "untouched");
	assert_int_equal(fault.where, 42);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, NULL), 0);
	assert_int_equal(mrb_check_header(&image, sizeof(image.h), TOTAL, &limits, NULL), 0);
}

/* Block 2 of the good image, and a new one behind it, are contents of chips. */
static void build_chips(union image *image)
{
	struct mrb_header *h = &image->h;

	build(image);
	h->bootstrap_entry = h->runtime_entry;
	h->nr_blocks = cpu_to_le16(5);
	h->block[2] = block(MRB_CHIP(1), CHIPS_BASE + CONFIG, SIZE0 + SIZE1, SIZE2 - 16,
			    SIZE2 - 16);
	h->block[3].file_offset = cpu_to_le32(TOTAL - 16);
	h->block[4] = block(MRB_CHIP(0), CHIPS_BASE, TOTAL - 16, 16, 16);
}

static void check_chips(union image *image, int err, const char *why)
{
	struct mrb_fault fault = { "none", 0 };

	sign(image, TOTAL);
	assert_int_equal(mrb_check(image, TOTAL, &limits, &fault), err);
	if (!strstr(fault.what, why))
		fail_msg("'%s' is not '%s'", fault.what, why);
}

/* U8: contents for other modules. */
static void test_chips(void **state)
{
	struct mrb_limits none = limits;
	union image image;

	(void)state;
	build_chips(&image);
	check_chips(&image, 0, "none");
	assert_ptr_equal(mrb_find_chip(&image.h, 0), &image.h.block[4]);
	assert_ptr_equal(mrb_find_chip(&image.h, 1), &image.h.block[2]);
	assert_null(mrb_find_chip(&image.h, 2));
	none.nr_chips = 0;
	assert_int_equal(mrb_check(&image, TOTAL, &none, NULL), -EBADMSG);

	image.h.block[4].type = image.h.block[2].type;
	check_chips(&image, -EBADMSG, "chip has two blocks");
	build_chips(&image);
	image.h.block[4].address = cpu_to_le32(CHIPS_BASE + CONFIG - 16);
	check_chips(&image, 0, "none");
	image.h.block[4].address = cpu_to_le32(CHIPS_BASE + CONFIG);
	check_chips(&image, -EBADMSG, "overlap");
	image.h.block[4].address = cpu_to_le32(CHIPS_BASE + 2 * CONFIG);
	check_chips(&image, -EFBIG, "outside");
	build_chips(&image);
	none = limits;
	none.config_size = SIZE2 - 20;
	sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &none, NULL), -EFBIG);
}

/* What is free to the author. */
static void test_any_value(void **state)
{
	union image image;

	(void)state;
	build(&image);
	image.h.version = cpu_to_le32(~0u);
	image.h.ordinal = cpu_to_le32(~0u);
	image.h.cap_provided = cpu_to_le32(~0u);
	image.h.cap_required = cpu_to_le32(~0u);
	image.h.pause_budget_us = cpu_to_le32(~0u);
	image.h.frame_formats = cpu_to_le32(~0u);
	image.h.schema[0].version = cpu_to_le16(0xffff);
	memset(image.h.name, 0, sizeof(image.h.name));
	image.h.name[0] = ' ';
	sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, NULL), 0);
}

static void test_most_tables(void **state)
{
	union image image;
	u32 i;

	(void)state;
	build(&image);
	image.h.nr_blocks = cpu_to_le16(MRB_MAX_BLOCKS);
	for (i = 4; i < MRB_MAX_BLOCKS; i++)
		image.h.block[i] = block(MRB_DATA, DATA_BASE + 0x1000 + i * 0x400, TOTAL, 0, 0x400);
	image.h.nr_schemas = cpu_to_le16(MRB_MAX_SCHEMAS);
	for (i = 0; i < MRB_MAX_SCHEMAS; i++)
		image.h.schema[i] = schema(i + 1, DATA_BASE + 0x1000 + i * 4, 1, 4);
	sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, NULL), 0);
}

static void test_least(void **state)
{
	union image image;

	(void)state;
	build(&image);
	memset(image.h.block, 0, sizeof(image.h.block));
	memset(image.h.schema, 0, sizeof(image.h.schema));
	image.h.nr_blocks = cpu_to_le16(1);
	image.h.nr_schemas = 0;
	image.h.block[0] = block(MRB_TEXT, TEXT_BASE, 0, SIZE0, SIZE0);
	image.h.total_size = cpu_to_le32(SIZE0);
	image.h.bootstrap_entry = image.h.update_entry;
	sign(&image, SIZE0);
	assert_int_equal(mrb_check(&image, SIZE0, &limits, NULL), 0);
}

/* One field with a wrong value, and what is said to it. */
struct bad {
	u32 at;
	u32 size;
	u32 value;
	int err;
	const char *what;
	u32 where;
};

#define BAD_AT(field, value, err, what, where) \
	{ AT(field), SIZE(field), value, err, what, AT(where) }
#define BAD(field, value, err, what)		BAD_AT(field, value, err, what, field)

static const struct bad bads[] = {
	BAD(magic, 0, -EBADMSG, "wrong magic"),
	BAD(format, 0, -EPROTONOSUPPORT, "unknown format"),
	BAD(format, 2, -EPROTONOSUPPORT, "unknown format"),
	BAD(header_size, 543, -EBADMSG, "header size"),
	BAD(header_size, 548, -EBADMSG, "header size"),
	BAD(total_size, TOTAL + 4, -EMSGSIZE, "truncated"),
	BAD(total_size, TOTAL - 4, -EMSGSIZE, "longer"),
	BAD(total_size, 0, -EMSGSIZE, "longer"),
	BAD(total_size, ~0u, -EMSGSIZE, "truncated"),
	BAD(board_id, 0x1235, -ENODEV, "another board"),
	BAD(load_addr, TEXT_BASE + 16, -EBADMSG, "load address"),
	BAD(load_addr, DATA_BASE, -EBADMSG, "load address"),
	BAD(ordinal, 0, -EBADMSG, "ordinal is zero"),
	BAD(frame_formats, 0, -EBADMSG, "no frame format"),
	BAD(reserved, 1, -EBADMSG, "reserved"),
	BAD(reserved, 1u << 31, -EBADMSG, "reserved"),
	BAD(cap_lost, ~0u, -EBADMSG, "both provided and lost"),
	BAD(nr_blocks, 0, -EBADMSG, "number of blocks"),
	BAD(nr_blocks, MRB_MAX_BLOCKS + 1, -EBADMSG, "number of blocks"),
	BAD(nr_blocks, 0xffff, -EBADMSG, "number of blocks"),
	BAD(nr_schemas, MRB_MAX_SCHEMAS + 1, -EBADMSG, "number of schemas"),
	BAD(nr_schemas, 0xffff, -EBADMSG, "number of schemas"),
	BAD_AT(name[0], 0, -EBADMSG, "name is empty", name),
	BAD_AT(name[15], 'x', -EBADMSG, "not zero-terminated", name),
	BAD(name[4], '/', -EBADMSG, "character in name"),
	BAD(name[4], '\n', -EBADMSG, "character in name"),
	BAD(name[4], 0x7f, -EBADMSG, "character in name"),
	BAD(name[0], 0x80, -EBADMSG, "character in name"),
	BAD(name[14], 0xff, -EBADMSG, "character in name"),
	BAD(name[4], 0, -EBADMSG, "not padded"),

	BAD(runtime_entry, sizeof(struct mrb_header) + 2, -EBADMSG, "multiple of 4"),
	BAD(runtime_entry, sizeof(struct mrb_header) - 4, -EBADMSG, "in the header"),
	BAD(runtime_entry, 0, -EBADMSG, "in the header"),
	BAD(runtime_entry, SIZE0, -EBADMSG, "in no text block"),
	BAD(runtime_entry, 0xffc, -EBADMSG, "in no text block"),
	BAD(runtime_entry, 0x1040, -EBADMSG, "in no text block"),
	BAD(bootstrap_entry, 0x1003, -EBADMSG, "multiple of 4"),
	BAD(bootstrap_entry, 4, -EBADMSG, "in the header"),
	BAD(bootstrap_entry, DATA_BASE - TEXT_BASE, -EBADMSG, "in no text block"),
	BAD(update_entry, 0x2a1, -EBADMSG, "multiple of 4"),
	BAD(update_entry, 0x100, -EBADMSG, "in the header"),
	BAD(update_entry, 0xfffffffc, -EBADMSG, "in no text block"),
	BAD(update_entry, 0x80000000, -EBADMSG, "in no text block"),
	BAD(rollback_entry, 0x2a1, -EBADMSG, "multiple of 4"),
	BAD(rollback_entry, 4, -EBADMSG, "in the header"),
	BAD(rollback_entry, SIZE0, -EBADMSG, "in no text block"),

	BAD(block[0].type, MRB_DATA, -EBADMSG, "not text"),
	BAD(block[1].type, 0, -EBADMSG, "unknown block type"),
	BAD(block[1].type, MRB_CHIP(2), -EBADMSG, "unknown block type"),
	BAD_AT(block[1].type, MRB_CHIP(0), -EBADMSG, "not wholly in the file", block[1].mem_size),
	BAD_AT(block[2].type, MRB_CHIP(0), -EFBIG, "outside", block[2].address),
	BAD_AT(block[1].type, MRB_TEXT, -EBADMSG, "not wholly in the file", block[1].mem_size),
	BAD_AT(block[2].type, MRB_DATA, -EFBIG, "outside", block[2].address),
	BAD(block[0].address, TEXT_BASE + 0x400, -EBADMSG, "not at the load address"),
	BAD(block[1].address, DATA_BASE + 8, -EBADMSG, "multiple of 16"),
	BAD(block[2].address, TEXT_BASE + 0x1004, -EBADMSG, "multiple of 16"),
	BAD(block[1].address, DATA_BASE - 16, -EFBIG, "outside"),
	BAD(block[1].address, DATA_BASE + WINDOW, -EFBIG, "outside"),
	BAD(block[1].address, 0xfffffff0, -EFBIG, "outside"),
	BAD(block[1].address, 0, -EFBIG, "outside"),
	BAD(block[1].address, TEXT_BASE, -EFBIG, "outside"),
	BAD(block[2].address, DATA_BASE, -EFBIG, "outside"),
	BAD_AT(block[1].address, DATA_BASE + WINDOW - 16, -EFBIG, "too large", block[1].mem_size),
	BAD_AT(block[2].address, TEXT_BASE + WINDOW - 32, -EFBIG, "too large", block[2].mem_size),
	BAD(block[3].mem_size, ~0u, -EFBIG, "too large"),
	BAD(block[3].mem_size, 0x3001, -EFBIG, "too large"),
	BAD(block[2].address, TEXT_BASE + SIZE0 - 16, -EBADMSG, "overlap"),
	BAD(block[2].address, TEXT_BASE, -EBADMSG, "overlap"),
	BAD(block[3].address, DATA_BASE + 0xf0, -EBADMSG, "overlap"),
	BAD_AT(block[1].mem_size, 0x1001, -EBADMSG, "overlap", block[3].address),
	BAD(block[3].mem_size, 0, -EBADMSG, "empty"),
	BAD(block[1].mem_size, SIZE1 - 1, -EBADMSG, "smaller in memory"),
	BAD(block[0].mem_size, SIZE0 + 4, -EBADMSG, "not wholly in the file"),
	BAD(block[2].mem_size, SIZE2 + 4, -EBADMSG, "not wholly in the file"),
	BAD(block[2].mem_size, SIZE2 - 4, -EBADMSG, "smaller in memory"),
	BAD(block[0].file_offset, 4, -EBADMSG, "does not follow"),
	BAD(block[1].file_offset, SIZE0 + 4, -EBADMSG, "does not follow"),
	BAD(block[1].file_offset, SIZE0 - 4, -EBADMSG, "does not follow"),
	BAD(block[1].file_offset, ~0u, -EBADMSG, "does not follow"),
	BAD(block[3].file_offset, 0, -EBADMSG, "does not follow"),
	BAD(block[0].file_size, TOTAL + 4, -EBADMSG, "beyond the file"),
	BAD(block[2].file_size, SIZE2 + 4, -EBADMSG, "beyond the file"),
	BAD(block[2].file_size, 0xfffffffc, -EBADMSG, "beyond the file"),
	BAD(block[3].file_size, 4, -EBADMSG, "beyond the file"),
	BAD_AT(block[2].file_size, SIZE2 - 4, -EBADMSG, "does not follow", block[3].file_offset),
	BAD(block[4].type, MRB_DATA, -EBADMSG, "unused block"),
	BAD_AT(block[7].mem_size, 1u << 24, -EBADMSG, "unused block", block[7].type),

	BAD(schema[0].id, 0, -EBADMSG, "id is zero"),
	BAD(schema[1].id, 1, -EBADMSG, "not unique"),
	BAD(schema[2].id, 1, -EBADMSG, "not unique"),
	BAD(schema[0].record_size, 0, -EBADMSG, "empty records"),
	BAD(schema[0].count, 0, -EBADMSG, "no records"),
	BAD(schema[0].address, DATA_BASE + 0x1002, -EBADMSG, "multiple of 4"),
	BAD(schema[0].address, DATA_BASE - 4, -EBADMSG, "in no data block"),
	BAD(schema[0].address, DATA_BASE + 0x100, -EBADMSG, "in no data block"),
	BAD(schema[0].address, TEXT_BASE, -EBADMSG, "in no data block"),
	BAD(schema[0].address, 0xfffffffc, -EBADMSG, "in no data block"),
	BAD(schema[2].address, DATA_BASE + 0xfc, -EBADMSG, "in no data block"),
	BAD_AT(schema[1].record_size, 0xc01, -EBADMSG, "in no data block", schema[1].address),
	BAD_AT(schema[1].record_size, ~0u, -EBADMSG, "in no data block", schema[1].address),
	/* 64 records of this size are 64 bytes modulo 2^32 */
	BAD_AT(schema[0].record_size, 0x04000001, -EBADMSG, "in no data block", schema[0].address),
	BAD_AT(schema[0].count, 0x10000001, -EBADMSG, "in no data block", schema[0].address),
	BAD_AT(schema[0].count, 65, -EBADMSG, "overlap", schema[1].address),
	BAD(schema[1].address, DATA_BASE + 0x13fc, -EBADMSG, "overlap"),
	BAD(schema[3].id, 7, -EBADMSG, "unused schema"),
	BAD_AT(schema[15].count, 1u << 31, -EBADMSG, "unused schema", schema[15].id),
};

static void put(union image *image, u32 at, u32 size, u32 value)
{
	u32 i;

	for (i = 0; i < size; i++)
		image->bytes[at + i] = value >> (8 * i);
}

static void expect(const char *context, int got, const struct mrb_fault *fault,
		   const struct bad *bad)
{
	if (got == bad->err && strstr(fault->what, bad->what) && fault->where == bad->where)
		return;
	fail_msg("%s: byte %u = 0x%x: got %d '%s' at %u, wanted %d '%s' at %u", context, bad->at,
		 bad->value, got, fault->what, fault->where, bad->err, bad->what, bad->where);
}

static void test_bad_fields(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bads); i++) {
		const struct bad *bad = &bads[i];
		struct mrb_fault fault = { "nothing", 0 };
		union image image;

		build(&image);
		put(&image, bad->at, bad->size, bad->value);
		sign(&image, TOTAL);
		expect("whole", mrb_check(&image, TOTAL, &limits, &fault), &fault, bad);
		fault = (struct mrb_fault){ "nothing", 0 };
		expect("header", mrb_check_header(&image, sizeof(image.h), TOTAL, &limits, &fault),
		       &fault, bad);
		assert_int_equal(mrb_check(&image, TOTAL, &limits, NULL), bad->err);
	}
}

/* Violations that take more than one field. */
static void test_bad_shapes(void **state)
{
	struct mrb_fault fault;
	union image image;

	(void)state;
	build(&image);
	memset(image.h.block, 0, sizeof(image.h.block));
	image.h.nr_blocks = cpu_to_le16(2);
	image.h.block[0] = block(MRB_TEXT, TEXT_BASE, 0, 512, 512);
	image.h.block[1] = block(MRB_TEXT, TEXT_BASE + 512, 512, TOTAL - 512, TOTAL - 512);
	sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), -EBADMSG);
	assert_non_null(strstr(fault.what, "does not hold the header"));

	build(&image);
	image.h.nr_blocks = cpu_to_le16(2);
	memset(&image.h.block[2], 0, 2 * sizeof(image.h.block[2]));
	sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), -EBADMSG);
	assert_non_null(strstr(fault.what, "do not make up the whole file"));

	build(&image);
	put(&image, AT(block[2].file_size), 4, SIZE2 - 2);
	put(&image, AT(block[3].file_offset), 4, TOTAL - 2);
	put(&image, AT(block[3].file_size), 4, 2);
	sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), -EBADMSG);
	assert_non_null(strstr(fault.what, "size in file is not a multiple of 4"));
}

static void test_damage(void **state)
{
	struct mrb_fault fault;
	union image image;

	(void)state;
	build(&image);
	image.bytes[TOTAL - 1] ^= 1;
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), -EBADMSG);
	assert_int_equal(fault.where, AT(crc32));
	image.h.crc32 = cpu_to_le32(mrb_crc32(&image, TOTAL));
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), -EBADMSG);
	assert_int_equal(fault.where, AT(sha256));
	/* Damage is called damage, whatever it hit. */
	build(&image);
	image.h.board_id ^= cpu_to_le32(1);
	assert_int_equal(mrb_check(&image, TOTAL, &limits, &fault), -EBADMSG);
	assert_int_equal(fault.where, AT(crc32));
}

/* The buffer ends with the file, so that a read beyond it is caught. */
static int check_copy(const void *buf, size_t len)
{
	struct mrb_fault fault = { NULL, 0 };
	void *copy = malloc(len);
	int err;

	memcpy(copy, buf, len);
	err = mrb_check(copy, len, &limits, &fault);
	free(copy);
	if (err) {
		assert_non_null(fault.what);
		assert_true(fault.where < sizeof(struct mrb_header));
	}
	return err;
}

static void test_truncation(void **state)
{
	union image image;
	size_t len;

	(void)state;
	build(&image);
	assert_int_equal(check_copy(&image, 0), -ENODATA);
	for (len = 1; len < TOTAL; len++)
		assert_int_equal(check_copy(&image, len), -EMSGSIZE);
	/* With a header that admits to the shorter file. */
	for (len = sizeof(image.h); len < TOTAL; len++) {
		build(&image);
		image.h.total_size = cpu_to_le32(len);
		sign(&image, len);
		assert_int_equal(check_copy(&image, len), -EBADMSG);
	}
}

static void test_bit_flips(void **state)
{
	union image image;
	size_t bit;

	(void)state;
	build(&image);
	for (bit = 0; bit < 8 * TOTAL; bit++) {
		image.bytes[bit / 8] ^= 1 << bit % 8;
		if (!mrb_check(&image, TOTAL, &limits, NULL))
			fail_msg("bit %zu makes no difference", bit);
		image.bytes[bit / 8] ^= 1 << bit % 8;
	}
	assert_int_equal(mrb_check(&image, TOTAL, &limits, NULL), 0);
}

static u32 random_u32(void)
{
	static u32 x = 20240607;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

static u32 random_value(void)
{
	static const u32 values[] = {
		0, 1, 2, 3, 4, 8, 16, sizeof(struct mrb_header), SIZE0, SIZE0 + SIZE1, TOTAL,
		0x7fff, 0x8000, 0xffff, 0x7fffffff, TEXT_BASE, DATA_BASE, TEXT_BASE + WINDOW,
		DATA_BASE + WINDOW, 0xfffffff0, 0xfffffffc, ~0u,
	};

	return random_u32() % 4 ? values[random_u32() % ARRAY_SIZE(values)] : random_u32();
}

/* What whoever uses an accepted image takes for granted. */
static void assert_sane(const union image *image)
{
	const struct mrb_header *h = &image->h;
	u32 i, j;

	for (i = 0; i < le16_to_cpu(h->nr_blocks); i++) {
		const struct mrb_block *b = &h->block[i];
		u64 base = le32_to_cpu(b->type) == MRB_TEXT ? TEXT_BASE : DATA_BASE;

		assert_true((u64)le32_to_cpu(b->file_offset) + le32_to_cpu(b->file_size) <= TOTAL);
		assert_true(le32_to_cpu(b->file_size) <= le32_to_cpu(b->mem_size));
		assert_true(le32_to_cpu(b->address) >= base);
		assert_true((u64)le32_to_cpu(b->address) + le32_to_cpu(b->mem_size) <=
			    base + WINDOW);
	}
	for (i = 0; i < le16_to_cpu(h->nr_schemas); i++) {
		const struct mrb_schema *s = &h->schema[i];
		u64 size = (u64)le32_to_cpu(s->record_size) * le32_to_cpu(s->count);

		assert_true(size && le32_to_cpu(s->address) + size <= DATA_BASE + WINDOW);
		for (j = 0; j < i; j++)
			assert_true(h->schema[j].id != s->id);
	}
	assert_true(le32_to_cpu(h->bootstrap_entry) < WINDOW);
}

static void test_random_mutation(void **state)
{
	unsigned int accepted = 0, round;

	(void)state;
	for (round = 0; round < 40000; round++) {
		u32 changes = 1 + random_u32() % 3;
		union image image;

		build(&image);
		while (changes--)
			put(&image, random_u32() % (sizeof(image.h) / 4) * 4,
			    1 << random_u32() % 3, random_value());
		/* Checksums aside, so that the fields are looked at. */
		image.h.magic = cpu_to_le32(MRB_MAGIC);
		if (mrb_check_header(&image, sizeof(image.h), TOTAL, &limits, NULL))
			continue;
		assert_sane(&image);
		sign(&image, TOTAL);
		assert_int_equal(check_copy(&image, TOTAL), 0);
		accepted++;
	}
	/* The mutations are neither all harmless nor all fatal. */
	assert_in_range(accepted, 100, 39000);
}

static void test_noise(void **state)
{
	u32 noise[TOTAL / 4];
	unsigned int round;
	size_t i;

	(void)state;
	for (round = 0; round < 500; round++) {
		for (i = 0; i < ARRAY_SIZE(noise); i++)
			noise[i] = random_u32();
		noise[0] = cpu_to_le32(MRB_MAGIC);
		noise[1] = cpu_to_le32(sizeof(struct mrb_header) << 16 | MRB_FORMAT);
		noise[2] = cpu_to_le32(TOTAL);
		noise[12] = cpu_to_le32(limits.board_id);
		sign(noise, TOTAL);
		assert_int_equal(check_copy(noise, TOTAL), -EBADMSG);
	}
}

static void test_buffer(void **state)
{
	union image image;
	u8 *copy = malloc(TOTAL + 1);

	(void)state;
	build(&image);
	memcpy(copy + 1, &image, TOTAL);
	assert_int_equal(mrb_check(copy + 1, TOTAL, &limits, NULL), -EINVAL);
	free(copy);
	assert_int_equal(mrb_check(NULL, TOTAL, &limits, NULL), -EINVAL);
	assert_int_equal(mrb_check(NULL, 0, &limits, NULL), -ENODATA);
	assert_int_equal(mrb_check_header(&image, sizeof(image.h) - 1, TOTAL, &limits, NULL),
			 -EMSGSIZE);
	assert_int_equal(mrb_check_header(&image, sizeof(image.h), TOTAL + 1, &limits, NULL),
			 -EMSGSIZE);
	assert_int_equal(mrb_check(&image, 1ul << 32 | TOTAL, &limits, NULL), -EMSGSIZE);
}

static void test_sums_of_too_little(void **state)
{
	union image image;
	u8 digest[MRB_SHA256_SIZE];

	(void)state;
	build(&image);
	assert_int_equal(mrb_crc32(&image, sizeof(image.h) - 1), 0);
	assert_int_equal(mrb_digest(&image, sizeof(image.h) - 1, digest), -EMSGSIZE);
	assert_int_equal(mrb_digest(&image, 0, digest), -EMSGSIZE);
}

static u32 plain_crc32(const u8 *p, size_t len)
{
	u32 crc = ~0u;
	int bit;

	while (len--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* Longer than what is summed in one go, and no multiple of it. */
static void test_crc_of_much(void **state)
{
	static const u8 check[] = "123456789";
	size_t len = 100003;
	u8 *buf = malloc(len);
	u32 crc;

	(void)state;
	assert_int_equal(plain_crc32(check, 9), 0xcbf43926);
	memset(buf, 0x5a, len);
	crc = mrb_crc32(buf, len);
	memset(buf + AT(crc32), 0, 4 + MRB_SHA256_SIZE);
	assert_int_equal(crc, plain_crc32(buf, len));
	free(buf);
}

static void test_find_schema(void **state)
{
	union image image;

	(void)state;
	build(&image);
	assert_ptr_equal(mrb_find_schema(&image.h, 1), &image.h.schema[0]);
	assert_ptr_equal(mrb_find_schema(&image.h, 0xffff), &image.h.schema[2]);
	assert_null(mrb_find_schema(&image.h, 3));
	assert_null(mrb_find_schema(&image.h, 0));
	image.h.nr_schemas = 0;
	assert_null(mrb_find_schema(&image.h, 1));
	image.h.nr_schemas = cpu_to_le16(0xffff);
	assert_null(mrb_find_schema(&image.h, 3));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_chips),
		cmocka_unit_test(test_any_value),
		cmocka_unit_test(test_most_tables),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_bad_fields),
		cmocka_unit_test(test_bad_shapes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_random_mutation),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_buffer),
		cmocka_unit_test(test_sums_of_too_little),
		cmocka_unit_test(test_crc_of_much),
		cmocka_unit_test(test_find_schema),
	};

	return cmocka_run_group_tests_name("mrb", tests, NULL, NULL);
}
