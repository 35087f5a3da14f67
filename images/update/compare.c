// SPDX-License-Identifier: GPL-2.0
/* Comparison of two images and their environment (patent: logic module 220). */
#include "compare.h"

/**
 * abort_update() - end the update or the rollback; nothing has changed
 * @reason: ABORT_*
 * @detail: depends on @reason
 *
 * Context: service hart, before put_in_place(). Does not return.
 */
void abort_update(u32 reason, u32 detail)
{
	board_call(OVERLAY_ABORT, reason, detail, 0);
	for (;;)
		wait_for_frame();
}

static void require(bool good, u32 field)
{
	if (!good)
		abort_update(ABORT_CONTROL, field);
}

static bool names_image(u32 address, u32 version)
{
	const struct mrb_header *h = (const struct mrb_header *)address;

	return h->magic == MRB_MAGIC && h->version == version;
}

/**
 * read_control_block() - get the control block, and check it
 *
 * Another image has filled it, so it is checked against both headers and the registers.
 *
 * Return: the control block; if it is wrong, the update ends here.
 */
const struct control_block *read_control_block(void)
{
	const struct control_block *control = (const struct control_block *)BOARD_CONTROL_BASE;

	require(control->magic == CONTROL_MAGIC,
		__builtin_offsetof(struct control_block, magic));
	require(control->old_image == BOARD_TEXT_BASE,
		__builtin_offsetof(struct control_block, old_image));
	require(control->new_image == BOARD_STAGING_TEXT_BASE,
		__builtin_offsetof(struct control_block, new_image));
	require(names_image(control->old_image, control->old_version),
		__builtin_offsetof(struct control_block, old_version));
	require(names_image(control->new_image, control->new_version),
		__builtin_offsetof(struct control_block, new_version));
	require(control->board_capabilities == board_regs()->capabilities,
		__builtin_offsetof(struct control_block, board_capabilities));
	return control;
}

/** find_schema() - an image's schema by its id; NULL if it has none */
const struct mrb_schema *find_schema(const struct mrb_header *h, u32 id)
{
	for (u32 i = 0; i < h->nr_schemas; i++)
		if (h->schema[i].id == id)
			return &h->schema[i];
	return NULL;
}

static bool same_format(const struct mrb_schema *a, const struct mrb_schema *b)
{
	return a && a->version == b->version && a->record_size == b->record_size &&
	       a->count == b->count && a->address == b->address;
}

/**
 * equal_schemas() - find the tables that may stay where they are
 * @from: image in place
 * @to: image to be put in place
 *
 * Return: bit n is set if @from has schema n of @to in the same format.
 */
u32 equal_schemas(const struct mrb_header *from, const struct mrb_header *to)
{
	u32 equal = 0;

	for (u32 i = 0; i < to->nr_schemas; i++)
		if (same_format(find_schema(from, to->schema[i].id), &to->schema[i]))
			equal |= 1u << i;
	return equal;
}

/** schema_obstacle() - a schema's id, for callers that use 0 for "none"; an id of 0 is damage */
u32 schema_obstacle(const struct mrb_schema *s)
{
	return s->id ? s->id : SCHEMA_DAMAGED;
}

/**
 * first_difference() - find a schema that the two images do not have in the same format
 * @from: image in place
 * @to: image to be put in place
 *
 * Return: the schema's id, preferably of one that would be lost; 0 if all are equal.
 */
u32 first_difference(const struct mrb_header *from, const struct mrb_header *to)
{
	u32 equal = equal_schemas(from, to);

	for (u32 i = 0; i < from->nr_schemas; i++)
		if (!find_schema(to, from->schema[i].id))
			return schema_obstacle(&from->schema[i]);
	for (u32 i = 0; i < to->nr_schemas; i++)
		if (!(equal & 1u << i))
			return schema_obstacle(&to->schema[i]);
	return 0;
}
