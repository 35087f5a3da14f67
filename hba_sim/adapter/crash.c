// SPDX-License-Identifier: GPL-2.0
/* Crashes of harts: counted, logged and dumped. work.c restarts what has crashed. */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#include "adapter.h"
#include "trace.h"

/**
 * adapter_forget_crashes() - another image begins: earlier crashes do not count against it
 * @a: the adapter
 *
 * Context: any but hard interrupt.
 */
void adapter_forget_crashes(struct adapter *a)
{
	u64 long_ago = a->ops->now_ns() - ADAPTER_CRASH_NS;

	spin_lock_bh(&a->crash_lock);
	for (u32 i = 0; i < ADAPTER_CRASHES; i++)
		a->crash_ns[i] = long_ago;
	spin_unlock_bh(&a->crash_lock);
}

static void tell_registers(const struct adapter *a, const struct hart *h, const u32 *x)
{
	for (u32 i = 0; i < 32; i += 8)
		pr_err("hba_sim: %s: hart %u x%u: %08x %08x %08x %08x %08x %08x %08x %08x\n",
		       a->name, h->id, i, x[i], x[i + 1], x[i + 2], x[i + 3], x[i + 4],
		       x[i + 5], x[i + 6], x[i + 7]);
}

/**
 * adapter_tell_hart() - log, and dump, a hart that cannot go on
 * @a: the adapter
 * @h: the hart; if it trapped, its registers at the trap are shown, not those in its handler
 * @why: what it did
 * @what: the consequence
 *
 * Context: any but hard interrupt; a queue's lock may be held.
 */
void adapter_tell_hart(struct adapter *a, const struct hart *h, const char *why, const char *what)
{
	char line[CRASH_LINE_MAX];

	crash_line(h, line, sizeof(line));
	trace_hba_crash(h, why);
	coredump_take(a, h, why);
	pr_err("hba_sim: %s: hart %u %s, %s: pc %08x, %s\n", a->name, h->id, why, what,
	       crash_where(h), line);
	tell_registers(a, h, crash_by_trap(h) ? h->trapped.x : h->x);
}

/**
 * adapter_fail() - a hart cannot go on: the adapter stops, and logs it
 * @a: the adapter
 * @h: the hart
 * @why: what it did
 *
 * From now on commands are ended without having been served.
 *
 * Context: any but hard interrupt; a queue's lock may be held.
 */
void adapter_fail(struct adapter *a, const struct hart *h, const char *why)
{
	if (xchg(&a->dead, true))
		return;
	adapter_tell_hart(a, h, why, "adapter stopped");
	a->ops->wake_service(a);
}

/* Counts a crash. True if there were too many. */
static bool count_crash(struct adapter *a)
{
	u64 now = a->ops->now_ns();
	u64 oldest;
	u32 n;

	spin_lock_bh(&a->crash_lock);
	n = a->crashes;
	oldest = a->crash_ns[n % ADAPTER_CRASHES];
	a->crash_ns[n % ADAPTER_CRASHES] = now;
	/* Pairs with crashes_show(), which takes no lock. */
	WRITE_ONCE(a->crashes, n + 1);
	spin_unlock_bh(&a->crash_lock);
	return n >= ADAPTER_CRASHES && now - oldest < ADAPTER_CRASH_NS;
}

/**
 * adapter_crash() - a hart cannot go on; adapter_recover() will restart it
 * @a: the adapter
 * @h: the hart
 * @why: what it did
 *
 * If that happens too often with the same image, the adapter goes offline. If several
 * harts crash before the restart, that counts as one crash.
 *
 * Context: any but hard interrupt; a queue's lock may be held.
 */
void adapter_crash(struct adapter *a, const struct hart *h, const char *why)
{
	adapter_tell_hart(a, h, why, "to be restarted");
	if (!xchg(&a->crashed, true) && count_crash(a))
		adapter_fail(a, h, "crashed too often");
	a->ops->wake_service(a);
}
