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

/*
 * The remainder of a byte, from those of its bits: it is linear. So the table
 * below is made by the compiler.
 */
#define CRC_BIT(n, bit, remainder)	((n) >> (bit) & 1 ? (remainder) : 0)
#define CRC_1(n)	(CRC_BIT(n, 0, 0x77073096) ^ CRC_BIT(n, 1, 0xee0e612c) ^	\
			 CRC_BIT(n, 2, 0x076dc419) ^ CRC_BIT(n, 3, 0x0edb8832) ^	\
			 CRC_BIT(n, 4, 0x1db71064) ^ CRC_BIT(n, 5, 0x3b6e20c8) ^	\
			 CRC_BIT(n, 6, 0x76dc4190) ^ CRC_BIT(n, 7, 0xedb88320))
#define CRC_4(n)	CRC_1(n), CRC_1((n) + 1), CRC_1((n) + 2), CRC_1((n) + 3)
#define CRC_16(n)	CRC_4(n), CRC_4((n) + 4), CRC_4((n) + 8), CRC_4((n) + 12)
#define CRC_64(n)	CRC_16(n), CRC_16((n) + 16), CRC_16((n) + 32), CRC_16((n) + 48)

static const u32 crc_table[256] = { CRC_64(0), CRC_64(64), CRC_64(128), CRC_64(192) };

static u32 crc_byte(u32 crc)
{
	return crc >> 8 ^ crc_table[crc & 0xff];
}

/**
 * crc32() - CRC-32 of IEEE 802.3
 * @crc: 0, or the checksum of what comes before @data
 * @data: bytes
 * @len: number of them
 *
 * It is nearly all that the loader executes, so it goes by words where it can.
 *
 * Return: the checksum of all up to the end of @data.
 */
u32 crc32(u32 crc, const void *data, u32 len)
{
	const u8 *p = data;

	crc = ~crc;
	if (word_aligned(p, p, len)) {
		for (; len; len -= 4, p += 4) {
			crc ^= *(const u32 *)p;
			crc = crc_byte(crc_byte(crc_byte(crc_byte(crc))));
		}
		return ~crc;
	}
	while (len--)
		crc = crc_byte(crc ^ *p++);
	return ~crc;
}
