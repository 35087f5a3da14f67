// SPDX-License-Identifier: GPL-2.0
/*
 * Bulk access to a hart's memory for the board: DMA, system services. Accesses by
 * single instructions are inline in bus.h.
 */
#include <linux/string.h>
#include <linux/types.h>
#include "bus.h"
#include "cpu.h"

/**
 * bus_map() - set what a hart finds in a window
 * @h: the hart, not running
 * @base: the window's first address, a multiple of the window size
 * @mem: the memory behind it, or NULL
 * @size: bytes of @mem
 * @perm: BUS_R, BUS_W, BUS_X
 */
void bus_map(struct hart *h, u32 base, void *mem, u32 size, u32 perm)
{
	struct bus_window *w = &h->win[base >> BUS_WINDOW_BITS];

	memset(w, 0, sizeof(*w));
	w->mem = mem;
	w->size = size;
	w->perm = perm;
}

/**
 * bus_span - memory behind a range of a hart's addresses
 * @h: the hart
 * @addr: first address, of any alignment
 * @len: bytes, may be 0
 * @perm: BUS_R, BUS_W, BUS_X: all that the window must permit
 *
 * Context: any, while the hart's windows do not change. Whoever writes to the memory calls
 * bus_mark() afterwards.
 * Return: the memory, or NULL unless one window holds the whole range.
 */
void *bus_span(const struct hart *h, u32 addr, u32 len, u32 perm)
{
	const struct bus_window *win = &h->win[addr >> BUS_WINDOW_BITS];
	u32 offset = bus_offset(addr);

	if (!win->mem || offset > win->size || len > win->size - offset)
		return NULL;
	if ((win->perm & perm) != perm)
		return NULL;
	return win->mem + offset;
}

/**
 * bus_mark - records that the board wrote to a range
 * @h: the hart through whose windows the board wrote
 * @addr: first address
 * @len: bytes; bus_span() has returned memory for this range
 *
 * Context: any. To be called after the data was written.
 */
void bus_mark(const struct hart *h, u32 addr, u32 len)
{
	bus_touch(&h->win[addr >> BUS_WINDOW_BITS], bus_offset(addr), len);
}
