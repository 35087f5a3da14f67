// SPDX-License-Identifier: GPL-2.0
/*
 * Logins: one request at a time, to each remote port in turn. How far they are
 * can be told from the login table, so it is not lost by a restart, and the
 * sessions of a full table are simply there. The logical units become ready
 * together, when the last port has answered and no record moves any more.
 */
#include "lib.h"
#include "login.h"
#include "login_table.h"
#include "reply.h"

static u32 logins;	/* records in use in the login table */
static u32 known[BOARD_MAX_PORTS / 32];	/* bit n: port n has a record */
static u32 next_port;	/* that is asked; behind the last one when all have answered */

static bool all_known(void)
{
	return next_port >= board_regs()->nr_ports;
}

static void skip_known(void)
{
	while (!all_known() && known[next_port / 32] & 1u << next_port % 32)
		next_port++;
}

static void log_in(u32 port)
{
	const struct frame_hdr hdr = { .format = IMAGE_FRAME_FORMAT, .tag = port };

	put_out(FRAME_ELS, &hdr)->els.els = ELS_PLOGI;
}

/* The logical unit of a record, if it has one, gets its place and its capacity. */
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
	next_port = 0;
	skip_known();
}

/**
 * login_mend() - make anew what follows from the records of the login table
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

/**
 * login_start() - go on with the logins where they are
 *
 * Puts out a login request if there is a port left.
 *
 * Context: service hart, at its start.
 */
void login_start(void)
{
	logins = login_table_count();
	look_for_missing();
	if (!all_known())
		log_in(next_port);
}

/**
 * login_again() - a remote port is there and has no session
 * @port: its index
 *
 * Puts out a login request, unless the first logins are still under way.
 *
 * Context: service hart; no command is under way to the port.
 */
void login_again(u32 port)
{
	if (all_known() && port < board_regs()->nr_ports)
		log_in(port);
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

static void log_in_next(void)
{
	next_port++;
	skip_known();
	if (!all_known())
		log_in(next_port);
	else
		connect_all();
}

/**
 * login_done() - a remote port has answered
 * @done: the frame; one that was not waited for is ignored, unless the port has a
 *	  record: then it has another session now, or none
 *
 * Puts out the next login request if there is a port left.
 *
 * Context: service hart.
 */
void login_done(const struct frame_els_done *done)
{
	bool all = all_known();
	bool waited = !all && done->hdr.tag == next_port;
	struct login *login = login_find(done->port_id);
	bool there = login && login->port == done->hdr.tag;

	if (!there && (!waited || logins >= BOARD_MAX_PORTS))
		return;
	if (!there)
		login = login_table_add(done->port_id, logins++);
	note(login, done);
	if (waited)
		log_in_next();
	else if (all)
		connect(login);
}

/**
 * login_token() - what shows a remote port that there is a session with it
 * @port: its index
 *
 * Context: service hart.
 * Return: the session's token; 0: there is none.
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
