// SPDX-License-Identifier: GPL-2.0
/*
 * The header's fields by name: for showing fields, for naming a field that is wrong,
 * and for making images that are wrong on purpose.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include "tool.h"

#define FIELD(type, field, kind) \
	{ #field, offsetof(struct type, field), sizeof(((struct type *)0)->field), kind }

const struct field header_fields[] = {
	FIELD(mrb_header, magic, FIELD_HEX),
	FIELD(mrb_header, format, FIELD_DEC),
	FIELD(mrb_header, header_size, FIELD_DEC),
	FIELD(mrb_header, total_size, FIELD_DEC),
	FIELD(mrb_header, crc32, FIELD_HEX),
	FIELD(mrb_header, sha256, FIELD_BYTES),
	FIELD(mrb_header, board_id, FIELD_HEX),
	FIELD(mrb_header, version, FIELD_VERSION),
	FIELD(mrb_header, ordinal, FIELD_DEC),
	FIELD(mrb_header, load_addr, FIELD_HEX),
	FIELD(mrb_header, runtime_entry, FIELD_HEX),
	FIELD(mrb_header, bootstrap_entry, FIELD_HEX),
	FIELD(mrb_header, update_entry, FIELD_HEX),
	FIELD(mrb_header, cap_provided, FIELD_CAPS),
	FIELD(mrb_header, cap_required, FIELD_CAPS),
	FIELD(mrb_header, pause_budget_us, FIELD_DEC),
	FIELD(mrb_header, frame_formats, FIELD_HEX),
	FIELD(mrb_header, nr_blocks, FIELD_DEC),
	FIELD(mrb_header, nr_schemas, FIELD_DEC),
	FIELD(mrb_header, name, FIELD_NAME),
	FIELD(mrb_header, rollback_entry, FIELD_HEX),
	FIELD(mrb_header, cap_lost, FIELD_CAPS),
	FIELD(mrb_header, oldest, FIELD_VERSION),
	FIELD(mrb_header, reserved, FIELD_HEX),
	{ }
};

const struct field block_fields[] = {
	FIELD(mrb_block, type, FIELD_TYPE),
	FIELD(mrb_block, address, FIELD_HEX),
	FIELD(mrb_block, file_offset, FIELD_DEC),
	FIELD(mrb_block, file_size, FIELD_DEC),
	FIELD(mrb_block, mem_size, FIELD_DEC),
	{ }
};

const struct field schema_fields[] = {
	FIELD(mrb_schema, id, FIELD_DEC),
	FIELD(mrb_schema, version, FIELD_DEC),
	FIELD(mrb_schema, address, FIELD_HEX),
	FIELD(mrb_schema, record_size, FIELD_DEC),
	FIELD(mrb_schema, count, FIELD_DEC),
	{ }
};

/* The tables at the header's end. */
static const struct table {
	const char *name;
	size_t offset;
	size_t entry_size;
	u32 entries;
	const struct field *fields;
} tables[] = {
	{ "block", offsetof(struct mrb_header, block), sizeof(struct mrb_block),
	  MRB_MAX_BLOCKS, block_fields },
	{ "schema", offsetof(struct mrb_header, schema), sizeof(struct mrb_schema),
	  MRB_MAX_SCHEMAS, schema_fields },
};

/* Value of a field with 2 or 4 bytes; other fields have no numeric value. */
u32 field_get(const struct field *f, const void *base)
{
	const u8 *p = (const u8 *)base + f->offset;
	u32 value = 0;
	int i;

	for (i = f->size - 1; i >= 0; i--)
		value = value << 8 | p[i];
	return value;
}

static void field_put(const struct field *f, void *base, u32 value)
{
	u8 *p = (u8 *)base + f->offset;
	int i;

	for (i = 0; i < f->size; i++)
		p[i] = value >> (8 * i);
}

static const struct field *field_at(const struct field *f, size_t offset)
{
	for (; f->name; f++)
		if (offset - f->offset < f->size)
			return f;
	return NULL;
}

static const struct field *field_named(const struct field *f, const char *name)
{
	for (; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/**
 * field_describe() - name the field at an offset
 * @where: offset in the header
 * @name: filled with the name, as field_set() takes it
 */
void field_describe(u32 where, char name[FIELD_NAME_MAX])
{
	const struct field *f = field_at(header_fields, where);
	size_t i;

	snprintf(name, FIELD_NAME_MAX, "%s", f ? f->name : "unknown");
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		const struct table *t = &tables[i];
		size_t rest = where - t->offset;

		if (where < t->offset || rest >= t->entries * t->entry_size)
			continue;
		f = field_at(t->fields, rest % t->entry_size);
		snprintf(name, FIELD_NAME_MAX, "%s[%zu].%s", t->name, rest / t->entry_size,
			 f->name);
	}
}

/* Finds FIELD or TABLE[N].FIELD, and the offset in the header of the struct it is in. */
static const struct field *field_find(const char *name, size_t *base)
{
	char table[16], member[FIELD_NAME_MAX];
	unsigned int index;
	size_t i;

	*base = 0;
	if (sscanf(name, "%15[a-z][%2u].%31s", table, &index, member) != 3)
		return field_named(header_fields, name);
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		const struct table *t = &tables[i];

		if (strcmp(t->name, table) || index >= t->entries)
			continue;
		*base = t->offset + index * t->entry_size;
		return field_named(t->fields, member);
	}
	return NULL;
}

static bool parse_number(const char *text, u32 max, u32 *value)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 0);
	*value = number;
	return isdigit((unsigned char)*text) && !*end && !errno && number <= max;
}

/* Accepts MAJOR.MINOR, or the number that encodes a version in the header. */
static bool parse_version(const char *text, u32 *value)
{
	unsigned int major, minor;
	int used = 0;

	if (sscanf(text, "%5u.%5u%n", &major, &minor, &used) != 2 || text[used])
		return parse_number(text, ~0u, value);
	*value = MRB_VERSION(major, minor);
	return isdigit((unsigned char)*text) && major <= 0xffff && minor <= 0xffff;
}

static bool set_value(const struct field *f, void *base, const char *text)
{
	u32 value = 0;

	if (f->kind == FIELD_NAME) {
		if (strlen(text) > f->size)
			return false;
		memset((u8 *)base + f->offset, 0, f->size);
		memcpy((u8 *)base + f->offset, text, strlen(text));
		return true;
	}
	if (f->kind == FIELD_VERSION && !parse_version(text, &value))
		return false;
	if (f->kind != FIELD_VERSION && !parse_number(text, f->size == 2 ? 0xffff : ~0u, &value))
		return false;
	field_put(f, base, value);
	return true;
}

/**
 * field_set() - change a field
 * @header: the header
 * @assignment: FIELD=VALUE, where FIELD may be a member of a table's entry
 *
 * Return: false, with a message, if there is no such field or value.
 */
bool field_set(void *header, const char *assignment)
{
	size_t name_len = strcspn(assignment, "=");
	char name[FIELD_NAME_MAX];
	const struct field *f;
	size_t base;

	if (!assignment[name_len])
		return complain(assignment, "not of the form FIELD=VALUE");
	if (name_len >= sizeof(name))
		return complain(assignment, "no such field");
	memcpy(name, assignment, name_len);
	name[name_len] = 0;
	f = field_find(name, &base);
	if (!f)
		return complain(assignment, "no such field");
	if (f->kind == FIELD_BYTES || f->offset + base == offsetof(struct mrb_header, crc32))
		return complain(assignment, "this field cannot be set");
	if (!set_value(f, (u8 *)header + base, assignment + name_len + 1))
		return complain(assignment, "not a value for this field");
	return true;
}
