// SPDX-License-Identifier: GPL-2.0
/*
 * Contents of a chip: are they whole, and which frames would a PLA with these contents accept?
 * For the board, and for the tool that makes and shows images.
 */
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/stddef.h>

#include <hba_sim/frame.h>

#include "../../mrb/mrb.h"
#include "chip.h"

#define CRC_AT		offsetof(struct chip_contents, crc32)
#define FORMATS_MAX	16u	/* PLA_FRAME_FORMAT */

/**
 * chip_contents_crc() - the checksum that belongs into the contents' header
 * @buf: the contents
 * @size: bytes of the contents, at least a header's
 *
 * Return: the checksum.
 */
u32 chip_contents_crc(const u8 *buf, u32 size)
{
	static const u8 zeros[sizeof(__le32)];
	u32 crc = crc32_le(~0u, buf, CRC_AT);

	crc = crc32_le(crc, zeros, sizeof(zeros));
	return ~crc32_le(crc, buf + CRC_AT + sizeof(zeros), size - CRC_AT - sizeof(zeros));
}

/**
 * chip_contents_whole() - are these the contents of a configuration?
 * @buf: the bytes, aligned to 4; untrusted
 * @len: their number
 * @chip: the chip that they are to be for
 *
 * Return: true if they are, from their header to their checksum.
 */
bool chip_contents_whole(const void *buf, u32 len, u32 chip)
{
	const struct chip_contents *head = buf;
	u32 size;

	if (len < sizeof(*head) || le32_to_cpu(head->magic) != CHIP_MAGIC)
		return false;
	size = le32_to_cpu(head->size);
	return le32_to_cpu(head->chip) == chip && head->version && size >= sizeof(*head) &&
	       size <= len && size % 4 == 0 &&
	       chip_contents_crc(buf, size) == le32_to_cpu(head->crc32);
}

/**
 * chips_carried_whole() - are all contents that an image carries for chips whole?
 * @file: the image, checked by mrb_check()
 * @chip: set to the first chip whose contents are not
 *
 * Return: true if they are, or if the image carries none.
 */
bool chips_carried_whole(const void *file, u32 *chip)
{
	for (*chip = 0; *chip < BOARD_CHIPS; ++*chip) {
		const struct mrb_block *b = mrb_find_chip(file, *chip);

		if (b && !chip_contents_whole(file + le32_to_cpu(b->file_offset),
					      le32_to_cpu(b->file_size), *chip))
			return false;
	}
	return true;
}

static bool pla_takes(const struct pla_term *term, u32 terms, u32 inputs)
{
	for (u32 i = 0; i < terms; i++)
		if ((inputs & le16_to_cpu(term[i].care)) == le16_to_cpu(term[i].value) &&
		    le16_to_cpu(term[i].output) & PLA_TAKE)
			return true;
	return false;
}

/**
 * chip_formats() - the formats in which a PLA makes the ports accept all types of frames
 * @contents: contents of the PLA, whole
 *
 * Return: a bit for each format.
 */
u32 chip_formats(const u8 *contents)
{
	const struct chip_contents *head = (const struct chip_contents *)contents;
	const struct pla_term *term = (const struct pla_term *)(head + 1);
	u32 terms = (le32_to_cpu(head->size) - sizeof(*head)) / sizeof(*term);
	u32 formats = 0;

	for (u32 format = 0; format < FORMATS_MAX; format++) {
		u32 type = FRAME_SCSI;

		while (type <= FRAME_WAIT && pla_takes(term, terms, format << 8 | type))
			type++;
		if (type > FRAME_WAIT)
			formats |= BIT(format);
	}
	return formats;
}
