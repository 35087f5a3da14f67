// SPDX-License-Identifier: GPL-2.0
/*
 * The frame format (patent: parameter lists used to interact with other modules): the
 * newest that both the image and the driver speak. If the format changes, the port is
 * initialised in another order than at power-on: disabled, switched, enabled again.
 */
#include <hba_sim/chip.h>
#include "chips.h"
#include "compare.h"
#include "incompat.h"
#include "negotiate.h"

#define PORT_STEPS	3u	/* to switch the port in the pause: see switch_format() */

/* Only a new image can: in a rollback the board restores the previous PLA by itself. */
static bool brings_another_pla(const struct mrb_header *image)
{
	if (image != &image_header)
		return false;
	for (u32 i = 0; i < image->nr_blocks; i++)
		if (image->block[i].type == MRB_CHIP(CHIP_PLA))
			return chip_needs(&image->block[i]);
	return false;
}

/**
 * common_format() - the format that an image and the driver will use
 * @image: header of the new image, or in a rollback of the old one
 *
 * Unless the image brings another PLA, the active PLA must take the format, too.
 *
 * Return: the format; 0 if they have none in common.
 */
u32 common_format(const struct mrb_header *image)
{
	u32 common = image->frame_formats & board_regs()->driver_formats;
	u32 format = 0;

	if (!brings_another_pla(image))
		common &= board_regs()->port_formats;
	while (common >>= 1)
		format++;
	return format;
}

/**
 * report_format() - report a change of the format, and of the port's initialisation
 * @image: header of the new image, which has a format in common with the driver
 *
 * Context: service hart, in a bootstrap, before the pause.
 */
void report_format(const struct mrb_header *image)
{
	u32 format = common_format(image);

	if (board_regs()->frame_format == format)
		return;
	report(REPORT_FRAMES, REPORT_FOUND, 1u << board_regs()->frame_format, 1u << format);
	report(REPORT_INIT_ORDER, REPORT_FOUND, 0, PORT_STEPS);
}

/**
 * switch_format() - change to the format of an image that is to be put in place
 * @image: header of that image; the chips are as it, or the image it replaces, needs them
 *
 * Context: service hart, in the pause. The board lets it trap if something is wrong.
 */
void switch_format(const struct mrb_header *image)
{
	u32 format = common_format(image);

	if (board_regs()->frame_format == format)
		return;
	board_call(BOARD_PORT, PORT_DISABLE, 0, 0);
	board_call(BOARD_PORT, PORT_FORMAT, format, 0);
	board_call(BOARD_PORT, PORT_ENABLE, 0, 0);
}
