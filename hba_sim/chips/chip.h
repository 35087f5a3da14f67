/* SPDX-License-Identifier: GPL-2.0 */
/* The board's chips: cells, wear, active configuration, and what they hold at power-on. */
#ifndef HBA_SIM_CHIPS_CHIP_H
#define HBA_SIM_CHIPS_CHIP_H

#include <linux/types.h>

#include <hba_sim/chip.h>
#include <hba_sim/mrb.h>

#define CHIP_ERASE_US		45000u	/* time to erase a block */
#define CHIP_PROGRAM_US		700u	/* time to program a page */
#define CHIP_ERASE_BLOCKS	(BOARD_CONFIG_SIZE / BOARD_ERASE_SIZE)
#define CHIP_PAGES		(BOARD_CONFIG_SIZE / BOARD_PROGRAM_SIZE)

/**
 * struct chip_config - a configuration of a chip
 * @version: version of its contents, 0 if these are not whole
 * @formats: of a PLA: frame formats that it makes the ports accept
 * @wear: how often each erase block was erased
 */
struct chip_config {
	u32 version;
	u32 formats;
	u32 wear[CHIP_ERASE_BLOCKS];
};

/**
 * struct chip - a chip
 * @active: number of the active configuration
 * @config: its configurations
 * @erases: erase blocks that were erased, ever
 * @programs: pages that were programmed, ever
 * @selects: how often another configuration became the active one; whoever reads this before
 *	     @active gets the configuration of that count, or a later one
 * @recovered: configurations that a power loss had cut off, found at power-on
 */
struct chip {
	u32 active;
	struct chip_config config[BOARD_CHIP_CONFIGS];
	u64 erases;
	u64 programs;
	u32 selects;
	u32 recovered;
};

/**
 * struct chips - all chips of a board
 * @cells: BOARD_CELLS_SIZE bytes; they outlive a power loss
 * @regs: where the chips' registers are shown
 * @busy: wait while a chip is busy for @us microseconds; half of the cells that the operation
 *	  changes have their new contents then; may be NULL
 * @chip: the chips
 *
 * Only one thread at a time uses them: the service hart's.
 */
struct chips {
	u8 *cells;
	struct board_regs *regs;
	void (*busy)(struct chips *c, u32 us);
	struct chip chip[BOARD_CHIPS];
};

int chips_init(struct chips *c, struct board_regs *regs);
void chips_destroy(struct chips *c);
u32 chip_idle(const struct chips *c, u32 chip);
int chip_erase(struct chips *c, u32 chip, u32 config, u32 block);
int chip_program(struct chips *c, u32 chip, u32 config, u32 page, const u8 *src);
int chip_select(struct chips *c, u32 chip);
void chip_set_active(struct chips *c, u32 chip, u32 config);
void chip_look(struct chips *c, u32 chip, u32 config);
u8 *chip_config_cells(const struct chips *c, u32 chip, u32 config);

/* chip_contents.c */
u32 chip_contents_crc(const u8 *buf, u32 size);
bool chip_contents_whole(const void *buf, u32 len, u32 chip);
bool chips_carried_whole(const void *file, u32 *chip);
u32 chip_formats(const u8 *contents);

/* chip_boot.c */
int chips_power_on(struct chips *c, const void *file, const void *rom);
u32 chips_formats(const void *file, const void *rom);

#endif
