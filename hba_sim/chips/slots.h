/* SPDX-License-Identifier: GPL-2.0 */
/* What a board boots from: two slots of its flash, or else the ROM. */
#ifndef HBA_SIM_SLOTS_H
#define HBA_SIM_SLOTS_H

#include <linux/build_bug.h>
#include <linux/crc32.h>
#include <linux/types.h>

#include "flash.h"

#define BOOT_SLOTS	2u
#define SLOT_ROM	BOOT_SLOTS	/* instead of a slot's number */

struct mrb_limits;

#define SLOT_MAGIC	0x544f4c53u	/* "SLOT" */
#define SLOT_FORMAT	1u
#define SLOT_SEQUENCE_MAX	0x7fffffffu	/* far more often than flash can be erased */

/**
 * struct slot_header - in the first page of a slot; the image file begins in the second
 * @magic: SLOT_MAGIC
 * @format: SLOT_FORMAT
 * @sequence: the slot with the higher number is the newer one; at most SLOT_SEQUENCE_MAX
 * @size: bytes in the image file
 * @version: of the image
 * @file_crc: CRC-32 of the image file
 * @crc: CRC-32 of this header with @crc as 0
 *
 * It is programmed after the image, which has proved itself before that: a slot without a
 * header is not good.
 */
struct slot_header {
	__le32 magic;
	__le32 format;
	__le32 sequence;
	__le32 size;
	__le32 version;
	__le32 file_crc;
	__le32 crc;
};

static_assert(sizeof(struct slot_header) == 28);

static inline u32 slot_crc(const void *buf, u32 len)
{
	return ~crc32_le(~0u, buf, len);
}

static inline u32 slot_header_crc(struct slot_header head)
{
	head.crc = 0;
	return slot_crc(&head, sizeof(head));
}

#define SLOT_FAILED	0u	/* any other value, such as erased cells: no mark */

/**
 * struct slot_page - the used part of a slot's first page
 * @head: the header
 * @mark: SLOT_FAILED: the image did not start, and is not to be booted again
 *
 * The mark is programmed where all bits are still set. If the power fails while it is written,
 * there is no mark: the image is tried once more, fails and is marked again.
 */
struct slot_page {
	struct slot_header head;
	__le32 mark;
};

static_assert(sizeof(struct slot_page) == 32);

/**
 * struct slot - what is known of a slot
 * @good: it has an image that may be booted
 * @failed: it has an image that did not start
 * @sequence: sequence number in its header, if the header is whole
 * @size: bytes in its image
 * @version: of its image
 * @file_crc: CRC-32 that its image must have
 */
struct slot {
	bool good;
	bool failed;
	u32 sequence;
	u32 size;
	u32 version;
	u32 file_crc;
};

/**
 * struct slots - a board's boot flash
 * @flash: the flash; its device is NULL if the board has no boot flash
 * @own: the flash's device, if it is memory of this module
 * @slot: its slots
 * @booted: where the image came from at the last power-on: a slot, or SLOT_ROM
 * @image: the image file, while it is booted
 * @file: an image file that is to be written to a slot, NULL if there is none
 * @size: bytes in @file
 */
struct slots {
	struct flash flash;
	struct flash_device *own;
	struct slot slot[BOOT_SLOTS];
	u32 booted;
	void *image;
	void *file;
	u32 size;
};

int slots_init(struct slots *b, struct flash_device *dev);
void slots_destroy(struct slots *b);
u32 slots_room(const struct slots *b);
void slots_power_on(struct slots *b);
int slots_find(struct slots *b, const struct mrb_limits *limits, const void **file);
int slots_reject(struct slots *b, bool mark);
void slots_forget(struct slots *b);
int slots_take_file(struct slots *b, const void *file, size_t size);
int slots_write_file(struct slots *b);
void slots_drop_file(struct slots *b);

#endif
