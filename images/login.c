// SPDX-License-Identifier: GPL-2.0
/*
 * Logins: one request at a time, to each remote port in turn. How far they are
 * can be told from the login table, so it is not lost by a restart, and the
 * sessions of a full table are simply there. The logical units become ready
 * together, when the last port has answered and the table does not change any
 * more.
 */
#include "login.h"
#include "login_table.h"
#include "reply.h"

static u32 logins;	/* records in use in the login table */

static void log_in(u32 port)
{
	const struct frame_hdr hdr = { .format = FRAME_FORMAT_1, .tag = port };

	put_out(FRAME_ELS, &hdr)->els.els = ELS_PLOGI;
}

/* Each logical unit gets the place of its port's record, and its capacity. */
static void connect_logical_units(void)
{
	u32 targets = board_regs()->nr_targets;

	for (u32 i = 0; i < BOARD_MAX_PORTS; i++) {
		const struct login *login = &login_table[i];
		struct lu *lu = &lu_table[login->port];

		if (login->state == LOGIN_NONE || login->port >= targets)
			continue;
		lu->login = i;
		lu->blocks_lo = login->blocks_lo;
		lu->blocks_hi = login->blocks_hi;
		if (login->state == LOGIN_REJECTED)
			lu_set_flags(lu, LU_UNREACHABLE);
		lu_clear_flags(lu, LU_STARTING);
	}
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
	if (logins < board_regs()->nr_ports)
		log_in(logins);
}

/**
 * login_done() - a remote port has answered
 * @done: the frame; one that was not waited for is ignored
 *
 * Puts out the next login request if there is a port left.
 *
 * Context: service hart.
 */
void login_done(const struct frame_els_done *done)
{
	struct login *login;

	if (done->hdr.tag != logins || logins >= board_regs()->nr_ports)
		return;
	login = login_table_add(done->port_id, logins++);
	login->wwpn_lo = done->wwpn_lo;
	login->wwpn_hi = done->wwpn_hi;
	login->token = done->token;
	login->blocks_lo = done->blocks_lo;
	login->blocks_hi = done->blocks_hi;
	login->port = done->hdr.tag;
	login->state = done->accepted ? LOGIN_ACCEPTED : LOGIN_REJECTED;

	if (logins < board_regs()->nr_ports)
		log_in(logins);
	else
		connect_logical_units();
}
