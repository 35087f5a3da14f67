// SPDX-License-Identifier: GPL-2.0
/*
 * LOG SENSE of image 3.0: the pages that it has and older ones have not, and what they
 * count, also what was counted before it came.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <linux/string.h>

#include "fixture.h"

#define CHECK		2
#define CUMULATIVE	0x40
#define INVALID_FIELD	0x052400
#define PARAMS		7
#define PARAM_LEN	12
#define BYTES		5

static struct command *const c = &cmds[0];

/* LOG SENSE of @page, its PC field included, from a parameter on. */
static u8 log_sense(struct model *m, u8 page, u8 subpage, u16 first, u16 allocation)
{
	const u8 cdb[10] = { 0x4d, 0, page, subpage, 0, first >> 8, first, allocation >> 8,
			     allocation };

	memset(c->data, 0xa5, sizeof(c->data));
	return model_exec(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_IN, allocation);
}

static void check_refused(struct model *m, u8 page, u8 subpage, u16 first)
{
	assert_int_equal(log_sense(m, page, subpage, first, 255), CHECK);
	assert_int_equal(sense_of(c), INVALID_FIELD);
}

static u64 be(const u8 *p, u32 len)
{
	u64 n = 0;

	while (len--)
		n = n << 8 | *p++;
	return n;
}

/* It is no image for the ROM: at power-on ports speak format 1. */
static struct model *start_3_0(void)
{
	struct model *m = start(&model_config);

	assert_int_equal(model_update(m, &v3_0), 0);
	clear_attentions(m);
	return m;
}

static void check_pages(struct model *m, const u8 *pages, u32 nr)
{
	assert_int_equal(log_sense(m, CUMULATIVE, 0, 0, 255), 0);
	assert_int_equal(c->cmd.buf.moved, 4 + nr);
	assert_int_equal(be(c->data, 4), nr);
	assert_memory_equal(c->data + 4, pages, nr);
}

/* Each parameter, in order; no errors, and so many bytes. */
static void check_counters(struct model *m, u8 page, u16 first, u64 bytes)
{
	u32 nr = PARAMS - first;

	assert_int_equal(log_sense(m, CUMULATIVE | page, 0, first, 255), 0);
	assert_int_equal(c->cmd.buf.moved, 4 + nr * PARAM_LEN);
	assert_int_equal(be(c->data, 4), (u32)page << 24 | nr * PARAM_LEN);
	for (u32 i = 0; i < nr; i++) {
		const u8 *p = c->data + 4 + i * PARAM_LEN;

		assert_int_equal(be(p, 2), first + i);
		assert_int_equal(be(p + 2, 2), 8);
		assert_int_equal(be(p + 4, 8), first + i == BYTES ? bytes : 0);
	}
}

static void write_blocks(struct model *m, u32 blocks)
{
	assert_int_equal(rw_blocks(m, 0, c, true, 8, blocks), 0);
}

static void read_blocks(struct model *m, u32 blocks)
{
	assert_int_equal(rw_blocks(m, 1, c, false, 8, blocks), 0);
}

static void test_pages(void **state)
{
	const u8 old[] = { 0x00, 0x19 };
	const u8 new[] = { 0x00, 0x02, 0x03, 0x19, 0x2f };
	struct model *m = start(&model_config);

	check_pages(m, old, sizeof(old));
	check_refused(m, CUMULATIVE | 0x02, 0, 0);
	assert_int_equal(model_update(m, &v2_0), 0);
	clear_attentions(m);
	check_pages(m, old, sizeof(old));
	check_refused(m, CUMULATIVE | 0x2f, 0, 0);
	assert_int_equal(model_update(m, &v3_0), 0);
	clear_attentions(m);
	check_pages(m, new, sizeof(new));
	model_free(m);
}

/* What was moved before the update is counted, too. */
static void test_counters(void **state)
{
	struct model *m = start(&model_config);

	write_blocks(m, 3);
	read_blocks(m, 2);
	assert_int_equal(model_update(m, &v3_0), 0);
	clear_attentions(m);
	check_counters(m, 0x02, 0, 3 * 512);
	check_counters(m, 0x03, 0, 2 * 512);
	write_blocks(m, 10);
	read_blocks(m, 1);
	for (u16 first = 0; first < PARAMS; first++) {
		check_counters(m, 0x02, first, 13 * 512);
		check_counters(m, 0x03, first, 3 * 512);
	}
	model_free(m);
}

static void test_exceptions(void **state)
{
	const u8 none[] = { 0x2f, 0, 0, 8, 0, 0, 3, 4, 0, 0, 0xff, 0 };
	struct model *m = start_3_0();

	assert_int_equal(log_sense(m, CUMULATIVE | 0x2f, 0, 0, 255), 0);
	assert_int_equal(c->cmd.buf.moved, sizeof(none));
	assert_memory_equal(c->data, none, sizeof(none));
	/* no more than was allocated */
	assert_int_equal(log_sense(m, CUMULATIVE | 0x2f, 0, 0, 7), 0);
	assert_int_equal(c->cmd.buf.moved, 7);
	assert_memory_equal(c->data, none, 7);
	assert_int_equal(c->data[7], 0xa5);
	model_free(m);
}

static void test_refused(void **state)
{
	struct model *m = start_3_0();

	check_refused(m, CUMULATIVE | 0x02, 0, PARAMS);
	check_refused(m, CUMULATIVE | 0x2f, 0, 1);
	check_refused(m, CUMULATIVE | 0x03, 1, 0);
	check_refused(m, 0x02, 0, 0);
	check_refused(m, CUMULATIVE | 0x05, 0, 0);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("log pages of image 3.0", tests, read_images,
					   free_images);
}
