// SPDX-License-Identifier: GPL-2.0
/*
 * PERSISTENT RESERVE IN and OUT. The data that they show and change is in
 * reservation.h; a reservation does not outlive a power cycle, so APTPL is refused.
 */
#include "probation.h"
#include "lib.h"
#include "message.h"
#include "reply.h"
#include "reservation.h"
#include "scsi_reserve.h"

#define LIST_LEN		24u
#define LIST_FLAGS		20u	/* byte with these: */
#define LIST_SPEC_I_PT		3	/* bits */
#define LIST_ALL_TG_PT		2
#define LIST_APTPL		0

#define TYPE_MASK_VALID		0x80	/* TMV */
#define TYPE_MASK		0xea01	/* all six types */
#define R_HOLDER		0x01
#define STATUS_LEN		48u
#define TRANSPORT_ID_LEN	24u

/* NAA 2, "HBA", adapter, FFFFh; remote ports have their number in the last two bytes. */
#define INITIATOR_NAME		0x210048424100ffffull

static u32 put_generation(u8 *to, const struct registrations *r, u32 len)
{
	put_be32(&to[0], r->generation);
	put_be32(&to[4], len);
	return 8 + len;
}

static void reply_in(const struct frame_scsi *scsi, u32 len)
{
	reply_data(scsi, len, get_be16(&scsi->cdb[7]));
}

void scsi_read_keys(const struct frame_scsi *scsi, struct lu *lu)
{
	struct registrations r;
	u8 *to = data_buffer();
	u32 len = 0;

	reservation_read(lu->target, &r);
	for (u32 i = 0; i < RESERVATION_NEXUSES; i++) {
		if (!is_registered(&r, i))
			continue;
		put_be64(&to[8 + len], r.key[i]);
		len += 8;
	}
	reply_in(scsi, put_generation(to, &r, len));
}

/* If all registrants hold the reservation, there is no single holder, and the key is 0. */
void scsi_read_reservation(const struct frame_scsi *scsi, struct lu *lu)
{
	struct registrations r;
	u8 *to = data_buffer();

	reservation_read(lu->target, &r);
	memset(to, 0, 24);
	put_be64(&to[8], all_registrants(r.type) ? 0 : r.key[r.holder]);
	to[21] = r.type;
	reply_in(scsi, put_generation(to, &r, r.type == NOT_RESERVED ? 0 : 16));
}

void scsi_report_capabilities(const struct frame_scsi *scsi, struct lu *lu)
{
	u8 *to = data_buffer();

	memset(to, 0, 8);
	put_be16(&to[0], 8);
	to[3] = TYPE_MASK_VALID;
	put_be16(&to[4], TYPE_MASK);
	reply_in(scsi, 8);
}

/* A registrant, with a TransportID for FCP; the only relative target port is 1. */
static void put_status(u8 *to, const struct registrations *r, u32 nexus)
{
	memset(to, 0, STATUS_LEN);
	put_be64(&to[0], r->key[nexus]);
	if (is_holder(r, nexus)) {
		to[12] = R_HOLDER;
		to[13] = r->type;
	}
	put_be16(&to[18], 1);
	put_be32(&to[20], TRANSPORT_ID_LEN);
	put_be64(&to[32], (INITIATOR_NAME - nexus) | (board_regs()->serial & 0xff) << 16);
}

void scsi_read_full_status(const struct frame_scsi *scsi, struct lu *lu)
{
	struct registrations r;
	u8 *to = data_buffer();
	u32 len = 0;

	reservation_read(lu->target, &r);
	for (u32 i = 0; i < RESERVATION_NEXUSES; i++) {
		if (!is_registered(&r, i))
			continue;
		put_status(&to[8 + len], &r, i);
		len += STATUS_LEN;
	}
	reply_in(scsi, put_generation(to, &r, len));
}

/**
 * reply_outcome() - end a PERSISTENT RESERVE OUT
 * @cmd: header of a frame of the command
 * @lu: its logical unit
 * @outcome: see reservation_change()
 *
 * Context: I/O hart.
 */
