// SPDX-License-Identifier: GPL-2.0
/*
 * The chips in an update (requirement U8): burned before the pause where nothing is active,
 * selected in it, and back again in whatever way the update ends. Power is lost in the
 * middle of every operation.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../../mrb/mrb.h"
#include "../../overlay/engine/engine.h"
#include "fixture.h"
#include "model.h"

#define ERASE		CALL(16)	/* a0: chip, a1: block */
#define PROGRAM		CALL(17)	/* a0: chip, a1: page, a2: address */
#define SELECT		CALL(18)	/* a0: chip */

#define PLA_PAGES	17u		/* of what the images carry for it */
#define PLA_BLOCKS	2u
#define PLA_OPS		(PLA_PAGES + PLA_BLOCKS)
#define PORT_PAGES	1u		/* and for the port, which test_port.c is about */
#define PORT_BLOCKS	1u
#define PORT_OPS	(PORT_PAGES + PORT_BLOCKS)
#define FORMATS_1	0x2u
#define FORMATS_2	0x6u

static u32 ops;			/* operations of chips so far */
static u32 cut;			/* power is lost in this one */
static jmp_buf power;

static const struct chip *pla(const struct model *m)
{
	return &m->a.chips.chip[CHIP_PLA];
}

/* What registers and cells tell; @version is of both configurations, 0 if not whole. */
static void check_pla(struct model *m, u32 active, u32 version0, u32 version1)
{
	const struct board_regs *regs = m->a.regs;
	u32 version[] = { version0, version1 };

	assert_int_equal(le32_to_cpu(regs->chip[CHIP_PLA].active), active);
	for (u32 i = 0; i < BOARD_CHIP_CONFIGS; i++) {
		assert_int_equal(le32_to_cpu(regs->chip[CHIP_PLA].version[i]), version[i]);
		assert_int_equal(chip_contents_whole(chip_config_cells(&m->a.chips, CHIP_PLA, i),
						     BOARD_CONFIG_SIZE, CHIP_PLA), !!version[i]);
	}
	assert_int_equal(le32_to_cpu(regs->port_formats),
			 version[active] == 1 ? FORMATS_1 : FORMATS_2);
}

static void check_burned(const struct model *m, u32 erases, u32 programs)
{
	const struct overlay_figures *last = &m->ov.status.last;

	assert_int_equal(last->erases, erases);
	assert_int_equal(last->programs, programs);
	assert_int_equal(last->burned_bytes, programs * BOARD_PROGRAM_SIZE);
}

static bool blank(const struct model *m, u32 config)
{
	return !memchr_inv(chip_config_cells(&m->a.chips, CHIP_PLA, config), 0xff,
			   BOARD_CONFIG_SIZE);
}

/* --- the device */

/* A blank board is given what its ROM carries; nothing needs to be erased for that. */
static void test_power_on(void **state)
{
	struct model *m = start(&model_config);

	check_pla(m, 0, 1, 0);
	assert_int_equal(pla(m)->programs, PLA_PAGES);
	assert_int_equal(pla(m)->erases, 0);
	assert_int_equal(pla(m)->recovered, 0);
	assert_true(blank(m, 1));
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	check_pla(m, 0, 1, 0);
	assert_int_equal(pla(m)->programs, PLA_PAGES);
	/* another ROM's contents go beside what is whole, not over it */
	assert_int_equal(chips_power_on(&m->a.chips, v3_0.bytes, v3_0.bytes), 0);
	check_pla(m, 1, 1, 2);
	model_free(m);
}

