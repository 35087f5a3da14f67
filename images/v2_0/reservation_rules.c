// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of PERSISTENT RESERVE OUT (SPC-4 5.13): how each service action
 * changes the registrations and the reservation of a logical unit.
 */
#include "lib.h"
#include "reply.h"
#include "reservation.h"

static bool valid_type(u32 type)
{
	return type == WRITE_EXCLUSIVE || type == EXCLUSIVE_ACCESS ||
	       (type >= WRITE_EXCLUSIVE_RO && type <= EXCLUSIVE_ACCESS_AR);
}

static void release(struct registrations *r)
{
	r->type = NOT_RESERVED;
	r->holder = 0;
}

/* The reservation ends with its holder's registration, or with that of the last registrant. */
static void unregister(struct registrations *r, u32 nexus)
{
	bool held = is_holder(r, nexus);

	r->registered &= ~(1u << nexus);
	r->key[nexus] = 0;
	if (held && (!all_registrants(r->type) || !r->registered))
		release(r);
}

static u32 do_register(struct registrations *r, const struct msg_reserve *request)
{
	u32 nexus = request->nexus;

	if (!request->new_key && !is_registered(r, nexus))
		return OUTCOME_GOOD;
	r->generation++;
	if (request->new_key) {
		r->registered |= 1u << nexus;
		r->key[nexus] = request->new_key;
	} else {
		unregister(r, nexus);
	}
	return OUTCOME_GOOD;
}

static u32 do_reserve(struct registrations *r, const struct msg_reserve *request)
{
	bool same = is_holder(r, request->nexus) && r->type == request->type;

	if (r->type != NOT_RESERVED)
		return same ? OUTCOME_GOOD : OUTCOME_CONFLICT;
	if (!valid_type(request->type))
		return SENSE_INVALID_FIELD;
	r->type = request->type;
	r->holder = request->nexus;
	return OUTCOME_GOOD;
}

static u32 do_release(struct registrations *r, const struct msg_reserve *request)
{
	if (!is_holder(r, request->nexus))
		return OUTCOME_GOOD;
	if (r->type != request->type)
		return SENSE_INVALID_RELEASE;
	release(r);
	return OUTCOME_GOOD;
}

static u32 do_clear(struct registrations *r)
{
	u32 generation = r->generation;

	memset(r, 0, sizeof(*r));
	r->generation = generation + 1;
	return OUTCOME_GOOD;
}

/* Returns a mask; bit n: nexus n is registered with this key. */
static u32 registered_with(const struct registrations *r, u64 key)
{
	u32 found = 0;

	for (u32 i = 0; i < RESERVATION_NEXUSES; i++)
		if (is_registered(r, i) && r->key[i] == key)
			found |= 1u << i;
	return found;
}

/*
 * The reservation is taken over if the key is its holder's, or if the key is 0 and all
 * registrants hold it; otherwise only registrations are removed.
 */
static u32 do_preempt(struct registrations *r, const struct msg_reserve *request)
{
	u32 victims = registered_with(r, request->new_key);
	bool all = all_registrants(r->type);
	bool take = r->type != NOT_RESERVED && !all && victims & 1u << r->holder;

	if (!request->new_key) {
		if (!all)
			return SENSE_INVALID_PARAMETER;
		victims = r->registered;
		take = true;
	}
	if (!victims)
		return OUTCOME_CONFLICT;
	if (take && !valid_type(request->type))
		return SENSE_INVALID_FIELD;
	if (take)
		victims &= ~(1u << request->nexus);
	r->generation++;
	for (u32 i = 0; i < RESERVATION_NEXUSES; i++)
		if (victims & 1u << i)
			unregister(r, i);
	if (take) {
		r->type = request->type;
		r->holder = request->nexus;
	}
	return OUTCOME_GOOD;
}

/**
 * reservation_possible() - can commands have led to this state?
 * @r: registrations and reservation
 *
 * Return: false if they cannot.
 */
bool reservation_possible(const struct registrations *r)
{
	if (r->registered >> RESERVATION_NEXUSES || r->holder >= RESERVATION_NEXUSES)
		return false;
	for (u32 i = 0; i < RESERVATION_NEXUSES; i++)
		if (is_registered(r, i) != !!r->key[i])
			return false;
	if (r->type == NOT_RESERVED)
		return true;
	return valid_type(r->type) && r->registered &&
	       (all_registrants(r->type) || is_registered(r, r->holder));
}

/* The key must be the nexus's own; a nexus that is not registered has key 0. */
static bool may_ask(const struct registrations *r, const struct msg_reserve *request)
{
	switch (request->action) {
	case PRO_REGISTER_AND_IGNORE:
		return true;
	case PRO_REGISTER:
		return request->key == r->key[request->nexus];
	default:
		return is_registered(r, request->nexus) && request->key == r->key[request->nexus];
	}
}

/**
 * reservation_change() - do what a PERSISTENT RESERVE OUT asks for
 * @r: registrations and reservation; unchanged unless the answer is OUTCOME_GOOD
 * @request: the request; its nexus is below RESERVATION_NEXUSES
 *
 * PREEMPT AND ABORT is the same as PREEMPT: it would abort commands of other nexuses,
 * but there are no others.
 *
 * Return: OUTCOME_GOOD, OUTCOME_CONFLICT, or a sense code.
 */
u32 reservation_change(struct registrations *r, const struct msg_reserve *request)
{
	if (!may_ask(r, request))
		return OUTCOME_CONFLICT;
	switch (request->action) {
	case PRO_REGISTER:
	case PRO_REGISTER_AND_IGNORE:
		return do_register(r, request);
	case PRO_RESERVE:
		return do_reserve(r, request);
	case PRO_RELEASE:
		return do_release(r, request);
	case PRO_CLEAR:
		return do_clear(r);
	default:
		return do_preempt(r, request);
	}
}
