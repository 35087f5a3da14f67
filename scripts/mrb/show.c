// SPDX-License-Identifier: GPL-2.0
/*
 * Prints an image's header, for people as text and for programs as JSON.
 */
#include <stdio.h>
#include <linux/kernel.h>
#include "../../hba_sim/adapter/capability.h"
#include "tool.h"

static void print_bytes(const u8 *p, size_t len)
{
	while (len--)
		printf("%02x", *p++);
}

static void print_version(u32 version)
{
	printf("%u.%u", MRB_VERSION_MAJOR(version), MRB_VERSION_MINOR(version));
}

static void print_type(u32 type)
{
	printf("%s", block_type_name(type));
}

static void print_capability(u32 bit, const char *before)
{
	const char *name = capability_name(bit);

	printf("%s%s:", before, capability_owner(bit));
	if (name)
		printf("%s", name);
	else
		printf("bit-%u", bit);
}

static void text_capabilities(u32 caps)
{
	printf("0x%08x", caps);
	for (u32 bit = 0; bit < 32; bit++)
		if (caps & 1u << bit)
			print_capability(bit, " ");
}

static void text_value(const struct field *f, const void *base, int width)
{
	u32 value = field_get(f, base);

	switch (f->kind) {
	case FIELD_BYTES:
		print_bytes((const u8 *)base + f->offset, f->size);
		break;
	case FIELD_NAME:
		printf("%.*s", f->size, (const char *)base + f->offset);
		break;
	case FIELD_VERSION:
		print_version(value);
		break;
	case FIELD_TYPE:
		printf("%*s", width, block_type_name(value));
		break;
	case FIELD_CAPS:
		text_capabilities(value);
		break;
	case FIELD_HEX:
		printf("%*s0x%08x", width > 10 ? width - 10 : 0, "", value);
		break;
	default:
		printf("%*u", width, value);
	}
}

#define COLUMN	13

static void text_table(const char *title, const struct field *fields, const void *entries,
		       size_t entry_size, u32 count)
{
	const struct field *f;
	u32 i;

	if (!count)
		return;
	printf("\n%-8s", title);
	for (f = fields; f->name; f++)
		printf("%*s", COLUMN, f->name);
	for (i = 0; i < count; i++) {
		printf("\n%-8u", i);
		for (f = fields; f->name; f++)
			text_value(f, (const u8 *)entries + i * entry_size, COLUMN);
	}
	printf("\n");
}

void show_text(const struct mrb_header *h)
{
	const struct field *f;

	for (f = header_fields; f->name; f++) {
		printf("%-18s", f->name);
		text_value(f, h, 0);
		printf("\n");
	}
	text_table("block", block_fields, h->block, sizeof(h->block[0]),
		   le16_to_cpu(h->nr_blocks));
	text_table("schema", schema_fields, h->schema, sizeof(h->schema[0]),
		   le16_to_cpu(h->nr_schemas));
}

/* The parser accepts only printable ASCII. */
static void json_string(const char *s)
{
	for (; *s; s++)
		printf("%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
}

static void json_value(const struct field *f, const void *base)
{
	u32 value = field_get(f, base);

	if (f->kind == FIELD_DEC || f->kind == FIELD_HEX || f->kind == FIELD_CAPS) {
		printf("%u", value);
		return;
	}
	printf("\"");
	if (f->kind == FIELD_BYTES)
		print_bytes((const u8 *)base + f->offset, f->size);
	else if (f->kind == FIELD_NAME)
		json_string((const char *)base + f->offset);
	else if (f->kind == FIELD_VERSION)
		print_version(value);
	else
		print_type(value);
	printf("\"");
}

static void json_table(const char *title, const struct field *fields, const void *entries,
		       size_t entry_size, u32 count)
{
	const struct field *f;
	u32 i;

	printf(",\n  \"%s\": [", title);
	for (i = 0; i < count; i++) {
		printf("%s\n    { ", i ? "," : "");
		for (f = fields; f->name; f++) {
			printf("%s\"%s\": ", f == fields ? "" : ", ", f->name);
			json_value(f, (const u8 *)entries + i * entry_size);
		}
		printf(" }");
	}
	printf("%s]", count ? "\n  " : "");
}

void show_json(const struct mrb_header *h)
{
	const struct field *f;

	printf("{\n");
	for (f = header_fields; f->name; f++) {
		printf("%s  \"%s\": ", f == header_fields ? "" : ",\n", f->name);
		json_value(f, h);
	}
	json_table("block", block_fields, h->block, sizeof(h->block[0]),
		   le16_to_cpu(h->nr_blocks));
	json_table("schema", schema_fields, h->schema, sizeof(h->schema[0]),
		   le16_to_cpu(h->nr_schemas));
	printf("\n}\n");
}