static void test_cells(void **state)
{
	struct model *m = start(&model_config);
	struct chips *c = &m->a.chips;
	u8 *cells = chip_config_cells(c, CHIP_PLA, 1);
	u8 page[BOARD_PROGRAM_SIZE];

	/* programming clears bits, and says so if others were to be set */
	memset(page, 0x0f, sizeof(page));
	assert_int_equal(chip_program(c, CHIP_PLA, 1, 3, page), 0);
	assert_memory_equal(cells + 3 * BOARD_PROGRAM_SIZE, page, sizeof(page));
	memset(page, 0xf5, sizeof(page));
	assert_int_equal(chip_program(c, CHIP_PLA, 1, 3, page), -EIO);
	assert_int_equal(cells[3 * BOARD_PROGRAM_SIZE], 0x05);

	/* a block is erased, and no other */
	assert_int_equal(chip_program(c, CHIP_PLA, 1, CHIP_PAGES - 1, page), 0);
	assert_int_equal(chip_erase(c, CHIP_PLA, 1, 0), 0);
	assert_int_equal(cells[3 * BOARD_PROGRAM_SIZE], 0xff);
	assert_int_equal(cells[BOARD_CONFIG_SIZE - 1], 0xf5);
	assert_int_equal(pla(m)->config[1].wear[0], 1);
	assert_int_equal(pla(m)->config[1].wear[1], 0);

	assert_int_equal(chip_program(c, CHIP_PLA, 1, CHIP_PAGES, page), -EINVAL);
	assert_int_equal(chip_erase(c, CHIP_PLA, 1, CHIP_ERASE_BLOCKS), -EINVAL);
	assert_int_equal(chip_select(c, CHIP_PLA), -EBADMSG);
	check_pla(m, 0, 1, 0);
	model_free(m);
}

/* A bit anywhere in the contents is in their checksum. */
static void test_whole(void **state)
{
	const struct mrb_block *b = mrb_find_chip((struct mrb_header *)v3_0.bytes, CHIP_PLA);
	u8 *contents = v3_0.bytes + le32_to_cpu(b->file_offset);
	u32 len = le32_to_cpu(b->file_size);

	assert_true(chip_contents_whole(contents, len, CHIP_PLA));
	assert_false(chip_contents_whole(contents, len, CHIP_PLA + 1));
	assert_false(chip_contents_whole(contents, len - 4, CHIP_PLA));
	for (u32 len = 0; len < sizeof(struct chip_contents); len++)
		assert_false(chip_contents_whole(contents, len, CHIP_PLA));
	for (u32 bit = 0; bit < len * 8; bit += bit < 512 ? 1 : 61) {
		contents[bit / 8] ^= 1 << bit % 8;
		assert_false(chip_contents_whole(contents, len, CHIP_PLA));
		contents[bit / 8] ^= 1 << bit % 8;
	}
}

/* --- updates */

static void pause_has_begun(struct model *m)
{
	check_pla(m, 0, 1, 2);
	m->on_hold = NULL;
}

/* U8: burned while the old configuration is active, selected in the pause. */
static void test_update(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_hold = pause_has_begun;
	update_well(m, &v3_0);
	assert_null(m->on_hold);
	check_pla(m, 1, 1, 2);
	check_burned(m, PLA_BLOCKS + PORT_BLOCKS, PLA_PAGES + PORT_PAGES);
	check_revision(m, "3.0 ");
	check_some(m);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);

	/* what is there is not burned, nor is what stays */
	update_well(m, &v3_0);
	check_burned(m, 0, 0);
	check_pla(m, 1, 1, 2);
	model_free(m);
}

/* An image that carries nothing for a chip leaves it as it is. */
static void test_not_carried(void **state)
{
	struct model *m = start(&model_config);

	update_well(m, &v1_1);
	check_pla(m, 0, 1, 0);
	check_burned(m, 0, 0);
	update_well(m, &v3_0);
	check_pla(m, 1, 1, 2);
	model_free(m);
}

static void refuse_update(struct model *m, const struct image *img, const char *why)
{
	assert_int_not_equal(model_update(m, img), 0);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
}

/* In the pause, after the selection: the old image goes on with the old configuration. */
static void test_abort(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->ov.pause_budget_us = 1;
	refuse_update(m, &v3_0, "pause budget");
	assert_int_equal(pla(m)->selects, 2);
	check_untouched(m, &v1_0, 8);
	check_pla(m, 0, 1, 2);

	/* the next one finds what was burned */
	m->ov.pause_budget_us = 0;
	update_well(m, &v3_0);
	check_burned(m, 0, 0);
	check_pla(m, 1, 1, 2);
	model_free(m);
}

static int bad_verify(void *board, const struct mrb_header *image, u32 keep)
{
	return -EIO;
}

