// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter's power-on: which image it starts, and how. A board with boot flash starts the
 * image of the newest good slot; if that does not start, the other slot's; else the one in
 * ROM. So an image that has gone bad since it was written cannot keep an adapter from serving
 * I/O.
 */
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "../../mrb/mrb.h"
#include "../memory/memory.h"
#include "adapter.h"

#define POWER_POLL_MS	2	/* between checks whether the remaining commands have ended */

/**
 * struct cold_start - how far an image's start came
 * @why: what went wrong, NULL: nothing
 * @hart: a hart that did not get to its wfi, or NULL
 * @err: 0, or what power-on is to return
 * @blame: it is the image's fault: it would fail again the next time
 */
struct cold_start {
	const char *why;
	const struct hart *hart;
	int err;
	bool blame;
};

/**
 * adapter_try_harts() - all harts begin with the image in place
 * @a: the adapter; its queues are held, or have no command
 * @reason: START_*, but for START_OVERLAY
 * @h: set to the hart that did not get to its wfi, if there is one
 *
 * The service hart starts first: it makes the persistent data, or repairs it. When all harts
 * run, the first I/O hart logs in, which may take long, depending on the far end.
 *
 * Context: the service hart's thread; may sleep.
 * Return: NULL, or what hart *@h did.
 */
const char *adapter_try_harts(struct adapter *a, u32 reason, const struct hart **h)
{
	const char *why;

	if (reason == START_COLD)
		fabric_power_on(&a->fabric);
	*h = &a->service.hart;
	service_reset(a, &a->image, reason);
	why = service_run(a);
	for (u32 i = 0; i < a->cfg.nr_queues && !why; i++) {
		*h = &a->queues[i].hart;
		why = queue_start_hart(&a->queues[i], reason);
	}
	if (why)
		return why;
	*h = &a->queues[BOARD_LOGIN_HART - 1].hart;
	return login_start(a);
}

/**
 * adapter_start_harts() - start all harts; if one fails, the adapter fails
 * @a: the adapter; its queues are held, or have no command
 * @reason: START_*, but for START_OVERLAY
 *
 * Context: the service hart's thread; may sleep.
 * Return: 0; -EIO: a hart did not get to its wfi, and the adapter has failed.
 */
int adapter_start_harts(struct adapter *a, u32 reason)
{
	const struct hart *h;
	const char *why = adapter_try_harts(a, reason, &h);

	if (!why)
		return 0;
	adapter_fail(a, h, why);
	return -EIO;
}

/*
 * A chip for which the image carries no contents gets those of the ROM. Link events come in
 * other threads: the lock keeps them from a chip that is not ready yet.
 */
static int power_on_chips(struct adapter *a, const void *file)
{
	int err;

	mutex_lock(&a->port_hart.lock);
	err = chips_power_on(&a->chips, file, a->rom);
	mutex_unlock(&a->port_hart.lock);
	port_hart_power_on(a);
	return err;
}

static void cannot_start(struct cold_start *s, int err, const char *why, bool blame)
{
	s->err = err;
	s->why = why;
	s->blame = blame;
}

static void start_chips(struct adapter *a, const void *file, struct cold_start *s)
{
	int err = power_on_chips(a, file);

	if (err)
		cannot_start(s, err, err == -EBADMSG ? "a chip's contents are not whole" :
			     "a chip cannot be burned", err == -EBADMSG);
}

static void start_harts(struct adapter *a, struct cold_start *s)
{
	const char *why = adapter_try_harts(a, START_COLD, &s->hart);

	if (why)
		cannot_start(s, -EIO, why, !budget_was_late(why));
	else
		s->hart = NULL;
}

