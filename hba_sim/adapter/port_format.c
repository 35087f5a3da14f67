// SPDX-License-Identifier: GPL-2.0
/*
 * The frame format of the adapter's port. An image that wants another one (BOARD_PORT)
 * disables the port, switches, and enables it again, in the pause of its update: any other
 * order traps. Driver and active PLA have to know the format.
 */
#include <asm/byteorder.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/errno.h>

#include "../../mrb/mrb.h"
#include "adapter.h"

static void set_format(struct adapter *a, u8 format)
{
	a->port.format = format;
	WRITE_ONCE(a->regs->frame_format, cpu_to_le32(format));
}

/* What image, driver and ports speak, a bit for each format. */
static u32 in_common(const struct adapter *a, const struct mrb_header *image, u32 port_formats)
{
	return le32_to_cpu(image->frame_formats) & le32_to_cpu(a->regs->driver_formats) &
	       port_formats;
}

/**
 * port_power_on() - the format that a board starts with: the newest in common
 * @a: the adapter, whose chips are as the image that starts needs them
 * @image: its header
 *
 * If they have none in common, it is format 1, which every image, driver and PLA knows.
 */
void port_power_on(struct adapter *a, const struct mrb_header *image)
{
	u32 formats = in_common(a, image, le32_to_cpu(a->regs->port_formats));

	a->port = (struct port_format){ .state = PORT_ENABLED };
	set_format(a, formats ? fls(formats) - 1 : FRAME_FORMAT_1);
}

/**
 * port_boots() - can an image start this board with the PLA that it, or the ROM, carries?
 * @a: the adapter
 * @image: an image file, checked by mrb_check()
 *
 * So far the image may have used a PLA that another image had brought.
 *
 * Return: true if it can speak to the ports.
 */
bool port_boots(const struct adapter *a, const struct mrb_header *image)
{
	return in_common(a, image, BIT(FRAME_FORMAT_1) | chips_formats(image, a->rom));
}

/**
 * port_suits() - can an image speak to the ports when an update has put it in place?
 * @a: the adapter
 * @image: an image file, checked by mrb_check()
 *
 * If it brings a PLA, the ports will speak that PLA's formats; otherwise they keep those that
 * they speak now.
 *
 * Context: any but interrupts.
 * Return: true if it can.
 */
bool port_suits(const struct adapter *a, const struct mrb_header *image)
{
	u32 now = le32_to_cpu(a->regs->port_formats) | BIT(a->port.format);

	return in_common(a, image, mrb_find_chip(image, CHIP_PLA) ?
			 chips_formats(image, a->rom) : now);
}

/**
 * port_pause() - a pause of an update begins or ends
 * @a: the adapter
 * @paused: true if it begins
 *
 * Context: all queues are held.
 */
void port_pause(struct adapter *a, bool paused)
{
	a->port.paused = paused;
	if (paused)
		a->port.before = a->port.format;
}

static bool known(const struct adapter *a, u32 format)
{
	u32 formats = le32_to_cpu(a->regs->driver_formats) & le32_to_cpu(a->regs->port_formats);

	return format < 32 && formats & BIT(format);
}

/**
 * port_call() - BOARD_PORT: see include/hba_sim/board.h
 * @a: the adapter
 * @what: PORT_*
 * @format: with PORT_FORMAT
 *
 * An image that has been put in place was checked against the port's present state, so the
 * port must not change after that.
 *
 * Context: the service hart's thread.
 * Return: false if this call is not allowed now: it traps.
 */
bool port_call(struct adapter *a, u32 what, u32 format)
{
	struct port_format *p = &a->port;

	if (!p->paused || a->memctl.copied)
		return false;
	if (what == PORT_DISABLE && p->state == PORT_ENABLED) {
		p->state = PORT_DISABLED;
		return true;
	}
	if (what == PORT_FORMAT && p->state == PORT_DISABLED && known(a, format)) {
		p->state = PORT_SWITCHED;
		set_format(a, format);
		return true;
	}
	if (what == PORT_ENABLE && p->state == PORT_SWITCHED) {
		p->state = PORT_ENABLED;
		return true;
	}
	return false;
}

/**
 * port_restore() - the preserved image goes on: set the port to what it was before the pause
 * @a: the adapter
 *
 * Context: in the pause; no hart runs.
 */
void port_restore(struct adapter *a)
{
	a->port.state = PORT_ENABLED;
	set_format(a, a->port.before);
}

/**
 * port_speaks() - does an image speak the present format of the frames?
 * @a: the adapter
 * @image: its header
 *
 * Context: no hart runs, so the format does not change.
 * Return: true if it does.
 */
bool port_speaks(const struct adapter *a, const struct mrb_header *image)
{
	return le32_to_cpu(image->frame_formats) & BIT(a->port.format);
}

/**
 * port_check() - can this image be put in place with the port as it is?
 * @a: the adapter
 * @image: its header
 *
 * If it is forced, the port is set to what the image needs: enabled, and if the image does not
 * speak the port's format, with the newest that image, driver and active PLA have in common.
 *
 * Context: in the pause; no hart runs.
 * Return: 0; -EBUSY if the port was left disabled; -EPROTO if the image does not speak
 * the port's format.
 */
int port_check(struct adapter *a, const struct mrb_header *image)
{
	u32 formats = in_common(a, image, BIT(FRAME_FORMAT_1) |
				le32_to_cpu(a->regs->port_formats));

	if (a->port.forced)
		a->port.state = PORT_ENABLED;
	if (a->port.state != PORT_ENABLED)
		return -EBUSY;
	if (port_speaks(a, image))
		return 0;
	if (!a->port.forced || !formats)
		return -EPROTO;
	set_format(a, fls(formats) - 1);
	return 0;
}
