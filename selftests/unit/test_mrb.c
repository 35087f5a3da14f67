// SPDX-License-Identifier: GPL-2.0
/*
 * The image parser (mrb/mrb.c): one good image, every way to spoil it with
 * the checksums right. What damages it is in test_mrb_damage.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include "good_image.h"
#include "sign.h"

static void test_good(void **state)
{
	struct mrb_fault fault = { "untouched", 42 };
	union image image;

	(void)state;
	image_build(&image);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), 0);
	assert_string_equal(fault.what, "untouched");
	assert_int_equal(fault.where, 42);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, NULL), 0);
	assert_int_equal(mrb_check_header(&image, sizeof(image.h), TOTAL, &good_limits, NULL), 0);
}

/* Block 2 of the good image, and a new one behind it, are contents of chips. */
static void build_chips(union image *image)
{
	struct mrb_header *h = &image->h;

	image_build(image);
	h->bootstrap_entry = h->runtime_entry;
	h->nr_blocks = cpu_to_le16(5);
	h->block[2] = image_block(MRB_CHIP(1), CHIPS_BASE + CONFIG, SIZE0 + SIZE1, SIZE2 - 16,
				  SIZE2 - 16);
	h->block[3].file_offset = cpu_to_le32(TOTAL - 16);
	h->block[4] = image_block(MRB_CHIP(0), CHIPS_BASE, TOTAL - 16, 16, 16);
}

static void check_chips(union image *image, int err, const char *why)
{
	struct mrb_fault fault = { "none", 0 };

	mrb_sign(image, TOTAL);
	assert_int_equal(mrb_check(image, TOTAL, &good_limits, &fault), err);
	if (!strstr(fault.what, why))
		fail_msg("'%s' is not '%s'", fault.what, why);
}

/* U8: contents for other modules. */
static void test_chips(void **state)
{
	struct mrb_limits none = good_limits;
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
	none = good_limits;
	none.config_size = SIZE2 - 20;
	mrb_sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &none, NULL), -EFBIG);
}

/* What is free to the author. */
static void test_any_value(void **state)
{
	union image image;

	(void)state;
	image_build(&image);
	image.h.version = cpu_to_le32(~0u);
	image.h.ordinal = cpu_to_le32(~0u);
	image.h.cap_provided = cpu_to_le32(GOOD_CAPS);
	image.h.cap_required = cpu_to_le32(~0u);
	image.h.pause_budget_us = cpu_to_le32(~0u);
	image.h.frame_formats = cpu_to_le32(~0u);
	image.h.schema[0].version = cpu_to_le16(0xffff);
	memset(image.h.name, 0, sizeof(image.h.name));
	image.h.name[0] = ' ';
	mrb_sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, NULL), 0);
}

static void test_most_tables(void **state)
{
	union image image;
	u32 i;

	(void)state;
	image_build(&image);
	image.h.nr_blocks = cpu_to_le16(MRB_MAX_BLOCKS);
	for (i = 4; i < MRB_MAX_BLOCKS; i++)
		image.h.block[i] = image_block(MRB_DATA, DATA_BASE + 0x1000 + i * 0x400, TOTAL, 0,
					       0x400);
	image.h.nr_schemas = cpu_to_le16(MRB_MAX_SCHEMAS);
	for (i = 0; i < MRB_MAX_SCHEMAS; i++)
		image.h.schema[i] = image_schema(i + 1, DATA_BASE + 0x1000 + i * 4, 1, 4);
	mrb_sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, NULL), 0);
}

static void test_least(void **state)
{
	union image image;

	(void)state;
	image_build(&image);
	memset(image.h.block, 0, sizeof(image.h.block));
	memset(image.h.schema, 0, sizeof(image.h.schema));
	image.h.nr_blocks = cpu_to_le16(1);
	image.h.nr_schemas = 0;
	image.h.block[0] = image_block(MRB_TEXT, TEXT_BASE, 0, SIZE0, SIZE0);
	image.h.total_size = cpu_to_le32(SIZE0);
	image.h.bootstrap_entry = image.h.update_entry;
	mrb_sign(&image, SIZE0);
	assert_int_equal(mrb_check(&image, SIZE0, &good_limits, NULL), 0);
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
	BAD(cap_provided, ~0u, -EBADMSG, "the board's or the driver's"),
	BAD(cap_provided, 1u << 8, -EBADMSG, "the board's or the driver's"),
	BAD(cap_provided, 1u << 15, -EBADMSG, "the board's or the driver's"),
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

		image_build(&image);
		image_put(&image, bad->at, bad->size, bad->value);
		mrb_sign(&image, TOTAL);
		expect("whole", mrb_check(&image, TOTAL, &good_limits, &fault), &fault, bad);
		fault = (struct mrb_fault){ "nothing", 0 };
		expect("header", mrb_check_header(&image, sizeof(image.h), TOTAL, &good_limits,
						  &fault), &fault, bad);
		assert_int_equal(mrb_check(&image, TOTAL, &good_limits, NULL), bad->err);
	}
}

/* Violations that take more than one field. */
static void test_bad_shapes(void **state)
{
	struct mrb_fault fault;
	union image image;

	(void)state;
	image_build(&image);
	memset(image.h.block, 0, sizeof(image.h.block));
	image.h.nr_blocks = cpu_to_le16(2);
	image.h.block[0] = image_block(MRB_TEXT, TEXT_BASE, 0, 512, 512);
	image.h.block[1] = image_block(MRB_TEXT, TEXT_BASE + 512, 512, TOTAL - 512, TOTAL - 512);
	mrb_sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), -EBADMSG);
	assert_non_null(strstr(fault.what, "does not hold the header"));

	image_build(&image);
	image.h.nr_blocks = cpu_to_le16(2);
	memset(&image.h.block[2], 0, 2 * sizeof(image.h.block[2]));
	mrb_sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), -EBADMSG);
	assert_non_null(strstr(fault.what, "do not make up the whole file"));

	image_build(&image);
	image_put(&image, AT(block[2].file_size), 4, SIZE2 - 2);
	image_put(&image, AT(block[3].file_offset), 4, TOTAL - 2);
	image_put(&image, AT(block[3].file_size), 4, 2);
	mrb_sign(&image, TOTAL);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), -EBADMSG);
	assert_non_null(strstr(fault.what, "size in file is not a multiple of 4"));
}

static void test_find_schema(void **state)
{
	union image image;

	(void)state;
	image_build(&image);
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
		cmocka_unit_test(test_find_schema),
	};

	return cmocka_run_group_tests_name("mrb", tests, NULL, NULL);
}
