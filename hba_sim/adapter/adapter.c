// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter: puts processor, memory, ports and fabric together as in the
 * patent's figure 3. power.c powers it on, work.c restarts what has crashed.
 */
#include <asm/byteorder.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "../../mrb/mrb.h"
#include "../memory/memory.h"
#include "adapter.h"
#include "trace.h"

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

/* Own disks have the adapter's serial number; shared disks have that of their storage. */
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
 * @ops: the driver's callbacks
 * @name: for log messages, outlives the adapter
 * @cfg: the configuration, within the ranges that its kernel-doc gives
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
 * adapter_hold() - from now on, no I/O hart runs
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
 * adapter_abort_all() - end commands by a reset
 * @a: the adapter
 * @target: as for queue_abort_all()
 *
 * Context: thread.
 * Return: number of commands that cannot be ended now; see queue_abort_all().
 */
u32 adapter_abort_all(struct adapter *a, int target)
{
	u32 busy = 0;

	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		busy += queue_abort_all(&a->queues[i], target);
	return busy;
}

/**
 * adapter_serves() - does the service hart have a command's message?
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
