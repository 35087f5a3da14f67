/* SPDX-License-Identifier: GPL-2.0 */
/* Port firmware 1, which the 1.x images carry. */
#ifndef PORT_LIMITS_H
#define PORT_LIMITS_H

#define FIRMWARE_VERSION	1u
#define FIRMWARE_SPEEDS		(PORT_SPEED_8G | PORT_SPEED_16G)
#define FIRMWARE_CREDIT		8u
#define FIRMWARE_FRAME_SIZE	2048u

#endif
