/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Persistent data: data that outlives an update. Each table has a schema in the
 * image's header. If you change a record's layout, give its schema a new version,
 * and the image a conversion from and to the old one.
 *
 * The records that differ between versions, those of the login table and of the
 * statistics, are in format.h of each version (v1/ for all 1.x images).
 */
#ifndef IMAGES_PERSIST_H
#define IMAGES_PERSIST_H

#include <persist_place.h>
#include "counter.h"
#include "format.h"
#include "hart.h"

#define SCHEMA_LOGIN	1u
#define SCHEMA_NEXUS	2u
#define SCHEMA_LU	3u
#define SCHEMA_RESERVATION 4u		/* from 2.0 on */
#define SCHEMA_LOGIN_INDEX 5u		/* from 2.0 on */

/* A table of persistent data; tables lie in the data segment in this order. */
#define __persist(order) __attribute__((section(".persist." #order), aligned(64)))

#define PORT_ID_MAX	0xffffffu	/* largest address on the fabric */

enum login_state {
	LOGIN_NONE	= 0,	/* record not used */
	LOGIN_ACCEPTED	= 1,
	LOGIN_REJECTED	= 2,
};

/* struct lu: @flags */
#define LU_STARTING	(1u << 0)	/* logins are under way */
#define LU_UNREACHABLE	(1u << 1)	/* its port rejected the login */
#define LU_STOPPED	(1u << 2)	/* by START STOP UNIT */
#define LU_SWP		(1u << 3)	/* control page: software write protect */
#define LU_D_SENSE	(1u << 4)	/* control page: descriptor sense data */
#define LU_WCE		(1u << 5)	/* caching page: write cache enabled */
#define LU_RESERVED	(1u << 6)	/* a reservation blocks some commands; from 2.0 on */

#define LU_STATES	(LU_STARTING | LU_UNREACHABLE | LU_STOPPED | LU_RESERVED)

#define LU_MODE_BITS	(LU_SWP | LU_D_SENSE | LU_WCE)
#define LU_MODE_DEFAULT	LU_WCE

/* struct lu: @flags: pending unit attentions; a lower bit has precedence. */
#define UA_FIRST_BIT	16u
#define UA_POWER_ON	(1u << 16)
#define UA_BUS_RESET	(1u << 17)
#define UA_MICROCODE	(1u << 18)
#define UA_LU_RESET	(1u << 19)
#define UA_ANY		(UA_POWER_ON | UA_BUS_RESET | UA_MICROCODE | UA_LU_RESET)

/**
 * struct lu - state of a logical unit (schema 3)
 * @flags: LU_*, where the mode bits are the current values of the mode pages;
 *	   and UA_* pending for the only I_T nexus, as there is one initiator
 * @blocks_lo: capacity in blocks, low half
 * @blocks_hi: high half
 * @login: index of its port's record in the login table
 * @target: index of this record
 * @reserved: 0
 *
 * Any hart may change @flags, with one atomic instruction. As all flags are in one
 * word, no lock is needed, and one read tells whether a command can be executed.
 */
struct lu {
	u32 flags;
	u32 blocks_lo;
	u32 blocks_hi;
	u16 login;
	u16 target;
	u32 reserved[4];
};

_Static_assert(sizeof(struct lu) == 32, "lu");

extern struct login login_table[BOARD_MAX_PORTS];
extern struct nexus nexus_table[BOARD_MAX_TARGETS];
extern struct lu lu_table[BOARD_MAX_TARGETS];

void persist_init(void);

/* The logical unit behind a remote port; NULL if there is none. */
static inline struct lu *lu_find(u32 target)
{
	return target < board_regs()->nr_targets ? &lu_table[target] : NULL;
}

/* Statistics of a target that has a logical unit. */
static inline struct nexus *nexus_find(u32 target)
{
	return in_register(&nexus_table[target]);
}

static inline const struct login *lu_login(const struct lu *lu)
{
	return &login_table[lu->login];
}

static inline u64 lu_blocks(const struct lu *lu)
{
	return (u64)lu->blocks_hi << 32 | lu->blocks_lo;
}

static inline u32 lu_flags(const struct lu *lu)
{
	return __atomic_load_n(&lu->flags, __ATOMIC_RELAXED);
}

static inline void lu_set_flags(struct lu *lu, u32 flags)
{
	__atomic_fetch_or(&lu->flags, flags, __ATOMIC_RELEASE);
}

static inline void lu_clear_flags(struct lu *lu, u32 flags)
{
	__atomic_fetch_and(&lu->flags, ~flags, __ATOMIC_RELEASE);
}

#endif
