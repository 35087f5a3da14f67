// SPDX-License-Identifier: GPL-2.0
/*
 * Parser and validator of MRB images. Its input may have been made by anyone:
 * every field is checked before it is used to find something else.
 * Compiled into the module and, unchanged, into the mrb tool and the tests.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include "mrb.h"

#define BLOCK_ALIGN	16u
#define WORD		4u

#define AT(field)		offsetof(struct mrb_header, field)
#define AT_BLOCK(i, field)	(AT(block) + (i) * sizeof(struct mrb_block) + \
				 offsetof(struct mrb_block, field))
#define AT_SCHEMA(i, field)	(AT(schema) + (i) * sizeof(struct mrb_schema) + \
				 offsetof(struct mrb_schema, field))

struct check {
	const struct mrb_header *h;
	const struct mrb_limits *lim;
	u32 file_size;
	struct mrb_fault *fault;
};

/* A stretch of the address space, in 64 bits so that no end overflows. */
struct span {
	u64 start;
	u64 end;
};

static int refuse(struct mrb_fault *fault, int err, size_t where, const char *what)
{
	if (fault) {
		fault->what = what;
		fault->where = where;
	}
	return err;
}

static int malformed(const struct check *c, size_t where, const char *what)
{
	return refuse(c->fault, -EBADMSG, where, what);
}