/* After the copy, when that is undone. */
static void test_undo(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->memory_ops.verify = bad_verify;
	refuse_update(m, &v3_0, "service failed, number 0x207");
	check_untouched(m, &v1_0, 8);
	check_pla(m, 0, 1, 2);
	model_free(m);
}

static void roll_back(struct model *m)
{
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_false(m->a.dead);
	check_pla(m, 0, 1, 2);
	clear_attentions(m);
	check_untouched(m, &v1_0, 8);
}

static void test_rollback(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	begin_probation(m, &v3_0);
	check_pla(m, 1, 1, 2);
	roll_back(m);
	m->ov.probation_commands = 0;
	update_well(m, &v3_0);
	check_burned(m, 0, 0);
	model_free(m);
}

/* An image without a rollback module: the board knows by itself. */
static void test_forced_rollback(void **state)
{
	struct model *m = start(&model_config);
	struct image img = copy_of(&v3_0);

	((struct mrb_header *)img.bytes)->rollback_entry = 0;
	image_sign(&img);
	write_some(m);
	begin_probation(m, &img);
	check_pla(m, 1, 1, 2);
	roll_back(m);
	model_free(m);
	image_free(&img);
}

static u32 verifies;

static int verify_once_bad(void *board, const struct mrb_header *image, u32 keep)
{
	return verifies++ ? 0 : -EIO;
}

/* The rollback module fails in its pause: new again, then old by force. */
static void test_rollback_undone(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	begin_probation(m, &v3_0);
	check_pla(m, 1, 1, 2);
	verifies = 0;
	m->memory_ops.verify = verify_once_bad;
	roll_back(m);
	assert_int_equal(verifies, 2);
	assert_int_equal(pla(m)->selects, 4);
	model_free(m);
}

/* --- power */

static void cut_power(struct model *m, u32 us)
{
	if (ops++ == cut)
		longjmp(power, 1);
}

/* Another adapter gets the cells; all that was in memory is gone. */
static struct model *power_loss(struct model *m)
{
	struct model *after = model_new(&model_config, &v1_0);

	assert_non_null(after);
	memcpy(after->a.chips.cells, m->a.chips.cells, BOARD_CELLS_SIZE);
	model_free(m);
	ops = 0;
	cut = ~0u;
	return after;
}

static void power_on(struct model *m)
{
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	clear_attentions(m);
}

/* Burning is cut off in operation @n; false if there are not so many. */
static bool cut_update(struct model *m, u32 n)
{
	ops = 0;
	cut = n;
	m->on_busy = cut_power;
	if (setjmp(power))
		return true;
	update_well(m, &v3_0);
	return false;
}

/* The PLA is the first to be burned. */
static void check_cut_off(struct model *m, u32 n)
{
	if (n >= PLA_OPS) {
		check_pla(m, 0, 1, 2);
		assert_int_equal(pla(m)->recovered, 0);
		return;
	}
	check_pla(m, 0, 1, 0);
	assert_true(blank(m, 1));
	/* a blank block was being erased: nothing is torn */
	assert_int_equal(pla(m)->recovered, n >= PLA_BLOCKS);
}

/* Found at the next start; the ROM's configuration is active; then all is well. */
static void test_power_loss(void **state)
{
	struct model *m;
	u32 n;

	for (n = 0; m = start(&model_config), cut_update(m, n); n++) {
		m = power_loss(m);
		power_on(m);
		check_cut_off(m, n);
		update_well(m, &v3_0);
		check_pla(m, 1, 1, 2);
		model_free(m);
	}
	assert_int_equal(n, PLA_OPS + PORT_OPS);
	model_free(m);
}

static struct image v3_1(void)
{
	struct image img = copy_of(&v3_0);
	const struct mrb_block *b = mrb_find_chip((struct mrb_header *)img.bytes, CHIP_PLA);
	struct chip_contents *pla = (void *)(img.bytes + le32_to_cpu(b->file_offset));

	pla->version = cpu_to_le32(3);
	pla->crc32 = cpu_to_le32(chip_contents_crc((u8 *)pla, le32_to_cpu(pla->size)));
	image_sign(&img);
	return img;
}

