/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Persistent reservations (SPC-4 5.13): their record, the rules, and whether a
 * reservation blocks a command.
 *
 * Only the service hart changes records. A PERSISTENT RESERVE OUT that would change
 * something goes to the service hart and back, as MODE SELECT does:
 *
 *	I/O hart      scsi_reserve_out()   MSG_RESERVE ->
 *	service hart  reservation_apply()  MSG_RESERVE_DONE ->
 *	I/O hart      reservation_done()   reply
 *
 * There is one initiator, so one I_T nexus, NEXUS_OURS. A record has room for another
 * nexus, and the rules work for any number of them: to support a second initiator,
 * give it a number, and a place for its unit attentions. Until then no other nexus
 * can lose a registration or a reservation, so no unit attention has to be
 * established.
 */
#ifndef IMAGES_RESERVATION_H
#define IMAGES_RESERVATION_H

#include "commands.h"
#include "persist.h"

#define RESERVATION_NEXUSES	2u
#define NEXUS_OURS		0u

enum reservation_type {
	NOT_RESERVED		= 0,
	WRITE_EXCLUSIVE		= 1,
	EXCLUSIVE_ACCESS	= 3,
	WRITE_EXCLUSIVE_RO	= 5,	/* registrants only */
	EXCLUSIVE_ACCESS_RO	= 6,
	WRITE_EXCLUSIVE_AR	= 7,	/* all registrants */
	EXCLUSIVE_ACCESS_AR	= 8,
};

/**
 * struct registrations - who is registered, and the reservation
 * @generation: PRGENERATION
 * @type: enum reservation_type
 * @holder: the nexus that made the reservation, 0 if there is no reservation. Only
 *	    this nexus holds it, unless @type is one of all registrants
 * @registered: bit n: nexus n is registered
 * @hart: hart of the command that made the last change, 0 for none
 * @key: reservation key of each nexus; 0 if the nexus is not registered
 */
struct registrations {
	u32 generation;
	u8 type;
	u8 holder;
	u8 registered;
	u8 hart;
	u64 key[RESERVATION_NEXUSES];
};

/**
 * struct reservation - reservation record of a logical unit (schema 4, version 1)
 * @current: number of changes; its lowest bit selects the copy that is valid
 * @generation: for each copy, generation of the command that made the change
 * @tag: for each copy, tag of that command
 * @copy: the valid copy, and the one that the next change is written to
 *
 * So a change is either complete or not there at all, wherever the service hart
 * stops, and the other harts read without waiting for it. The record also names the
 * command that made the change: a command that comes again, because the service hart
 * stopped before answering, is not executed a second time. All zeros, as at power-on,
 * means that no nexus is registered.
 */
struct reservation {
	u32 current;
	u32 generation[2];
	u16 tag[2];
	struct registrations copy[2];
};

_Static_assert(sizeof(struct reservation) == 64, "reservation");

extern struct reservation reservation_table[BOARD_MAX_TARGETS];

/* Outcome of a PERSISTENT RESERVE OUT; any other value is a sense code. */
#define OUTCOME_GOOD		0u
#define OUTCOME_CONFLICT	1u

/**
 * struct msg_reserve - data of MSG_RESERVE and MSG_RESERVE_DONE
 * @target: remote port
 * @action: enum reserve_out_action
 * @type: TYPE of the CDB
 * @nexus: where the command came from
 * @reserved: zeros
 * @outcome: in the answer, see reservation_change()
 * @key: RESERVATION KEY
 * @new_key: SERVICE ACTION RESERVATION KEY
 */
struct msg_reserve {
	u16 target;
	u8 action;
	u8 type;
	u8 nexus;
	u8 reserved[3];
	u32 outcome;
	u64 key;
	u64 new_key;
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct msg_reserve) <= sizeof(((struct frame_msg *)0)->data), "msg_reserve");

/* Is any nexus registered? If not, there is no reservation either. */
static inline bool reservation_in_use(const struct reservation *r)
{
	return r->copy[r->current & 1].registered;
}

static inline bool is_registered(const struct registrations *r, u32 nexus)
{
	return r->registered & 1u << nexus;
}

static inline bool all_registrants(u32 type)
{
	return type == WRITE_EXCLUSIVE_AR || type == EXCLUSIVE_ACCESS_AR;
}

/* Does a nexus hold the reservation, if there is one? */
static inline bool is_holder(const struct registrations *r, u32 nexus)
{
	if (all_registrants(r->type))
		return is_registered(r, nexus);
	return r->type != NOT_RESERVED && r->holder == nexus;
}

/* reservation.c */
void reservation_read(u32 target, struct registrations *to);
u32 reservation_access(const struct registrations *r, u32 nexus);
bool reservation_conflict(const struct frame_scsi *scsi, const struct command *cmd);
bool reservation_good(const struct lu *lu);
void reservation_mend(struct lu *lu);
void reservation_apply(const struct frame_msg *msg);
void reservation_done(const struct frame_msg *msg);

/* reservation_rules.c */
bool reservation_possible(const struct registrations *r);
u32 reservation_change(struct registrations *r, const struct msg_reserve *request);

/* scsi_reserve.c */
void reply_outcome(const struct frame_hdr *cmd, struct lu *lu, u32 outcome);

#endif
