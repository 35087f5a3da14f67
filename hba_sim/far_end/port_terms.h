/* SPDX-License-Identifier: GPL-2.0 */
/* The terms on which the adapter's port talks to the other side of a link or a login. */
#ifndef HBA_SIM_PORT_TERMS_H
#define HBA_SIM_PORT_TERMS_H

#include <linux/types.h>

/**
 * struct port_terms - what one side supports, or what both have agreed on
 * @speed: PORT_SPEED_* bits; only one of them if the terms are agreed on
 * @credit: frames that may be under way unanswered
 * @frame_size: bytes of a frame's data field
 */
struct port_terms {
	u32 speed;
	u32 credit;
	u32 frame_size;
};

#endif
