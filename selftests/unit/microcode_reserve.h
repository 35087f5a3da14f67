/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Persistent reservations for tests of the microcode. There is one initiator,
 * so what another one has done is written into the logical unit's record.
 */
#ifndef UNIT_MICROCODE_RESERVE_H
#define UNIT_MICROCODE_RESERVE_H

#include "microcode_scsi.h"

#define SCHEMA_LU		3u
#define SCHEMA_RESERVATION	4u
#define LU_RESERVED		0x40u

#define KEY			0x1122334455667788ull
#define NEW_KEY			0x8877665544332211ull
#define OTHER_KEY		0xa5a5a5a5a5a5a5a5ull

enum out_action { REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT, PREEMPT_ABORT, IGNORE };
enum in_action { KEYS, RESERVATION, CAPABILITIES, FULL_STATUS };

/* As in images/v2_0/reservation.h, where all fields are explained. */
struct registrations {
	u32 generation;
	u8 type;
	u8 holder;
	u8 registered;
	u8 hart;
	u64 key[2];
};

struct record {
	u32 current;
	u32 generation[2];
	u16 tag[2];
	struct registrations copy[2];
};

extern const u8 pr_types[6];

/* The first record of a schema, that of target 0; and its flags as a logical unit. */
void *schema_table(struct machine *m, u32 id);
u32 *lu_flags(struct machine *m);

/* Another nexus registers with OTHER_KEY; with a @type it reserves, too. */
void other_nexus(struct machine *m, u32 type);

/* PERSISTENT RESERVE OUT, as a command and executed; PERSISTENT RESERVE IN. */
struct command pr_out(enum out_action action, u32 type, u64 key, u64 new_key);
u32 run_pr_out(struct machine *m, enum out_action action, u32 type, u64 key, u64 new_key);
struct command pr_in(struct machine *m, enum in_action action);

/* The generation. The reservation's type, 0 for none; its holder must have @key. */
u32 pr_generation(struct machine *m);
u32 pr_type(struct machine *m, u64 key);

/* Number of registered keys; a single one must be @key. */
u32 pr_keys(struct machine *m, u64 key);

/* Executes: changes go to the service hart, what changes nothing does not. */
void pr_expect(struct machine *m, struct command cmd, u32 sense, bool changes);

#endif
