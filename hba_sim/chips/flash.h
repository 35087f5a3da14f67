/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The boot flash: erase blocks that are erased at once, pages that are programmed at once,
 * a count of both, and a power loss in the middle of any of them.
 */
#ifndef HBA_SIM_FLASH_H
#define HBA_SIM_FLASH_H

#include <linux/mutex.h>
#include <linux/types.h>

struct flash_device;

/**
 * struct flash_ops - operations of the device behind a flash
 * @read: read @len bytes
 * @erase: erase the first @len bytes of the erase block at @at; @erase may erase the whole block
 * @program: clear bits of @len bytes, which lie in one page
 * @sync: make what was done so far outlive a power loss; NULL if it always does
 *
 * They may sleep, and return 0 or a negative errno.
 */
struct flash_ops {
	int (*read)(struct flash_device *dev, u32 at, void *buf, u32 len);
	int (*erase)(struct flash_device *dev, u32 at, u32 len);
	int (*program)(struct flash_device *dev, u32 at, const void *src, u32 len);
	void (*sync)(struct flash_device *dev);
};

/**
 * struct flash_device - the device behind a flash: memory of this module, or an MTD device
 * @ops: its operations
 * @size: bytes, a multiple of @erase_size
 * @erase_size: bytes of an erase block, a multiple of @page_size
 * @page_size: bytes that are programmed at once
 */
struct flash_device {
	const struct flash_ops *ops;
	u32 size;
	u32 erase_size;
	u32 page_size;
};

/**
 * struct flash - a flash
 * @dev: the device behind the flash
 * @lock: protects the cells and all below
 * @operations: erase blocks that were erased and pages that were programmed, ever
 * @lose_at: value of @operations at which the power is lost; 0: never
 * @lost: the power was lost: nothing works before the next power-on
 * @busy: wait while the flash is busy for @us microseconds; may be NULL
 */
struct flash {
	struct flash_device *dev;
	struct mutex lock;	/* protects the cells and all below */
	u64 operations;
	u64 lose_at;
	bool lost;
	void (*busy)(struct flash *f, u32 us);
};

void flash_init(struct flash *f, struct flash_device *dev);
void flash_power_on(struct flash *f);
void flash_lose_power(struct flash *f, u64 n);
int flash_read(struct flash *f, u32 at, void *buf, u32 len);
int flash_erase(struct flash *f, u32 at, u32 len);
int flash_program(struct flash *f, u32 at, const void *src, u32 len);
void flash_sync(struct flash *f);

/* flash_ram.c */
struct flash_device *flash_ram_new(void);
void flash_ram_free(struct flash_device *dev);

#endif
