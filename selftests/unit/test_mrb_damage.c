// SPDX-License-Identifier: GPL-2.0
/*
 * The image parser (mrb/mrb.c) and a good image that was damaged: with the checksums
 * wrong, cut off, with random values, and noise.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include "good_image.h"
#include "random.h"
#include "sign.h"

static void test_damage(void **state)
{
	struct mrb_fault fault;
	union image image;

	(void)state;
	image_build(&image);
	image.bytes[TOTAL - 1] ^= 1;
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), -EBADMSG);
	assert_int_equal(fault.where, AT(crc32));
	image.h.crc32 = cpu_to_le32(mrb_crc32(&image, TOTAL));
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), -EBADMSG);
	assert_int_equal(fault.where, AT(sha256));
	/* Damage is called damage, whatever it hit. */
	image_build(&image);
	image.h.board_id ^= cpu_to_le32(1);
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, &fault), -EBADMSG);
	assert_int_equal(fault.where, AT(crc32));
}

/* The buffer ends with the file, so that a read beyond it is caught. */
static int check_copy(const void *buf, size_t len)
{
	struct mrb_fault fault = { NULL, 0 };
	void *copy = malloc(len);
	int err;

	memcpy(copy, buf, len);
	err = mrb_check(copy, len, &good_limits, &fault);
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
	image_build(&image);
	assert_int_equal(check_copy(&image, 0), -ENODATA);
	for (len = 1; len < TOTAL; len++)
		assert_int_equal(check_copy(&image, len), -EMSGSIZE);
	/* With a header that admits to the shorter file. */
	for (len = sizeof(image.h); len < TOTAL; len++) {
		image_build(&image);
		image.h.total_size = cpu_to_le32(len);
		mrb_sign(&image, len);
		assert_int_equal(check_copy(&image, len), -EBADMSG);
	}
}

static void test_bit_flips(void **state)
{
	union image image;
	size_t bit;

	(void)state;
	image_build(&image);
	for (bit = 0; bit < 8 * TOTAL; bit++) {
		image.bytes[bit / 8] ^= 1 << bit % 8;
		if (!mrb_check(&image, TOTAL, &good_limits, NULL))
			fail_msg("bit %zu makes no difference", bit);
		image.bytes[bit / 8] ^= 1 << bit % 8;
	}
	assert_int_equal(mrb_check(&image, TOTAL, &good_limits, NULL), 0);
}

static u32 random_u32(void)
{
	static u32 state = 20240607;

	return xorshift(&state);
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

		image_build(&image);
		while (changes--)
			image_put(&image, random_u32() % (sizeof(image.h) / 4) * 4,
				  1 << random_u32() % 3, random_value());
		/* Checksums aside, so that the fields are looked at. */
		image.h.magic = cpu_to_le32(MRB_MAGIC);
		if (mrb_check_header(&image, sizeof(image.h), TOTAL, &good_limits, NULL))
			continue;
		assert_sane(&image);
		mrb_sign(&image, TOTAL);
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
		noise[12] = cpu_to_le32(good_limits.board_id);
		mrb_sign(noise, TOTAL);
		assert_int_equal(check_copy(noise, TOTAL), -EBADMSG);
	}
}

static void test_buffer(void **state)
{
	union image image;
	u8 *copy = malloc(TOTAL + 1);

	(void)state;
	image_build(&image);
	memcpy(copy + 1, &image, TOTAL);
	assert_int_equal(mrb_check(copy + 1, TOTAL, &good_limits, NULL), -EINVAL);
	free(copy);
	assert_int_equal(mrb_check(NULL, TOTAL, &good_limits, NULL), -EINVAL);
	assert_int_equal(mrb_check(NULL, 0, &good_limits, NULL), -ENODATA);
	assert_int_equal(mrb_check_header(&image, sizeof(image.h) - 1, TOTAL, &good_limits, NULL),
			 -EMSGSIZE);
	assert_int_equal(mrb_check_header(&image, sizeof(image.h), TOTAL + 1, &good_limits, NULL),
			 -EMSGSIZE);
	assert_int_equal(mrb_check(&image, 1ul << 32 | TOTAL, &good_limits, NULL), -EMSGSIZE);
}

#define HEADER	sizeof(struct mrb_header)

/* The image ends where its header says, if that can be. */
static void test_image_size(void **state)
{
	static const struct {
		u32 said;
		size_t len, size;
	} rows[] = {
		{ TOTAL, TOTAL, TOTAL }, { TOTAL, 2 * TOTAL, TOTAL },
		{ TOTAL, TOTAL - 1, TOTAL - 1 },
		{ HEADER, TOTAL, HEADER }, { HEADER - 1, TOTAL, TOTAL }, { 0, TOTAL, TOTAL },
		{ ~0u, TOTAL, TOTAL }, { TOTAL, HEADER - 1, HEADER - 1 }, { TOTAL, 0, 0 },
	};
	u32 file[2 * TOTAL / 4] = {};
	struct mrb_header *h = (void *)file;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		h->magic = cpu_to_le32(MRB_MAGIC);
		h->total_size = cpu_to_le32(rows[i].said);
		assert_int_equal(mrb_image_size(file, rows[i].len), rows[i].size);
		h->magic ^= 1;
		assert_int_equal(mrb_image_size(file, rows[i].len), rows[i].len);
	}
	assert_int_equal(mrb_image_size((u8 *)file + 1, TOTAL), TOTAL);
	assert_int_equal(mrb_image_size(NULL, TOTAL), TOTAL);
}

static void test_sums_of_too_little(void **state)
{
	union image image;
	u8 digest[MRB_SHA256_SIZE];

	(void)state;
	image_build(&image);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_random_mutation),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_buffer),
		cmocka_unit_test(test_image_size),
		cmocka_unit_test(test_sums_of_too_little),
		cmocka_unit_test(test_crc_of_much),
	};

	return cmocka_run_group_tests_name("mrb-damage", tests, NULL, NULL);
}
