// SPDX-License-Identifier: GPL-2.0
/*
 * U5, U6: what a new image finds incompatible, what it reconciles and what it
 * refuses, as it is shown; and bootstraps whose reports make no sense.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "fixture.h"

#define REPORT_CALL	CALL(15)
#define COMMAND_DEFECTS	0x37
#define INVALID_OPCODE	0x052000

static struct image v2_0b, v2_1, v2_2;

static struct reports {
	char text[8192];
} shown;

static void read_reports(struct model *m)
{
	struct overlay_reports all;
	u32 n = 0;

	overlay_read_reports(&m->ov, &all);
	shown.text[0] = '\0';
	for (u32 i = 0; i < all.nr; i++)
		n += overlay_format_report(&m->ov, &all.report[i], shown.text + n,
					   sizeof(shown.text) - n);
	assert_int_equal(n, strlen(shown.text));
}

static void shows(struct model *m, const char *line)
{
	char whole[256];

	read_reports(m);
	snprintf(whole, sizeof(whole), "%s\n", line);
	if (!strstr(shown.text, whole))
		fail_msg("'%s' is not in\n%s", line, shown.text);
}

static u32 lines(struct model *m)
{
	u32 n = 0;

	read_reports(m);
	for (const char *p = shown.text; *p; p++)
		n += *p == '\n';
	return n;
}

static struct mrb_header *header(struct image *img)
{
	return (struct mrb_header *)img->bytes;
}

static void refused(struct model *m, struct image *img, const char *error, const char *line)
{
	image_sign(img);
	assert_int_not_equal(model_update(m, img), 0);
	if (!strstr(m->ov.status.error, error))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, error);
	if (line)
		shows(m, line);
}

/* Tables of another format, tables that are new, capabilities that are new. */
static void test_formats(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(model_update(m, &v2_0), 0);
	shows(m, "version-one-ahead 1.0 2.0 reconciled");
	shows(m, "capability-gained none thin-provisioning,reservations,defect-lists reconciled");
	shows(m, "schema-format 1/1 1/2 reconciled");
	shows(m, "schema-format 2/1 2/2 reconciled");
	shows(m, "schema-format 3/1 3/2 reconciled");
	shows(m, "schema-added - 4/1 reconciled");
	shows(m, "schema-added - 5/1 reconciled");
	assert_non_null(strstr(shown.text, "text-size "));
	assert_non_null(strstr(shown.text, "data-size "));
	assert_non_null(strstr(shown.text, "instruction-cache 0x"));
	assert_null(strstr(shown.text, "found"));
	assert_int_equal(model_update(m, &v2_0), 0);
	shows(m, "version-equal 2.0 2.0 reconciled");
	assert_int_equal(lines(m), 1);
	model_free(m);
}

/*
 * Other modules, parameter lists, an order of initialisation, data in several blocks (A2); a
 * loss that is declared.
 */
static void test_modules(void **state)
{
	const struct image *before[] = { &v1_0, &v1_1, &v2_0, &v2_1, &v2_2 };

	for (u32 i = 0; i < ARRAY_SIZE(before); i++) {
		struct model *m = start(&model_config);
		u64 logins = fabric_logins(&m->a.fabric);

		write_some(m);
		if (before[i] == &v2_2)		/* it replaces no 1.x */
			assert_int_equal(model_update(m, &v2_0), 0);
		if (i)
			assert_int_equal(model_update(m, before[i]), 0);
		if (model_update(m, &v3_0))
			fail_msg("%u: %s", i, m->ov.status.error);
		shows(m, "chip 0/1 0/2 reconciled");
		shows(m, "frame-formats 0x2 0x4 reconciled");
		shows(m, "init-order 0 3 reconciled");
		shows(m, "data-place 0x0 0x90180000 reconciled");
		shows(m, "capability-lost frame-1 frame-1 reconciled");
		clear_attentions(m);
		check_some(m);
		check_revision(m, "3.0 ");
		assert_int_equal(model_update(m, &v3_0), 0);
		assert_int_equal(lines(m), 1);
		assert_int_equal(fabric_logins(&m->a.fabric), logins);
		assert_int_equal(fabric_rejected(&m->a.fabric), 0);
		model_free(m);
	}
}

static const struct mrb_block *text_block(const struct image *img)
{
	return &((const struct mrb_header *)img->bytes)->block[0];
}

static u32 text_size(const struct image *img)
{
	return le32_to_cpu(text_block(img)->mem_size);
}

/* All of an image's text is in place, and zeros are behind it. */
static void check_text(struct model *m, const struct image *img)
{
	const u8 *text = m->a.memctl.region.text;

	assert_memory_equal(text, img->bytes + le32_to_cpu(text_block(img)->file_offset),
			    text_size(img));
	for (u32 i = text_size(img); i < BOARD_TEXT_SIZE; i++)
		assert_int_equal(text[i], 0);
	assert_int_equal(m->a.memctl.icache.nr, text_size(img) / 4);
}