static bool all_zero(const void *buf, size_t len)
{
	const u8 *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

static struct span span_of(u32 start, u64 size)
{
	return (struct span){ start, start + size };
}

static bool within(struct span inner, struct span outer)
{
	return inner.start >= outer.start && inner.end <= outer.end;
}

static bool overlap(struct span a, struct span b)
{
	return a.start < b.end && b.start < a.end;
}

static u32 nr_blocks(const struct check *c)
{
	return le16_to_cpu(c->h->nr_blocks);
}

static u32 nr_schemas(const struct check *c)
{
	return le16_to_cpu(c->h->nr_schemas);
}

static struct span block_span(const struct check *c, u32 i)
{
	const struct mrb_block *b = &c->h->block[i];

	return span_of(le32_to_cpu(b->address), le32_to_cpu(b->mem_size));
}

static struct span schema_span(const struct check *c, u32 i)
{
	const struct mrb_schema *s = &c->h->schema[i];

	return span_of(le32_to_cpu(s->address),
		       (u64)le32_to_cpu(s->record_size) * le32_to_cpu(s->count));
}

/* The fields that determine how the rest is read. */
static int check_frame(const struct check *c)
{
	const struct mrb_header *h = c->h;

	if (le32_to_cpu(h->magic) != MRB_MAGIC)
		return malformed(c, AT(magic), "no MRB image: wrong magic");
	if (le16_to_cpu(h->format) != MRB_FORMAT)
		return refuse(c->fault, -EPROTONOSUPPORT, AT(format), "unknown format version");
	if (le16_to_cpu(h->header_size) != sizeof(*h))
		return malformed(c, AT(header_size), "wrong header size");
	if (le32_to_cpu(h->total_size) > c->file_size)
		return refuse(c->fault, -EMSGSIZE, AT(total_size),
			      "file is truncated: shorter than its header says");
	if (le32_to_cpu(h->total_size) < c->file_size)
		return refuse(c->fault, -EMSGSIZE, AT(total_size),
			      "file is longer than its header says");
	return 0;
}

static int check_board(const struct check *c)
{
	if (le32_to_cpu(c->h->board_id) != c->lim->board_id)
		return refuse(c->fault, -ENODEV, AT(board_id), "image is for another board");
	if (le32_to_cpu(c->h->load_addr) != c->lim->text_base)
		return malformed(c, AT(load_addr), "load address is not the board's");
	return 0;
}

static int check_scalars(const struct check *c)
{
	const struct mrb_header *h = c->h;

	if (!h->ordinal)
		return malformed(c, AT(ordinal), "release ordinal is zero");
	if (!h->frame_formats)
		return malformed(c, AT(frame_formats), "no frame format is named");
	if (!nr_blocks(c) || nr_blocks(c) > MRB_MAX_BLOCKS)
		return malformed(c, AT(nr_blocks), "number of blocks is out of range");
	if (nr_schemas(c) > MRB_MAX_SCHEMAS)
		return malformed(c, AT(nr_schemas), "number of schemas is out of range");
	if (le32_to_cpu(h->cap_provided) & ~c->lim->image_caps)
		return malformed(c, AT(cap_provided),
				 "capability is the board's or the driver's to provide");
	if (h->cap_lost & h->cap_provided)
		return malformed(c, AT(cap_lost), "capability is both provided and lost");
	if (h->reserved)
		return malformed(c, AT(reserved), "reserved field is not zero");
	return 0;
}

static int check_name(const struct check *c)
{
	const char *name = c->h->name;
	size_t len = strnlen(name, sizeof(c->h->name));
	size_t i;

	if (!len)
		return malformed(c, AT(name), "name is empty");
	if (len == sizeof(c->h->name))
		return malformed(c, AT(name), "name is not zero-terminated");
	for (i = 0; i < len; i++)
		if (name[i] < ' ' || name[i] > '~' || name[i] == '/')
			return malformed(c, AT(name) + i, "character in name is not allowed");
	if (!all_zero(name + len, sizeof(c->h->name) - len))
		return malformed(c, AT(name) + len, "name is not padded with zeros");
	return 0;
}

static bool is_chip(const struct check *c, u32 type)
{
	return type >= MRB_CHIP(0) && type - MRB_CHIP(0) < c->lim->nr_chips;
}

/* Where a block of a type has to lie. */
static struct span window_of(const struct mrb_limits *lim, u32 type)
{
	switch (type) {
	case MRB_TEXT:
		return span_of(lim->text_base, lim->text_size);
	case MRB_DATA:
		return span_of(lim->data_base, lim->data_size);
	default:
		return span_of(lim->chips_base, lim->chips_size);
	}
}

static int check_block_place(const struct check *c, u32 i)
{
	struct span window = window_of(c->lim, le32_to_cpu(c->h->block[i].type));

	if (le32_to_cpu(c->h->block[i].address) % BLOCK_ALIGN)
		return malformed(c, AT_BLOCK(i, address), "block address is not a multiple of 16");
	if (block_span(c, i).start < window.start || block_span(c, i).start >= window.end)
		return refuse(c->fault, -EFBIG, AT_BLOCK(i, address),
			      "block lies outside the board's code region");
	if (block_span(c, i).end > window.end)
		return refuse(c->fault, -EFBIG, AT_BLOCK(i, mem_size),
			      "block is too large for the board's code region");
	return 0;
}

static int check_block_sizes(const struct check *c, u32 i)
{
	const struct mrb_block *b = &c->h->block[i];

	if (le32_to_cpu(b->file_size) % WORD)
		return malformed(c, AT_BLOCK(i, file_size),
				 "block size in file is not a multiple of 4");
	if (!b->mem_size)
		return malformed(c, AT_BLOCK(i, mem_size), "block is empty");
	if (le32_to_cpu(b->mem_size) < le32_to_cpu(b->file_size))
		return malformed(c, AT_BLOCK(i, mem_size),
				 "block is smaller in memory than in file");
	if (le32_to_cpu(b->type) == MRB_TEXT && b->mem_size != b->file_size)
		return malformed(c, AT_BLOCK(i, mem_size),
				 "text block is not wholly in the file");
	if (is_chip(c, le32_to_cpu(b->type)) && b->mem_size != b->file_size)
		return malformed(c, AT_BLOCK(i, mem_size),
				 "contents of a chip are not wholly in the file");
	if (is_chip(c, le32_to_cpu(b->type)) && le32_to_cpu(b->mem_size) > c->lim->config_size)
		return refuse(c->fault, -EFBIG, AT_BLOCK(i, mem_size),
			      "contents are too large for their chip");
	return 0;
}

static int check_block(const struct check *c, u32 i)
{
	u32 type = le32_to_cpu(c->h->block[i].type);
	u32 j;
	int err;

	if (type != MRB_TEXT && type != MRB_DATA && !is_chip(c, type))
		return malformed(c, AT_BLOCK(i, type), "unknown block type");
	err = check_block_sizes(c, i);
	if (!err)
		err = check_block_place(c, i);
	if (err)
		return err;
	for (j = 0; j < i; j++) {
		if (overlap(block_span(c, i), block_span(c, j)))
			return malformed(c, AT_BLOCK(i, address), "blocks overlap in memory");
		if (is_chip(c, type) && c->h->block[j].type == c->h->block[i].type)
			return malformed(c, AT_BLOCK(i, type), "chip has two blocks");
	}
	return 0;
}

/* The blocks lie in the file one behind the other, with nothing else between or after them. */
static int check_tiling(const struct check *c)
{
	u32 pos = 0;
	u32 i;

	for (i = 0; i < nr_blocks(c); i++) {
		const struct mrb_block *b = &c->h->block[i];

		if (le32_to_cpu(b->file_offset) != pos)
			return malformed(c, AT_BLOCK(i, file_offset),
					 "block does not follow the one before it in file");
		if (le32_to_cpu(b->file_size) > c->file_size - pos)
			return malformed(c, AT_BLOCK(i, file_size), "block ends beyond the file");
		pos += le32_to_cpu(b->file_size);
	}
	if (pos != c->file_size)
		return malformed(c, AT(total_size), "blocks do not make up the whole file");
	return 0;
}

static int check_first_block(const struct check *c)
{
	const struct mrb_block *b = &c->h->block[0];

	if (le32_to_cpu(b->type) != MRB_TEXT)
		return malformed(c, AT_BLOCK(0, type), "first block is not text");
	if (b->address != c->h->load_addr)
		return malformed(c, AT_BLOCK(0, address),
				 "first block is not at the load address");
	if (le32_to_cpu(b->file_size) < sizeof(struct mrb_header))
		return malformed(c, AT_BLOCK(0, file_size),
				 "first block does not hold the header");
	return 0;
}

static int check_blocks(const struct check *c)
{
	u32 n = nr_blocks(c);
	u32 i;
	int err;

	err = check_tiling(c);
	if (!err)
		err = check_first_block(c);
	for (i = 0; i < n && !err; i++)
		err = check_block(c, i);
	if (err)
		return err;
	for (i = n; i < MRB_MAX_BLOCKS; i++)
		if (!all_zero(&c->h->block[i], sizeof(c->h->block[i])))
			return malformed(c, AT_BLOCK(i, type), "unused block is not zero");
	return 0;
}

static int check_entry(const struct check *c, __le32 field, size_t where)
{
	u32 entry = le32_to_cpu(field);
	u64 address = (u64)le32_to_cpu(c->h->load_addr) + entry;
	struct span insn = { address, address + WORD };
	u32 i;

	if (entry % WORD)
		return malformed(c, where, "entry point is not a multiple of 4");
	if (entry < sizeof(struct mrb_header))
		return malformed(c, where, "entry point lies in the header");
	for (i = 0; i < nr_blocks(c); i++)
		if (le32_to_cpu(c->h->block[i].type) == MRB_TEXT && within(insn, block_span(c, i)))
			return 0;
	return malformed(c, where, "entry point lies in no text block");
}

static int check_entries(const struct check *c)
{
	int err;

	err = check_entry(c, c->h->runtime_entry, AT(runtime_entry));
	if (!err)
		err = check_entry(c, c->h->bootstrap_entry, AT(bootstrap_entry));
	if (!err)
		err = check_entry(c, c->h->update_entry, AT(update_entry));
	if (!err && c->h->rollback_entry)
		err = check_entry(c, c->h->rollback_entry, AT(rollback_entry));
	return err;
}

static bool in_data_block(const struct check *c, struct span records)
{
	u32 i;

	for (i = 0; i < nr_blocks(c); i++)
		if (le32_to_cpu(c->h->block[i].type) == MRB_DATA &&
		    within(records, block_span(c, i)))
			return true;
	return false;
}

static int check_schema(const struct check *c, u32 i)
{
	const struct mrb_schema *s = &c->h->schema[i];
	u32 j;

	if (!s->id)
		return malformed(c, AT_SCHEMA(i, id), "schema id is zero");
	if (!s->record_size)
		return malformed(c, AT_SCHEMA(i, record_size), "schema has empty records");
	if (!s->count)
		return malformed(c, AT_SCHEMA(i, count), "schema has no records");
	if (le32_to_cpu(s->address) % WORD)
		return malformed(c, AT_SCHEMA(i, address),
				 "schema address is not a multiple of 4");
	if (!in_data_block(c, schema_span(c, i)))
		return malformed(c, AT_SCHEMA(i, address), "schema lies in no data block");
	for (j = 0; j < i; j++) {
		if (c->h->schema[j].id == s->id)
			return malformed(c, AT_SCHEMA(i, id), "schema id is not unique");
		if (overlap(schema_span(c, i), schema_span(c, j)))
			return malformed(c, AT_SCHEMA(i, address), "schemas overlap in memory");
	}
	return 0;
}

static int check_schemas(const struct check *c)
{
	u32 n = nr_schemas(c);
	u32 i;
	int err;

	for (i = 0; i < n; i++) {
		err = check_schema(c, i);
		if (err)
			return err;
	}
	for (i = n; i < MRB_MAX_SCHEMAS; i++)
		if (!all_zero(&c->h->schema[i], sizeof(c->h->schema[i])))
			return malformed(c, AT_SCHEMA(i, id), "unused schema is not zero");
	return 0;
}

static int check_fields(const struct check *c)
{
	/* Each check relies on those before it. */
	static int (*const checks[])(const struct check *c) = {
		check_board, check_scalars, check_name, check_blocks, check_entries, check_schemas,
	};
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		err = checks[i](c);
		if (err)
			return err;
	}
	return 0;
}

