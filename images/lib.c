// SPDX-License-Identifier: GPL-2.0
/*
 * Memory functions, which the compiler calls too, and the checksum of the MRB
 * format.
 */
#include "lib.h"

static bool word_aligned(const void *a, const void *b, size_t len)
{
	return !(((uintptr_t)a | (uintptr_t)b | len) & 3);
}

/** memcpy() - copy @len bytes that do not overlap */
void *memcpy(void *to, const void *from, size_t len)
{
	const u8 *src = from;
	u8 *dst = to;

	if (word_aligned(to, from, len)) {
		for (; len; len -= 4, dst += 4, src += 4)
			*(u32 *)dst = *(const u32 *)src;
		return to;
	}
	while (len--)
		*dst++ = *src++;
	return to;
}

/** memmove() - copy @len bytes that may overlap */
void *memmove(void *to, const void *from, size_t len)
{
	const u8 *src = from;
	u8 *dst = to;

	if (dst <= src)
		return memcpy(to, from, len);
	if (word_aligned(to, from, len)) {
		for (; len; len -= 4)
			*(u32 *)(dst + len - 4) = *(const u32 *)(src + len - 4);
		return to;
	}
	for (; len; len--)
		dst[len - 1] = src[len - 1];
	return to;
}

/** memset() - set @len bytes to @value */
void *memset(void *to, int value, size_t len)
{
	u8 *dst = to;

	if (word_aligned(to, to, len)) {
		u32 word = (u8)value * 0x01010101u;

		for (; len; len -= 4, dst += 4)
			*(u32 *)dst = word;
		return to;
	}
	while (len--)
		*dst++ = value;
	return to;
}

/**
 * crc32() - CRC-32 of IEEE 802.3
 * @crc: 0, or the checksum of what comes before @data
 * @data: bytes
 * @len: number of them
 *
 * By half bytes: a table of 256 entries would be the larger part of the loader.
 *
 * Return: the checksum of all up to the end of @data.
 */
u32 crc32(u32 crc, const void *data, u32 len)
{
	static const u32 table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const u8 *p = data;

	crc = ~crc;
	while (len--) {
		crc ^= *p++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}
