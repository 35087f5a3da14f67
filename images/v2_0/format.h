/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of 2.0: login table, its index, and statistics.
 *
 * A record of the login table never moves: it is found by its number, which the
 * logical units store, or by port id through the index. The index is a hash table
 * with open addressing: an entry lies in the first place, from its port id's hash on,
 * that was free. It has twice as many places as there can be records, so there is
 * always a free place, at which a search ends.
 */
#ifndef IMAGES_V2_FORMAT_H
#define IMAGES_V2_FORMAT_H

#include "hart.h"

#define LOGIN_INDEX_BITS	13u
#define LOGIN_INDEX_SIZE	(1u << LOGIN_INDEX_BITS)

/**
 * struct login - a remote port (schema 1, version 2)
 * @port_id: its address on the fabric
 * @wwpn_lo: its name, low half
 * @wwpn_hi: its name, high half
 * @token: identifies the session
 * @blocks_lo: number of blocks behind the port, low half
 * @blocks_hi: high half
 * @port: index of the port
 * @state: enum login_state
 * @reserved: zeros
 *
 * Records in use are in no order, and there may be unused ones between them. The hart
 * that logs in writes the table before the logical units become ready; after that,
 * only when a session is established again.
 */
struct login {
	u32 port_id;
	u32 wwpn_lo;
	u32 wwpn_hi;
	u32 token;
	u32 blocks_lo;
	u32 blocks_hi;
	u16 port;
	u8 state;
	u8 reserved[37];
};

/**
 * struct counter - a 64-bit number that all harts add to
 * @lo: low half
 * @hi: high half
 *
 * The hart whose addition makes @lo wrap adds the carry to @hi: see count().
 */
struct counter {
	u32 lo;
	u32 hi;
};

/**
 * struct nexus - statistics of an I_T nexus: the adapter's port and a target's
 * (schema 2, version 2)
 * @commands: commands received
 * @reads: read commands that succeeded
 * @writes: write commands that succeeded
 * @read_blocks: blocks read by them
 * @written_blocks: blocks written by them
 * @errors: commands that ended with CHECK CONDITION
 * @reserved: 0
 */
struct nexus {
	struct counter commands;
	struct counter reads;
	struct counter writes;
	struct counter read_blocks;
	struct counter written_blocks;
	struct counter errors;
	u32 reserved[4];
};

_Static_assert(sizeof(struct login) == 64, "login");
_Static_assert(sizeof(struct nexus) == 64, "nexus");
_Static_assert(LOGIN_INDEX_SIZE >= 2 * BOARD_MAX_PORTS, "LOGIN_INDEX_BITS");

#endif
