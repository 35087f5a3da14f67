// SPDX-License-Identifier: GPL-2.0
/*
 * The parser of images, and the memory controller that goes where the header
 * of an accepted image leads it. An input is an image file. It is tried as it
 * is and, so that what lies behind the digest is reached, signed anew.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/memory/memory.h"
#include "../../mrb/mrb.h"
#include "fuzz.h"

#define HEADER	sizeof(struct mrb_header)

static struct memctl mc;

static bool overlap(u64 a, u64 a_len, u64 b, u64 b_len)
{
	return a < b + b_len && b < a + a_len;
}

static u64 schema_bytes(const struct mrb_schema *s)
{
	return (u64)le32_to_cpu(s->record_size) * le32_to_cpu(s->count);
}

/* The block that holds a stretch of memory, -1 if none does wholly. */
static int block_of(const struct mrb_header *h, u32 type, u64 at, u64 len)
{
	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++) {
		const struct mrb_block *b = &h->block[i];
		u64 start = le32_to_cpu(b->address);

		if (le32_to_cpu(b->type) == type && at >= start &&
		    at + len <= start + le32_to_cpu(b->mem_size))
			return i;
	}
	return -1;
}

static const struct window {
	u64 base;
	u64 size;
	u32 staging;
} windows[] = {
	[MRB_TEXT] = { BOARD_TEXT_BASE, BOARD_TEXT_SIZE, BOARD_STAGING_TEXT_BASE },
	[MRB_DATA] = { BOARD_DATA_BASE, BOARD_DATA_SIZE, BOARD_STAGING_DATA_BASE },
	[MRB_CHIP(0)] = { BOARD_STAGING_CHIPS_BASE, BOARD_STAGING_CHIPS_SIZE,
			  BOARD_STAGING_CHIPS_BASE },
};

static const struct window *window_of(const struct mrb_block *b)
{
	return &windows[min(le32_to_cpu(b->type), MRB_CHIP(0))];
}

static void check_block(const struct mrb_header *h, u32 i, u64 *pos)
{
	const struct mrb_block *b = &h->block[i];
	u64 at = le32_to_cpu(b->address), len = le32_to_cpu(b->mem_size);
	u32 type = le32_to_cpu(b->type);
	const struct window *w = window_of(b);

	FUZZ_CHECK(type && type < MRB_CHIP(BOARD_CHIPS));
	FUZZ_CHECK(le32_to_cpu(b->file_offset) == *pos);
	*pos += le32_to_cpu(b->file_size);
	FUZZ_CHECK(len && len >= le32_to_cpu(b->file_size));
	FUZZ_CHECK(at >= w->base && at + len <= w->base + w->size);
	FUZZ_CHECK(at % 16 == 0);
	FUZZ_CHECK(type == MRB_DATA || len == le32_to_cpu(b->file_size));
	FUZZ_CHECK(type < MRB_CHIP(0) || (len <= BOARD_CONFIG_SIZE &&
					  mrb_find_chip(h, type - MRB_CHIP(0)) == b));
	for (u32 j = 0; j < i; j++)
		FUZZ_CHECK(!overlap(at, len, le32_to_cpu(h->block[j].address),
				    le32_to_cpu(h->block[j].mem_size)));
}

static void check_schema(const struct mrb_header *h, u32 i)
{
	const struct mrb_schema *s = &h->schema[i];
	u64 at = le32_to_cpu(s->address);

	FUZZ_CHECK(s->id && schema_bytes(s) && at % 4 == 0);
	FUZZ_CHECK(block_of(h, MRB_DATA, at, schema_bytes(s)) >= 0);
	FUZZ_CHECK(mrb_find_schema(h, le16_to_cpu(s->id)) == s);
	for (u32 j = 0; j < i; j++)
		FUZZ_CHECK(!overlap(at, schema_bytes(s), le32_to_cpu(h->schema[j].address),
				    schema_bytes(&h->schema[j])));
}

static void check_entry(const struct mrb_header *h, u32 entry)
{
	FUZZ_CHECK(entry % 4 == 0 && entry >= HEADER);
	FUZZ_CHECK(block_of(h, MRB_TEXT, (u64)BOARD_TEXT_BASE + entry, 4) >= 0);
}

