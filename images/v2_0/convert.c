// SPDX-License-Identifier: GPL-2.0
/*
 * The conversions of 2.0: from the formats of 1.x, running in staging, when it
 * replaces such an image; and back to them, running in place, in a rollback.
 */
#include "compare.h"
#include "lib.h"
#include "login_index.h"
#include "old_format.h"
#include "reservation.h"

/**
 * struct format - a schema that this image can convert, wherever its table lies
 * @id: id of the schema
 * @version: version of its format
 * @record_size: bytes in a record
 * @count: records
 */
struct format {
	u16 id;
	u16 version;
	u32 record_size;
	u32 count;
};

static const struct format formats_1[] = {
	{ SCHEMA_LOGIN, 1, sizeof(struct login_1), BOARD_MAX_PORTS },
	{ SCHEMA_NEXUS, 1, sizeof(struct nexus_1), BOARD_MAX_TARGETS },
	{ SCHEMA_LU, 1, sizeof(struct lu), BOARD_MAX_TARGETS },
};

static const struct format formats_2[] = {
	{ SCHEMA_LOGIN, 2, sizeof(struct login), BOARD_MAX_PORTS },
	{ SCHEMA_NEXUS, 2, sizeof(struct nexus), BOARD_MAX_TARGETS },
	{ SCHEMA_LU, 2, sizeof(struct lu), BOARD_MAX_TARGETS },
	{ SCHEMA_RESERVATION, 1, sizeof(struct reservation), BOARD_MAX_TARGETS },
	{ SCHEMA_LOGIN_INDEX, 1, sizeof(u16), LOGIN_INDEX_SIZE },
};

static const struct format *find_format(const struct format *formats, u32 nr, u32 id)
{
	for (u32 i = 0; i < nr; i++)
		if (formats[i].id == id)
			return &formats[i];
	return NULL;
}

static bool is_format(const struct format *f, const struct mrb_schema *s)
{
	u32 offset = s->address - BOARD_DATA_BASE;

	return f && s->version == f->version && s->record_size == f->record_size &&
	       s->count == f->count && !(offset & 3) && offset < BOARD_DATA_SIZE &&
	       f->record_size * f->count <= BOARD_DATA_SIZE - offset;
}

/* Returns the id of a schema that only one of @h and @formats has, 0 if there is none. */
static u32 check_formats(const struct mrb_header *h, const struct format *formats, u32 nr)
{
	for (u32 i = 0; i < h->nr_schemas; i++)
		if (!is_format(find_format(formats, nr, h->schema[i].id), &h->schema[i]))
			return schema_obstacle(&h->schema[i]);
	for (u32 i = 0; i < nr; i++)
		if (!find_schema(h, formats[i].id))
			return formats[i].id;
	return 0;
}

static u32 check_1(const struct mrb_header *h)
{
	return check_formats(h, formats_1, ARRAY_SIZE(formats_1));
}

static u32 check_2(const struct mrb_header *h)
{
	return check_formats(h, formats_2, ARRAY_SIZE(formats_2));
}

static bool is_rollback(const struct mrb_header *from)
{
	return from == &image_header;
}

/* 1.x has no reservations, and none can be made while a rollback is possible. */
static u32 check_reservations(void)
{
	for (u32 i = 0; i < BOARD_MAX_TARGETS; i++)
		if (reservation_in_use(&reservation_table[i]))
			return SCHEMA_RESERVATION;
	return 0;
}

static const void *table_of(u32 id)
{
	if (id == SCHEMA_LOGIN)
		return login_table;
	if (id == SCHEMA_NEXUS)
		return nexus_table;
	if (id == SCHEMA_LU)
		return lu_table;
	return id == SCHEMA_RESERVATION ? (const void *)reservation_table : login_index;
}

/* This image's own header, in place, may have been damaged since it was checked. */
static u32 check_places(const struct mrb_header *own)
{
	for (u32 i = 0; i < own->nr_schemas; i++)
		if (own->schema[i].address != (u32)table_of(own->schema[i].id))
			return schema_obstacle(&own->schema[i]);
	return 0;
}

u32 convert_check(const struct mrb_header *from, const struct mrb_header *to)
{
	bool back = is_rollback(from);
	const struct mrb_header *other = back ? to : from;
	u32 obstacle = check_2(back ? from : to);

	if (!obstacle && back)
		obstacle = check_places(from);
	if (obstacle || !check_2(other))
		return obstacle;
	obstacle = check_1(other);
	if (!obstacle && back)
		obstacle = check_reservations();
	return obstacle;
}

/* Moves a record between two images that have the same formats at different places. */
static void move_record(const struct conversion *c, const struct mrb_schema *s, u32 i)
{
	u32 to = find_schema(c->to, s->id)->address - BOARD_DATA_BASE + BOARD_STAGING_DATA_BASE;
	u32 offset = i * s->record_size;

	memcpy((void *)(to + offset), (const void *)(s->address + offset), s->record_size);
}

/* Staging may hold anything here, so the image itself initialises its tables. */
void convert_begin(struct conversion *c)
{
	c->move = !check_2(c->from) && !check_2(c->to);
	if (is_rollback(c->from))
		return;
	memset(login_table, 0, sizeof(login_table));
	memset(login_index, 0, sizeof(login_index));
	memset(reservation_table, 0, sizeof(reservation_table));
}

bool convert_record(struct conversion *c, const struct mrb_schema *s, u32 i)
{
	if (c->move) {
		move_record(c, s, i);
		return true;
	}
	if (is_rollback(c->from))
		return to_1_record(c, s->id, i);
	return from_1_record(s->id, (const void *)(s->address + i * s->record_size), i);
}

u32 convert_settle(struct conversion *c)
{
	return is_rollback(c->from) && !c->move ? to_1_settle(c) : 0;
}
