// SPDX-License-Identifier: GPL-2.0
/*
 * The boot flash has two slots. A permanent update writes its image, once the image has proved
 * itself, to the slot that is not the newest good one: first the slot's header is erased, then
 * the image is programmed and read back, and the header comes last, when the rest is known to
 * be written; if the header cannot be read back, it is cleared. So whenever the power fails, one
 * of the slots, or the ROM, has a whole image, and a slot that was written only in part is not
 * good. An image that does not start at power-on gets a mark, which only clears bits and needs
 * no erase: if the power fails meanwhile, the image is tried and marked once more.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/byteorder.h>

#include "../../mrb/mrb.h"
#include "slots.h"

#define COMPARE_BYTES	256u	/* that are read back at once */

/**
 * slots_init() - make a board's boot flash
 * @b: the flash, all zeros
 * @dev: the device behind the flash; NULL: memory of this module
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -EINVAL if the device is too small for two slots; slots_destroy()
 * is to be called in any case.
 */
int slots_init(struct slots *b, struct flash_device *dev)
{
	if (!dev) {
		b->own = flash_ram_new();
		dev = b->own;
	}
	if (!dev)
		return -ENOMEM;
	flash_init(&b->flash, dev);
	b->booted = SLOT_ROM;
	return dev->size / dev->erase_size < BOOT_SLOTS ? -EINVAL : 0;
}

/**
 * slots_destroy() - free a board's boot flash
 * @b: the flash
 */
void slots_destroy(struct slots *b)
{
	slots_forget(b);
	slots_drop_file(b);
	flash_ram_free(b->own);
}

static u32 slot_size(const struct slots *b)
{
	const struct flash_device *dev = b->flash.dev;

	return dev->size / dev->erase_size / BOOT_SLOTS * dev->erase_size;
}

static u32 slot_at(const struct slots *b, u32 slot)
{
	return slot * slot_size(b);
}

/* Where a slot's image begins. */
static u32 image_at(const struct slots *b, u32 slot)
{
	return slot_at(b, slot) + b->flash.dev->page_size;
}

/**
 * slots_room() - the largest image file for a slot
 * @b: the flash
 *
 * Return: bytes.
 */
u32 slots_room(const struct slots *b)
{
	return slot_size(b) - b->flash.dev->page_size;
}

static bool header_whole(const struct slots *b, const struct slot_header *head)
{
	return le32_to_cpu(head->magic) == SLOT_MAGIC &&
	       le32_to_cpu(head->format) == SLOT_FORMAT &&
	       le32_to_cpu(head->sequence) <= SLOT_SEQUENCE_MAX &&
	       le32_to_cpu(head->size) >= sizeof(struct mrb_header) &&
	       le32_to_cpu(head->size) <= slots_room(b) &&
	       le32_to_cpu(head->crc) == slot_header_crc(*head);
}

/* Does the slot have a header? The image itself is checked when it is to be booted. */
static void look_at(struct slots *b, u32 slot)
{
	struct slot *s = &b->slot[slot];
	struct slot_page page;

	memset(s, 0, sizeof(*s));
	if (flash_read(&b->flash, slot_at(b, slot), &page, sizeof(page)) ||
	    !header_whole(b, &page.head))
		return;
	s->failed = le32_to_cpu(page.mark) == SLOT_FAILED;
	s->good = !s->failed;
	s->sequence = le32_to_cpu(page.head.sequence);
	s->size = le32_to_cpu(page.head.size);
	s->version = le32_to_cpu(page.head.version);
	s->file_crc = le32_to_cpu(page.head.file_crc);
}

static u32 newest(const struct slots *b)
{
	u32 best = SLOT_ROM;

	for (u32 i = 0; i < BOOT_SLOTS; i++)
		if (b->slot[i].good &&
		    (best == SLOT_ROM || b->slot[i].sequence > b->slot[best].sequence))
			best = i;
	return best;
}

/* Read a slot's image. -EBADMSG: the slot has no valid image. */
static int read_image(struct slots *b, u32 slot, const struct mrb_limits *limits)
{
	u32 size = b->slot[slot].size;
	struct mrb_fault fault;
	int err;

	b->image = vmalloc(size);
	if (!b->image)
		return -ENOMEM;
	err = flash_read(&b->flash, image_at(b, slot), b->image, size);
	if (!err && (slot_crc(b->image, size) != b->slot[slot].file_crc ||
		     mrb_check(b->image, size, limits, &fault)))
		err = -EBADMSG;
	if (err)
		slots_forget(b);
	return err;
}

/**
 * slots_power_on() - there is power again: find out what the slots have
 * @b: the flash
 *
 * Context: may sleep.
 */
void slots_power_on(struct slots *b)
{
	flash_power_on(&b->flash);
	for (u32 slot = 0; slot < BOOT_SLOTS; slot++)
		look_at(b, slot);
}

/**
 * slots_find() - find the image to be booted
 * @b: the flash, after slots_power_on()
 * @limits: what an image must be like
 * @file: set to the image file, until slots_forget()
 *
 * It is in the newest good slot, or else in the other one if that is good; a slot whose image
 * is damaged is not good. If the image does not start, the caller calls slots_reject() and then
 * this again.
 *
 * Context: may sleep.
 * Return: 0; -ENOENT if no slot is good; -ENOMEM.
 */