/* What all the rest relies on, of an image that was accepted. */
static void check_accepted(const struct mrb_header *h, size_t size)
{
	u64 pos = 0;

	FUZZ_CHECK(le32_to_cpu(h->magic) == MRB_MAGIC && le32_to_cpu(h->total_size) == size);
	FUZZ_CHECK(le16_to_cpu(h->nr_blocks) && le16_to_cpu(h->nr_blocks) <= MRB_MAX_BLOCKS);
	FUZZ_CHECK(le16_to_cpu(h->nr_schemas) <= MRB_MAX_SCHEMAS);
	FUZZ_CHECK(strnlen(h->name, sizeof(h->name)) < sizeof(h->name) && !strchr(h->name, '/'));
	FUZZ_CHECK(le32_to_cpu(h->load_addr) == BOARD_TEXT_BASE && h->ordinal);
	FUZZ_CHECK(h->block[0].address == h->load_addr &&
		   le32_to_cpu(h->block[0].file_size) >= HEADER);
	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++)
		check_block(h, i, &pos);
	FUZZ_CHECK(pos == size);
	for (u32 i = 0; i < le16_to_cpu(h->nr_schemas); i++)
		check_schema(h, i);
	check_entry(h, le32_to_cpu(h->runtime_entry));
	check_entry(h, le32_to_cpu(h->bootstrap_entry));
	check_entry(h, le32_to_cpu(h->update_entry));
	if (h->rollback_entry)
		check_entry(h, le32_to_cpu(h->rollback_entry));
}

static u32 staging_address(const struct mrb_block *b)
{
	const struct window *w = window_of(b);

	return le32_to_cpu(b->address) - w->base + w->staging;
}

static void stage(const u8 *file, const struct mrb_header *h)
{
	FUZZ_CHECK(!memctl_stage_open(&mc));
	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++)
		FUZZ_CHECK(!memctl_stage_write(&mc, staging_address(&h->block[i]),
					       file + le32_to_cpu(h->block[i].file_offset),
					       le32_to_cpu(h->block[i].file_size)));
	FUZZ_CHECK(!memctl_stage_seal(&mc, file, h));
}

/* The image is laid over itself, with some of its tables kept, and taken back. */
static void go_where_it_leads(const u8 *file, const struct mrb_header *h)
{
	u32 all = (1u << le16_to_cpu(h->nr_schemas)) - 1;
	u32 keep = le32_to_cpu(h->pause_budget_us);
	struct memctl_bytes bytes;

	FUZZ_CHECK(!memctl_power_on(&mc, file, h));
	stage(file, h);
	FUZZ_CHECK(!memctl_unlock(&mc));
	if (keep & ~all) {
		FUZZ_CHECK(memctl_put(&mc, h, h, keep, &bytes) == -EINVAL);
		keep &= all;
	}
	FUZZ_CHECK(!memctl_put(&mc, h, h, keep, &bytes));
	FUZZ_CHECK(!memctl_verify(&mc, h, keep));
	memctl_flush(&mc);
	memctl_lock(&mc);
	FUZZ_CHECK(!memctl_check_text(&mc, h));
	memctl_undo(&mc, h, h);
	FUZZ_CHECK(!memctl_check_text(&mc, h));
	memctl_stage_close(&mc);
}

/* Accepted: no bit of it may change. */
static void check_damaged(u8 *file, size_t size)
{
	u32 crc = mrb_crc32(file, size);
	size_t at = crc / 8 % size;

	file[at] ^= 1 << crc % 8;
	FUZZ_CHECK(mrb_check(file, size, &board_limits, NULL));
	file[at] ^= 1 << crc % 8;
}

static void try_file(u8 *file, size_t size)
{
	struct mrb_fault fault = { NULL, ~0u };
	int err = mrb_check(file, size, &board_limits, &fault);
	int header_err = mrb_check_header(file, size, size, &board_limits, NULL);
	struct mrb_header h;

	FUZZ_CHECK(err == mrb_check(file, size, &board_limits, NULL));
	if (err) {
		FUZZ_CHECK(err != -EINVAL && fault.what && (fault.where < HEADER || !fault.where));
		return;
	}
	FUZZ_CHECK(!fault.what && !header_err);
	memcpy(&h, file, sizeof(h));
	check_accepted(&h, size);
	go_where_it_leads(file, &h);
	check_damaged(file, size);
}

