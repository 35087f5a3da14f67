// SPDX-License-Identifier: GPL-2.0
/* Memory functions; the compiler generates calls to them, too. */
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
