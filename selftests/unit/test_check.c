// SPDX-License-Identifier: GPL-2.0
/*
 * A check: what an update would come to is known before, and nobody has noticed. What it
 * foretells is compared with the update that follows.
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

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"

static struct overlay_check found;
static u32 holds;

static void count_hold(void *board)
{
	holds++;
	adapter_overlay_ops.queues->hold(board);
}

/* All that a check must leave as it was. */
static struct before {
	struct overlay_status status;
	struct chips chips;
	u8 cells[BOARD_CELLS_SIZE];
	u8 text[BOARD_TEXT_SIZE];
	u64 logins;
} before;

static void remember(struct model *m)
{
	overlay_read_status(&m->ov, &before.status);
	before.chips = m->a.chips;
	memcpy(before.cells, m->a.chips.cells, BOARD_CELLS_SIZE);
	memcpy(before.text, m->a.memctl.region.text, BOARD_TEXT_SIZE);
	before.logins = fabric_logins(&m->a.fabric);
	holds = 0;
	m->queue_ops.hold = count_hold;
}

static void check_unnoticed(struct model *m)
{
	struct overlay_status now;

	overlay_read_status(&m->ov, &now);
	before.status.progress = now.progress;
	assert_memory_equal(&now, &before.status, sizeof(now));
	assert_memory_equal(&m->a.chips, &before.chips, sizeof(before.chips));
	assert_memory_equal(m->a.chips.cells, before.cells, BOARD_CELLS_SIZE);
	assert_memory_equal(m->a.memctl.region.text, before.text, BOARD_TEXT_SIZE);
	assert_int_equal(fabric_logins(&m->a.fabric), before.logins);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	assert_int_equal(holds, 0);
	assert_null(m->a.memctl.staging.text);
	assert_false(overlay_is_busy(&m->ov));
	assert_false(m->a.dead);
	check_some(m);
}

/* Nothing waits, and no unit attention says that something was. */
static void dry_run(struct model *m, const struct image *img)
{
	remember(m);
	assert_int_equal(overlay_claim_check(&m->ov, "image"), 0);
	assert_int_equal(overlay_claim(&m->ov), -EBUSY);
	overlay_read_check(&m->ov, &found);
	assert_int_equal(found.finding, OVERLAY_CHECKING);
	assert_int_equal(overlay_update(&m->ov, img->bytes, img->size, &m->result),
			 OVERLAY_STOPPED);
	overlay_read_check(&m->ov, &found);
	assert_string_equal(found.name, "image");
	check_unnoticed(m);
}

static bool reported(const struct model *m, u32 kind, u32 state)
{
	for (u32 i = 0; i < m->ov.reports.nr; i++)
		if (m->ov.reports.report[i].kind == kind && m->ov.reports.report[i].state == state)
			return true;
	return false;
}

static void check_fits(struct model *m)
{
	if (found.finding == OVERLAY_REFUSED)
		fail_msg("refused: %s", found.reason);
	assert_int_equal(found.finding, OVERLAY_FITS);
}

static void refused(struct model *m, const struct image *img, const char *why)
{
	dry_run(m, img);
	assert_int_equal(found.finding, OVERLAY_REFUSED);
	if (!strstr(found.reason, why))
		fail_msg("'%s' does not say '%s'", found.reason, why);
}

/* The update that follows moves just what was foretold, and what was dirty then. */
static void foretells(struct model *m, const struct image *img, u64 converted)
{
	const struct overlay_figures *last = &m->ov.status.last;

	dry_run(m, img);
	check_fits(m);
	assert_int_equal(found.converted_bytes, converted);
	assert_int_equal(model_update(m, img), 0);
	assert_int_equal(found.pause_bytes, last->pause_bytes - last->pause_dirty * 64);
	clear_attentions(m);
	check_some(m);
}

static u64 tables(const struct image *img)
{
	const struct mrb_header *h = (const void *)img->bytes;
	u64 bytes = 0;

	for (u32 i = 0; i < le16_to_cpu(h->nr_schemas); i++)
		bytes += le32_to_cpu(h->schema[i].record_size) * le32_to_cpu(h->schema[i].count);
	return bytes;
}

static void test_fits(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	foretells(m, &v1_1, 0);
	foretells(m, &v2_0, tables(&v2_0));
	foretells(m, &v2_0, 0);
	model_free(m);
}