static void sign(u8 *file, size_t size)
{
	struct mrb_header *h = (struct mrb_header *)file;

	h->crc32 = cpu_to_le32(mrb_crc32(file, size));
	FUZZ_CHECK(!mrb_digest(file, size, h->sha256));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *file = fuzz_copy(data, size);

	if (!mc.region.text) {
		mc.kind = board_kinds[0];
		FUZZ_CHECK(!memctl_init(&mc));
	}
	try_file(file, size);
	/* its start only: the rest is yet to come */
	if (size >= offsetof(struct mrb_header, crc32))
		mrb_check_header(file, size, le32_to_cpu(((struct mrb_header *)file)->total_size),
				 &board_limits, NULL);
	if (size >= HEADER) {
		sign(file, size);
		try_file(file, size);
		FUZZ_CHECK(mrb_check(file + 1, size - 1, &board_limits, NULL));
	}
	free(file);
	return 0;
}

/* A number that stands near one of the parser's borders. */
static u32 telling_number(const u8 *data, u32 *rng)
{
	static const u32 numbers[] = {
		0, 1, 2, 4, 8, 15, 16, 17, 32, HEADER, HEADER - 4, HEADER + 4, 0x10000, 0x7fffffff,
		0x80000000, 0xffffffff, 0xfffffff0, BOARD_TEXT_SIZE, BOARD_DATA_SIZE,
		BOARD_TEXT_BASE, BOARD_TEXT_BASE + BOARD_TEXT_SIZE, BOARD_DATA_BASE,
		BOARD_DATA_BASE + BOARD_DATA_SIZE, BOARD_STAGING_TEXT_BASE,
	};
	u32 number, other = fuzz_random(rng) % (HEADER / 4) * 4;

	memcpy(&number, data + other, sizeof(number));
	if (fuzz_random(rng) % 3)
		number = numbers[fuzz_random(rng) % ARRAY_SIZE(numbers)];
	if (fuzz_random(rng) % 4 == 0)
		number += (s32)(fuzz_random(rng) % 9 - 4) * (fuzz_random(rng) % 2 ? 4 : 16);
	return number;
}

static void set_number(u8 *data, u32 *rng)
{
	u32 number = telling_number(data, rng);
	size_t at = 64 + fuzz_random(rng) % ((HEADER - 64) / 4) * 4;

	if (fuzz_random(rng) % 4)
		memcpy(data + at, &number, 4);
	else
		memcpy(data + at + fuzz_random(rng) % 2 * 2, &number, 2);
}

/* Two blocks, one near an end of the other. */
static void approach(u8 *data, u32 *rng)
{
	struct mrb_header *h = (struct mrb_header *)data;
	u32 n = min_t(u32, le16_to_cpu(h->nr_blocks), MRB_MAX_BLOCKS);
	struct mrb_block *b, *other;
	u32 at;

	if (!n)
		return;
	b = &h->block[fuzz_random(rng) % n];
	other = &h->block[fuzz_random(rng) % n];
	at = le32_to_cpu(other->address);
	if (fuzz_random(rng) % 2)
		at += le32_to_cpu(other->mem_size);
	else
		at -= le32_to_cpu(b->mem_size);
	b->address = cpu_to_le32((at & ~15u) + (fuzz_random(rng) % 4 - 2) * 16);
}

/* Let the blocks make up the file again, as far as they are any. */
static void tile(u8 *data, size_t size)
{
	struct mrb_header *h = (struct mrb_header *)data;
	u32 n = min_t(u32, le16_to_cpu(h->nr_blocks), MRB_MAX_BLOCKS);
	u32 pos = 0;

	h->total_size = cpu_to_le32(size);
	for (u32 i = 0; i < n; i++) {
		struct mrb_block *b = &h->block[i];
		u32 len = min_t(u32, le32_to_cpu(b->file_size), size - pos);

		if (i == n - 1)
			len = size - pos;
		b->file_offset = cpu_to_le32(pos);
		b->file_size = cpu_to_le32(len);
		if (le32_to_cpu(b->type) == MRB_TEXT)
			b->mem_size = b->file_size;
		pos += len;
	}
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed)
{
	u32 rng = seed;

	if (size < HEADER || fuzz_random(&rng) % 8 == 0)
		return LLVMFuzzerMutate(data, size, max);
	if (fuzz_random(&rng) % 4 == 0)
		fuzz_mutate_part(data, HEADER);
	else if (fuzz_random(&rng) % 16 == 0)
		size = LLVMFuzzerMutate(data, size, max);
	else if (fuzz_random(&rng) % 4 == 0)
		approach(data, &rng);
	else
		for (u32 n = fuzz_random(&rng) % 3 + 1; n; n--)
			set_number(data, &rng);
	if (size >= HEADER && fuzz_random(&rng) % 4)
		tile(data, size);
	return size;
}
