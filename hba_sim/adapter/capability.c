// SPDX-License-Identifier: GPL-2.0
/*
 * Names and owners of the capability fields (patent: 322). This is the only table of them:
 * sysfs, logs and the mrb tool show them by it.
 */
#include <linux/kernel.h>

#include <hba_sim/board.h>

#include "capability.h"

static const struct {
	u32 capability;
	const char *name;
} names[] = {
	{ CAP_BOARD_OVERLAY,		"overlay" },
	{ CAP_BOARD_SRAM,		"sram" },
	{ CAP_BOARD_BANKED,		"banked" },
	{ CAP_BOARD_FLASH,		"flash" },
	{ CAP_DRIVER_FRAME_1,		"frame-1-driver" },
	{ CAP_DRIVER_TOLD,		"told-of-losses" },
	{ CAP_DRIVER_FRAME_2,		"frame-2-driver" },
	{ CAP_DRIVER_INBAND,		"in-band-downloads" },
	{ CAP_IMAGE_FRAME_1,		"frame-1" },
	{ CAP_IMAGE_MODE_SELECT,	"mode-select" },
	{ CAP_IMAGE_UPDATE,		"update" },
	{ CAP_IMAGE_THIN,		"thin-provisioning" },
	{ CAP_IMAGE_RESERVE,		"reservations" },
	{ CAP_IMAGE_DEFECTS,		"defect-lists" },
	{ CAP_IMAGE_FRAME_2,		"frame-2" },
};

/**
 * capability_name() - the name of a capability field
 * @bit: its bit number in a word of capabilities
 *
 * Return: its name, without spaces; NULL if it has none.
 */
const char *capability_name(u32 bit)
{
	for (u32 i = 0; bit < 32 && i < ARRAY_SIZE(names); i++)
		if (names[i].capability == 1u << bit)
			return names[i].name;
	return NULL;
}

/**
 * capability_owner() - which side provides a capability
 * @bit: its bit number in a word of capabilities, less than 32
 *
 * Return: "board", "driver" or "image".
 */
const char *capability_owner(u32 bit)
{
	if (CAP_BOARD & 1u << bit)
		return "board";
	return CAP_DRIVER & 1u << bit ? "driver" : "image";
}
