// SPDX-License-Identifier: GPL-2.0
/*
 * What is in a pause, and what is not: no instruction is decoded, no digest made, no
 * memory allocated or freed between the first queue held and the last one released;
 * and the bytes are the new image, the old data, and what was dirty.
 *
 * The linker puts functions that count before those of the module, of the C library
 * and of libcrypto.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"
#include "model.h"
#include "wrap.h"

enum costly { DECODES, DIGESTS, ALLOCATIONS, COSTLY };

static struct model *the_model;
static bool in_pause;
static u32 pauses;
static u32 counted[2][COSTLY];	/* outside of pauses, and in them */

static void count(enum costly what)
{
	counted[in_pause][what]++;
}

void *__wrap_calloc(size_t n, size_t size)
{
	count(ALLOCATIONS);
	return __real_calloc(n, size);
}

void *__wrap_malloc(size_t size)
{
	count(ALLOCATIONS);
	return __real_malloc(size);
}

void __wrap_free(void *mem)
{
	count(ALLOCATIONS);
	__real_free(mem);
}

struct insn __wrap_insn_decode(u32 raw)
{
	count(DECODES);
	return __real_insn_decode(raw);
}

void __wrap_icache_decode(struct insn *insns, const void *text, size_t bytes)
{
	count(DECODES);
	__real_icache_decode(insns, text, bytes);
}

int __wrap_mrb_digest(const void *buf, size_t len, u8 out[MRB_SHA256_SIZE])
{
	count(DIGESTS);
	return __real_mrb_digest(buf, len, out);
}

u32 __wrap_mrb_crc32(const void *buf, size_t len)
{
	count(DIGESTS);
	return __real_mrb_crc32(buf, len);
}

int __wrap_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t len)
{
	count(DIGESTS);
	return __real_EVP_DigestUpdate(ctx, data, len);
}

/* I/O has its last turn: a granule of each unit's statistics is dirty. */
static void hold_hook(void *board)
{
	for (u32 i = 0; i < 8; i++)
		model_exec(the_model, i % 2, &cmds[2], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	pauses++;
	in_pause = true;
	adapter_overlay_ops.queues->hold(board);
	model_media(the_model);
}

static void release_hook(void *board)
{
	adapter_overlay_ops.queues->release(board);
	in_pause = false;
}

static const struct mrb_header *header(const struct image *img)
{
	return (const void *)img->bytes;
}

static struct model *start_watched(const struct image *rom)
{
	static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.media_latency_ns = 1;
	m = start_rom(&cfg, rom);
	write_some(m);
	for (u32 i = 4; i < 12; i++)
		model_start(m, i % 2, &cmds[i], read_100, 10, FRAME_DIR_IN, 4096);
	m->queue_ops.hold = hold_hook;
	m->queue_ops.release = release_hook;
	the_model = m;
	memset(counted, 0, sizeof(counted));
	pauses = 0;
	return m;
}

/* ------------------------------------------------------------------- bytes */

static u64 segment_bytes(const struct mrb_header *h, u32 type)
{
	u64 sum = 0;

	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++)
		if (le32_to_cpu(h->block[i].type) == type)
			sum += le32_to_cpu(h->block[i].mem_size);
	return sum;
}

/* Tables that stay where they are: the same schema in both. */
static u64 kept_bytes(const struct mrb_header *old, const struct mrb_header *new)
{
	u64 sum = 0;

	for (u32 i = 0; i < le16_to_cpu(new->nr_schemas); i++)
		for (u32 k = 0; k < le16_to_cpu(old->nr_schemas); k++)
			if (!memcmp(&new->schema[i], &old->schema[k], sizeof(new->schema[i])))
				sum += (u64)le32_to_cpu(new->schema[i].record_size) *
				       le32_to_cpu(new->schema[i].count);
	return sum;
}

static void check_bytes(const struct model *m, const struct image *from, const struct image *to,
			bool converted)
{
	const struct mrb_header *old = header(from), *new = header(to);
	const struct overlay_figures *f = &m->ov.work;
	u64 text = segment_bytes(new, MRB_TEXT), old_text = segment_bytes(old, MRB_TEXT);

	if (converted)
		assert_in_range(f->pause_dirty, 1, 16);
	else
		assert_int_equal(f->pause_dirty, 0);
	assert_int_equal(f->undo_bytes, segment_bytes(old, MRB_DATA));
	assert_int_equal(f->pause_bytes,
			 segment_bytes(old, MRB_DATA) + (text > old_text ? text : old_text) +
			 segment_bytes(new, MRB_DATA) - kept_bytes(old, new) +
			 64 * f->pause_dirty);
}

/* ----------------------------------------------------------------- the pauses */

static u32 all_pauses;
static u32 all_counted[COSTLY];

static void end(struct model *m, u32 expected)
{
	assert_int_equal(pauses, expected);
	assert_false(in_pause);
	the_model = NULL;
	for (u32 i = 0; i < COSTLY; i++) {
		assert_int_equal(counted[true][i], 0);
		assert_true(counted[false][i] > 0);
		all_counted[i] += counted[true][i];
	}
	all_pauses += pauses;
	model_media(m);
	model_service(m);
	for (u32 i = 4; i < 12; i++)
		assert_true(cmds[i].done && !cmds[i].cmd.status);
	model_free(m);
}

static void there_and_back(const struct image *from, const struct image *to, bool converted)
{
	struct model *m = start_watched(from);

	begin_probation(m, to);
	check_bytes(m, from, to, converted);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_int_equal(m->ov.status.rollbacks, 1);
	check_bytes(m, to, from, converted);
	end(m, 2);
}

static void test_same_formats(void **state)
{
	there_and_back(&v1_0, &v1_1, false);
	there_and_back(&v2_0, &v2_0, false);
}

static void test_other_formats(void **state)
{
	there_and_back(&v1_1, &v2_0, true);
}

/* It leads nowhere: before the swap, or after it, when all is undone. */
static void test_undone(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME, 0);
	struct model *m = start_watched(&v1_0);

	assert_int_not_equal(model_update(m, &img), 0);
	assert_int_equal(m->ov.status.updates, 0);
	m->ov.pause_budget_us = 1;
	assert_int_not_equal(model_update(m, &v2_0), 0);
	assert_non_null(strstr(m->ov.status.error, "pause budget"));
	end(m, 2);
	image_free(&img);
}

static void test_sum(void **state)
{
	print_message("in %u pauses: %u decodes, %u digests, %u allocations\n", all_pauses,
		      all_counted[DECODES], all_counted[DIGESTS], all_counted[ALLOCATIONS]);
	assert_int_equal(all_pauses, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_formats),
		cmocka_unit_test(test_other_formats),
		cmocka_unit_test(test_undone),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
