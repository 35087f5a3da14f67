// SPDX-License-Identifier: GPL-2.0
/*
 * One image takes another's place (patent: conversion module 412, copy module
 * 414). Where formats are equal, persistent data stay in place. Where they differ,
 * the data are converted into staging while I/O goes on and changes them: first
 * everything, then in rounds what has become dirty meanwhile, until little is
 * dirty. Only what is dirty when the queues are held is converted in the pause.
 */
#include "chips.h"
#include "compare.h"
#include "convert.h"
#include "entry.h"
#include "exchange.h"
#include "incompat.h"
#include "negotiate.h"

#define ROUNDS_MAX	16u
#define FEW		4u	/* with at most this many dirty granules, no further round */
#define NO_ENTRY	2	/* ENOENT: no granule is dirty any more */

#define PROGRESS_ALL	95u	/* all was converted once */
#define PROGRESS_DONE	100u

_Static_assert(ENTRY_COPY == OVERLAY_COPY && ENTRY_VERIFY == OVERLAY_VERIFY &&
	       ENTRY_FLUSH == OVERLAY_FLUSH && ENTRY_LOCK == OVERLAY_LOCK &&
	       ENTRY_ABORT == OVERLAY_ABORT && ENTRY_ABORT_SERVICE == ABORT_SERVICE, "ENTRY");

static void service(u32 number, u32 arg)
{
	if (board_call(number, arg, 0, 0))
		abort_update(ABORT_SERVICE, number);
}

static void defer(struct conversion *c, u32 granule)
{
	u32 bit = 1u << granule % 32;

	if (c->deferred[granule / 32] & bit)
		return;
	c->deferred[granule / 32] |= bit;
	c->nr_deferred++;
}

/* Converts the records of a table that lie in a granule, wholly or in part. */
static void convert_part(struct conversion *c, const struct mrb_schema *s, u32 granule)
{
	u32 start = s->address - BOARD_DATA_BASE;
	u32 end = start + s->record_size * s->count;
	u32 at = granule * GRANULE;
	u32 first, last;

	if (at + GRANULE <= start || at >= end)
		return;
	first = at <= start ? 0 : (at - start) / s->record_size;
	last = at + GRANULE >= end ? s->count - 1 : (at + GRANULE - 1 - start) / s->record_size;
	for (u32 i = first; i <= last; i++)
		if (!convert_record(c, s, i))
			defer(c, granule);
}

static void convert_granule(struct conversion *c, u32 granule)
{
	for (u32 i = 0; i < c->from->nr_schemas; i++)
		convert_part(c, &c->from->schema[i], granule);
}

static void convert_all(struct conversion *c)
{
	for (u32 i = 0; i < c->from->nr_schemas; i++) {
		const struct mrb_schema *s = &c->from->schema[i];
		u32 start = s->address - BOARD_DATA_BASE;
		u32 end = start + s->record_size * s->count;

		for (u32 granule = start / GRANULE; granule * GRANULE < end; granule++)
			convert_part(c, s, granule);
	}
}

/* Converts granules deferred before; what still makes no sense is deferred again. */
static u32 convert_deferred(struct conversion *c)
{
	u32 left = c->nr_deferred;
	u32 found = left;

	for (u32 granule = 0; left; granule++) {
		u32 bit = 1u << granule % 32;

		if (!(c->deferred[granule / 32] & bit))
			continue;
		c->deferred[granule / 32] &= ~bit;
		c->nr_deferred--;
		left--;
		convert_granule(c, granule);
	}
	return found;
}

static s32 next_dirty(u32 offset)
{
	s32 at = board_call(OVERLAY_DIRTY, offset, 0, 0);

	if (at < 0 && at != SERVICE_ERROR(NO_ENTRY))
		abort_update(ABORT_SERVICE, OVERLAY_DIRTY);
	return at;
}

/*
 * Returns the number of granules that had to be converted. Deferred granules come last:
 * they may make sense only together with the dirty ones.
 */
