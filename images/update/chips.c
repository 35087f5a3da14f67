// SPDX-License-Identifier: GPL-2.0
/*
 * Other modules that this image depends on (patent: PLA 312 and the like, P 078). The new
 * image's bootstrap burns the contents that the image carries for them into the inactive
 * configurations, in the order of the header's blocks, while the old image serves I/O. In
 * the pause these configurations become active. A chip that already has the contents is
 * not burned again.
 */
#include <hba_sim/chip.h>
#include "chips.h"
#include "compare.h"
#include "incompat.h"

#define TRIES	2u	/* a cell may fail once */
#define IO_ERROR	5	/* EIO */
#define READ_ONLY	30	/* EROFS: this is only a check */

static const struct board_chip *chip_regs(u32 chip)
{
	return &board_regs()->chip[chip];
}

static u32 idle_config(u32 chip)
{
	return !chip_regs(chip)->active;
}

static const u32 *cells_of(u32 chip, u32 config)
{
	return (const u32 *)(BOARD_CELLS_BASE + chip_cells(chip, config));
}

static bool same_words(const u32 *a, const u32 *b, u32 bytes)
{
	for (u32 i = 0; i < bytes / sizeof(u32); i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Comparing headers is enough: they hold a checksum of the rest, which the board checks. */
static bool holds(u32 chip, u32 config, const struct mrb_block *block)
{
	return chip_regs(chip)->version[config] &&
	       same_words(cells_of(chip, config), (const u32 *)block->address,
			  sizeof(struct chip_contents));
}

/**
 * chip_needs() - does a chip need another configuration for the new image?
 * @block: of the image's header, MRB_CHIP(chip)
 *
 * Context: service hart; the image is in staging.
 * Return: false if the chip's active configuration is what the image carries.
 */
bool chip_needs(const struct mrb_block *block)
{
	u32 chip = block->type - MRB_CHIP(0);

	return !holds(chip, chip_regs(chip)->active, block);
}

static u32 pages_of(const struct mrb_block *block)
{
	return (block->file_size + BOARD_PROGRAM_SIZE - 1) / BOARD_PROGRAM_SIZE;
}

static s32 erase(u32 chip, const struct mrb_block *block)
{
	s32 err = 0;

	for (u32 i = 0; i * BOARD_ERASE_SIZE < block->file_size && !err; i++)
		err = board_call(OVERLAY_ERASE, chip, i, 0);
	return err;
}

/* The first page is programmed last: see struct chip_contents. */
static bool program(u32 chip, const struct mrb_block *block)
{
	for (u32 page = pages_of(block); page--;)
		if (board_call(OVERLAY_PROGRAM, chip, page,
			       block->address + page * BOARD_PROGRAM_SIZE))
			return false;
	return true;
}

/* Burns a block and reads it back. Returns 0 or a SERVICE_ERROR(). */
static s32 burn(u32 chip, const struct mrb_block *block)
{
	s32 err = erase(chip, block);

	if (err)
		return err;
	if (program(chip, block) && chip_regs(chip)->version[idle_config(chip)] &&
	    same_words(cells_of(chip, idle_config(chip)), (const u32 *)block->address,
		       block->file_size))
		return 0;
	return SERVICE_ERROR(IO_ERROR);
}

static void report_chip(u32 chip, const struct mrb_block *block, u32 state)
{
	const struct chip_contents *contents = (const struct chip_contents *)block->address;
	u32 old = chip_regs(chip)->version[chip_regs(chip)->active];

	report(REPORT_CHIP, state, REPORT_OF_CHIP(chip, old),
	       REPORT_OF_CHIP(chip, contents->version));
}

/* Burns a block, with a second try. Returns 0 or a SERVICE_ERROR(). */
static s32 burn_somehow(u32 chip, const struct mrb_block *block)
{
	s32 err = SERVICE_ERROR(IO_ERROR);

	for (u32 i = 0; i < TRIES && err && err != SERVICE_ERROR(READ_ONLY); i++)
		err = burn(chip, block);
	return err;
}

static void burn_chip(u32 chip, const struct mrb_block *block)
{
	s32 err = 0;

	if (!chip_needs(block))
		return;
	report_chip(chip, block, REPORT_FOUND);
	if (!holds(chip, idle_config(chip), block))
		err = burn_somehow(chip, block);
	if (err == SERVICE_ERROR(READ_ONLY))
		return;
	report_chip(chip, block, err ? REPORT_REFUSED : REPORT_RECONCILED);
	if (err)
		abort_update(ABORT_CHIP, chip);
}

/**
 * burn_chips() - burn what an image carries for the chips
 * @image: header of the image in staging
 *
 * Context: service hart, in a bootstrap, before the pause.
 */
void burn_chips(const struct mrb_header *image)
{
	for (u32 i = 0; i < image->nr_blocks; i++)
		if (image->block[i].type >= MRB_CHIP(0))
			burn_chip(image->block[i].type - MRB_CHIP(0), &image->block[i]);
}

/**
 * chips_needed() - find the chips that need another configuration for an image
 * @image: header of the image in staging
 *
 * Context: service hart, in a bootstrap, before the pause.
 * Return: bit n is set for chip n.
 */
u32 chips_needed(const struct mrb_header *image)
{
	u32 chips = 0;

	for (u32 i = 0; i < image->nr_blocks; i++)
		if (image->block[i].type >= MRB_CHIP(0) && chip_needs(&image->block[i]))
			chips |= 1u << (image->block[i].type - MRB_CHIP(0));
	return chips;
}

/**
 * select_chips() - activate the configurations that an image carries for chips
 * @chips: result of chips_needed(), after burn_chips()
 *
 * Context: service hart, in a bootstrap, in the pause.
 */
void select_chips(u32 chips)
{
	for (u32 chip = 0; chips; chip++, chips >>= 1)
		if (chips & 1 && board_call(OVERLAY_SELECT, chip, 0, 0))
			abort_update(ABORT_SERVICE, OVERLAY_SELECT);
}
