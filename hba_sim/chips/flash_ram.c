// SPDX-License-Identifier: GPL-2.0
/* Memory of this module behind a flash. It lasts as long as its adapter. */
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "flash.h"

#define RAM_SIZE	0x200000u
#define RAM_ERASE_SIZE	0x10000u
#define RAM_PAGE_SIZE	0x400u

/**
 * struct flash_ram - memory that behaves like flash
 * @dev: as the flash sees it
 * @cells: the memory
 */
struct flash_ram {
	struct flash_device dev;
	u8 *cells;
};

static u8 *cells_at(struct flash_device *dev, u32 at)
{
	return container_of(dev, struct flash_ram, dev)->cells + at;
}

static int ram_read(struct flash_device *dev, u32 at, void *buf, u32 len)
{
	memcpy(buf, cells_at(dev, at), len);
	return 0;
}

static int ram_erase(struct flash_device *dev, u32 at, u32 len)
{
	memset(cells_at(dev, at), 0xff, len);
	return 0;
}

static int ram_program(struct flash_device *dev, u32 at, const void *src, u32 len)
{
	u8 *cells = cells_at(dev, at);
	const u8 *bytes = src;

	for (u32 i = 0; i < len; i++)
		cells[i] &= bytes[i];
	return 0;
}

static const struct flash_ops ram_ops = {
	.read		= ram_read,
	.erase		= ram_erase,
	.program	= ram_program,
};

/**
 * flash_ram_new() - make a device of memory, erased
 *
 * Context: may sleep.
 * Return: the device, or NULL if there is no memory.
 */
struct flash_device *flash_ram_new(void)
{
	struct flash_ram *ram = kzalloc(sizeof(*ram), GFP_KERNEL);

	if (!ram)
		return NULL;
	ram->cells = vmalloc(RAM_SIZE);
	if (!ram->cells) {
		kfree(ram);
		return NULL;
	}
	memset(ram->cells, 0xff, RAM_SIZE);
	ram->dev = (struct flash_device){
		.ops = &ram_ops, .size = RAM_SIZE, .erase_size = RAM_ERASE_SIZE,
		.page_size = RAM_PAGE_SIZE,
	};
	return &ram->dev;
}

/**
 * flash_ram_free() - free a device of memory
 * @dev: a device from flash_ram_new(), or NULL
 */
void flash_ram_free(struct flash_device *dev)
{
	struct flash_ram *ram = dev ? container_of(dev, struct flash_ram, dev) : NULL;

	if (!ram)
		return;
	vfree(ram->cells);
	kfree(ram);
}
