// SPDX-License-Identifier: GPL-2.0
/*
 * The chips at power-on: a configuration whose burning a power loss has cut off is found and
 * erased, and the one that the image that starts needs becomes the active one. The image or the
 * ROM carries that configuration, so it is available whatever has happened to the cells.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../../mrb/mrb.h"
#include "chip.h"

static bool is_erased(const struct chips *c, u32 chip, u32 config)
{
	return !memchr_inv(chip_config_cells(c, chip, config), 0xff, BOARD_CONFIG_SIZE);
}

static int erase_config(struct chips *c, u32 chip, u32 config)
{
	int err = 0;

	if (is_erased(c, chip, config))
		return 0;
	for (u32 i = 0; i < CHIP_ERASE_BLOCKS && !err; i++)
		err = chip_erase(c, chip, config, i);
	return err;
}

static int program_page(struct chips *c, u32 chip, u32 config, u32 page, const u8 *contents,
			u32 size)
{
	u32 at = page * BOARD_PROGRAM_SIZE;
	u8 buf[BOARD_PROGRAM_SIZE];

	memset(buf, 0xff, sizeof(buf));
	memcpy(buf, contents + at, min(size - at, BOARD_PROGRAM_SIZE));
	return chip_program(c, chip, config, page, buf);
}

/* The first page is programmed last: see struct chip_contents. */
static int burn(struct chips *c, u32 chip, u32 config, const u8 *contents, u32 size)
{
	u32 page = DIV_ROUND_UP(size, BOARD_PROGRAM_SIZE);
	int err = erase_config(c, chip, config);

	while (page-- && !err)
		err = program_page(c, chip, config, page, contents, size);
	return err;
}

/* Erase configurations that are neither whole nor blank: their burning was cut off. */
static void recover(struct chips *c, u32 chip)
{
	for (u32 i = 0; i < BOARD_CHIP_CONFIGS; i++) {
		chip_look(c, chip, i);
		if (c->chip[chip].config[i].version || is_erased(c, chip, i))
			continue;
		c->chip[chip].recovered++;
		erase_config(c, chip, i);
	}
}

static bool holds(const struct chips *c, u32 chip, u32 config, const void *contents, u32 size)
{
	return c->chip[chip].config[config].version &&
	       !memcmp(chip_config_cells(c, chip, config), contents, size);
}

/* The configuration to be overwritten: one that is not whole, if there is one. */
static u32 victim(const struct chips *c, u32 chip)
{
	return c->chip[chip].config[0].version && !c->chip[chip].config[1].version;
}

static int boot_chip(struct chips *c, u32 chip, const u8 *contents, u32 len)
{
	u32 size = le32_to_cpu(((const struct chip_contents *)contents)->size);
	u32 config = 0;
	int err = 0;

	if (!chip_contents_whole(contents, len, chip))
		return -EBADMSG;
	while (config < BOARD_CHIP_CONFIGS && !holds(c, chip, config, contents, size))
		config++;
	if (config == BOARD_CHIP_CONFIGS) {
		config = victim(c, chip);
		err = burn(c, chip, config, contents, size);
	}
	chip_set_active(c, chip, config);
	return err;
}

/* What the image carries for a chip, or else the ROM; NULL if neither has anything. */
static const void *contents_for(u32 chip, const void *file, const void *rom, u32 *len)
{
	const void *from = mrb_find_chip(file, chip) ? file : rom;
	const struct mrb_block *b = mrb_find_chip(from, chip);

	*len = b ? le32_to_cpu(b->file_size) : 0;
	return b ? from + le32_to_cpu(b->file_offset) : NULL;
}

/**
 * chips_power_on() - give the chips the configurations that the image that starts needs
 * @c: the chips; what was known of them before is not relied on
 * @file: the image, checked by mrb_check()
 * @rom: the image in ROM, checked by mrb_check()
 *
 * If @file carries no contents for a chip, those of @rom are used; if neither carries any, the
 * chip's active configuration is number 0.
 *
 * Context: may sleep.
 * Return: 0; -EBADMSG if the contents for a chip are not whole; -EIO if they cannot
 * be burned.
 */
int chips_power_on(struct chips *c, const void *file, const void *rom)
{
	int err = 0;

	for (u32 chip = 0; chip < BOARD_CHIPS && !err; chip++) {
		u32 len;
		const void *contents = contents_for(chip, file, rom, &len);

		WRITE_ONCE(c->chip[chip].active, 0);
		recover(c, chip);
		if (contents)
			err = boot_chip(c, chip, contents, len);
		else
			chip_set_active(c, chip, 0);
	}
	return err;
}

/**
 * chips_formats() - the frame formats that the ports will take after chips_power_on()
 * @file: as for chips_power_on()
 * @rom: as for chips_power_on()
 *
 * Return: a bit for each; 0 if the contents for the PLA are missing or not whole.
 */
u32 chips_formats(const void *file, const void *rom)
{
	u32 len;
	const void *contents = contents_for(CHIP_PLA, file, rom, &len);

	return contents && chip_contents_whole(contents, len, CHIP_PLA) ?
	       chip_formats(contents) : 0;
}
