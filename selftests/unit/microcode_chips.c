// SPDX-License-Identifier: GPL-2.0
/*
 * The board for tests of the microcode: chips. They are strict with who burns them: what is
 * programmed was erased, and the first page comes last. A cell fails only if a test says so.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include "microcode.h"

static u8 *idle_cells(struct machine *m, u32 chip)
{
	return m->cells + chip_cells(chip, !m->regs->chip[chip].active);
}

static u32 *idle_version(struct machine *m, u32 chip)
{
	return &m->regs->chip[chip].version[!m->regs->chip[chip].active];
}

/* What the image in ROM carries is there from the beginning. */
void machine_load_chips(struct machine *m, const u8 *image)
{
	const struct mrb_header *h = (const struct mrb_header *)image;

	for (u32 i = 0; i < h->nr_blocks; i++) {
		const struct mrb_block *b = &h->block[i];
		const struct chip_contents *head = (const void *)(image + b->file_offset);
		u32 chip = b->type - MRB_CHIP(0);

		if (b->type < MRB_CHIP(0))
			continue;
		memcpy(m->cells + chip_cells(chip, 0), head, b->file_size);
		m->regs->chip[chip] = (struct board_chip){ 0, { head->version, 0 } };
	}
}

u32 machine_erase(struct machine *m, u32 chip, u32 block)
{
	assert_true(m->converting);
	assert_in_range(chip, 0, BOARD_CHIPS - 1);
	assert_in_range(block, 0, BOARD_CONFIG_SIZE / BOARD_ERASE_SIZE - 1);
	*idle_version(m, chip) = 0;
	memset(idle_cells(m, chip) + block * BOARD_ERASE_SIZE, 0xff, BOARD_ERASE_SIZE);
	return 0;
}

u32 machine_program(struct machine *m, u32 chip, u32 page, u32 address)
{
	u32 at = address - BOARD_STAGING_CHIPS_BASE;
	u8 *cells = idle_cells(m, chip) + page * BOARD_PROGRAM_SIZE;

	assert_true(m->converting);
	assert_in_range(page, 0, BOARD_CONFIG_SIZE / BOARD_PROGRAM_SIZE - 1);
	assert_in_range(at, 0, BOARD_STAGING_CHIPS_SIZE - BOARD_PROGRAM_SIZE);
	for (u32 i = 0; i < BOARD_PROGRAM_SIZE; i++)
		assert_int_equal(cells[i], 0xff);
	assert_int_equal(*idle_version(m, chip), 0);
	memcpy(cells, m->staging_chips + at, BOARD_PROGRAM_SIZE);
	if (!page)
		*idle_version(m, chip) = ((struct chip_contents *)cells)->version;
	if (m->bad_programs) {
		cells[BOARD_PROGRAM_SIZE - 1] ^= 1;
		m->bad_programs--;
	}
	return 0;
}

u32 machine_select(struct machine *m, u32 chip)
{
	assert_false(m->converting);
	assert_int_not_equal(*idle_version(m, chip), 0);
	m->regs->chip[chip].active ^= 1;
	return 0;
}
