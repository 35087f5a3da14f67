// SPDX-License-Identifier: GPL-2.0
/*
 * U15: the overlay engine knows no HBA. It lays images over one another on a
 * board that has nothing in common with one: see toy.h. Version 2 counts in
 * tenths where version 1 counts in ones, so it has to convert.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "sign.h"
#include "toy.h"

#define CALL(name)	TOY(CALL, OVERLAY_##name)
#define OLD(field)	(TOY_TEXT + offsetof(struct mrb_header, field))
#define NEW(field)	(TOY_STAGE_TEXT + offsetof(struct mrb_header, field))
#define COUNT		TOY_DATA
#define NEW_COUNT	TOY_STAGE_DATA

/**
 * struct toy_image - an image, as it is in a file
 * @header: its header
 * @code: run-time, update module, bootstrap, rollback module, 32 words each
 */
struct toy_image {
	struct mrb_header header;
	__le32 code[4][32];
};

enum { RUNTIME, UPDATE, BOOTSTRAP, ROLLBACK };

/* The loader reads the file in one piece; the branch follows. */
static const u32 update_code[32] = {
	CALL(OPEN), TOY(ARG, 2), TOY(LDI, 0), TOY(ARG, 0), TOY(LDI, TOY_STAGE_TEXT), TOY(ARG, 1),
	CALL(READ), CALL(STAGED), TOY(LD, NEW(bootstrap_entry)), TOY(ADD, TOY_STAGE_TEXT),
	TOY(JUMP, 0),
};

/* Version 1 replaces only itself, and keeps the table. */
static const u32 same_code[] = {
	TOY(LD, OLD(version)), TOY(SUB, NEW(version)), TOY(JNZ, 11 * 4), CALL(QUIESCE),
};

/* Version 2 converts, in the pause, as people keep coming. */
static const u32 times_10_code[] = {
	CALL(QUIESCE), TOY(LD, COUNT), TOY(MUL, 10), TOY(ST, NEW_COUNT),
};

static const u32 by_10_code[] = {
	CALL(QUIESCE), TOY(LD, COUNT), TOY(DIV, 10), TOY(ST, NEW_COUNT),
};

/* From RESUME on, or after a reset: count who comes. */
static void runtime_code(u32 *to, u32 step)
{
	const u32 code[] = {
		TOY(JNZ, 8), TOY(J, 20), CALL(RESUME), TOY(LDI, 0), TOY(ARG, 0), CALL(SELFTEST),
		TOY(WAIT, 0), TOY(LD, COUNT), TOY(ADD, step), TOY(ST, COUNT), TOY(J, -16),
	};

	memcpy(to, code, sizeof(code));
}

/* After @words of @head: the image is put in place and its run-time starts. */
static void exchange_code(u32 *to, const u32 *head, u32 words, u32 keep)
{
	const u32 code[] = {
		CALL(UNLOCK), TOY(LDI, keep), TOY(ARG, 0), CALL(COPY), CALL(VERIFY), CALL(FLUSH),
		CALL(LOCK), TOY(LDI, TOY_TEXT + offsetof(struct toy_image, code) + 8),
		TOY(JUMP, 0), CALL(ABORT),
	};

	memcpy(to, head, words * sizeof(*head));
	memcpy(to + words, code, sizeof(code));
}

static void set_code(struct toy_image *img, u32 part, const u32 *code)
{
	for (u32 i = 0; i < 32; i++)
		img->code[part][i] = cpu_to_le32(code[i]);
}

static __le32 entry(u32 part)
{
	return cpu_to_le32(offsetof(struct toy_image, code) + part * sizeof(u32[32]));
}

static void sign(struct toy_image *img)
{
	mrb_sign(img, sizeof(*img));
}

