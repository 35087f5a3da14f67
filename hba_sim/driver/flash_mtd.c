// SPDX-License-Identifier: GPL-2.0
/*
 * An MTD device behind a boot flash, and a boot flash as an MTD device. The MTD core may be a
 * module, or missing: its functions are looked up when they are needed, so that this module
 * loads without the core.
 */
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mtd/mtd.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "../../overlay/node/node.h"
#include "flash_mtd.h"

#define PAGE_MIN	1024u		/* page size if a device programs smaller units */
#define SIZE_MAX_USED	0x4000000u	/* how much of a larger device is used */

/**
 * struct mtd_calls - the MTD core's functions; each reference keeps the core in memory
 * @get: get_mtd_device_nm()
 * @put: put_mtd_device()
 * @read: mtd_read()
 * @write: mtd_write()
 * @erase: mtd_erase()
 */
struct mtd_calls {
	typeof(get_mtd_device_nm) *get;
	typeof(put_mtd_device) *put;
	typeof(mtd_read) *read;
	typeof(mtd_write) *write;
	typeof(mtd_erase) *erase;
};

static void calls_put(struct mtd_calls *calls)
{
	if (calls->get)
		symbol_put(get_mtd_device_nm);
	if (calls->put)
		symbol_put(put_mtd_device);
	if (calls->read)
		symbol_put(mtd_read);
	if (calls->write)
		symbol_put(mtd_write);
	if (calls->erase)
		symbol_put(mtd_erase);
	memset(calls, 0, sizeof(*calls));
}

static int calls_get(struct mtd_calls *calls)
{
	calls->get = symbol_get(get_mtd_device_nm);
	calls->put = symbol_get(put_mtd_device);
	calls->read = symbol_get(mtd_read);
	calls->write = symbol_get(mtd_write);
	calls->erase = symbol_get(mtd_erase);
	if (calls->get && calls->put && calls->read && calls->write && calls->erase)
		return 0;
	calls_put(calls);
	return -ENODEV;
}

/**
 * struct mtd_device - an MTD device behind a boot flash
 * @dev: as the flash sees it
 * @node: in @used
 * @calls: the MTD core
 * @mtd: the device
 * @page: room for one page
 */
struct mtd_device {
	struct flash_device dev;
	struct list_head node;
	struct mtd_calls calls;
	struct mtd_info *mtd;
	u8 *page;
};

static DEFINE_MUTEX(used_lock);	/* protects used */
static LIST_HEAD(used);		/* a device may be behind only one flash */

static struct mtd_device *to_mtd(struct flash_device *dev)
{
	return container_of(dev, struct mtd_device, dev);
}

static int device_read(struct flash_device *dev, u32 at, void *buf, u32 len)
{
	struct mtd_device *md = to_mtd(dev);
	size_t done = 0;
	int err = md->calls.read(md->mtd, at, len, &done, buf);

	/* after a correction the data is good */
	if (err == -EUCLEAN)
		err = 0;
	return err ?: done != len ? -EIO : 0;
}

static int device_erase(struct flash_device *dev, u32 at, u32 len)
{
	struct mtd_device *md = to_mtd(dev);
	struct erase_info erase = { .addr = at, .len = dev->erase_size };

	return md->calls.erase(md->mtd, &erase);
}

/* Program a whole page, as the device may not take less; other bytes keep their contents. */
static int device_program(struct flash_device *dev, u32 at, const void *src, u32 len)
{
	struct mtd_device *md = to_mtd(dev);
	u32 offset = at % dev->page_size;
	size_t done = 0;
	int err;

	err = device_read(dev, at - offset, md->page, dev->page_size);
	if (err)
		return err;
	memcpy(md->page + offset, src, len);
	err = md->calls.write(md->mtd, at - offset, dev->page_size, &done, md->page);
	return err ?: done != dev->page_size ? -EIO : 0;
}

/* For devices with a cache: block2mtd, for example, writes to the disk's page cache. */
static void device_sync(struct flash_device *dev)
{
	mtd_sync(to_mtd(dev)->mtd);
}

static const struct flash_ops device_ops = {
	.read		= device_read,
	.erase		= device_erase,
	.program	= device_program,
	.sync		= device_sync,
};

