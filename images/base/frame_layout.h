/* SPDX-License-Identifier: GPL-2.0 */
/* The frame format that an image speaks: format 1, unless its folder has another such file. */
#ifndef IMAGES_FRAME_LAYOUT_H
#define IMAGES_FRAME_LAYOUT_H

#include <hba_sim/frame.h>

#define IMAGE_FRAME_FORMAT	FRAME_FORMAT_1

#endif
