// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter: puts processor, memory, ports and fabric together as in the
 * patent's figure 3, and restarts what has crashed. power.c powers it on.
 */
#include <asm/byteorder.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../mrb/mrb.h"
#include "../memory/memory.h"
#include "adapter.h"
#include "trace.h"

/** adapter_limits - what an image must be like for this board */
const struct mrb_limits adapter_limits = {
	.board_id	= BOARD_ID,
	.text_base	= BOARD_TEXT_BASE,
	.text_size	= BOARD_TEXT_SIZE,
	.data_base	= BOARD_DATA_BASE,
	.data_size	= BOARD_DATA_SIZE,
	.chips_base	= BOARD_STAGING_CHIPS_BASE,
	.chips_size	= BOARD_STAGING_CHIPS_SIZE,
	.nr_chips	= BOARD_CHIPS,
	.config_size	= BOARD_CONFIG_SIZE,
	.image_caps	= CAP_IMAGE,
};

/**
 * adapter_map_hart() - give a hart the board's memory map
 * @a: the adapter
 * @h: the hart, not running
 * @mbox: its own mailbox
 * @scratch: its own scratch memory
 *
 * The text is mapped with the instruction cache as it is now.
 */
void adapter_map_hart(struct adapter *a, struct hart *h, struct mailbox *mbox, u8 *scratch)
{
	struct bus_window *text = &h->win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS];
	struct memctl *mc = &a->memctl;

	memset(h->win, 0, sizeof(h->win));
	bus_map(h, BOARD_REGS_BASE, a->regs, BOARD_REGS_SIZE, BUS_R);
	bus_map(h, BOARD_MBOX_BASE, mbox, BOARD_MBOX_SIZE, BUS_R | BUS_W);
	bus_map(h, BOARD_SCRATCH_BASE, scratch, BOARD_SCRATCH_SIZE, BUS_R | BUS_W);
	bus_map(h, BOARD_TEXT_BASE, mc->region.text, BOARD_TEXT_SIZE, BUS_R | BUS_X);
	bus_map(h, BOARD_DATA_BASE, mc->region.data, BOARD_DATA_SIZE, BUS_R | BUS_W);
	text->insns = mc->icache.insns;
	text->nr_insns = mc->icache.nr;
}

static int adapter_init_regs(struct adapter *a)
{
	struct board_regs *regs = kzalloc(BOARD_REGS_SIZE, GFP_KERNEL);

	if (!regs)
		return -ENOMEM;
	regs->board_id = cpu_to_le32(BOARD_ID);
	regs->capabilities = cpu_to_le32(a->memctl.kind->capabilities | CAP_DRIVER_FRAME_1 |
					 CAP_DRIVER_FRAME_2 | CAP_DRIVER_TOLD);
	if (a->cfg.inband)
		regs->capabilities |= cpu_to_le32(CAP_DRIVER_INBAND);
	regs->needed = cpu_to_le32(CAP_IMAGE_NEEDED);
	regs->nr_harts = cpu_to_le32(a->cfg.nr_queues + 1);
	regs->nr_ports = cpu_to_le32(a->cfg.nr_ports);
	regs->nr_targets = cpu_to_le32(a->cfg.nr_targets);
	regs->serial = cpu_to_le32(a->cfg.serial);
	regs->driver_formats = cpu_to_le32(FRAME_FORMATS);
	a->regs = regs;
	return 0;
}

/* Its own disks have its number; those that it shares have theirs. */
static int adapter_init_fabric(struct adapter *a)
{
	const struct adapter_config *cfg = &a->cfg;
	struct storage *storage = cfg->storage ? storage_get(cfg->storage) :
				  storage_new(cfg->nr_targets, cfg->blocks, cfg->serial);
	int err;

	if (!storage)
		return -ENOMEM;
	a->regs->storage = cpu_to_le32(storage->number);
	err = fabric_init(&a->fabric, cfg->nr_ports, storage);
	if (!err)
		fabric_attach(&a->fabric, cfg->direct, cfg->serial);
	return err;
}

static void adapter_busy(struct adapter *a, u32 us)
{
	if (a->ops->busy)
		a->ops->busy(a, us);
}

static void chips_busy(struct chips *c, u32 us)
{
	adapter_busy(container_of(c, struct adapter, chips), us);
}

static void flash_busy(struct flash *f, u32 us)
{
	adapter_busy(container_of(f, struct adapter, slots.flash), us);
}

static int adapter_init_slots(struct adapter *a)
{
	a->slots.flash.busy = flash_busy;
	return a->memctl.kind->boot_flash ? slots_init(&a->slots, a->cfg.flash) : 0;
}

static int adapter_init_queues(struct adapter *a)
{
	int err = 0;

	a->queues = kvcalloc(a->cfg.nr_queues, sizeof(*a->queues), GFP_KERNEL);
	if (!a->queues)
		return -ENOMEM;
	for (u32 i = 0; i < a->cfg.nr_queues && !err; i++)
		err = queue_init(&a->queues[i], a, i);
	return err;
}

/**
 * adapter_init() - build an adapter, without power
 * @a: the adapter, all zeros
 * @ops: the driver
 * @name: for log messages, outlives the adapter
 * @cfg: what it is to have, within the ranges that its kernel-doc gives
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; adapter_destroy() is to be called in either case.
 */