static int check_integrity(const struct check *c)
{
	u8 digest[MRB_SHA256_SIZE];
	int err;

	if (mrb_crc32(c->h, c->file_size) != le32_to_cpu(c->h->crc32))
		return malformed(c, AT(crc32), "image is damaged: CRC-32 differs");
	err = mrb_digest(c->h, c->file_size, digest);
	if (err)
		return err;
	if (memcmp(digest, c->h->sha256, sizeof(digest)))
		return malformed(c, AT(sha256), "image is damaged: SHA-256 differs");
	return 0;
}

static int check_buffer(const void *buf, size_t len, struct mrb_fault *fault)
{
	if (!len)
		return refuse(fault, -ENODATA, 0, "file is empty");
	if (len < sizeof(struct mrb_header))
		return refuse(fault, -EMSGSIZE, 0, "file is truncated: shorter than a header");
	if (!buf || (unsigned long)buf % WORD)
		return refuse(fault, -EINVAL, 0, "buffer is not aligned");
	return 0;
}

/**
 * mrb_check() - can this board run the image in this buffer?
 * @buf: the whole file, aligned to 4 bytes
 * @len: bytes in @buf, any number
 * @lim: what the board can hold
 * @fault: set if the image is refused, untouched otherwise; may be NULL
 *
 * First comes what is needed to read on at all (magic, format, sizes), then checksum
 * and digest, and only then the meaning of the fields: so an image that was damaged
 * on its way is reported as damaged, not as wrong.
 *
 * Context: process context, may sleep; takes no lock. @buf must not change
 * meanwhile, nor afterwards while the caller relies on the result.
 * Return: 0, or
 *
 * * -ENODATA: @len is 0
 * * -EMSGSIZE: truncated, or another size than the header says
 * * -EBADMSG: not an MRB image, damaged, or fields that make no sense
 * * -EPROTONOSUPPORT: a format version that this parser does not know
 * * -ENODEV: for another board
 * * -EFBIG: a block does not lie within the board's code region
 * * -EINVAL: @buf is NULL or not aligned
 */
