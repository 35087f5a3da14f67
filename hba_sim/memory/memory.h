/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the memory of the board: the code region, which is write-locked, staging, where a
 * new image is prepared, and the memory controller, which puts an image in place and back. This
 * is what kinds of board differ in: board_kind.h. It knows the processor's bus and the image
 * format. It has no lock: only the update's thread changes it, and the queues are held while
 * the code that their harts execute changes. This is the header for the other rooms.
 */
#ifndef HBA_SIM_MEMORY_H
#define HBA_SIM_MEMORY_H

#include "board_kind.h"
#include "board_limits.h"
#include "memctl.h"
#include "memctl_banks.h"

#endif
