// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile I/O harts: good ones, but for what they do to some frames. See
 * hostile_runtime.S for their entries and hostile.table for what is to become of
 * them.
 */
#define io_main good_io_main
#include "io.c"

#include "commands.h"
#include "lib.h"
#include "reply.h"

#define LOGINS		((u8 *)BOARD_DATA_BASE)
#define UNITS		((u8 *)lu_table)
#define UNUSED		((u32 *)(BOARD_DATA_BASE + BOARD_DATA_SIZE - 4))
#define HALF		100u	/* commands, of a probation of twice as many */
#define BAD_UNIT	1u	/* fio is at unit 0 */

static inline __attribute__((noreturn)) void trap(void)
{
	asm volatile(".word 0");
	__builtin_unreachable();
}

static bool on_probation(void)
{
	return board_regs()->probation;
}

/* Serves all frames but those that @bad does something with. */
static inline __attribute__((always_inline)) void serve_but(bool (*bad)(const union frame *in))
{
	struct mailbox *mbox = mailbox();

	for (;;) {
		wait_for_frame();
		if (!bad(&mbox->in))
			io_frame(&mbox->in);
		mbox->in.hdr.type = FRAME_NONE;
	}
}

static bool half(const union frame *in)
{
	static u32 commands;

	if (in->hdr.type == FRAME_SCSI && __atomic_add_fetch(&commands, 1, __ATOMIC_RELAXED) > HALF)
		trap();
	return false;
}

/* A frame of @type about the command that @in is about is in out[@n]. */
static struct frame_hdr *put_nth(u32 n, u32 type, const union frame *in)
{
	union frame *out = &mailbox()->out[n];

	memset(out, 0, sizeof(*out));
	out->hdr = in->hdr;
	out->hdr.type = type;
	mailbox()->out_count = n + 1;
	return &out->hdr;
}

static bool twice(const union frame *in)
{
	put_nth(0, FRAME_REPLY, in);
	put_nth(1, FRAME_REPLY, in);
	return true;
}

static bool old(const union frame *in)
{
	put_nth(0, FRAME_REPLY, in)->generation--;
	return true;
}

static bool unknown(const union frame *in)
{
	put_nth(0, FRAME_REPLY, in)->tag = 0xffff;
	return true;
}

/* Behind what else is put out. */
static void add_els(u32 port, u32 what)
{
	union frame *out = &mailbox()->out[mailbox()->out_count++];

	memset(out, 0, sizeof(*out));
	out->hdr.type = FRAME_ELS;
	out->hdr.format = FRAME_FORMAT_1;
	out->hdr.tag = port;
	out->els.els = what;
}

static bool els(const union frame *in)
{
	io_frame(in);
	for (u32 i = 1; i < FRAME_OUT_MAX; i++)
		add_els(0, ELS_LOGO);
	return true;
}

static u32 hart(void)
{
	u32 id;

	asm("csrr %0, mhartid" : "=r"(id));
	return id;
}

/* The sessions are not its own: it ends them, or wants new ones that nobody knows. */
static bool logins(const union frame *in)
{
	static u32 port;

	io_frame(in);
	if (hart() != BOARD_LOGIN_HART || port >= board_regs()->nr_ports)
		return true;
	add_els(port, ELS_PLOGI);
	add_els(port++, ELS_LOGO);
	return true;
}

static bool messages(const union frame *in)
{
	for (u32 i = 0; i < FRAME_OUT_MAX; i++)
		put_nth(i, FRAME_MSG, in);
	return true;
}

static bool waits(const union frame *in)
{
	if (!on_probation())
		put_nth(0, FRAME_WAIT, in);
	return !on_probation();
}

/* Never satisfied with what it read. */
static bool media_storm(const union frame *in)
{
	struct lu *lu = &lu_table[0];

	media_request(&in->hdr, READ_10, lu, MEDIA_CHECK, 0, 0, 1);
	return true;
}

static bool fill(const union frame *in)
{
	memset((void *)BOARD_MBOX_BASE, 0xa5, BOARD_MBOX_SIZE);
	while (in)
		wait_for_frame();
	return true;
}

static void ruin(u8 *from, u8 *to, u8 byte)
{
	memset(from, byte, to - from);
}

static bool ruin_logins(const union frame *in)
{
	ruin(LOGINS, (u8 *)&login_table[BOARD_MAX_PORTS], 0);
	trap();
}

static bool ruin_units(const union frame *in)
{
	ruin(UNITS, (u8 *)&lu_table[BOARD_MAX_TARGETS], 0xff);
	trap();
}

static bool ruin_all(const union frame *in)
{
	ruin(LOGINS, (u8 *)&lu_table[BOARD_MAX_TARGETS], 0xff);
	trap();
}