static struct toy_image make_image(u32 version)
{
	struct toy_image img = { .header = {
		.magic = cpu_to_le32(MRB_MAGIC), .format = cpu_to_le16(MRB_FORMAT),
		.header_size = cpu_to_le16(sizeof(img.header)),
		.total_size = cpu_to_le32(sizeof(img)), .board_id = cpu_to_le32(TOY_BOARD_ID),
		.version = cpu_to_le32(MRB_VERSION(version, 0)), .ordinal = cpu_to_le32(version),
		.load_addr = cpu_to_le32(TOY_TEXT), .runtime_entry = entry(RUNTIME),
		.update_entry = entry(UPDATE), .bootstrap_entry = entry(BOOTSTRAP),
		.rollback_entry = entry(ROLLBACK), .frame_formats = cpu_to_le32(1),
		.nr_blocks = cpu_to_le16(2), .nr_schemas = cpu_to_le16(1), .name = "turnstile",
		.block = {
			{ cpu_to_le32(MRB_TEXT), cpu_to_le32(TOY_TEXT), 0,
			  cpu_to_le32(sizeof(img)), cpu_to_le32(sizeof(img)) },
			{ cpu_to_le32(MRB_DATA), cpu_to_le32(TOY_DATA), cpu_to_le32(sizeof(img)),
			  0, cpu_to_le32(TOY_SIZE) },
		},
		.schema = {
			{ cpu_to_le16(1), cpu_to_le16(version), cpu_to_le32(COUNT),
			  cpu_to_le32(4), cpu_to_le32(1) },
		},
	} };
	u32 code[32] = {};

	runtime_code(code, version == 1 ? 1 : 10);
	set_code(&img, RUNTIME, code);
	set_code(&img, UPDATE, update_code);
	if (version == 1)
		exchange_code(code, same_code, ARRAY_SIZE(same_code), 1);
	else
		exchange_code(code, times_10_code, ARRAY_SIZE(times_10_code), 0);
	set_code(&img, BOOTSTRAP, code);
	exchange_code(code, by_10_code, ARRAY_SIZE(by_10_code), 0);
	set_code(&img, ROLLBACK, code);
	sign(&img);
	return img;
}

static struct toy toy;
static struct overlay ov;
static struct toy_image v1, v2;
static struct overlay_status result;

static int power_on(void **state)
{
	v1 = make_image(1);
	v2 = make_image(2);
	memset(&ov, 0, sizeof(ov));
	toy_power_on(&toy, &v1, sizeof(v1));
	overlay_init(&ov, &toy_ops, &toy, &toy.image);
	overlay_include(&ov);
	return 0;
}

static void people(u32 n)
{
	while (n--)
		toy_person(&toy);
}

/* Three people come while nobody can go through. */
static void crowd(struct toy *t)
{
	people(3);
}

static int update(const struct toy_image *img)
{
	int ret;

	assert_int_equal(overlay_claim(&ov), 0);
	ret = overlay_update(&ov, img, sizeof(*img), &result);
	while (ret >= 0 && ov.status.state == OVERLAY_PROBATION) {
		toy_ops.processor->settle(&toy);
		ret = overlay_probation(&ov, &result);
	}
	return ret;
}

static u32 count(void)
{
	return toy_word(toy.region.data, 0);
}

static void test_runs(void **state)
{
	assert_false(toy.dead);
	people(5);
	assert_int_equal(count(), 5);
}

/* Same version, same schema: the table stays where it is (U12). */
static void test_same_version(void **state)
{
	people(4);
	toy.on_hold = crowd;
	assert_int_equal(update(&v1), 0);
	assert_string_equal(result.error, "none");
	assert_int_equal(result.last.waiting_commands, 3);
	people(1);
	assert_int_equal(count(), 8);
	assert_true(toy.locked && !toy.open && !toy.held);
}

/* Another schema: converted by the new image's bootstrap (U6, U7). */
static void test_conversion(void **state)
{
	people(4);
	toy.on_hold = crowd;
	assert_int_equal(update(&v2), 0);
	assert_int_equal(count(), 70);
	assert_int_equal(ov.status.version, MRB_VERSION(2, 0));
	people(1);
	assert_int_equal(count(), 80);
}

