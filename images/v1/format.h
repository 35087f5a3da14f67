/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of 1.0 and 1.1: login table and statistics, both version 1 of
 * their schema. The tables lie at the start of the data window:
 *
 *	0x90000000  login table		BOARD_MAX_PORTS records
 *	0x90020000  nexus statistics	BOARD_MAX_TARGETS records
 *	0x90022000  logical units	BOARD_MAX_TARGETS records
 */
#ifndef IMAGES_V1_FORMAT_H
#define IMAGES_V1_FORMAT_H

#include "hart.h"

/**
 * struct login - a remote port (schema 1, version 1)
 * @port_id: its address on the fabric
 * @wwpn_lo: its name, low half
 * @wwpn_hi: its name, high half
 * @token: identifies the session
 * @blocks_lo: number of blocks behind the port, low half
 * @blocks_hi: high half
 * @port: index of the port
 * @state: enum login_state
 * @reserved0: 0
 * @reserved1: 0
 *
 * The records in use come first, ordered by @port_id. The hart that logs in writes
 * the table before the logical units become ready; after that, only when a session
 * is established again.
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
	u8 reserved0;
	u32 reserved1;
};

/**
 * struct nexus - statistics of an I_T nexus: the adapter's port and a target's
 * (schema 2, version 1)
 * @commands: commands received
 * @reads: read commands that succeeded
 * @writes: write commands that succeeded
 * @read_blocks: blocks read by them
 * @written_blocks: blocks written by them
 * @errors: commands that ended with CHECK CONDITION
 * @reserved: 0
 *
 * All harts add to them, atomically; they wrap.
 */
struct nexus {
	u32 commands;
	u32 reads;
	u32 writes;
	u32 read_blocks;
	u32 written_blocks;
	u32 errors;
	u32 reserved[2];
};

_Static_assert(sizeof(struct login) == 32, "login");
_Static_assert(sizeof(struct nexus) == 32, "nexus");

#endif
