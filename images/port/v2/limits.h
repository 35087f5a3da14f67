/* SPDX-License-Identifier: GPL-2.0 */
/* Port firmware 2, which the images from 2.0 on carry: faster, with larger frames. */
#ifndef PORT_LIMITS_H
#define PORT_LIMITS_H

#define FIRMWARE_VERSION	2u
#define FIRMWARE_SPEEDS		(PORT_SPEED_8G | PORT_SPEED_16G | PORT_SPEED_32G)
#define FIRMWARE_CREDIT		64u
#define FIRMWARE_FRAME_SIZE	PORT_FRAME_MAX

#endif