static void test_rollback(void **state)
{
	people(4);
	assert_int_equal(overlay_claim(&ov), 0);
	assert_int_equal(overlay_update(&ov, &v2, sizeof(v2), &result), 0);
	people(2);
	assert_int_equal(count(), 60);
	assert_int_equal(overlay_decide(&ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&ov, &result), -ECANCELED);
	assert_int_equal(ov.status.version, MRB_VERSION(1, 0));
	people(1);
	assert_int_equal(count(), 7);
}

/* A check holds nobody up, and what people have counted stays (U8). */
static void test_check(void **state)
{
	struct overlay_check check;

	people(4);
	toy.on_hold = crowd;
	assert_int_equal(overlay_claim_check(&ov, "2"), 0);
	assert_int_equal(overlay_update(&ov, &v2, sizeof(v2), &result), OVERLAY_STOPPED);
	overlay_read_check(&ov, &check);
	assert_int_equal(check.finding, OVERLAY_FITS);
	assert_int_equal(check.converted_bytes, 4);
	assert_int_equal(ov.status.version, MRB_VERSION(1, 0));
	assert_string_equal(result.error, "none");
	people(1);
	assert_int_equal(count(), 5);
}

static void test_older(void **state)
{
	assert_int_equal(update(&v2), 0);
	people(1);
	assert_int_equal(update(&v1), -ECANCELED);
	assert_non_null(strstr(result.error, "older"));
	assert_int_equal(count(), 10);
}

/* The image in place runs on, whatever the new one's bootstrap does. */
static void check_refused(struct toy_image *img, const char *why)
{
	sign(img);
	people(2);
	assert_int_equal(update(img), -ECANCELED);
	assert_non_null(strstr(result.error, why));
	assert_memory_equal(&toy.image, &v1.header, sizeof(v1.header));
	assert_memory_equal(toy.region.text, &v1, sizeof(v1));
	people(1);
	assert_int_equal(count(), 3);
	assert_int_equal(update(&v2), 0);
	assert_int_equal(count(), 30);
}

static void test_store_into_old(void **state)
{
	struct toy_image bad = v2;

	bad.code[BOOTSTRAP][0] = cpu_to_le32(TOY(ST, COUNT));
	check_refused(&bad, "store not allowed");
}

static void test_hang(void **state)
{
	struct toy_image bad = v2;

	bad.code[BOOTSTRAP][0] = cpu_to_le32(TOY(J, 0));
	check_refused(&bad, "hangs");
}

static void test_dies_in_pause(void **state)
{
	struct toy_image bad = v2;

	bad.code[BOOTSTRAP][1] = cpu_to_le32(TOY_ILLEGAL);
	check_refused(&bad, "paused: turnstile: illegal instruction");
}

/* After the copy: what was there is put back. */
static void test_dies_after_copy(void **state)
{
	struct toy_image bad = v2;

	bad.code[BOOTSTRAP][8] = cpu_to_le32(TOY_ILLEGAL);
	check_refused(&bad, "swapping: turnstile: illegal instruction");
}

static void test_out_of_order(void **state)
{
	struct toy_image bad = v2;

	bad.code[BOOTSTRAP][0] = cpu_to_le32(CALL(COPY));
	check_refused(&bad, "call");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_runs, power_on),
		cmocka_unit_test_setup(test_same_version, power_on),
		cmocka_unit_test_setup(test_conversion, power_on),
		cmocka_unit_test_setup(test_rollback, power_on),
		cmocka_unit_test_setup(test_check, power_on),
		cmocka_unit_test_setup(test_older, power_on),
		cmocka_unit_test_setup(test_store_into_old, power_on),
		cmocka_unit_test_setup(test_hang, power_on),
		cmocka_unit_test_setup(test_dies_in_pause, power_on),
		cmocka_unit_test_setup(test_dies_after_copy, power_on),
		cmocka_unit_test_setup(test_out_of_order, power_on),
	};

	return cmocka_run_group_tests_name("U15: a board that is no HBA", tests, NULL, NULL);
}