static bool cut_next_update(struct model *m, const struct image *img, u32 n)
{
	update_well(m, &v3_0);
	ops = 0;
	cut = n;
	m->on_busy = cut_power;
	if (setjmp(power))
		return true;
	update_well(m, img);
	return false;
}

/*
 * The update after the next burns over what the ROM needs. Wherever that is cut off, the
 * image in ROM gets it back: one configuration is torn then, or holds what is to come.
 */
static void test_power_loss_again(void **state)
{
	struct image img = v3_1();
	struct model *m;
	u32 n;

	for (n = 0; m = start(&model_config), cut_next_update(m, &img, n); n++) {
		m = power_loss(m);
		power_on(m);
		check_pla(m, 0, 1, 2);
		/* what is half erased may be all that there was */
		assert_int_equal(pla(m)->recovered, n != PLA_BLOCKS - 1);
		update_well(m, &img);
		check_pla(m, 1, 1, 3);
		model_free(m);
	}
	assert_int_equal(n, PLA_OPS);
	assert_int_equal(le32_to_cpu(m->a.regs->chip[CHIP_PLA].version[0]), 3);

	/* not cut off, and then back to the ROM */
	m = power_loss(m);
	power_on(m);
	check_pla(m, 0, 1, 2);
	model_free(m);
	image_free(&img);
}

static bool cut_power_on(struct model *m, u32 n)
{
	ops = 0;
	cut = n;
	m->on_busy = cut_power;
	if (setjmp(power))
		return true;
	power_on(m);
	return false;
}

/* A configuration torn by the first loss, and the ROM's gone: power fails again meanwhile. */
static struct model *torn(void)
{
	struct image img = v3_1();
	struct model *m = start(&model_config);

	assert_true(cut_next_update(m, &img, PLA_OPS - 1));
	image_free(&img);
	return power_loss(m);
}

static void test_power_loss_in_recovery(void **state)
{
	struct model *m;
	u32 n;

	for (n = 0; m = torn(), cut_power_on(m, n); n++) {
		m = power_loss(m);
		power_on(m);
		check_pla(m, 0, 1, 2);
		model_free(m);
	}
	assert_int_equal(n, PLA_OPS);
	check_pla(m, 0, 1, 2);
	model_free(m);
}

/* --- cells that fail */

static u32 failures;

/* A bit of the block that was just erased, or of a page, is not what it should be. */
static void spoil(struct model *m, u32 us)
{
	if (failures && us == CHIP_PROGRAM_US) {
		failures--;
		memset(chip_config_cells(&m->a.chips, CHIP_PLA, 1), 0xfe, BOARD_CONFIG_SIZE);
	}
}

static void test_bad_cell(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_busy = spoil;
	failures = 1;
	update_well(m, &v3_0);
	check_pla(m, 1, 1, 2);
	assert_int_equal(m->ov.status.last.erases, 2 * PLA_BLOCKS + PORT_BLOCKS);
	model_free(m);
}

static void test_bad_chip(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_busy = spoil;
	failures = 1000;
	refuse_update(m, &v3_0, "contents cannot be burned, chip 0x0");
	check_untouched(m, &v1_0, 8);
	check_pla(m, 0, 1, 0);
	m->on_busy = NULL;
	update_well(m, &v3_0);
	check_pla(m, 1, 1, 2);
	model_free(m);
}

/* --- hostile images */

/* Contents in the file that are not those of a chip are not burned. */
static void test_bad_contents(void **state)
{
	struct image img = copy_of(&v3_0);
	const struct mrb_block *b = mrb_find_chip((struct mrb_header *)img.bytes, CHIP_PLA);
	struct model *m = start(&model_config);

	img.bytes[le32_to_cpu(b->file_offset) + 1000] ^= 1;
	image_sign(&img);
	write_some(m);
	refuse_update(m, &img, "carries contents for chip 0 that are not whole");
	check_untouched(m, &v1_0, 8);
	check_pla(m, 0, 1, 0);
	assert_true(blank(m, 1));
	model_free(m);
	image_free(&img);
}