/* What is incompatible is told, and the chip that would be burned is not. */
static void test_chip(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	dry_run(m, &v3_0);
	check_fits(m);
	assert_true(reported(m, REPORT_SEVERAL_AHEAD, REPORT_FOUND));
	assert_true(reported(m, REPORT_CHIP, REPORT_FOUND));
	assert_true(reported(m, REPORT_INIT_ORDER, REPORT_FOUND));
	assert_int_equal(model_update(m, &v3_0), 0);
	clear_attentions(m);
	check_some(m);
	model_free(m);
}

/* What is refused is so for the reason that an update would have. */
static void test_refused(void **state)
{
	struct image torn = copy_of(&v1_1);
	struct model *m = start(&model_config);

	write_some(m);
	torn.bytes[torn.size - 5] ^= 1;
	refused(m, &torn, "bad checksum");
	torn.bytes[torn.size - 5] ^= 1;
	torn.size -= 4;
	refused(m, &torn, "file is truncated");
	torn.size += 4;
	*image_entry(&torn, ((struct mrb_header *)torn.bytes)->bootstrap_entry) = 0;
	image_sign(&torn);
	refused(m, &torn, "image trapped: illegal");
	assert_int_equal(model_update(m, &v2_0), 0);
	clear_attentions(m);
	refused(m, &v1_1, "older: no conversion");
	image_free(&torn);
	model_free(m);
}

static void test_no_source(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	remember(m);
	assert_int_equal(overlay_claim_check(&m->ov, "gone"), 0);
	overlay_no_source(&m->ov, "no such image file", -ENOENT, &m->result);
	overlay_read_check(&m->ov, &found);
	assert_int_equal(found.finding, OVERLAY_REFUSED);
	assert_string_equal(found.reason, "loading: no such image file (error -2)");
	check_unnoticed(m);
	model_free(m);
}

/* The expected time has the parts of the last pause that are no copy. */
static void test_time(void **state)
{
	struct model *m = start(&model_config);
	u64 first, rest = 0;

	write_some(m);
	assert_int_equal(model_update(m, &v1_1), 0);
	clear_attentions(m);
	dry_run(m, &v1_1);
	first = found.pause_ns;
	m->ov.status.last.part_ns[OVERLAY_PART_QUIESCE] += 1000000000ull;
	m->ov.status.last.part_ns[OVERLAY_PART_START] += 2000000000ull;
	m->ov.status.last.part_ns[OVERLAY_PART_COPY] += 4000000000ull;
	m->ov.status.last.part_ns[OVERLAY_PART_DELTA] += 8000000000ull;
	rest = 11000000000ull;
	dry_run(m, &v1_1);
	assert_in_range(found.pause_ns, rest, rest + first + 500000000ull);
	model_free(m);
}

static u32 tries;

/* The second try is the only one that is not disturbed for 1,000 s. */
static int disturbed_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
			 u64 *copied)
{
	if (++tries != 2)
		model_pass(1000000000000ull);
	return adapter_overlay_ops.memory->try_put(board, image, keep, saved, copied);
}

/* The copy is tried several times, and the shortest time counts. */
static void test_shortest(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->memory_ops.try_put = disturbed_put;
	dry_run(m, &v1_1);
	assert_true(tries > 2);
	assert_true(found.pause_ns < 1000000000000ull);
	model_free(m);
}

/* Among updates: they count, and are numbered, as if there had been no check. */
static void test_history(void **state)
{
	struct model *m = start(&model_config);
	struct overlay_record record;

	write_some(m);
	dry_run(m, &v2_0);
	assert_int_equal(model_update(m, &v1_1), 0);
	clear_attentions(m);
	dry_run(m, &v2_0);
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_int_equal(m->ov.status.updates, 2);
	assert_int_equal(m->ov.status.recorded, 2);
	assert_true(overlay_read_record(&m->ov, 2, &record));
	assert_true(overlay_read_record(&m->ov, 1, &record));
	model_free(m);
}

static void test_on_probation(void **state)
{
	struct model *m = start_probation(&v1_1);

	assert_int_equal(overlay_claim_check(&m->ov, "image"), -EBUSY);
	overlay_read_check(&m->ov, &found);
	assert_int_equal(found.finding, OVERLAY_UNCHECKED);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_chip),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_source),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_shortest),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_on_probation),
	};

	return cmocka_run_group_tests_name("U8: a check before an update", tests, read_images,
					   free_images);
}
