// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile service harts: what they do between the end of the pause and their
 * first message. See hostile_runtime.S for their entries and hostile.table for
 * what is to become of them.
 */
#include <hba_sim/services.h>
#include "hart.h"
#include "lib.h"

#define HOSTILE(name)	void name(void); void name(void)

static union frame *put_out(u32 type)
{
	union frame *out = &mailbox()->out[0];

	memset(out, 0, sizeof(*out));
	out->hdr.type = type;
	out->hdr.format = FRAME_FORMAT_1;
	mailbox()->out_count = 1;
	return out;
}

/* The first time the host only looks whether this hart is idle. */
static void put_out_is_taken(void)
{
	wait_for_frame();
	wait_for_frame();
}

HOSTILE(service_reply)
{
	put_out(FRAME_REPLY);
	put_out_is_taken();
}

HOSTILE(service_nobody)
{
	put_out(FRAME_MSG)->msg.hart = BOARD_MAX_HARTS;
	put_out_is_taken();
}

HOSTILE(service_els)
{
	put_out(FRAME_ELS)->els.els = ELS_LOGO;
	put_out_is_taken();
}

HOSTILE(service_dma)
{
	board_call(BOARD_DMA, 0, 0, 0);
}

/* With what may be in memory after a name. */
static u32 apply(const char *name, u32 bytes)
{
	struct update_request request;

	memset(&request, 'x', sizeof(request));
	memcpy(request.name, name, bytes);
	request.flags = 0;
	return board_call(BOARD_UPDATE, UPDATE_APPLY, (u32)&request, sizeof(request));
}

static u32 apply_at(u32 addr, u32 len)
{
	return board_call(BOARD_UPDATE, UPDATE_APPLY, addr, len);
}

/* A bit for each that is not refused. */
static u32 apply_nonsense(void)
{
	static const char names[][12] = {
		"", "../2.0", "/2.0", "a/b", "..", "2..0", "2.0\n", "2.0\x7f", "\x1b[2J",
	};
	static const struct {
		u32 addr;
		u32 len;
	} places[] = {
		{ 0, 40 }, { 0xffffffd8u, 40 }, { BOARD_STAGING_TEXT_BASE, 40 },
		{ BOARD_SCRATCH_BASE + BOARD_SCRATCH_SIZE - 39, 40 },
		{ BOARD_SCRATCH_BASE, 39 }, { 0, 4096 },
	};
	u32 wrong = 0;

	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (apply(names[i], sizeof(names[i])) != UPDATE_BAD_REQUEST)
			wrong |= 1u << i;
	for (u32 i = 0; i < ARRAY_SIZE(places); i++)
		if (apply_at(places[i].addr, places[i].len) != UPDATE_BAD_REQUEST)
			wrong |= 1u << (16 + i);
	return wrong;
}

/*
 * When it has stayed, and there is a message for it, it wants another image, by a name that
 * would be two options of a user's. The message gets no answer.
 */
HOSTILE(service_apply)
{
	static const char name[] = "1 method=conventional permanent";
	u32 wrong;

	while (mailbox()->in.hdr.type == FRAME_NONE || board_regs()->probation)
		wait_for_frame();
	mailbox()->in.hdr.type = FRAME_NONE;
	wrong = apply_nonsense();
	if (apply("2.0", 3) != UPDATE_BAD_REQUEST)	/* no end */
		wrong |= 1u << 28;
	if (apply(name, sizeof(name)) != UPDATE_BEGUN)
		wrong |= 1u << 29;
	if (apply("2.0", 4) != UPDATE_BUSY)
		wrong |= 1u << 30;
	if (wrong)
		board_call(BOARD_PANIC, 0, wrong, 0);
}

/* Its data is as it was. It says otherwise. */
HOSTILE(service_damaged)
{
	board_call(BOARD_DAMAGED, 0x42, 0, 0);
}

/* It has lost all sessions, and finds that out as it starts again: it has them made anew. */
HOSTILE(service_ruin)
{
	memset((void *)BOARD_DATA_BASE, 0xff, 4096);
}
