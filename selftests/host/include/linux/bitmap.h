/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name.
 */
#ifndef HOST_LINUX_BITMAP_H
#define HOST_LINUX_BITMAP_H

#include <linux/bitops.h>

static inline unsigned long find_next_bit(const unsigned long *addr, unsigned long size,
					  unsigned long offset)
{
	unsigned long word;

	for (; offset < size; offset = (BIT_WORD(offset) + 1) * BITS_PER_LONG) {
		word = __atomic_load_n(addr + BIT_WORD(offset), __ATOMIC_RELAXED);
		word >>= offset % BITS_PER_LONG;
		if (word)
			return min(size, offset + __builtin_ctzl(word));
	}
	return size;
}

#define DECLARE_BITMAP(name, bits)	unsigned long name[BITS_TO_LONGS(bits)]
#define bitmap_empty(addr, size)	(find_next_bit(addr, size, 0) == (size))
#define bitmap_zero(addr, size)	memset(addr, 0, BITS_TO_LONGS(size) * sizeof(long))

static inline void bitmap_fill(unsigned long *addr, unsigned int bits)
{
	for (unsigned int bit = 0; bit < bits; bit++)
		set_bit(bit, addr);
}

#endif
