/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few functions of a C library that the microcode needs, and big-endian access
 * for SCSI. The bootstrap may call all of them.
 */
#ifndef IMAGES_LIB_H
#define IMAGES_LIB_H

#include "hart.h"

void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
u32 crc32(u32 crc, const void *data, u32 len);

static inline u32 min_u32(u32 a, u32 b)
{
	return a < b ? a : b;
}

/*
 * The compiler would turn this into a byte swap, for which the processor has no
 * instruction: twice the code in the path of every I/O. As this form prevents that,
 * the compiler has to be told that the result has 16 bits.
 */
static inline u32 get_be16(const u8 *p)
{
	u32 high = p[0];

	asm("" : "+r"(high));
	if (high > 0xff)
		__builtin_unreachable();
	return high << 8 | p[1];
}

static inline u32 get_be24(const u8 *p)
{
	return (u32)p[0] << 16 | (u32)p[1] << 8 | p[2];
}

static inline u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static inline u64 get_be64(const u8 *p)
{
	return (u64)get_be32(p) << 32 | get_be32(p + 4);
}

static inline void put_be16(u8 *p, u32 value)
{
	p[0] = value >> 8;
	p[1] = value;
}

static inline void put_be24(u8 *p, u32 value)
{
	p[0] = value >> 16;
	put_be16(p + 1, value);
}

static inline void put_be32(u8 *p, u32 value)
{
	put_be16(p, value >> 16);
	put_be16(p + 2, value);
}

static inline void put_be64(u8 *p, u64 value)
{
	put_be32(p, value >> 32);
	put_be32(p + 4, value);
}

#endif
