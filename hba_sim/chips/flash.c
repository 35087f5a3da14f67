// SPDX-License-Identifier: GPL-2.0
/*
 * The boot flash: one model, whatever device is behind it. Erasing one block or programming one
 * page is an operation. If the power is lost in the middle of an operation, half of it has been
 * done.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "flash.h"

#define ERASE_US	45000u	/* time to erase a block */
#define PROGRAM_US	700u	/* time to program a page */

/**
 * flash_init() - make a flash, with power
 * @f: the flash
 * @dev: the device behind the flash; outlives the flash
 */
void flash_init(struct flash *f, struct flash_device *dev)
{
	mutex_init(&f->lock);
	f->dev = dev;
}

/**
 * flash_power_on() - there is power again
 * @f: the flash
 */
void flash_power_on(struct flash *f)
{
	mutex_lock(&f->lock);
	if (f->lost)
		f->lose_at = 0;
	f->lost = false;
	mutex_unlock(&f->lock);
}

/**
 * flash_lose_power() - let the power fail when half of a later operation has been done
 * @f: the flash
 * @n: in the @n-th operation from now on; 0: in none
 */
void flash_lose_power(struct flash *f, u64 n)
{
	mutex_lock(&f->lock);
	f->lose_at = n ? f->operations + n : 0;
	mutex_unlock(&f->lock);
}

static bool is_inside(const struct flash *f, u32 at, u32 len)
{
	return at <= f->dev->size && len <= f->dev->size - at;
}

/**
 * flash_read() - read from the flash
 * @f: the flash
 * @at: offset to read from
 * @buf: where the bytes go
 * @len: number of bytes
 *
 * Context: may sleep.
 * Return: 0; -EINVAL if the range is outside of the flash; -EIO without power; an error of the
 * device.
 */
int flash_read(struct flash *f, u32 at, void *buf, u32 len)
{
	int err;

	if (!is_inside(f, at, len))
		return -EINVAL;
	mutex_lock(&f->lock);
	err = f->lost ? -EIO : f->dev->ops->read(f->dev, at, buf, len);
	mutex_unlock(&f->lock);
	return err;
}

/* Begin an operation. Returns how much of it is to be done: half, if the power fails in it. */
static u32 begin(struct flash *f, u32 len)
{
	f->operations++;
	f->lost = f->operations == f->lose_at;
	return f->lost ? len / 2 : len;
}

static void busy(struct flash *f, u32 us)
{
	if (f->busy)
		f->busy(f, us);
}

static int erase_block(struct flash *f, u32 at)
{
	int err = -EIO;

	mutex_lock(&f->lock);
	if (!f->lost)
		err = f->dev->ops->erase(f->dev, at, begin(f, f->dev->erase_size));
	if (f->lost)
		err = -EIO;
	mutex_unlock(&f->lock);
	busy(f, ERASE_US);
	return err;
}

/**
 * flash_erase() - set all bits of erase blocks
 * @f: the flash
 * @at: start of the first one
 * @len: bytes; all blocks that contain any of them are erased
 *
 * Context: may sleep.
 * Return: 0; -EINVAL; -EIO if the power is gone; an error of the device.
 */
int flash_erase(struct flash *f, u32 at, u32 len)
{
	int err = 0;

	if (at % f->dev->erase_size || !is_inside(f, at, len))
		return -EINVAL;
	for (u32 done = 0; done < len && !err; done += f->dev->erase_size)
		err = erase_block(f, at + done);
	return err;
}

static int program_page(struct flash *f, u32 at, const void *src, u32 len)
{
	int err = -EIO;

	mutex_lock(&f->lock);
	if (!f->lost)
		err = f->dev->ops->program(f->dev, at, src, begin(f, len));
	if (f->lost)
		err = -EIO;
	mutex_unlock(&f->lock);
	busy(f, PROGRAM_US);
	return err;
}

/**
 * flash_program() - clear bits of pages
 * @f: the flash
 * @at: where to begin
 * @src: what the pages are to hold, if they were erased
 * @len: bytes; the rest of the first and the last page stays as it is
 *
 * Context: may sleep.
 * Return: 0; -EINVAL; -EIO if the power is gone; an error of the device.
 */
int flash_program(struct flash *f, u32 at, const void *src, u32 len)
{
	u32 page = f->dev->page_size;
	int err = 0;
	u32 n;

	if (!is_inside(f, at, len))
		return -EINVAL;
	for (u32 done = 0; done < len && !err; done += n) {
		n = min(len - done, page - (at + done) % page);
		err = program_page(f, at + done, src + done, n);
	}
	return err;
}

/**
 * flash_sync() - make what was erased and programmed so far outlive a power loss
 * @f: the flash
 *
 * Context: may sleep.
 */
void flash_sync(struct flash *f)
{
	mutex_lock(&f->lock);
	if (!f->lost && f->dev->ops->sync)
		f->dev->ops->sync(f->dev);
	mutex_unlock(&f->lock);
}
