// SPDX-License-Identifier: GPL-2.0
/*
 * Incompatibilities in the use of memory between an image and its predecessor: sizes,
 * places, tables (patent: logic module 220). Each is reported to the host.
 */
#include "compare.h"
#include "incompat.h"

/**
 * report() - report an incompatibility to the host
 * @kind: REPORT_*
 * @state: what has become of it
 * @old: value of the old image or its environment
 * @new: value of the new image
 *
 * Context: service hart, before the pause.
 */
void report(u32 kind, u32 state, u32 old, u32 new)
{
	if (board_call(OVERLAY_REPORT, REPORT(kind, state), old, new))
		abort_update(ABORT_SERVICE, OVERLAY_REPORT);
}

static void report_difference(u32 kind, u32 old, u32 new)
{
	if (old != new)
		report(kind, REPORT_FOUND, old, new);
}

static u32 memory_of(const struct mrb_header *h, u32 type)
{
	u32 size = 0;

	for (u32 i = 0; i < h->nr_blocks; i++)
		if (h->block[i].type == type)
			size += h->block[i].mem_size;
	return size;
}

/* Address of data block @number, counted among the data blocks; 0 if there are fewer. */
static u32 data_place(const struct mrb_header *h, u32 number)
{
	for (u32 i = 0; i < h->nr_blocks; i++)
		if (h->block[i].type == MRB_DATA && !number--)
			return h->block[i].address;
	return 0;
}

/**
 * report_layout() - report differences in size and place of segments
 * @from: image in place
 * @to: image to be put in place
 *
 * The load address is the same for all images: the host accepts no other.
 */
void report_layout(const struct mrb_header *from, const struct mrb_header *to)
{
	report_difference(REPORT_TEXT_SIZE, memory_of(from, MRB_TEXT), memory_of(to, MRB_TEXT));
	report_difference(REPORT_DATA_SIZE, memory_of(from, MRB_DATA), memory_of(to, MRB_DATA));
	for (u32 i = 0; i < MRB_MAX_BLOCKS; i++)
		report_difference(REPORT_DATA_PLACE, data_place(from, i), data_place(to, i));
}

static u32 format_of(const struct mrb_schema *s)
{
	return REPORT_SCHEMA(s->id, s->version);
}

/* @old and @new have the same id; one of them may be NULL. */
static void report_schema(const struct mrb_schema *old, const struct mrb_schema *new, u32 state)
{
	if (!old)
		report(REPORT_SCHEMA_ADDED, state, 0, format_of(new));
	else if (!new)
		report(REPORT_SCHEMA_DROPPED, state, format_of(old), 0);
	else if (old->version != new->version)
		report(REPORT_SCHEMA_FORMAT, state, format_of(old), format_of(new));
	else
		report(REPORT_SCHEMA_PLACE, state, old->address, new->address);
}

/**
 * report_schemas() - report all tables that differ
 * @from: image in place
 * @to: image to be put in place
 * @state: what has become of them
 */
void report_schemas(const struct mrb_header *from, const struct mrb_header *to, u32 state)
{
	u32 equal = equal_schemas(from, to);

	for (u32 i = 0; i < to->nr_schemas; i++)
		if (!(equal & 1u << i))
			report_schema(find_schema(from, to->schema[i].id), &to->schema[i], state);
	for (u32 i = 0; i < from->nr_schemas; i++)
		if (!find_schema(to, from->schema[i].id))
			report_schema(&from->schema[i], NULL, state);
}

/**
 * refuse_schema() - end the update because a table cannot be converted
 * @from: image in place
 * @to: image to be put in place
 * @id: of the schema, or SCHEMA_DAMAGED
 */
void refuse_schema(const struct mrb_header *from, const struct mrb_header *to, u32 id)
{
	const struct mrb_schema *old = find_schema(from, id);
	const struct mrb_schema *new = find_schema(to, id);

	if (old || new)
		report_schema(old, new, REPORT_REFUSED);
	abort_update(ABORT_NO_CONVERSION, id);
}