int adapter_init(struct adapter *a, const struct adapter_ops *ops, const char *name,
		 const struct adapter_config *cfg)
{
	int err;

	spin_lock_init(&a->crash_lock);
	mutex_init(&a->staging_lock);
	a->ops = ops;
	a->name = name;
	a->cfg = *cfg;
	a->memctl.kind = cfg->kind ?: board_kinds[0];
	a->memctl.clock = &a->service.hart.executed;

	err = adapter_init_regs(a);
	download_init(a);
	a->chips.busy = chips_busy;
	if (!err)
		err = chips_init(&a->chips, a->regs);
	if (!err)
		err = port_hart_init(a);
	if (!err)
		err = memctl_init(&a->memctl);
	if (!err)
		err = adapter_init_slots(a);
	if (!err)
		err = adapter_init_fabric(a);
	if (!err)
		err = login_init(a);
	if (!err)
		err = service_init(a);
	if (!err)
		err = adapter_init_queues(a);
	return err;
}

/**
 * adapter_destroy() - free an adapter
 * @a: the adapter; it has no command, and nobody runs its harts
 *
 * Context: may sleep.
 */
void adapter_destroy(struct adapter *a)
{
	for (u32 i = 0; a->queues && i < a->cfg.nr_queues; i++)
		queue_destroy(&a->queues[i]);
	kvfree(a->queues);
	download_destroy(a);
	coredump_destroy(a);
	service_destroy(a);
	login_destroy(a);
	fabric_destroy(&a->fabric);
	memctl_destroy(&a->memctl);
	slots_destroy(&a->slots);
	port_hart_destroy(a);
	chips_destroy(&a->chips);
	kfree(a->regs);
}

/**
 * adapter_hold() - no I/O hart runs from now on
 * @a: the adapter
 *
 * Context: the service hart's thread; adapter_release() is to follow.
 */
void adapter_hold(struct adapter *a)
{
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		queue_hold(&a->queues[i]);
}

/**
 * adapter_release() - end of adapter_hold(): commands that came meanwhile are served
 * @a: the adapter
 *
 * Context: the service hart's thread.
 */
void adapter_release(struct adapter *a)
{
	struct overlay_waits waits = {};

	for (u32 i = 0; i < a->cfg.nr_queues; i++) {
		queue_release(&a->queues[i]);
		while (queue_drain_one(&a->queues[i], &waits))
			cond_resched();
	}
	a->ops->wake_login(a);
}

/**
 * adapter_forget_crashes() - another image begins: it did not crash before
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

/**
 * adapter_abort_all() - end commands by a reset
 * @a: the adapter
 * @target: as for queue_abort_all()
 *
 * Context: thread.
 * Return: number of those that cannot be ended now; see queue_abort_all().
 */
u32 adapter_abort_all(struct adapter *a, int target)
{
	u32 busy = 0;

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		busy += queue_abort_all(&a->queues[i], target);
	return busy;
}

/**
 * adapter_serves() - does the service hart have a message of a command?
 * @a: the adapter
 * @target: as for queue_serves()
 *
 * Context: thread.
 * Return: true if there is such a command.
 */
bool adapter_serves(struct adapter *a, int target)
{
	bool serves = false;

	for (u32 i = 0; i < a->cfg.nr_queues && !serves; i++)
		serves = queue_serves(&a->queues[i], target);
	return serves;
}

/**
 * adapter_note_damage() - the service hart does its BOARD_DAMAGED
 * @a: the adapter
 *
 * An image can say so as often as it likes, and is heard once for each start.
 */
void adapter_note_damage(struct adapter *a)
{
	struct hart *h = &a->service.hart;

	if (!a->service.damage)
		pr_err("hba_sim: %s: microcode says that persistent data was damaged and is made anew: self-test 0x%x\n",
		       a->name, h->x[10]);
	a->service.damage = true;
	hart_return(h, 0);
}

/**
 * adapter_instructions() - instructions executed by all harts, ever
 * @a: the adapter
 *
 * Return: their number, not exact while harts run.
 */
u64 adapter_instructions(const struct adapter *a)
{
	u64 sum = READ_ONCE(a->service.hart.executed);

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		sum += READ_ONCE(a->queues[i].hart.executed);
	return sum;
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
 * @h: the hart; one that trapped is told of as it was then, not in its handler
 * @why: what it did
 * @what: what comes of it
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
 * adapter_fail() - a hart cannot go on: the adapter stops, and says so
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

/* Counts a crash. True if it was one too many. */
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
 * If that happens too often with the same image the adapter goes offline; several
 * harts that crash before the restart count as one.
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

/* NULL, or what is wrong with hart *@h. */
static const char *restart_harts(struct adapter *a, const struct hart **h)
{
	*h = &a->service.hart;
	if (memctl_check_text(&a->memctl, &a->image))
		return "has a damaged text";
	return adapter_try_harts(a, START_WARM, h);
}

/**
 * adapter_recover() - warm restart after a crash
 * @a: the adapter
 *
 * All harts restart in the image that is in place, if its text is what it was;
 * persistent data is kept. Commands that the crashed hart had are driven again
 * (queue_crash()). It does nothing if no hart crashed, and leaves it to the
 * overlay engine if the image is on probation.
 *
 * Context: the service hart's thread; may sleep.
 */
void adapter_recover(struct adapter *a)
{
	const struct hart *h;
	const char *why;

	if (!READ_ONCE(a->crashed) || READ_ONCE(a->dead) || a->regs->probation)
		return;
	adapter_hold(a);
	why = restart_harts(a, &h);
	WRITE_ONCE(a->crashed, false);
	if (why)
		adapter_fail(a, h, why);
	adapter_release(a);
}