/* Does the device have erase blocks, and can it be used as a flash? */
static int device_measure(struct mtd_device *md)
{
	const struct mtd_info *mtd = md->mtd;
	u32 page = max(mtd->writesize, PAGE_MIN);

	if (!(mtd->flags & MTD_WRITEABLE) || !mtd->erasesize || mtd->erasesize % page ||
	    mtd->erasesize > SIZE_MAX_USED)
		return -EINVAL;
	md->dev = (struct flash_device){
		.ops = &device_ops, .erase_size = mtd->erasesize, .page_size = page,
	};
	md->dev.size = rounddown((u32)min_t(u64, mtd->size, SIZE_MAX_USED), mtd->erasesize);
	md->page = kmalloc(page, GFP_KERNEL);
	return md->page ? 0 : -ENOMEM;
}

static void device_free(struct mtd_device *md)
{
	if (!IS_ERR_OR_NULL(md->mtd))
		md->calls.put(md->mtd);
	calls_put(&md->calls);
	kfree(md->page);
	kfree(md);
}

static bool is_used(const struct mtd_info *mtd)
{
	const struct mtd_device *md;

	list_for_each_entry(md, &used, node)
		if (md->mtd == mtd)
			return true;
	return false;
}

/* An adapter's own boot flash cannot be used: kernel threads may not write it, see may_write(). */
static bool is_boot_flash(struct mtd_info *mtd);

static int device_open(struct mtd_device *md, const char *name)
{
	int err = calls_get(&md->calls);

	if (err)
		return err;
	md->mtd = md->calls.get(name);
	if (IS_ERR(md->mtd))
		return PTR_ERR(md->mtd);
	if (is_used(md->mtd))
		return -EBUSY;
	if (is_boot_flash(md->mtd))
		return -EINVAL;
	return device_measure(md);
}

/**
 * flash_mtd_get() - an MTD device that is to be behind a flash
 * @name: its name, as in /proc/mtd
 *
 * Context: may sleep.
 * Return: the device, for flash_mtd_put(); or an ERR_PTR(): -ENODEV if there is no such
 * device, -EBUSY if it is behind another flash, -EINVAL if it cannot be used, -ENOMEM.
 */
struct flash_device *flash_mtd_get(const char *name)
{
	struct mtd_device *md = kzalloc(sizeof(*md), GFP_KERNEL);
	int err;

	if (!md)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&used_lock);
	err = device_open(md, name);
	if (!err)
		list_add(&md->node, &used);
	mutex_unlock(&used_lock);
	if (!err)
		return &md->dev;
	device_free(md);
	return ERR_PTR(err);
}

/**
 * flash_mtd_put() - end of flash_mtd_get()
 * @dev: the device; no flash uses it; or NULL
 */
void flash_mtd_put(struct flash_device *dev)
{
	struct mtd_device *md = dev ? to_mtd(dev) : NULL;

	if (!md)
		return;
	mutex_lock(&used_lock);
	list_del(&md->node);
	mutex_unlock(&used_lock);
	device_free(md);
}

/**
 * struct flash_mtd - a flash as an MTD device
 * @mtd: the device
 * @flash: the flash
 * @lock: protects @users and @gone
 * @users: how many have it open
 * @gone: nobody may open it any more
 * @idle: @users may have become 0
 */
struct flash_mtd {
	struct mtd_info mtd;
	struct flash *flash;
	spinlock_t lock;	/* protects users and gone */
	u32 users;
	bool gone;
	wait_queue_head_t idle;
};

/* @mtd may be a partition: older kernels pass that when it is opened, newer ones the device. */
static struct flash_mtd *to_flash(struct mtd_info *mtd)
{
	return container_of(mtd_get_master(mtd), struct flash_mtd, mtd);
}

/*
 * The flash's contents are executed after the next power cycle, so writes need permission. A
 * kernel thread writes on behalf of a user who is not known any more, such as mtdblock's thread
 * for whoever dirtied a page: so it may not write.
 */
static bool may_write(void)
{
	return !(current->flags & PF_KTHREAD) && overlay_may_change();
}

/* Requires permission even to read: the mode is not known here, nor are mtdblock's later users. */
static int flash_mtd_open(struct mtd_info *mtd)
{
	struct flash_mtd *fm = to_flash(mtd);
	int err = -ENODEV;

	if (!overlay_may_change())
		return -EPERM;
	spin_lock(&fm->lock);
	if (!fm->gone) {
		fm->users++;
		err = 0;
	}
	spin_unlock(&fm->lock);
	return err;
}

static void flash_mtd_close(struct mtd_info *mtd)
{
	struct flash_mtd *fm = to_flash(mtd);

	spin_lock(&fm->lock);
	fm->users--;
	wake_up(&fm->idle);
	spin_unlock(&fm->lock);
}