/* 3.0 has more text than any image before it: found, reconciled by the copy, and undone. */
static void test_larger_text(void **state)
{
	const struct image *before[] = { &v1_0, &v2_0, &v2_1 };
	char line[80];

	for (u32 i = 0; i < ARRAY_SIZE(before); i++) {
		struct model *m = start(&model_config);

		assert_true(text_size(&v3_0) > text_size(before[i]));
		snprintf(line, sizeof(line), "text-size %u %u reconciled", text_size(before[i]),
			 text_size(&v3_0));
		write_some(m);
		if (i)
			assert_int_equal(model_update(m, before[i]), 0);
		check_text(m, before[i]);
		begin_probation(m, &v3_0);
		shows(m, line);
		check_text(m, &v3_0);
		assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
		assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
		check_text(m, before[i]);
		clear_attentions(m);
		check_some(m);
		model_free(m);
	}
}

/* As they are found: when the queues are held, nothing but the start is to be done. */
static void found_by_now(struct model *m)
{
	shows(m, "version-several-ahead 1.0 2.1 found");
	shows(m, "schema-format 1/1 1/2 reconciled");
	shows(m, "data-place 0x90000000 0x90080000 found");
}

static void test_places(void **state)
{
	struct model *m = start(&model_config);
	u64 logins = fabric_logins(&m->a.fabric);

	write_some(m);
	m->on_hold = found_by_now;
	assert_int_equal(model_update(m, &v2_1), 0);
	m->on_hold = NULL;
	shows(m, "data-place 0x90000000 0x90080000 reconciled");
	clear_attentions(m);
	check_some(m);
	assert_int_equal(model_update(m, &v2_2), 0);
	shows(m, "version-one-ahead 2.1 2.2 reconciled");
	shows(m, "schema-place 0x90080000 0x90000000 reconciled");
	clear_attentions(m);
	check_some(m);
	check_revision(m, "2.2 ");
	assert_int_equal(fabric_logins(&m->a.fabric), logins);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	model_free(m);
}

static void roll_back(const struct image *from, const struct image *to, const char *revision)
{
	struct model *m = start(&model_config);
	u64 logins = fabric_logins(&m->a.fabric);

	if (from)
		assert_int_equal(model_update(m, from), 0);
	clear_attentions(m);
	m->ov.probation_commands = ~0u;
	m->ov.probation_ms = ~0u;
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_update(&m->ov, to->bytes, to->size, &m->result), 0);
	clear_attentions(m);
	write_some(m);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_string_equal(m->ov.status.error, "probation: rolled back by hand (error -4)");
	clear_attentions(m);
	check_some(m);
	check_revision(m, revision);
	assert_int_equal(fabric_logins(&m->a.fabric), logins);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	model_free(m);
}

/* What was moved comes back, and so does what was converted and moved. */
static void test_places_rolled_back(void **state)
{
	roll_back(&v2_0, &v2_1, "2.0 ");
	roll_back(NULL, &v2_1, "1.0 ");
	roll_back(&v2_1, &v2_2, "2.1 ");
	roll_back(&v2_0, &v2_0b, "2.0 ");
}

static u32 told_old, told_new, told;

static void note_told(struct adapter *a, u32 old, u32 new)
{
	told_old = old;
	told_new = new;
	told++;
}

/* Versions are equal, capabilities are not: the loss is declared, the driver is told. */
static void test_loss(void **state)
{
	const u8 defects[10] = { COMMAND_DEFECTS, 0, 0x08, [8] = 4 };
	struct model *m = start(&model_config);
	struct adapter_ops ops = *m->a.ops;

	ops.told = note_told;
	m->a.ops = &ops;
	told = 0;
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_int_equal(told, 1);
	clear_attentions(m);
	assert_int_equal(model_exec(m, 0, &cmds[0], defects, 10, FRAME_DIR_IN, 4), 0);
	assert_int_equal(model_update(m, &v2_0b), 0);
	shows(m, "version-equal 2.0 2.0 reconciled");
	shows(m, "capability-lost defect-lists defect-lists reconciled");
	assert_int_equal(told, 2);
	assert_int_equal(told_old & ~told_new, CAP_IMAGE_DEFECTS);
	clear_attentions(m);
	assert_int_equal(model_exec(m, 0, &cmds[0], defects, 10, FRAME_DIR_IN, 4), 2);
	assert_int_equal(sense_of(&cmds[0]), INVALID_OPCODE);
	assert_int_equal(model_update(m, &v2_0), 0);
	shows(m, "capability-gained none defect-lists reconciled");
	assert_int_equal(told, 3);
	model_free(m);
}