/* Starts an image file, which was checked. */
static void cold_start(struct adapter *a, const void *file, struct cold_start *s)
{
	*s = (struct cold_start){};
	memcpy(&a->image, file, sizeof(a->image));
	if (memctl_power_on(&a->memctl, file, &a->image)) {
		cannot_start(s, -ENOMEM, "no memory", false);
		return;
	}
	coredump_reserve(a, &a->image);
	if (file != a->rom && !port_boots(a, file))
		cannot_start(s, -EPROTO, "driver and ports do not know its frame format", false);
	if (!s->err)
		start_chips(a, file, s);
	if (s->err)
		return;
	port_power_on(a, &a->image);
	start_harts(a, s);
}

static int boot_rom(struct adapter *a)
{
	struct cold_start s;

	cold_start(a, a->rom, &s);
	if (s.hart)
		adapter_fail(a, s.hart, s.why);
	else if (s.err)
		pr_err("hba_sim: %s: ROM image: cannot start: %s\n", a->name, s.why);
	return s.err;
}

/* An image in flash did not start. The slot is marked, so that the next power-on knows. */
static void slot_failed(struct adapter *a, const struct cold_start *s)
{
	u32 slot = a->slots.booted;
	u32 version = a->slots.slot[slot].version;

	if (s->hart)
		adapter_tell_hart(a, s->hart, s->why, "image not booted");
	coredump_deliver(a);
	pr_err("hba_sim: %s: slot %u, image %u.%u, cannot start: %s%s\n", a->name, slot,
	       MRB_VERSION_MAJOR(version), MRB_VERSION_MINOR(version),
	       s->hart ? "a hart " : "", s->why);
	if (slots_reject(&a->slots, s->blame))
		pr_warn("hba_sim: %s: slot %u cannot be marked as failed\n", a->name, slot);
}

/* -ENOENT: no slot has an image that starts. */
static int boot_slots(struct adapter *a)
{
	const void *file = NULL;
	struct cold_start s;
	int err;

	slots_power_on(&a->slots);
	do {
		err = slots_find(&a->slots, &board_limits, &file);
		if (err)
			return err;
		cold_start(a, file, &s);
		slots_forget(&a->slots);
		if (s.err && s.err != -ENOMEM)
			slot_failed(a, &s);
	} while (s.err && s.err != -ENOMEM);
	return s.err;
}

/**
 * adapter_power_on() - load an image from the boot flash or the ROM and start all harts
 * @a: the adapter
 * @rom: an MRB image, which has to outlive the adapter
 * @len: bytes in it
 *
 * When it returns the microcode has logged in to the remote ports.
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -EIO if a hart did not start; an error of mrb_check().
 */
int adapter_power_on(struct adapter *a, const void *rom, size_t len)
{
	struct mrb_fault fault;
	int err;

	err = mrb_check(rom, len, &board_limits, &fault);
	if (err) {
		pr_err("hba_sim: %s: ROM image: %s (at %u)\n", a->name, fault.what, fault.where);
		return err;
	}
	a->rom = rom;
	a->rom_len = len;
	err = a->memctl.kind->boot_flash ? boot_slots(a) : -ENOENT;
	return err == -ENOENT ? boot_rom(a) : err;
}

/**
 * adapter_power_cycle() - power off and on: back to the image in ROM or boot flash
 * @a: the adapter; it may have failed; no update is under way
 *
 * Commands in flight are ended as by a reset. This waits for those whose media request is
 * being executed; the image in ROM is not given the completion, which it may not understand.
 * The remote ports, and what lies behind them, remain; the microcode logs in to them anew
 * (S7).
 *
 * Context: the service hart's thread; may sleep.
 * Return: 0; an error of adapter_power_on(): then the adapter has failed.
 */
int adapter_power_cycle(struct adapter *a)
{
	int err;

	adapter_hold(a);
	while (adapter_abort_all(a, -1))
		msleep(POWER_POLL_MS);
	download_reset(a, -1);
	adapter_forget_crashes(a);
	WRITE_ONCE(a->crashed, false);
	WRITE_ONCE(a->dead, false);
	err = adapter_power_on(a, a->rom, a->rom_len);
	if (err)
		adapter_fail(a, &a->service.hart, "has no image");
	adapter_release(a);
	return err;
}