/* The answer of a call is the detail of the abort that follows. */
static void answers(u32 answer, const u32 *code, u32 words)
{
	const u32 then[] = { ADDI(A1, A0, 0), ADDI(A0, X0, ABORT_SERVICE), ABORT };
	char why[16];
	u32 all[16];

	memcpy(all, code, words * sizeof(*code));
	memcpy(all + words, then, sizeof(then));
	snprintf(why, sizeof(why), "0x%x", answer);
	refuse_code(BOOTSTRAP, all, words + ARRAY_SIZE(then), why);
}

#define ANSWERS(error, ...)						\
	answers(-(error), (const u32[]){ __VA_ARGS__ },			\
		sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

static void test_arguments(void **state)
{
	ANSWERS(ENODEV, ADDI(A0, X0, BOARD_CHIPS), ADDI(A1, X0, 0), ERASE);
	ANSWERS(ENODEV, ADDI(A0, X0, -1), ADDI(A1, X0, 0), PROGRAM);
	ANSWERS(ENODEV, QUIESCE, ADDI(A0, X0, BOARD_CHIPS), SELECT);
	ANSWERS(EINVAL, ADDI(A0, X0, 0), ADDI(A1, X0, 2), ERASE);
	ANSWERS(EINVAL, ADDI(A0, X0, 0), ADDI(A1, X0, CHIP_PAGES), LUI(A2, 0x70000), PROGRAM);
	ANSWERS(EFAULT, ADDI(A0, X0, 0), ADDI(A1, X0, 0), LUI(A2, 0x60000), PROGRAM);
	ANSWERS(EFAULT, ADDI(A0, X0, 0), ADDI(A1, X0, 0),
		LUI(A2, HI(BOARD_STAGING_CHIPS_BASE + BOARD_STAGING_CHIPS_SIZE - 255)),
		ADDI(A2, A2, LO(BOARD_STAGING_CHIPS_SIZE - 255)), PROGRAM);
	ANSWERS(EBADMSG, QUIESCE, ADDI(A0, X0, 0), SELECT);
}

/* A chip that was exchanged in this update is not exchanged back by asking again. */
static void test_selected_twice(void **state)
{
	struct model *m = start(&model_config);
	const u32 arg[3] = { CHIP_PLA };

	m->ov.selected = BIT(CHIP_PLA);
	assert_int_equal(overlay_serve_select(&m->ov, arg), -EALREADY);
	check_pla(m, 0, 1, 0);
	model_free(m);
}

/* Out of order they trap; the bootstrap has its own handler only later. */
static void test_order(void **state)
{
	struct image rom = PATCHED(&v1_0, UPDATE, OPEN, ADDI(A0, X0, 0), ADDI(A1, X0, 0), ERASE);
	struct model *m;

	REFUSE(BOOTSTRAP, "trapped", ADDI(A0, X0, 0), SELECT);
	REFUSE(BOOTSTRAP, "trapped", QUIESCE, ADDI(A0, X0, 0), ADDI(A1, X0, 0), ERASE);
	REFUSE(BOOTSTRAP, "trapped", QUIESCE, ADDI(A0, X0, 0), ADDI(A1, X0, 0), PROGRAM);

	m = start_rom(&model_config, &rom);
	refuse_update(m, &v1_1, "trapped");
	assert_int_equal(pla(m)->erases, 0);
	model_free(m);
	image_free(&rom);
}

/* Burning without end is a hang, long before a block is worn. */
static void test_wear(void **state)
{
	struct image img = PATCHED(&v1_1, BOOTSTRAP, ADDI(A0, X0, 0), ADDI(A1, X0, 0), ERASE,
				   JAL(X0, -16));
	struct model *m = start(&model_config);

	refuse_update(m, &img, "image hangs");
	assert_in_range(pla(m)->config[1].wear[0], 100, 200);
	check_pla(m, 0, 1, 0);
	model_free(m);
	image_free(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_on),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_not_carried),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_forced_rollback),
		cmocka_unit_test(test_rollback_undone),
		cmocka_unit_test(test_power_loss),
		cmocka_unit_test(test_power_loss_again),
		cmocka_unit_test(test_power_loss_in_recovery),
		cmocka_unit_test(test_bad_cell),
		cmocka_unit_test(test_bad_chip),
		cmocka_unit_test(test_bad_contents),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_selected_twice),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_wear),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