int mrb_check(const void *buf, size_t len, const struct mrb_limits *lim, struct mrb_fault *fault)
{
	struct check c = { .h = buf, .lim = lim, .file_size = len, .fault = fault };
	int err;

	err = check_buffer(buf, len, fault);
	if (err)
		return err;
	if (len != (u32)len)
		return refuse(fault, -EMSGSIZE, AT(total_size),
			      "file is longer than its header says");
	err = check_frame(&c);
	if (!err)
		err = check_integrity(&c);
	if (!err)
		err = check_fields(&c);
	return err;
}

/**
 * mrb_check_header() - is this the start of an image that the board can run?
 * @buf: start of the file, aligned to 4 bytes
 * @len: bytes in @buf, any number; only the header is looked at
 * @file_size: bytes in the file
 * @lim: what the board can hold
 * @fault: set if the image is refused, untouched otherwise; may be NULL
 *
 * It does everything that mrb_check() does except checksum and digest. It is for cases
 * where the rest of the file has not come yet, or the image is already spread to its
 * run-time addresses; it is no substitute for mrb_check().
 *
 * Context: any.
 * Return: as mrb_check().
 */
int mrb_check_header(const void *buf, size_t len, u32 file_size, const struct mrb_limits *lim,
		     struct mrb_fault *fault)
{
	struct check c = { .h = buf, .lim = lim, .file_size = file_size, .fault = fault };
	int err;

	err = check_buffer(buf, len, fault);
	if (!err)
		err = check_frame(&c);
	if (!err)
		err = check_fields(&c);
	return err;
}
