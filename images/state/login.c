// SPDX-License-Identifier: GPL-2.0
/*
 * Logins: FLOGI to the fabric, then PLOGI and PRLI to each remote port, with several
 * ports at the same time. Their state is held only in the login table, in the register
 * with the port's own address, and in the answers themselves. So an answer may come to
 * another image than the one that sent the request, and after an update a full table
 * needs no logins. The logical units become ready together, when the last port has
 * answered and no record moves any more.
 *
 * One I/O hart does all logins. After the first logins it writes only the record of a
 * port that no command is under way to, so the other harts read their records without a
 * lock, and the service hart can convert the table at the same time. The variables below
 * are derived from the table. They are computed again with the first frame after each
 * start of the service hart, which may have repaired the table.
 */
#include "lib.h"
#include "login.h"
#include "login_table.h"

static bool looked;	/* the variables below are valid */
static u32 logins;	/* records in use in the login table */
static u32 known[BOARD_MAX_PORTS / 32];	/* bit n: port n has a record, or is being asked */
static u32 next_port;	/* the first unknown port; nr_ports if all are known */
static u32 waiting;	/* ports that are being asked and have no record */

static bool is_known(u32 port)
{
	return known[port / 32] & 1u << port % 32;
}

static bool all_asked(void)
{
	return next_port >= board_regs()->nr_ports;
}

static bool all_known(void)
{
	return all_asked() && !waiting;
}

static void skip_known(void)
{
	while (!all_asked() && is_known(next_port))
		next_port++;
}

static void ask(u32 els, u32 port)
{
	struct mailbox *mbox = mailbox();
	struct frame_els *out = &mbox->out[mbox->out_count++].els;

	out->hdr = (struct frame_hdr){
		.type = FRAME_ELS, .format = IMAGE_FRAME_FORMAT, .tag = port,
	};
	out->els = els;
}

/* Asks as many ports as may be asked at a time and as the mailbox has room for. */
static void ask_more(void)
{
	while (!all_asked() && waiting < BOARD_MAX_ELS && mailbox()->out_count < FRAME_OUT_MAX) {
		known[next_port / 32] |= 1u << next_port % 32;
		waiting++;
		ask(ELS_PLOGI, next_port);
		skip_known();
	}
}

/* Sets login index and capacity in the logical unit of a record, if it has one. */
static void connect(const struct login *login)
{
	struct lu *lu = lu_find(login->port);

	if (login->state == LOGIN_NONE || !lu)
		return;
	lu->target = login->port;
	lu->login = login - login_table;
	lu->blocks_lo = login->blocks_lo;
	lu->blocks_hi = login->blocks_hi;
	if (login->state == LOGIN_REJECTED)
		lu_set_flags(lu, LU_UNREACHABLE);
	else
		lu_clear_flags(lu, LU_UNREACHABLE);
	lu_clear_flags(lu, ~(LU_STATES | LU_MODE_BITS | UA_ANY) | LU_STARTING);
}

static void connect_all(void)
{
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++)
		connect(&login_table[i]);
}

static void look_for_missing(void)
{
	memset(known, 0, sizeof(known));
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		const struct login *login = &login_table[i];

		if (login->state != LOGIN_NONE && login->port < BOARD_MAX_PORTS)
			known[login->port / 32] |= 1u << login->port % 32;
	}
	waiting = 0;
	next_port = 0;
	skip_known();
}

static void nothing_is_missing(void)
{
	memset(known, 0xff, sizeof(known));
	waiting = 0;
	next_port = board_regs()->nr_ports;
}

/* Derives the variables from the table; this takes too long for the pause of an update. */
static void look(void)
{
	if (looked)
		return;
	logins = login_table_count();
	if (logins >= board_regs()->nr_ports)
		nothing_is_missing();
	else
		look_for_missing();
	looked = true;
}

/**
 * login_forget() - invalidate what was derived from the login table, which may have changed
 *
 * Context: service hart, at its start; the hart that logs in gets no frame meanwhile.
 */
void login_forget(void)
{
	looked = false;
}

/**
 * login_mend() - rebuild what is derived from the records of the login table
 *
 * Context: service hart, at a warm start; the table itself may be nonsense.
 */
void login_mend(void)
{
	login_table_mend();
	look_for_missing();
	if (all_known())
		connect_all();
}

/* Start the logins, or go on with them. */
static void begin(void)
{
	if (!all_asked() && !board_regs()->port_id)
		ask(ELS_FLOGI, next_port);
	else
		ask_more();
}

/**
 * login_again() - a remote port is reachable but has no session
 * @port: index of the port; LINK_BEGIN: there may be ports that have no record
 *
 * Puts out login requests. While the first logins are under way, a request for a single
 * port is ignored.
 *
 * Context: the hart that logs in; no command is under way to the port.
 */
void login_again(u32 port)
{
	look();
	if (port == LINK_BEGIN)
		begin();
	else if (all_known() && port < board_regs()->nr_ports)
		ask(board_regs()->port_id ? ELS_PLOGI : ELS_FLOGI, port);
}

static void note(struct login *login, const struct frame_els_done *done)
{
	login->wwpn_lo = done->wwpn_lo;
	login->wwpn_hi = done->wwpn_hi;
	login->token = done->token;
	login->blocks_lo = done->blocks_lo;
	login->blocks_hi = done->blocks_hi;
	login->port = done->hdr.tag;
	login->state = done->accepted ? LOGIN_ACCEPTED : LOGIN_REJECTED;
}

/* A port's final answer: note in its record whether there is a session. */
static void login_end(const struct frame_els_done *done)
{
	struct login *login = login_find(done->port_id);

	if (!login || login->port != done->hdr.tag) {
		if (!waiting || logins >= BOARD_MAX_PORTS)
			return;
		login = login_table_add(done->port_id, logins++);
		waiting--;
		note(login, done);
		if (all_known())
			connect_all();
		return;
	}
	note(login, done);
	if (all_known())
		connect(login);
}

/**
 * login_done() - the fabric or a remote port has answered
 * @done: the frame; ignored if the port was not asked and has no record
 *
 * Puts out the next login requests if any are left. If the fabric refuses FLOGI, the
 * ports are asked all the same: their refusals tell who they are.
 *
 * Context: the hart that logs in.
 */
void login_done(const struct frame_els_done *done)
{
	u32 port = done->hdr.tag;

	if (port >= board_regs()->nr_ports)
		return;
	look();
	if (done->els == ELS_FLOGI && all_known())
		ask(ELS_PLOGI, port);
	else if (done->els == ELS_PLOGI && done->accepted)
		ask(ELS_PRLI, port);
	else if (done->els != ELS_FLOGI && is_known(port))
		login_end(done);
	ask_more();
}

/**
 * login_token() - the token that identifies the session with a remote port
 * @port: index of the port
 *
 * Context: service hart; the session may be renewed meanwhile.
 * Return: the session's token; 0: no session.
 */
u32 login_token(u32 port)
{
	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		const struct login *login = &login_table[i];

		if (login->state == LOGIN_ACCEPTED && login->port == port)
			return login->token;
	}
	return 0;
}
