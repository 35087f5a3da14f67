// SPDX-License-Identifier: GPL-2.0
/*
 * A board of kind "legacy": made before there were system services (S6). A call of a system
 * service traps like any call that does not exist.
 */
#include "board_kind.h"

/** board_legacy - lacks the services for an update */
const struct board_kind board_legacy = {
	.name	= "legacy",
	.fixed	= true,
};
