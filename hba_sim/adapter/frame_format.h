/* SPDX-License-Identifier: GPL-2.0 */
/* Frames in the formats that images speak; the board itself keeps them in format 1. */
#ifndef HBA_SIM_FRAME_FORMAT_H
#define HBA_SIM_FRAME_FORMAT_H

#include <hba_sim/frame.h>

void frame_encode(union frame *frame);
void frame_decode(const union frame *from, union frame *frame);

#endif
