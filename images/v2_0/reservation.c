// SPDX-License-Identifier: GPL-2.0
/*
 * Persistent reservations: the table, how it is read and changed, and which
 * commands a reservation blocks.
 */
#include "lib.h"
#include "message.h"
#include "reply.h"
#include "reservation.h"

#define START		0x01	/* START STOP UNIT, byte 4 */
#define CMD_ACCESS	(CMD_READS | CMD_WRITES)

struct reservation reservation_table[BOARD_MAX_TARGETS] __persist_added(4);

/**
 * struct access - what a nexus that does not hold the reservation may do
 * @others: CMD_READS, CMD_WRITES, for a nexus that is not registered
 * @registrants: CMD_READS, CMD_WRITES, for a registered nexus
 *
 * Together with each command's class in commands[], this gives what SPC-4 and SBC-3
 * list command by command.
 */
struct access {
	u8 others;
	u8 registrants;
};

static const struct access access[] = {
	[NOT_RESERVED]		= { CMD_ACCESS, CMD_ACCESS },
	[WRITE_EXCLUSIVE]	= { CMD_READS, CMD_READS },
	[EXCLUSIVE_ACCESS]	= { 0, 0 },
	[WRITE_EXCLUSIVE_RO]	= { CMD_READS, CMD_ACCESS },
	[EXCLUSIVE_ACCESS_RO]	= { 0, CMD_ACCESS },
	[WRITE_EXCLUSIVE_AR]	= { CMD_READS, CMD_ACCESS },
	[EXCLUSIVE_ACCESS_AR]	= { 0, CMD_ACCESS },
};

/**
 * reservation_read() - read registrations and reservation of a logical unit
 * @target: remote port of the logical unit
 * @to: gets a consistent copy
 *
 * The read is repeated only if a whole change was made meanwhile.
 *
 * Context: any hart.
 */
void reservation_read(u32 target, struct registrations *to)
{
	const struct reservation *r = &reservation_table[target];
	u32 current = __atomic_load_n(&r->current, __ATOMIC_ACQUIRE);
	u32 before;

	do {
		before = current;
		memcpy(to, &r->copy[before & 1], sizeof(*to));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		current = __atomic_load_n(&r->current, __ATOMIC_ACQUIRE);
	} while (current != before);
}

/*
 * Writes the change, and the name of the command that asked for it, to the copy that
 * is not valid, and makes that copy the valid one. Service hart.
 */
static void reservation_write(u32 target, const struct registrations *from,
			      const struct frame_msg *msg)
{
	struct reservation *r = &reservation_table[target];
	u32 next = r->current + 1;

	memcpy(&r->copy[next & 1], from, sizeof(*from));
	r->copy[next & 1].hart = msg->hart;
	r->generation[next & 1] = msg->hdr.generation;
	r->tag[next & 1] = msg->hdr.tag;
	__atomic_store_n(&r->current, next, __ATOMIC_RELEASE);
}

/* Was the last change made by this command, which comes again? Service hart. */
static bool is_done(u32 target, const struct frame_msg *msg)
{
	const struct reservation *r = &reservation_table[target];
	u32 valid = r->current & 1;

	return r->copy[valid].hart == msg->hart && r->tag[valid] == msg->hdr.tag &&
	       r->generation[valid] == msg->hdr.generation;
}

/**
 * reservation_access() - what a nexus may do
 * @r: registrations and reservation
 * @nexus: the nexus
 *
 * Return: CMD_READS, CMD_WRITES, both or none.
 */
u32 reservation_access(const struct registrations *r, u32 nexus)
{
	if (is_holder(r, nexus))
		return CMD_ACCESS;
	if (is_registered(r, nexus))
		return access[r->type].registrants;
	return access[r->type].others;
}

/* Any nexus may start a unit; only a nexus that may write may stop it. */
static u32 access_needed(const struct frame_scsi *scsi, const struct command *cmd)
{
	if (scsi->cdb[0] == START_STOP && scsi->cdb[4] & START)
		return 0;
	return cmd->flags & CMD_ACCESS;
}

