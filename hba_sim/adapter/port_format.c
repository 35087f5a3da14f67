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
 * If there is none, it is the first: all that was ever built knows it.
 */
void port_power_on(struct adapter *a, const struct mrb_header *image)
{
	u32 formats = in_common(a, image, le32_to_cpu(a->regs->port_formats));

	a->port = (struct port_format){ .state = PORT_ENABLED };
	set_format(a, formats ? fls(formats) - 1 : FRAME_FORMAT_1);
}

/**
 * port_boots() - can an image start this board with what it, or the ROM, carries?
 * @a: the adapter
 * @image: an image file, checked by mrb_check()
 *
 * An image may have got along with a PLA that another one had brought.
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
 * If it brings another PLA the ports will be as that one has them; else they go on with
 * what they speak now.
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
 * @paused: it begins
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
 * An image that has been put in place was checked against the port as it is: from then on the
 * port stays as it is.
 *
 * Context: the service hart's thread.
 * Return: false: that is not what may come now; the call traps.
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
 * port_restore() - the image before goes on: as it was when the pause began
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
 * port_speaks() - does an image speak the format of the frames as it is now?
 * @a: the adapter
 * @image: its header
 *
 * Context: no hart runs, so that it stays so.
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
 * By force the port becomes as the image needs it: enabled, and if the image does not speak
 * the port's format, with the newest that image, driver and active PLA have in common.
 *
 * Context: in the pause; no hart runs.
 * Return: 0; -EBUSY if the port was left disabled; -EPROTO if the image does not speak
 * its format.
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
