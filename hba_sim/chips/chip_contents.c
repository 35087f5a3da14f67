// SPDX-License-Identifier: GPL-2.0
/* Contents of a chip: are they whole? For the board, and for the tool that makes them. */
#include <asm/byteorder.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/stddef.h>

#include "chip.h"

#define CRC_AT	offsetof(struct chip_contents, crc32)

/**
 * chip_contents_crc() - the checksum that belongs into the contents' header
 * @buf: the contents
 * @size: bytes of them, at least a header's
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
 * @buf: the bytes, aligned to 4; not to be believed
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