static int flash_mtd_read(struct mtd_info *mtd, loff_t from, size_t len, size_t *done, u_char *buf)
{
	int err = flash_read(to_flash(mtd)->flash, from, buf, len);

	*done = err ? 0 : len;
	return err;
}

static int flash_mtd_write(struct mtd_info *mtd, loff_t to, size_t len, size_t *done,
			   const u_char *buf)
{
	int err = may_write() ? flash_program(to_flash(mtd)->flash, to, buf, len) : -EPERM;

	*done = err ? 0 : len;
	return err;
}

static int flash_mtd_erase(struct mtd_info *mtd, struct erase_info *erase)
{
	return may_write() ? flash_erase(to_flash(mtd)->flash, erase->addr, erase->len) : -EPERM;
}

static bool is_boot_flash(struct mtd_info *mtd)
{
	return mtd_get_master(mtd)->_write == flash_mtd_write;
}

static void flash_mtd_fill(struct flash_mtd *fm, const char *name, struct device *parent)
{
	const struct flash_device *dev = fm->flash->dev;

	fm->mtd.name = name;
	fm->mtd.type = MTD_NORFLASH;
	fm->mtd.flags = MTD_CAP_NORFLASH;
	fm->mtd.size = dev->size;
	fm->mtd.erasesize = dev->erase_size;
	fm->mtd.writesize = 1;
	fm->mtd.writebufsize = dev->page_size;
	fm->mtd.owner = THIS_MODULE;
	fm->mtd.dev.parent = parent;
	fm->mtd._get_device = flash_mtd_open;
	fm->mtd._put_device = flash_mtd_close;
	fm->mtd._read = flash_mtd_read;
	fm->mtd._write = flash_mtd_write;
	fm->mtd._erase = flash_mtd_erase;
}

/**
 * flash_mtd_register() - make a flash an MTD device, if the kernel supports MTD
 * @flash: the flash; outlives the MTD device
 * @name: the MTD device's name; outlives the MTD device, too
 * @parent: the device that the flash belongs to
 *
 * Context: may sleep; may load the MTD core.
 * Return: the MTD device, or NULL, which is not an error.
 */
struct flash_mtd *flash_mtd_register(struct flash *flash, const char *name,
				     struct device *parent)
{
	typeof(mtd_device_parse_register) *add = symbol_request(mtd_device_parse_register);
	struct flash_mtd *fm;
	int err;

	if (!add)
		return NULL;
	fm = kzalloc(sizeof(*fm), GFP_KERNEL);
	if (!fm)
		goto put;
	fm->flash = flash;
	spin_lock_init(&fm->lock);
	init_waitqueue_head(&fm->idle);
	flash_mtd_fill(fm, name, parent);
	err = add(&fm->mtd, NULL, NULL, NULL, 0);
	if (!err)
		return fm;
	dev_warn(parent, "boot flash is no MTD device (error %d)\n", err);
	kfree(fm);
put:
	symbol_put(mtd_device_parse_register);
	return NULL;
}

/**
 * flash_mtd_retire() - let nobody open the device from now on
 * @fm: the device, or NULL
 *
 * Context: any but interrupts.
 * Return: false if somebody has it open: then it can still be opened.
 */
bool flash_mtd_retire(struct flash_mtd *fm)
{
	if (!fm)
		return true;
	spin_lock(&fm->lock);
	fm->gone = !fm->users;
	spin_unlock(&fm->lock);
	return fm->gone;
}

/**
 * flash_mtd_unregister() - end of flash_mtd_register()
 * @fm: the device, or NULL
 *
 * Context: may sleep: waits until nobody has the device open.
 */
void flash_mtd_unregister(struct flash_mtd *fm)
{
	typeof(mtd_device_unregister) *del;

	if (!fm)
		return;
	spin_lock(&fm->lock);
	fm->gone = true;
	spin_unlock(&fm->lock);
	wait_event(fm->idle, !READ_ONCE(fm->users));
	/* the last one to close it may still hold the lock */
	spin_lock(&fm->lock);
	spin_unlock(&fm->lock);
	/* the core cannot have been unloaded, as the device is registered with it */
	del = symbol_get(mtd_device_unregister);
	if (!WARN_ON(!del || del(&fm->mtd)))
		kfree(fm);
	if (del)
		symbol_put(mtd_device_unregister);
	symbol_put(mtd_device_parse_register);
}
