// SPDX-License-Identifier: GPL-2.0
/*
 * What is kept of updates: the lines of the history, the parts of the pause and
 * the histogram of the waits. What an update did not reach is not there.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "fixture.h"

#define COLUMNS	17

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

/* The columns of the last update's line; the last one has all of the reason. */
static struct line {
	char text[1024];
	char *column[COLUMNS];
} line;

enum column {
	COL_NUMBER,
	COL_FROM,
	COL_TO,
	COL_NAME,
	COL_METHOD,
	COL_INCOMPAT,
	COL_PAUSE,
	COL_QUIESCE,
	COL_DELTA,
	COL_COPY,
	COL_VERIFY,
	COL_START,
	COL_UNDO,
	COL_WAITING,
	COL_ROLLBACK,
	COL_RESULT,
	COL_REASON,
};

static void read_line(struct model *m)
{
	struct overlay_record record;
	u32 len;
	char *at = line.text;

	assert_true(overlay_read_record(&m->ov, m->ov.status.recorded, &record));
	len = overlay_format_record(&record, line.text, sizeof(line.text));
	assert_int_equal(len, strlen(line.text));
	assert_int_equal(line.text[len - 1], '\n');
	line.text[len - 1] = '\0';
	for (u32 i = 0; i < COLUMNS; i++)
		line.column[i] = i < COLUMNS - 1 ? strsep(&at, " ") : at;
	assert_non_null(line.column[COL_RESULT]);
}

static void column_is(enum column n, const char *wanted)
{
	if (strcmp(line.column[n], wanted))
		fail_msg("column %u is '%s', not '%s'", n, line.column[n], wanted);
}

static u64 number(enum column n)
{
	char *end;
	u64 value = strtoull(line.column[n], &end, 10);

	assert_int_equal(*end, '\0');
	return value;
}

static u64 sum_of_parts(void)
{
	u64 sum = 0;

	for (u32 i = COL_QUIESCE; i <= COL_UNDO; i++)
		if (strcmp(line.column[i], "-"))
			sum += number(i);
	return sum;
}

static void test_committed(void **state)
{
	struct model *m = start(&model_config);
	const struct overlay_figures *last = &m->ov.status.last;
	u64 insns = 0;

	write_some(m);
	assert_int_equal(model_update(m, &v1_1), 0);
	read_line(m);
	column_is(COL_NUMBER, "1");
	column_is(COL_FROM, "1.0");
	column_is(COL_TO, "1.1");
	column_is(COL_NAME, "1.1");
	column_is(COL_METHOD, "overlay");
	column_is(COL_INCOMPAT, "one-ahead,size,caches");
	column_is(COL_UNDO, "-");
	column_is(COL_WAITING, "0");
	column_is(COL_ROLLBACK, "-");
	column_is(COL_RESULT, "committed");
	assert_null(line.column[COL_REASON]);
	for (u32 i = COL_QUIESCE; i <= COL_START; i++)
		assert_true(number(i) > 0);
	assert_int_equal(number(COL_PAUSE), last->pause_ns);
	assert_int_equal(sum_of_parts(), last->pause_ns);
	assert_int_equal(number(COL_DELTA), last->part_ns[OVERLAY_PART_DELTA]);
	for (u32 i = 0; i < OVERLAY_PARTS; i++)
		insns += last->part_insns[i];
	assert_int_equal(insns, last->pause_insns);
	model_free(m);
}

static void test_incompatibilities(void **state)
{
	struct model *m = start(&model_config);

	assert_int_equal(model_update(m, &v2_0), 0);
	read_line(m);
	column_is(COL_INCOMPAT, "one-ahead,capabilities,schemas,size,caches,chips");
	assert_int_equal(model_update(m, &v2_0), 0);
	read_line(m);
	column_is(COL_INCOMPAT, "same-version");
	assert_int_not_equal(model_update(m, &v1_0), 0);
	read_line(m);
	column_is(COL_NUMBER, "3");
	column_is(COL_FROM, "2.0");
	column_is(COL_TO, "1.0");
	column_is(COL_INCOMPAT, "older,capabilities,schemas,size");
	column_is(COL_RESULT, "failed");
	model_free(m);
}

