// SPDX-License-Identifier: GPL-2.0
/*
 * The board's chips (patent: PLA 312 and the like): cells that are erased in blocks and
 * programmed in pages, and which of a chip's two configurations is active. A power loss while a
 * chip is busy leaves an operation half done; chip_boot.c detects that.
 */
#include <asm/barrier.h>
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "chip.h"

#define ERASED		0xff

/**
 * chips_init() - make the chips, erased as they come from the factory
 * @c: the chips, all zeros
 * @regs: where the chips' registers are shown; outlives the chips
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; chips_destroy() is to be called in either case.
 */
int chips_init(struct chips *c, struct board_regs *regs)
{
	c->regs = regs;
	c->cells = vmalloc(BOARD_CELLS_SIZE);
	if (!c->cells)
		return -ENOMEM;
	memset(c->cells, ERASED, BOARD_CELLS_SIZE);
	return 0;
}

/**
 * chips_destroy() - free the chips
 * @c: the chips
 */
void chips_destroy(struct chips *c)
{
	vfree(c->cells);
}

/**
 * chip_config_cells() - the cells of a configuration
 * @c: the chips
 * @chip: one of them
 * @config: 0 or 1
 *
 * Return: the first of BOARD_CONFIG_SIZE bytes.
 */
u8 *chip_config_cells(const struct chips *c, u32 chip, u32 config)
{
	return c->cells + chip_cells(chip, config);
}

/**
 * chip_idle() - the configuration that is not active
 * @c: the chips
 * @chip: one of them
 *
 * Return: its number.
 */
u32 chip_idle(const struct chips *c, u32 chip)
{
	return !c->chip[chip].active;
}

/* Update the chip's registers, which harts may read at any time. */
static void show(const struct chips *c, u32 chip)
{
	const struct chip *p = &c->chip[chip];
	struct board_chip *regs = &c->regs->chip[chip];

	WRITE_ONCE(regs->active, cpu_to_le32(p->active));
	for (u32 i = 0; i < BOARD_CHIP_CONFIGS; i++)
		WRITE_ONCE(regs->version[i], cpu_to_le32(p->config[i].version));
	if (chip == CHIP_PLA)
		WRITE_ONCE(c->regs->port_formats,
			   cpu_to_le32(p->config[p->active].formats));
}

/**
 * chip_look() - check whether a configuration is whole, and show the result
 * @c: the chips
 * @chip: one of them
 * @config: 0 or 1
 *
 * Context: may take as long as a checksum of the configuration.
 */
void chip_look(struct chips *c, u32 chip, u32 config)
{
	const u8 *cells = chip_config_cells(c, chip, config);
	const struct chip_contents *head = (const struct chip_contents *)cells;
	struct chip_config *p = &c->chip[chip].config[config];
	bool whole = chip_contents_whole(cells, BOARD_CONFIG_SIZE, chip);

	p->version = whole ? le32_to_cpu(head->version) : 0;
	p->formats = whole && chip == CHIP_PLA ? chip_formats(cells) : 0;
	show(c, chip);
}

/* A configuration that is about to change is not whole, even after a power loss in the middle. */
static void forget(struct chips *c, u32 chip, u32 config)
{
	c->chip[chip].config[config].version = 0;
	c->chip[chip].config[config].formats = 0;
	show(c, chip);
}

static void busy(struct chips *c, u32 us)
{
	if (c->busy)
		c->busy(c, us);
}

static bool erased(const u8 *cells, u32 len)
{
	return !memchr_inv(cells, ERASED, len);
}

/**
 * chip_erase() - set all bits of an erase block
 * @c: the chips
 * @chip: one of them
 * @config: 0 or 1, not the active one
 * @block: number of the block in the configuration
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if there is no such block; -EIO if the block is not blank afterwards.
 */
int chip_erase(struct chips *c, u32 chip, u32 config, u32 block)
{
	u8 *cells = chip_config_cells(c, chip, config) + block * BOARD_ERASE_SIZE;

	if (block >= CHIP_ERASE_BLOCKS)
		return -EINVAL;
	forget(c, chip, config);
	c->chip[chip].erases++;
	c->chip[chip].config[config].wear[block]++;
	memset(cells, ERASED, BOARD_ERASE_SIZE / 2);
	busy(c, CHIP_ERASE_US);
	memset(cells + BOARD_ERASE_SIZE / 2, ERASED, BOARD_ERASE_SIZE / 2);
	return erased(cells, BOARD_ERASE_SIZE) ? 0 : -EIO;
}

static void clear_bits(u8 *cells, const u8 *src, u32 len)
{
	for (u32 i = 0; i < len; i++)
		cells[i] &= src[i];
}

/**
 * chip_program() - clear bits of a page
 * @c: the chips
 * @chip: one of them
 * @config: 0 or 1, not the active one
 * @page: number of the page in the configuration
 * @src: what the page is to hold; BOARD_PROGRAM_SIZE bytes
 *
 * After the first page has been programmed, this checks whether the configuration is whole.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if there is no such page; -EIO if it now holds something else, as it was
 * not erased before.
 */
int chip_program(struct chips *c, u32 chip, u32 config, u32 page, const u8 *src)
{
	u8 *cells = chip_config_cells(c, chip, config) + page * BOARD_PROGRAM_SIZE;
	u32 half = BOARD_PROGRAM_SIZE / 2;

	if (page >= CHIP_PAGES)
		return -EINVAL;
	forget(c, chip, config);
	c->chip[chip].programs++;
	clear_bits(cells, src, half);
	busy(c, CHIP_PROGRAM_US);
	clear_bits(cells + half, src + half, half);
	if (memcmp(cells, src, BOARD_PROGRAM_SIZE))
		return -EIO;
	if (!page)
		chip_look(c, chip, config);
	return 0;
}

/**
 * chip_set_active() - make a configuration the active one
 * @c: the chips
 * @chip: one of them
 * @config: 0 or 1
 *
 * Context: any; does not sleep.
 */
void chip_set_active(struct chips *c, u32 chip, u32 config)
{
	struct chip *p = &c->chip[chip];
	bool other = p->active != config;

	WRITE_ONCE(p->active, config);
	if (other)
		smp_store_release(&p->selects, p->selects + 1); /* pairs with fetch() */
	show(c, chip);
}

/**
 * chip_select() - make the other configuration the active one
 * @c: the chips
 * @chip: one of them
 *
 * Context: any; does not sleep.
 * Return: 0, or -EBADMSG if the other configuration is not whole.
 */
int chip_select(struct chips *c, u32 chip)
{
	u32 other = chip_idle(c, chip);

	if (!c->chip[chip].config[other].version)
		return -EBADMSG;
	chip_set_active(c, chip, other);
	return 0;
}