static bool trap_late(const union frame *in)
{
	if (!on_probation())
		trap();
	return false;
}

static bool hang_late(const union frame *in)
{
	while (!on_probation())
		;
	return false;
}

static bool once_late(const union frame *in)
{
	if (!on_probation() && !__atomic_exchange_n(UNUSED, 1, __ATOMIC_RELAXED))
		trap();
	return false;
}

static bool ruin_late(const union frame *in)
{
	if (on_probation())
		return false;
	return ruin_logins(in);
}

/* Takes each frame and never answers: commands time out. */
static bool swallow_late(const union frame *in)
{
	return !on_probation();
}

/* It lives, and serves nobody as long as it is watched. */
static bool not_ready(const union frame *in)
{
	if (in->hdr.type != FRAME_SCSI || !on_probation())
		return false;
	reply_check(&in->hdr, NULL, SENSE_BECOMING_READY);
	return true;
}

/* Takes each READ (10) and keeps it; all else is served. */
static bool keep(const union frame *in)
{
	return in->hdr.type == FRAME_SCSI && in->scsi.cdb[0] == READ_10 && on_probation();
}

/* Lets each wait for the end of the probation. */
static bool keep_waiting(const union frame *in)
{
	if (keep(in))
		put_nth(0, FRAME_WAIT, in);
	return keep(in);
}

static u32 be32(const u8 *p)
{
	return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* The first 8 pages of BAD_UNIT are bad, each in a way of its own: 0 to 7. */
static bool bad_page(const union frame *in, u32 *way)
{
	u32 lba = be32(&in->scsi.cdb[2]);

	if (in->hdr.type != FRAME_SCSI || in->scsi.target != BAD_UNIT ||
	    in->scsi.cdb[0] != READ_10 || lba >= 64)
		return false;
	*way = lba / 8;
	return true;
}

/* All say that the data is there, in the one way or the other. It is not. */
static bool empty(const union frame *in)
{
	const struct frame_hdr *cmd = &in->hdr;
	const u8 status[] = { 0x00, 0x04, 0x10, 0x22, 0x01 };
	struct lu *lu = &lu_table[BAD_UNIT];
	u32 way;

	if (!bad_page(in, &way))
		return false;
	if (way < ARRAY_SIZE(status))
		reply_status(cmd, status[way]);
	else if (way == 5)
		reply_check(cmd, lu, SENSE(1, 0x17, 0x00));
	else if (way == 6)
		reply_check(cmd, lu, SENSE_NONE);
	else
		media_request(cmd, READ_10, lu, MEDIA_READ, 0, 0, in->scsi.data_len / 1024);
	return true;
}

/* All media requests are such that the remote port has to refuse them. */
static bool media(const union frame *in)
{
	struct lu *lu = &lu_table[BAD_UNIT];
	struct frame_media *m;
	u32 way;

	if (!bad_page(in, &way))
		return false;
	m = media_request(&in->hdr, READ_10, lu, MEDIA_READ, 0, 0, 1);
	if (way == 0)
		m->lba_lo = lu->blocks_lo;
	else if (way == 1)
		m->lba_hi = 0xffffffff;
	else if (way == 2)
		m->blocks = 0xffffffff;
	else if (way == 3)
		m->offset = in->scsi.data_len;
	else if (way == 4)
		m->op = MEDIA_WRITE;
	else if (way == 5)
		m->port = 0xffff;
	else if (way == 6)
		m->port = 0;
	else
		m->token ^= 1;
	return true;
}

#define HOSTILE(name, bad)	void name(void); void name(void) { serve_but(bad); }

HOSTILE(io_half, half)
HOSTILE(io_twice, twice)
HOSTILE(io_old, old)
HOSTILE(io_unknown, unknown)
HOSTILE(io_els, els)
HOSTILE(io_logins, logins)
HOSTILE(io_messages, messages)
HOSTILE(io_media_storm, media_storm)
HOSTILE(io_fill, fill)
HOSTILE(io_ruin_logins, ruin_logins)
HOSTILE(io_ruin_units, ruin_units)
HOSTILE(io_ruin_all, ruin_all)
HOSTILE(aged_trap, trap_late)
HOSTILE(aged_hang, hang_late)
HOSTILE(aged_once, once_late)
HOSTILE(aged_ruin, ruin_late)
HOSTILE(aged_wait, waits)
HOSTILE(swallow, swallow_late)
HOSTILE(unit_empty, empty)
HOSTILE(unit_media, media)
HOSTILE(io_not_ready, not_ready)
HOSTILE(io_keeps, keep)
HOSTILE(io_waits, keep_waiting)
