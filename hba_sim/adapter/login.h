/* SPDX-License-Identifier: GPL-2.0 */
/* Logins: which are wanted, and when an I/O hart makes them. */
#ifndef HBA_SIM_LOGIN_H
#define HBA_SIM_LOGIN_H

#include <linux/bitmap.h>
#include <linux/types.h>

#include <hba_sim/board.h>

#include "els.h"

struct adapter;

/**
 * struct login_try - how often the microcode is told to log in to a port
 * @last_ns: when it was last told
 * @not_before_ns: when it may be told again
 * @tries: how often it was told without a longer rest
 * @held: telling the microcode has been put off
 */
struct login_try {
	u64 last_ns;
	u64 not_before_ns;
	u32 tries;
	bool held;
};

/**
 * struct logins - the sessions with the remote ports
 * @wanted: ports that the hart is to log in to again; any thread may set bits
 * @fresh: ports whose session has begun or ended, while the hart may not know yet
 * @els: requests under way; the lock of the login hart's queue protects this, @paused,
 *	@starting and @begin
 * @paused: the hart gets no frame about logins for now
 * @starting: the hart gets frames about logins from login_start() only
 * @stopped: the hart gets no frame about logins any more
 * @begin: the hart is to be told that the harts have started
 * @tries: for each port; only login_work()'s thread uses it
 * @put_off: how often the hart was told of a port later than it was wanted
 */
struct logins {
	DECLARE_BITMAP(wanted, BOARD_MAX_PORTS);
	DECLARE_BITMAP(fresh, BOARD_MAX_PORTS);
	struct els els;
	bool paused;
	bool starting;
	bool stopped;
	bool begin;
	struct login_try *tries;
	u32 put_off;
};

int login_init(struct adapter *a);
void login_destroy(struct adapter *a);
const char *login_start(struct adapter *a);
void login_want(struct adapter *a, u32 port);
void login_work(struct adapter *a);
void login_pause(struct adapter *a, bool restarted);
void login_doubt(struct adapter *a);
void login_resume(struct adapter *a);
void login_stop(struct adapter *a);

#endif