/* As far as the headers tell; the images here all have their data in one place. */
static void test_data_moved(void **state)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;
	struct model *m = start(&model_config);
	u32 last = le16_to_cpu(h->nr_blocks) - 1;

	while (le32_to_cpu(h->block[last].type) != MRB_DATA)
		last--;
	h->version = cpu_to_le32(MRB_VERSION(1, 7));
	h->cap_provided |= cpu_to_le32(1u << 30);
	h->block[last].address = cpu_to_le32(le32_to_cpu(h->block[last].address) + 0x1000);
	image_sign(&img);
	model_update(m, &img);
	read_line(m);
	column_is(COL_TO, "1.7");
	column_is(COL_INCOMPAT, "several-ahead,capabilities,size,data-moved,caches");
	image_free(&img);
	model_free(m);
}

/* An image that is none: there is nothing to compare, and no pause. */
static void test_failed_in_loading(void **state)
{
	struct image img = copy_of(&v1_1);
	struct model *m = start(&model_config);

	img.bytes[img.size - 5] ^= 1;
	assert_int_equal(overlay_claim(&m->ov), 0);
	overlay_set_name(&m->ov, "my \\image\xff");
	assert_int_not_equal(model_update_claimed(m, &img), 0);
	read_line(m);
	column_is(COL_FROM, "1.0");
	column_is(COL_TO, "-");
	column_is(COL_NAME, "my\\x20\\x5cimage\\xff");
	for (u32 i = COL_INCOMPAT; i <= COL_ROLLBACK; i++)
		column_is(i, "-");
	column_is(COL_RESULT, "failed");
	column_is(COL_REASON, m->ov.status.error);
	assert_non_null(strstr(line.column[COL_REASON], "loading: "));
	image_free(&img);
	model_free(m);
}

static void read_in_pause(struct model *m)
{
	for (u32 i = 4; i < 7; i++)
		model_start(m, i % 2, &cmds[i], read_100, 10, FRAME_DIR_IN, 4096);
}

static u64 all_waits(const struct overlay *ov)
{
	u64 sum = 0;

	for (u32 i = 0; i < OVERLAY_WAIT_BUCKETS; i++)
		sum += ov->histogram.all[i];
	return sum;
}

/* It fails in the pause: what was begun has a time, and so has the undo. */
static void failed_in_pause(const u32 *code, u32 words, enum column last, const char *why)
{
	struct image img = patched(&v1_1, BOOTSTRAP, code, words);
	struct model *m = start(&model_config);

	m->on_hold = read_in_pause;
	assert_int_not_equal(model_update(m, &img), 0);
	read_line(m);
	column_is(COL_TO, "1.1");
	for (u32 i = COL_QUIESCE; i <= COL_START; i++) {
		if (i <= last)
			assert_true(number(i) > 0);
		else
			column_is(i, "-");
	}
	assert_true(number(COL_UNDO) > 0);
	assert_int_equal(sum_of_parts(), number(COL_PAUSE));
	column_is(COL_WAITING, "3");
	assert_int_equal(all_waits(&m->ov), 3);
	column_is(COL_RESULT, "failed");
	assert_non_null(strstr(line.column[COL_REASON], why));
	assert_int_equal(m->ov.status.last.pause_ns, 0);
	image_free(&img);
	model_free(m);
}

static void test_failed_in_pause(void **state)
{
	const u32 quiesced[] = { QUIESCE, 0 };
	const u32 unlocked[] = { QUIESCE, UNLOCK, 0 };
	const u32 copied[] = { QUIESCE, UNLOCK, ADDI(A0, X0, 0), COPY, 0 };
	const u32 verified[] = { QUIESCE, UNLOCK, ADDI(A0, X0, 7), COPY, VERIFY, FLUSH, LOCK, 0 };

	failed_in_pause(quiesced, ARRAY_SIZE(quiesced), COL_DELTA, "paused: ");
	failed_in_pause(unlocked, ARRAY_SIZE(unlocked), COL_COPY, "swapping: ");
	failed_in_pause(copied, ARRAY_SIZE(copied), COL_VERIFY, "swapping: ");
	failed_in_pause(verified, ARRAY_SIZE(verified), COL_START, "starting: ");
}