static u32 convert_dirty(struct conversion *c)
{
	u32 granules = 0;

	for (s32 at = next_dirty(0); at >= 0; at = next_dirty(at + GRANULE)) {
		convert_granule(c, at / GRANULE);
		granules++;
	}
	return granules + convert_deferred(c);
}

/* Id of the table that the first deferred granule belongs to. */
static u32 deferred_schema(const struct conversion *c)
{
	u32 granule = 0;

	while (!(c->deferred[granule / 32] & 1u << granule % 32))
		granule++;
	for (u32 i = 0; i < c->from->nr_schemas; i++) {
		const struct mrb_schema *s = &c->from->schema[i];
		u32 at = BOARD_DATA_BASE + granule * GRANULE;

		if (at + GRANULE > s->address && at < s->address + s->record_size * s->count)
			return s->id;
	}
	return 0;
}

/* Converts everything except what will be dirty when the pause begins. */
static void convert_before_pause(struct conversion *c)
{
	u32 before = GRANULES + 1;
	u32 granules;

	service(OVERLAY_TRACK, 1);
	convert_begin(c);
	convert_all(c);
	convert_settle(c);
	board_call(OVERLAY_PROGRESS, PROGRESS_ALL, 0, 0);

	for (u32 round = 0; round < ROUNDS_MAX; round++) {
		granules = convert_dirty(c);
		convert_settle(c);
		if (granules <= FEW || granules >= before)
			break;
		before = granules;
	}
}

/* Nothing changes any more: what makes no sense now never will. */
static void convert_in_pause(struct conversion *c)
{
	u32 senseless;

	convert_dirty(c);
	senseless = convert_settle(c);
	if (!senseless && c->nr_deferred)
		senseless = deferred_schema(c);
	if (senseless)
		abort_update(ABORT_NO_CONVERSION, senseless);
}

static void start_conversion(struct conversion *c, const struct mrb_header *from,
			     const struct mrb_header *to)
{
	c->from = from;
	c->to = to;
	c->move = false;
	c->reorder = false;
	c->nr_deferred = 0;
	for (u32 i = 0; i < GRANULES / 32; i++)
		c->deferred[i] = 0;
}

/**
 * require_conversion() - end the update if this image cannot convert the persistent data
 * @from: header of the image in place
 * @to: header of the image to be put in place, in staging
 *
 * This is the last comparison, and comes before anything that has an effect.
 *
 * Context: service hart.
 */
void require_conversion(const struct mrb_header *from, const struct mrb_header *to)
{
	u32 obstacle = first_difference(from, to) ? convert_check(from, to) : 0;

	if (obstacle)
		refuse_schema(from, to, obstacle);
}

/**
 * exchange_images() - put an image in the place of another
 * @from: header of the image in place
 * @to: header of the image to be put in place, in staging; require_conversion() has
 *	found nothing against it
 *
 * The pause begins with QUIESCE: nothing may be done in it that could be done before.
 *
 * Context: service hart; does not return.
 */
void exchange_images(const struct mrb_header *from, const struct mrb_header *to)
{
	u32 runtime_entry = to->load_addr + to->runtime_entry;
	bool convert = first_difference(from, to);
	u32 keep = equal_schemas(from, to);
	struct conversion c;
	u32 chips = 0;

	if (to == &image_header)
		chips = chips_needed(to);
	if (convert) {
		start_conversion(&c, from, to);
		convert_before_pause(&c);
		report_schemas(from, to, REPORT_RECONCILED);
	}
	board_call(OVERLAY_PROGRESS, PROGRESS_DONE, 0, 0);

	service(OVERLAY_QUIESCE, 0);
	if (convert)
		convert_in_pause(&c);
	select_chips(chips);
	switch_format(to);
	service(OVERLAY_UNLOCK, 0);
	put_in_place(keep, runtime_entry);
}