/**
 * reservation_conflict() - does a reservation block a command?
 * @scsi: the command, of a target with a logical unit
 * @cmd: its entry in commands[]
 *
 * Context: I/O hart, where LU_RESERVED was seen.
 * Return: true if it does.
 */
bool reservation_conflict(const struct frame_scsi *scsi, const struct command *cmd)
{
	struct registrations r;

	reservation_read(scsi->target, &r);
	return access_needed(scsi, cmd) & ~reservation_access(&r, NEXUS_OURS);
}

/* Is there anything that our nexus may not do? */
static bool is_restricted(const struct registrations *r)
{
	return reservation_access(r, NEXUS_OURS) != CMD_ACCESS;
}

/*
 * Writes the change and LU_RESERVED: the flag is set before the change and cleared after
 * it. If the command comes again, only the flag is written again.
 */
static void reservation_put(u32 target, const struct registrations *r,
			    const struct frame_msg *msg)
{
	bool restricted = is_restricted(r);

	if (restricted)
		lu_set_flags(&lu_table[target], LU_RESERVED);
	if (!is_done(target, msg))
		reservation_write(target, r, msg);
	if (!restricted)
		lu_clear_flags(&lu_table[target], LU_RESERVED);
}

/**
 * reservation_good() - do the unit's registrations and reservation make sense?
 * @lu: logical unit
 *
 * Context: service hart.
 * Return: false if they do not.
 */
bool reservation_good(const struct lu *lu)
{
	struct registrations r;

	reservation_read(lu->target, &r);
	if (!reservation_possible(&r))
		return false;
	return !is_restricted(&r) || lu_flags(lu) & LU_RESERVED;
}

/**
 * reservation_mend() - make the unit's registrations and reservation valid
 * @lu: logical unit
 *
 * What makes no sense is dropped, and the unit reports that by the unit attention for
 * power-on.
 *
 * Context: service hart.
 */
void reservation_mend(struct lu *lu)
{
	struct registrations r;

	reservation_read(lu->target, &r);
	if (!reservation_possible(&r)) {
		memset(&reservation_table[lu->target], 0, sizeof(reservation_table[0]));
		lu_clear_flags(lu, LU_RESERVED);
		lu_set_flags(lu, UA_POWER_ON);
	} else if (is_restricted(&r)) {
		lu_set_flags(lu, LU_RESERVED);
	}
}

/**
 * reservation_apply() - MSG_RESERVE has come
 * @msg: the frame
 *
 * Puts out the answer.
 *
 * Context: service hart.
 */
void reservation_apply(const struct frame_msg *msg)
{
	struct frame_msg *answer = &put_out(FRAME_MSG, &msg->hdr)->msg;
	struct msg_reserve *data = (struct msg_reserve *)answer->data;
	struct registrations r;

	answer->hart = msg->hart;
	answer->code = MSG_RESERVE_DONE;
	memcpy(answer->data, msg->data, sizeof(answer->data));
	data->outcome = SENSE_INTERNAL_FAILURE;
	if (!lu_find(data->target) || data->nexus >= RESERVATION_NEXUSES)
		return;
	reservation_read(data->target, &r);
	if (is_done(data->target, msg))
		data->outcome = OUTCOME_GOOD;
	else
		data->outcome = reservation_change(&r, data);
	if (data->outcome == OUTCOME_GOOD)
		reservation_put(data->target, &r, msg);
}

/**
 * reservation_done() - MSG_RESERVE_DONE has come
 * @msg: the frame
 *
 * Context: I/O hart.
 */
void reservation_done(const struct frame_msg *msg)
{
	const struct msg_reserve *data = (const struct msg_reserve *)msg->data;

	reply_outcome(&msg->hdr, lu_find(data->target), data->outcome);
}
