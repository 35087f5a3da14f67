/* SPDX-License-Identifier: GPL-2.0 */
/* An MTD device as boot flash, and a boot flash as MTD device; neither without MTD. */
#ifndef HBA_SIM_FLASH_MTD_H
#define HBA_SIM_FLASH_MTD_H

#include <linux/types.h>

#include "../chips/chips.h"

struct device;
struct flash_mtd;

struct flash_device *flash_mtd_get(const char *name);
void flash_mtd_put(struct flash_device *dev);

struct flash_mtd *flash_mtd_register(struct flash *flash, const char *name,
				     struct device *parent);
bool flash_mtd_retire(struct flash_mtd *fm);
void flash_mtd_unregister(struct flash_mtd *fm);

#endif
