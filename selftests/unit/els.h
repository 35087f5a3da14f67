/* SPDX-License-Identifier: GPL-2.0 */
/* A login without microcode: what the far end is asked step by step. */
#ifndef UNIT_ELS_H
#define UNIT_ELS_H

#include <asm/byteorder.h>

#include "../../hba_sim/far_end/fabric.h"

static inline void els_ask(struct fabric *f, u8 els, u32 port, struct frame_els_done *done)
{
	struct frame_els req = { .hdr.tag = cpu_to_le16(port), .els = els };

	fabric_els(f, &req, done);
}

/* Return: the new session's token, 0 if there is none. */
static inline u32 els_log_in(struct fabric *f, u32 port)
{
	struct frame_els_done done;

	if (!f->port_id)
		els_ask(f, ELS_FLOGI, port, &done);
	els_ask(f, ELS_PLOGI, port, &done);
	els_ask(f, ELS_PRLI, port, &done);
	return done.accepted ? le32_to_cpu(done.token) : 0;
}

#endif