void reply_outcome(const struct frame_hdr *cmd, struct lu *lu, u32 outcome)
{
	if (outcome == OUTCOME_GOOD)
		reply_good(cmd);
	else if (outcome == OUTCOME_CONFLICT)
		reply_conflict(cmd);
	else
		reply_check(cmd, lu, outcome);
}

/* Here the field at fault is known: TYPE or SERVICE ACTION RESERVATION KEY. */
static void reply_refused(const struct frame_scsi *scsi, struct lu *lu, u32 outcome)
{
	if (outcome == SENSE_INVALID_FIELD)
		reply_bad_field(scsi, lu, 2, 3);
	else if (outcome == SENSE_INVALID_PARAMETER)
		reply_bad_parameter(scsi, lu, 8, 7);
	else
		reply_outcome(&scsi->hdr, lu, outcome);
}

static void send_request(const struct frame_scsi *scsi, const struct msg_reserve *request)
{
	struct frame_msg *msg = &put_out(FRAME_MSG, &scsi->hdr)->msg;

	msg->hart = BOARD_SERVICE_HART;
	msg->code = MSG_RESERVE;
	memcpy(msg->data, request, sizeof(*request));
}

/* RESERVE and RELEASE change the type; all other service actions change the generation. */
static bool same(const struct registrations *a, const struct registrations *b)
{
	return a->generation == b->generation && a->type == b->type;
}

/*
 * A request that changes nothing is answered at once. Changes are made by the service
 * hart. Before the commit they wait, as a rollback may lead to 1.x, which has no
 * reservations.
 */
static void try_request(const struct frame_scsi *scsi, struct lu *lu,
			const struct msg_reserve *request)
{
	struct registrations before, after;
	u32 outcome;

	reservation_read(lu->target, &before);
	after = before;
	outcome = reservation_change(&after, request);
	if (outcome != OUTCOME_GOOD)
		reply_refused(scsi, lu, outcome);
	else if (same(&before, &after))
		reply_good(&scsi->hdr);
	else if (!wait_for_commit(&scsi->hdr))
		send_request(scsi, request);
}

/* Returns true if the bits ask for something unsupported; this has ended the command. */
static bool refuse_flags(const struct frame_scsi *scsi, struct lu *lu, u32 action, u32 flags)
{
	bool registers = action == PRO_REGISTER || action == PRO_REGISTER_AND_IGNORE;

	if (flags & 1u << LIST_SPEC_I_PT)
		reply_bad_parameter(scsi, lu, LIST_FLAGS, LIST_SPEC_I_PT);
	else if (registers && flags & 1u << LIST_ALL_TG_PT)
		reply_bad_parameter(scsi, lu, LIST_FLAGS, LIST_ALL_TG_PT);
	else if (registers && flags & 1u << LIST_APTPL)
		reply_bad_parameter(scsi, lu, LIST_FLAGS, LIST_APTPL);
	else
		return false;
	return true;
}

void scsi_reserve_out(const struct frame_scsi *scsi, struct lu *lu)
{
	struct msg_reserve request = {
		.target = lu->target,
		.action = scsi->cdb[1] & 0x1f,
		.type = scsi->cdb[2] & 0x0f,
		.nexus = NEXUS_OURS,
	};
	const u8 *list = data_buffer();

	if (get_be32(&scsi->cdb[5]) != LIST_LEN ||
	    board_dma(&scsi->hdr, DMA_FROM_HOST, LIST_LEN) != LIST_LEN) {
		reply_check(&scsi->hdr, lu, SENSE_LIST_LENGTH);
		return;
	}
	if (refuse_flags(scsi, lu, request.action, list[LIST_FLAGS]))
		return;
	request.key = get_be64(&list[0]);
	request.new_key = get_be64(&list[8]);
	try_request(scsi, lu, &request);
}

/*
 * RESERVE (6) and RELEASE (6), which initiators older than SPC-3 send. There is only
 * one initiator, so no one has to be blocked, and nothing is remembered; but such
 * reservations conflict with persistent ones (SPC-2 5.5.1).
 */
void scsi_reserve_6(const struct frame_scsi *scsi, struct lu *lu)
{
	if (reservation_in_use(&reservation_table[lu->target]))
		reply_conflict(&scsi->hdr);
	else
		reply_good(&scsi->hdr);
}
