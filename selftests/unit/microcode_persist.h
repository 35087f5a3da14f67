/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Persistent data of a machine, whatever image it runs: a second set of
 * descriptions of the formats, and what one image has to have of another's.
 */
#ifndef UNIT_MICROCODE_PERSIST_H
#define UNIT_MICROCODE_PERSIST_H

#include "microcode.h"

#define LOGIN		1u	/* schema ids */
#define NEXUS		2u
#define LU		3u
#define RESERVATION	4u
#define INDEX		5u

#define LU_STARTING	0x01u
#define LU_STOPPED	0x04u
#define UA_MICROCODE	0x040000u
#define LU_FLAGS	0x0f003fu
#define COUNTERS	6u
#define INDEX_BITS	13u

/* The first 27 bytes of a login record are the same in both formats. */
struct login {
	u32 port_id;
	u32 wwpn_lo;
	u32 wwpn_hi;
	u32 token;
	u32 blocks_lo;
	u32 blocks_hi;
	u16 port;
	u8 state;
} __attribute__((packed));

struct lu {
	u32 flags;
	u32 blocks_lo;
	u32 blocks_hi;
	u16 login;
	u16 target;
	u32 reserved[4];
};

/**
 * struct persist - an image's persistent data, and where to find them in memory
 * @image: its header
 * @data: its data segment
 */
struct persist {
	const struct mrb_header *image;
	u8 *data;
};

struct persist persist_now(struct machine *m);

/* The replaced image's, as they were when it was overwritten. */
struct persist persist_before(struct machine *m);

/* A schema, NULL if there is none; a record of it, in memory and in the segment. */
const struct mrb_schema *schema(const struct persist *p, u32 id);
void *record(const struct persist *p, u32 id, u32 i);
u32 offset_of(const struct persist *p, u32 id, u32 i);
struct login *login_of(const struct persist *p, u32 i);
struct lu *lu_of(const struct persist *p, u32 i);
u32 count_logins(const struct persist *p);

/* The image in place has what the one before it had, at the moment of the copy. */
void check_result(struct machine *m);

#endif
