// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile service harts: what they do between the end of the pause and their
 * first message. See hostile_runtime.S for their entries and hostile.table for
 * what is to become of them.
 */
#include "hart.h"
#include "lib.h"

#define HOSTILE(name)	void name(void); void name(void)

static union frame *put_out(u32 n, u32 type)
{
	union frame *out = &mailbox()->out[n];

	memset(out, 0, sizeof(*out));
	out->hdr.type = type;
	out->hdr.format = FRAME_FORMAT_1;
	mailbox()->out_count = n + 1;
	return out;
}

/* The first time the host only looks whether this hart is idle. */
static void put_out_is_taken(void)
{
	wait_for_frame();
	wait_for_frame();
}

/* Sends a request and waits for the answer. */
static void ask(u32 port, u32 what)
{
	union frame *out = put_out(0, FRAME_ELS);

	out->hdr.tag = port;
	out->els.els = what;
	while (mailbox()->in.hdr.type == FRAME_NONE)
		wait_for_frame();
	mailbox()->in.hdr.type = FRAME_NONE;
}

/* The sessions are not its own: it ends them, or has new ones that nobody knows. */
HOSTILE(service_logins)
{
	for (u32 port = 0; port < board_regs()->nr_ports; port++) {
		ask(port, ELS_PLOGI);
		if (port % 2)
			ask(port, ELS_LOGO);
	}
}

HOSTILE(service_reply)
{
	put_out(0, FRAME_REPLY);
	put_out_is_taken();
}

HOSTILE(service_nobody)
{
	put_out(0, FRAME_MSG)->msg.hart = BOARD_MAX_HARTS;
	put_out_is_taken();
}

HOSTILE(service_els_twice)
{
	put_out(0, FRAME_ELS)->els.els = ELS_PLOGI;
	put_out(1, FRAME_ELS)->els.els = ELS_PLOGI;
	put_out_is_taken();
}

HOSTILE(service_dma)
{
	board_call(BOARD_DMA, 0, 0, 0);
}