int slots_find(struct slots *b, const struct mrb_limits *limits, const void **file)
{
	int err;

	for (u32 slot = newest(b); slot != SLOT_ROM; slot = newest(b)) {
		err = read_image(b, slot, limits);
		if (!err) {
			b->booted = slot;
			*file = b->image;
			return 0;
		}
		if (err == -ENOMEM)
			return err;
		b->slot[slot].good = false;
	}
	b->booted = SLOT_ROM;
	return -ENOENT;
}

/**
 * slots_reject() - the image that slots_find() gave does not start
 * @b: the flash
 * @mark: it would not start the next time either: mark it, so that it is not tried again
 *
 * Context: may sleep.
 * Return: 0; -EIO or an error of the device if it could not be marked.
 */
int slots_reject(struct slots *b, bool mark)
{
	const __le32 word = cpu_to_le32(SLOT_FAILED);
	struct slot *s = &b->slot[b->booted];
	int err;

	s->good = false;
	s->failed = true;
	if (!mark)
		return 0;
	err = flash_program(&b->flash, slot_at(b, b->booted) + offsetof(struct slot_page, mark),
			    &word, sizeof(word));
	flash_sync(&b->flash);
	return err;
}

/**
 * slots_forget() - free the image file that slots_find() returned
 * @b: the flash
 */
void slots_forget(struct slots *b)
{
	vfree(b->image);
	b->image = NULL;
}

static u32 next_sequence(const struct slots *b)
{
	return max(b->slot[0].sequence, b->slot[1].sequence) + 1;
}

/**
 * slots_take_file() - keep an image file that may have to be written to a slot
 * @b: the flash
 * @file: the file
 * @size: bytes in it
 *
 * Context: may sleep.
 * Return: 0; -ENOSPC if no slot is large enough; -EOVERFLOW if the flash's sequence numbers are
 * used up; -ENOMEM.
 */
int slots_take_file(struct slots *b, const void *file, size_t size)
{
	slots_drop_file(b);
	if (size > slots_room(b))
		return -ENOSPC;
	if (next_sequence(b) > SLOT_SEQUENCE_MAX)
		return -EOVERFLOW;
	b->file = vmalloc(size);
	if (!b->file)
		return -ENOMEM;
	memcpy(b->file, file, size);
	b->size = size;
	return 0;
}

/**
 * slots_drop_file() - free the image file that slots_take_file() keeps
 * @b: the flash
 */
void slots_drop_file(struct slots *b)
{
	vfree(b->file);
	b->file = NULL;
	b->size = 0;
}

static int read_back(struct slots *b, u32 slot)
{
	u8 buf[COMPARE_BYTES];
	u32 len;
	int err;

	for (u32 at = 0; at < b->size; at += len) {
		len = min(b->size - at, COMPARE_BYTES);
		err = flash_read(&b->flash, image_at(b, slot) + at, buf, len);
		if (err)
			return err;
		if (memcmp(buf, b->file + at, len))
			return -EIO;
	}
	return 0;
}

static int write_header(struct slots *b, u32 slot, u32 sequence)
{
	struct slot_header head = {
		.magic = cpu_to_le32(SLOT_MAGIC), .format = cpu_to_le32(SLOT_FORMAT),
		.sequence = cpu_to_le32(sequence), .size = cpu_to_le32(b->size),
		.version = ((const struct mrb_header *)b->file)->version,
		.file_crc = cpu_to_le32(slot_crc(b->file, b->size)),
	};
	struct slot_header back;
	int err;

	head.crc = cpu_to_le32(slot_header_crc(head));
	err = flash_program(&b->flash, slot_at(b, slot), &head, sizeof(head));
	if (!err)
		err = flash_read(&b->flash, slot_at(b, slot), &back, sizeof(back));
	if (!err && memcmp(&head, &back, sizeof(head)))
		err = -EIO;
	return err;
}

/*
 * The slot's header may have been written although the device reported an error: clear all its
 * bits, so that it is not valid. If it can be neither overwritten nor erased, nothing more can
 * be done.
 */
static void clear_header(struct slots *b, u32 slot)
{
	const struct slot_header none = {};

	if (flash_program(&b->flash, slot_at(b, slot), &none, sizeof(none)))
		flash_erase(&b->flash, slot_at(b, slot), b->flash.dev->erase_size);
	flash_sync(&b->flash);
}

/**
 * slots_write_file() - write the file that slots_take_file() keeps to a slot
 * @b: the flash
 *
 * That slot is the newest then. The slot that was the newest before is not changed. After an
 * error the slot that was written does not boot.
 *
 * Context: may sleep; commands are served meanwhile.
 * Return: 0; -ENOENT if there is no file; -EOVERFLOW if the flash's sequence numbers are used
 * up; -EIO, or an error of the device: the slot is not good.
 */
int slots_write_file(struct slots *b)
{
	u32 before = newest(b);
	u32 slot = before == SLOT_ROM ? 0 : !before;
	u32 sequence = next_sequence(b);
	int err;

	if (!b->file)
		return -ENOENT;
	if (sequence > SLOT_SEQUENCE_MAX)
		return -EOVERFLOW;
	b->slot[slot].good = false;
	b->slot[slot].failed = false;
	err = flash_erase(&b->flash, slot_at(b, slot), b->flash.dev->page_size + b->size);
	if (!err)
		err = flash_program(&b->flash, image_at(b, slot), b->file, b->size);
	if (!err)
		err = read_back(b, slot);
	flash_sync(&b->flash);
	if (err)
		return err;
	err = write_header(b, slot, sequence);
	flash_sync(&b->flash);
	if (!err)
		look_at(b, slot);
	if (b->slot[slot].good)
		return 0;
	clear_header(b, slot);
	return err ?: -EIO;
}