static void test_rolled_back(void **state)
{
	struct model *m = start(&model_config);
	u64 pause_ns;

	write_some(m);
	begin_probation(m, &v1_1);
	assert_int_equal(m->ov.status.recorded, 0);
	pause_ns = m->ov.work.pause_ns;
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	read_line(m);
	column_is(COL_TO, "1.1");
	column_is(COL_RESULT, "rolled-back");
	assert_non_null(strstr(line.column[COL_REASON], "probation: rolled back by hand"));
	assert_int_equal(number(COL_PAUSE), pause_ns);
	assert_int_equal(sum_of_parts(), pause_ns);
	assert_true(number(COL_ROLLBACK) > 0);
	model_free(m);
}

/* The histogram has each command that waited, at the place of its wait. */
static void test_histogram(void **state)
{
	struct overlay_waits waits = {};
	struct model *m = start(&model_config);
	u32 sum = 0;

	overlay_waits_add(&waits, 0);
	overlay_waits_add(&waits, 999);
	overlay_waits_add(&waits, 1000);
	overlay_waits_add(&waits, 1999);
	overlay_waits_add(&waits, 2000);
	overlay_waits_add(&waits, 4194303999u);
	overlay_waits_add(&waits, 4194304000u);
	overlay_waits_add(&waits, ~0ull);
	assert_int_equal(waits.commands, 8);
	assert_int_equal(waits.bucket[0], 2);
	assert_int_equal(waits.bucket[1], 2);
	assert_int_equal(waits.bucket[2], 1);
	assert_int_equal(waits.bucket[OVERLAY_WAIT_BUCKETS - 2], 1);
	assert_int_equal(waits.bucket[OVERLAY_WAIT_BUCKETS - 1], 2);

	m->on_hold = read_in_pause;
	assert_int_equal(model_update(m, &v1_1), 0);
	for (u32 i = 0; i < OVERLAY_WAIT_BUCKETS; i++)
		sum += m->ov.histogram.last[i];
	assert_int_equal(sum, 3);
	assert_int_equal(m->ov.status.last.waiting_commands, 3);
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_int_equal(all_waits(&m->ov), 6);

	m->ov.work.longest_wait_ns = 0;
	overlay_count_waits(&m->ov, &(struct overlay_waits){ .longest_ns = 5 });
	overlay_count_waits(&m->ov, &(struct overlay_waits){ .longest_ns = 3 });
	assert_int_equal(m->ov.work.longest_wait_ns, 5);
	model_free(m);
}

/* The last ones are remembered, and each line is whole or not there. */
static void test_ring(void **state)
{
	struct model *m = start(&model_config);
	struct overlay_record record;
	char buf[512];
	u32 len;

	assert_false(overlay_read_record(&m->ov, 0, &record));
	for (u32 i = 0; i < OVERLAY_HISTORY + 3; i++)
		assert_int_equal(model_update(m, &v1_1), 0);
	assert_int_equal(m->ov.status.recorded, OVERLAY_HISTORY + 3);
	assert_false(overlay_read_record(&m->ov, 3, &record));
	assert_false(overlay_read_record(&m->ov, OVERLAY_HISTORY + 4, &record));
	for (u32 i = 4; i <= OVERLAY_HISTORY + 3; i++)
		assert_true(overlay_read_record(&m->ov, i, &record));
	record.incompat |= 1u << 31;
	len = overlay_format_record(&record, buf, sizeof(buf));
	assert_non_null(strstr(buf, ",bit-31 ") ?: strstr(buf, " same-version,bit-31 "));
	for (u32 size = 1; size <= len; size++)
		assert_int_equal(overlay_format_record(&record, buf, size), 0);
	assert_int_equal(overlay_format_record(&record, buf, len + 1), len);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_committed),
		cmocka_unit_test(test_incompatibilities),
		cmocka_unit_test(test_data_moved),
		cmocka_unit_test(test_failed_in_loading),
		cmocka_unit_test(test_failed_in_pause),
		cmocka_unit_test(test_rolled_back),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_ring),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
