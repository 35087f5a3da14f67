// SPDX-License-Identifier: GPL-2.0
/*
 * The log's words for a hart that cannot go on. Microcode may write mepc, mcause and mtval, and
 * may pass anything to BOARD_PANIC. So a trap is described by what the processor recorded when
 * it took the trap, and what the image says about it is marked as such.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "crash_line.h"

static bool says_the_truth(const struct hart *h)
{
	return h->trapped.count && h->said.cause == h->trapped.cause &&
	       h->said.pc == h->trapped.pc && h->said.tval == h->trapped.tval;
}

/**
 * crash_by_trap() - did a trap end the hart?
 * @h: the hart, which does not run
 *
 * Return: true if its last trap had no handler, or one that gave up and reported that trap.
 */
bool crash_by_trap(const struct hart *h)
{
	if (!h->dead || !h->trapped.count)
		return false;
	return !h->panicked || says_the_truth(h);
}

/**
 * crash_where() - the instruction that ended the hart
 * @h: the hart, which does not run
 *
 * Return: its address.
 */
u32 crash_where(const struct hart *h)
{
	return crash_by_trap(h) ? h->trapped.pc : h->pc;
}

/**
 * crash_line() - describe a hart's last trap, if any, and what the hart says about its end
 * @h: the hart, which does not run
 * @buf: for the text
 * @len: bytes at @buf; CRASH_LINE_MAX is enough
 */
void crash_line(const struct hart *h, char *buf, size_t len)
{
	const struct hart_trapped *t = &h->trapped;
	int n;

	if (t->count)
		n = scnprintf(buf, len, "last trap: %s at %08x, value %08x",
			      hart_cause_name(t->cause), t->pc, t->tval);
	else
		n = scnprintf(buf, len, "no trap");
	if (h->panicked && !says_the_truth(h))
		scnprintf(buf + n, len - n, ", it says: %s, mepc %08x, mtval %08x",
			  hart_cause_name(h->said.cause), h->said.pc, h->said.tval);
}
