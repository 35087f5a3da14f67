// SPDX-License-Identifier: GPL-2.0
/*
 * What comes after a crash: a warm restart that loses no command; and after too many of
 * them, a power cycle.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "model.h"

#define LOGINS		1	/* ids of schemas */
#define LOGIN_INDEX	5
#define PORT_ID_MAX	0xffffff

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };
static const u8 write_100[10] = { 0x2a, 0, 0, 0, 0, 100, 0, 0, 8 };

/* A crash outside of updates: warm restart, the command is driven again. */
static void test_recovery(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	pattern(&cmds[1], 1, 4096);
	for (u32 i = 0; i < ADAPTER_CRASHES; i++) {
		crash_hart(m, 0);
		model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
		assert_false(cmds[4].done);
		model_start(m, 0, &cmds[5], read_100, 10, FRAME_DIR_IN, 4096);
		assert_false(cmds[5].done);
		model_service(m);
		for (u32 c = 4; c < 6; c++) {
			check_replied(&cmds[c], 0);
			assert_memory_equal(cmds[c].data, cmds[1].data, 4096);
		}
	}
	check_some(m);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	assert_int_equal(m->a.crashes, ADAPTER_CRASHES);

	/* once more is once too often: offline, and nothing waits for ever */
	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	model_service(m);
	assert_true(m->a.dead);
	assert_true(cmds[4].done);
	assert_int_equal(cmds[4].cmd.outcome, CMD_LOST);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);

	/* and a power cycle is what helps */
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	model_service(m);
	assert_int_equal(cmds[4].cmd.status, 0);
	assert_false(m->a.dead);
	model_free(m);
}

/* A media operation that was performed gets its status, not a second execution. */
static void test_recovery_after_media(void **state)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.media_latency_ns = 1;
	m = start(&cfg);
	pattern(&cmds[4], 7, 4096);
	model_start(m, 0, &cmds[4], write_100, 10, FRAME_DIR_OUT, 4096);
	crash_hart(m, 0);
	model_media(m);
	assert_false(cmds[4].done);
	pattern(&cmds[4], 8, 4096);
	model_service(m);
	check_replied(&cmds[4], 0);
	assert_int_equal(rw_blocks(m, 1, &cmds[5], false, 100, 8), 0);
	pattern(&cmds[1], 7, 4096);
	assert_memory_equal(cmds[5].data, cmds[1].data, 4096);
	model_free(m);
}

static void test_recovery_damaged_text(void **state)
{
	struct model *m = start(&model_config);

	m->a.memctl.region.text[2000] ^= 1;
	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	model_service(m);
	assert_true(m->a.dead);
	assert_int_equal(cmds[4].cmd.outcome, CMD_LOST);
	model_free(m);
}

/* The service hart dies over a message: it has it again after its restart. */
static void test_recovery_service(void **state)
{
	const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 24 };
	u8 list[24] = { 0, 0, 0, 0, 0x08, 0x12, 0 };
	struct model *m = start(&model_config);

	memcpy(cmds[4].data, list, sizeof(list));
	model_start(m, 1, &cmds[4], mode_select, 6, FRAME_DIR_OUT, sizeof(list));
	assert_int_equal(cmds[4].cmd.state, CMD_POSTED);
	m->a.service.hart.pc = 4;
	model_service(m);
	check_replied(&cmds[4], 0);
	assert_int_equal(m->a.crashes, 1);
	model_free(m);
}

static void test_crash_while_loading(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	assert_int_not_equal(model_update(m, &v1_1), 0);
	assert_non_null(strstr(m->ov.status.error, "an I/O hart crashed"));
	assert_false(cmds[4].done);
	model_service(m);
	check_replied(&cmds[4], 0);
	check_some(m);
	check_revision(m, "1.0 ");
	model_free(m);
}

/* A table of the image in place, and its bytes. */
static void *table_of(const struct model *m, u16 id, u32 *bytes)
{
	const struct mrb_schema *s = mrb_find_schema(&m->a.image, id);

	*bytes = le32_to_cpu(s->record_size) * le32_to_cpu(s->count);
	return m->a.memctl.region.data + le32_to_cpu(s->address) - BOARD_DATA_BASE;
}

static struct model *with_many_logins(const struct image *img, u32 targets)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.nr_ports = BOARD_MAX_PORTS;
	cfg.nr_targets = targets;
	m = start(&cfg);
	if (img != &v1_0)
		update_well(m, img);
	return m;
}

/* All login records are the same nonsense. */
static struct model *ruined(const struct image *img)
{
	struct model *m = with_many_logins(img, model_config.nr_targets);
	u32 bytes;
	u8 *table = table_of(m, LOGINS, &bytes);

	memset(table, 0xff, bytes);
	return m;
}

/* A hart crashes, and what the service hart finds then is nonsense. */
static void crash_ruined(const struct image *img)
{
	struct model *m = ruined(img);

	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	model_service(m);
	assert_false(m->a.dead);
	assert_int_equal(m->a.crashes, 1);
	clear_attentions(m);
	model_free(m);
}

/* An update is refused, and the service hart is to become idle again. */
static void refuse_update(struct model *m)
{
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_not_equal(overlay_update(&m->ov, v1_1.bytes, 100, &m->result), 0);
	assert_false(m->a.dead);
	clear_attentions(m);
	model_free(m);
}

static void test_ruined(void **state)
{
	const struct image * const images[] = { &v1_0, &v2_0, &v3_0 };

	for (u32 i = 0; i < ARRAY_SIZE(images); i++) {
		crash_ruined(images[i]);
		refuse_update(ruined(images[i]));
	}
}

/* 2.0's index of port ids, whose homes are the first two places: a search takes long. */
static void test_slow_index(void **state)
{
	struct model *m = with_many_logins(&v2_0, BOARD_MAX_TARGETS);
	u32 bytes, index_bytes, id = 0;
	u8 *table = table_of(m, LOGINS, &bytes);
	u16 *index = table_of(m, LOGIN_INDEX, &index_bytes);

	memset(index, 0, index_bytes);
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		u32 record = BOARD_MAX_PORTS - 1 - i;

		while (id * 2654435769u >> 19 != i / (BOARD_MAX_PORTS / 2))
			id = (id + 1) & PORT_ID_MAX;
		memcpy(table + bytes / BOARD_MAX_PORTS * record, &id, sizeof(id));
		index[i] = record + 1;
		id = (id + 1) & PORT_ID_MAX;
	}
	refuse_update(m);
}

static void test_power_cycle(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_int_equal(overlay_exclude(&m->ov), 0);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	overlay_include(&m->ov);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	assert_int_equal(fabric_logins(&m->a.fabric), 16);
	take_attention(m, UA_POWER_ON);
	check_some(m);
	check_revision(m, "1.0 ");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recovery),
		cmocka_unit_test(test_recovery_after_media),
		cmocka_unit_test(test_recovery_damaged_text),
		cmocka_unit_test(test_recovery_service),
		cmocka_unit_test(test_crash_while_loading),
		cmocka_unit_test(test_ruined),
		cmocka_unit_test(test_slow_index),
		cmocka_unit_test(test_power_cycle),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
