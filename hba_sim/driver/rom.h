/* SPDX-License-Identifier: GPL-2.0 */
/* The ROM: image 1.0, in MRB format, built into the module (rom.S). */
#ifndef HBA_SIM_ROM_H
#define HBA_SIM_ROM_H

#include <linux/types.h>

extern const u8 hba_rom_start[];
extern const u8 hba_rom_end[];

#endif