static void test_loss_refused(void **state)
{
	struct model *m = start(&model_config);
	struct image img = copy_of(&v2_0b);

	assert_int_equal(model_update(m, &v2_0), 0);
	header(&img)->cap_lost = 0;
	refused(m, &img, "converting: image aborted: would lose capabilities 0x200000",
		"capability-lost defect-lists none refused");
	header(&img)->cap_lost = cpu_to_le32(CAP_IMAGE_DEFECTS);
	m->a.regs->needed |= cpu_to_le32(CAP_IMAGE_DEFECTS);
	refused(m, &img, "image aborted: lacks capabilities", NULL);
	assert_non_null(strstr(shown.text, "version-equal"));
	m->a.regs->needed &= ~cpu_to_le32(CAP_IMAGE_DEFECTS);
	m->a.regs->capabilities &= ~cpu_to_le32(CAP_DRIVER_TOLD);
	refused(m, &img, "would lose capabilities", NULL);
	m->a.regs->capabilities |= cpu_to_le32(CAP_DRIVER_TOLD);
	assert_int_equal(model_update(m, &img), 0);
	image_free(&img);
	model_free(m);
}

/* What the board must have, with equal versions; and versions that are too old. */
static void test_environment(void **state)
{
	struct model *m = start(&model_config);
	struct image img = copy_of(&v1_0);

	header(&img)->cap_required = cpu_to_le32(1u << 7 | CAP_BOARD_SRAM);
	refused(m, &img, "converting: image aborted: needs capabilities 0x80",
		"capability-required overlay,sram,frame-1-driver,told-of-losses,frame-2-driver sram,bit-7 refused");
	shows(m, "version-equal 1.0 1.0 found");
	refused(m, &v2_2, "image aborted: replaces no version before 0x20000",
		"version-too-old 1.0 2.0 refused");
	check_revision(m, "1.0 ");
	image_free(&img);
	model_free(m);
}

/* A bootstrap that says nothing of all that: the host refuses before the pause. */
static void test_host_looks_itself(void **state)
{
	struct image img = PATCHED(&v1_1, BOOTSTRAP, QUIESCE, 0);
	struct model *m = start(&model_config);

	header(&img)->cap_required = cpu_to_le32(1u << 7);
	refused(m, &img, "converting: image refused: needs capabilities 0x80", NULL);
	header(&img)->cap_required = 0;
	header(&img)->oldest = cpu_to_le32(MRB_VERSION(1, 1));
	refused(m, &img, "converting: image refused: replaces none before 0x10001", NULL);
	header(&img)->oldest = 0;
	header(&img)->cap_provided &= ~cpu_to_le32(CAP_IMAGE_UPDATE);
	refused(m, &img, "converting: image refused: would lose capabilities 0x40000", NULL);
	header(&img)->cap_lost = cpu_to_le32(CAP_IMAGE_UPDATE);
	refused(m, &img, "converting: image refused: lacks capabilities 0x40000", NULL);
	assert_int_equal(lines(m), 0);
	image_free(&img);
	model_free(m);
}

/* Kinds and states that do not exist, and more than there is room for. */
static void test_senseless(void **state)
{
	REFUSE(BOOTSTRAP, "unknown incompatibility: 0, 0", ADDI(A0, X0, 0), REPORT_CALL);
	REFUSE(BOOTSTRAP, "unknown incompatibility", ADDI(A0, X0, REPORT_KINDS), REPORT_CALL);
	REFUSE(BOOTSTRAP, "unknown incompatibility", LUI(A0, 0x7ffff), REPORT_CALL);
	REFUSE(BOOTSTRAP, "unknown incompatibility: 1, 3", LUI(A0, 0x30), ADDI(A0, A0, 1),
	       REPORT_CALL);
	/* each time with another value */
	REFUSE(BOOTSTRAP, "more than 48 incompatibilities", ADDI(A0, X0, 1), ADDI(A1, A1, 1),
	       REPORT_CALL, ADDI(A0, X0, 1), JAL(X0, -16));
	/* always the same one */
	REFUSE(BOOTSTRAP, "image hangs", ADDI(A0, X0, 1), ADDI(A1, X0, 0), ADDI(A2, X0, 0),
	       REPORT_CALL, JAL(X0, -20));
	/* not in the pause */
	REFUSE(BOOTSTRAP, "paused: call 0x20f out of order", QUIESCE, ADDI(A0, X0, 1), LUI(T0, 0),
	       CSRRW(X0, 0x305, X0), REPORT_CALL);
}

static int read_all(void **state)
{
	read_images(state);
	v2_0b = image_read("2.0b");
	v2_1 = image_read("2.1");
	v2_2 = image_read("2.2");
	return 0;
}

static int free_all(void **state)
{
	image_free(&v2_0b);
	image_free(&v2_1);
	image_free(&v2_2);
	return free_images(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_larger_text),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_rolled_back),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_loss_refused),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_host_looks_itself),
		cmocka_unit_test(test_senseless),
	};

	return cmocka_run_group_tests_name("U5 U6 U7: incompatibilities", tests, read_all,
					   free_all);
}
