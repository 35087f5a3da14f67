/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the other chips of the board: the PLA and the port's flash, each with two
 * configurations, and the boot flash with its slots for images. It knows only the image format.
 * Lock: flash.lock, of the boot flash. This is the header for the other rooms.
 */
#ifndef HBA_SIM_CHIPS_H
#define HBA_SIM_CHIPS_H

#include "chip.h"
#include "slots.h"

#endif
