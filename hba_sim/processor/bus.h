/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bus: the only way from an instruction to memory. Bounds, alignment and
 * permission are checked on every access. This file is the security boundary
 * between microcode and kernel.
 */
#ifndef HBA_SIM_BUS_H
#define HBA_SIM_BUS_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/byteorder.h>
#include <hba_sim/overlay.h>

#define BUS_WINDOWS	16
#define BUS_WINDOW_BITS	28	/* the upper four address bits select a window */
#define BUS_WINDOW_SIZE	0x10000000u

#define BUS_R	1u
#define BUS_W	2u
#define BUS_X	4u

struct hart;
struct insn;

/**
 * struct bus_window - what answers in one sixteenth of the address space
 * @mem: backing memory, at least 8-byte aligned, or NULL
 * @size: bytes in @mem, a multiple of 8; 0 means nothing answers here
 * @perm: BUS_R, BUS_W, BUS_X
 * @insns: instruction cache of a window with BUS_X: one entry for each word
 * @nr_insns: entries in @insns, at most @size / 4; beyond them fetches trap
 * @dirty: one bit for each BUS_GRANULE bytes written, or NULL
 *
 * A hart has its own set, changed only while that hart does not run; @dirty
 * alone may be switched at any time, with WRITE_ONCE().
 */
struct bus_window {
	u8 *mem;
	u32 size;
	u32 perm;
	struct insn *insns;
	u32 nr_insns;
	unsigned long *dirty;
};

#define BUS_GRANULE	DIRTY_GRANULE	/* bytes for each bit of a dirty map */

static __always_inline u32 bus_offset(u32 addr)
{
	return addr & (BUS_WINDOW_SIZE - 1);
}

/* Whether an access of @len bytes (1, 2 or 4) is aligned, inside and permitted. */
static __always_inline bool bus_allows(const struct bus_window *win, u32 addr, u32 len, u32 perm)
{
	return !(addr & (len - 1)) && bus_offset(addr) < win->size && (win->perm & perm) == perm;
}

/* Every write ends here, after its data: @len bytes at @offset are dirty. */
static __always_inline void bus_touch(const struct bus_window *win, u32 offset, u32 len)
{
	unsigned long *dirty = READ_ONCE(win->dirty);
	u32 granule;

	if (likely(!dirty) || !len)
		return;
	/*
	 * Data before mark. Pairs with the converter's test_and_clear_bit():
	 * it clears the mark later and then reads the new data, or it finds
	 * the mark made again.
	 */
	smp_mb__before_atomic();
	for (granule = offset / BUS_GRANULE; granule <= (offset + len - 1) / BUS_GRANULE; granule++)
		set_bit(granule, dirty);
}

/* Reads @len bytes (1, 2 or 4), zero-extended. bus_allows() must have allowed the access. */
static __always_inline u32 bus_load(const struct bus_window *win, u32 addr, u32 len)
{
	const u8 *p = win->mem + bus_offset(addr);

	if (len == 1)
		return READ_ONCE(*p);
	if (len == 2)
		return le16_to_cpu(READ_ONCE(*(const __le16 *)p));
	return le32_to_cpu(READ_ONCE(*(const __le32 *)p));
}

/* Writes the low @len bytes (1, 2 or 4) of @value. bus_allows() must have allowed the access. */
static __always_inline void bus_store(const struct bus_window *win, u32 addr, u32 len, u32 value)
{
	u8 *p = win->mem + bus_offset(addr);

	if (len == 1)
		WRITE_ONCE(*p, (u8)value);
	else if (len == 2)
		WRITE_ONCE(*(__le16 *)p, cpu_to_le16((u16)value));
	else
		WRITE_ONCE(*(__le32 *)p, cpu_to_le32(value));
	bus_touch(win, bus_offset(addr), len);
}

/*
 * If memory holds *@expected, replaces that by @value, atomically and with a full barrier;
 * otherwise sets *@expected to what memory holds. bus_allows() must have allowed the access, of
 * 4 bytes.
 */
static __always_inline bool bus_exchange(const struct bus_window *win, u32 addr, u32 *expected,
					 u32 value)
{
	u32 *p = (u32 *)(win->mem + bus_offset(addr));
	u32 old = (__force u32)cpu_to_le32(*expected);
	u32 seen = cmpxchg(p, old, (__force u32)cpu_to_le32(value));

	if (seen != old) {
		*expected = le32_to_cpu((__force __le32)seen);
		return false;
	}
	bus_touch(win, bus_offset(addr), 4);
	return true;
}

void bus_map(struct hart *h, u32 base, void *mem, u32 size, u32 perm);
void *bus_span(const struct hart *h, u32 addr, u32 len, u32 perm);
void bus_mark(const struct hart *h, u32 addr, u32 len);

#endif
