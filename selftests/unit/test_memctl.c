// SPDX-License-Identifier: GPL-2.0
/*
 * The memory controller, where an update that goes well does not show whether it works: the
 * register of each kind of board, what staging must hold before it is sealed, what the copy
 * leaves behind, what is verified, and when the queues are held.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/memory/board_kind.h"
#include "../../mrb/mrb.h"
#include "fixture.h"

/* The registers are written by their own files only, so these are part of this test. */
#define board_sram	sram_alone
#include "../../hba_sim/memory/board_sram.c"
#undef board_sram
#define board_banked	banked_alone
#include "../../hba_sim/memory/board_banked.c"
#undef board_banked

#define MORE_TEXT	0x8000u
#define BLOCKED_MS	200u

static struct image longer_1_1;

static void for_each(void (*fn)(const struct board_kind *kind))
{
	u32 n = 0;

	for (u32 i = 0; board_kinds[i]; i++) {
		if (board_kinds[i]->fixed)
			continue;
		print_message("# %s\n", board_kinds[i]->name);
		fn(board_kinds[i]);
		n++;
	}
	assert_true(n >= 3);
}

static struct model *start_kind(const struct board_kind *kind)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.kind = kind;
	m = start(&cfg);
	write_some(m);
	return m;
}

/* ------------------------------------------------------------------ registers */

/* Two keys, one directly after the other, and nothing else. */
static void test_sram_keys(void **state)
{
	static const u32 values[] = { NO_KEY, KEY_1, KEY_2, 1, ~0u, KEY_1 ^ 1, KEY_2 ^ 1 };
	struct memctl mc = { .kind = &sram_alone, .locked = true };

	for (u32 i = 0; i < ARRAY_SIZE(values); i++) {
		for (u32 j = 0; j < ARRAY_SIZE(values); j++) {
			write_lock(&mc, NO_KEY);
			write_lock(&mc, values[i]);
			assert_true(mc.locked);
			write_lock(&mc, values[j]);
			assert_int_equal(!mc.locked, values[i] == KEY_1 && values[j] == KEY_2);
			write_lock(&mc, values[j]);
			assert_true(mc.locked);
		}
	}
	/* something between the two */
	write_lock(&mc, KEY_1);
	write_lock(&mc, NO_KEY);
	write_lock(&mc, KEY_2);
	assert_true(mc.locked);
}

/* The register takes another bank or cache only if it was open before. */
static void test_bank_register(void **state)
{
	struct memctl mc = { .kind = &banked_alone, .locked = true };
	u8 banks[2];

	mc.region.text = &banks[0];
	mc.staging.text = &banks[1];
	write_bank(&mc, BANK_SELECT | BANK_CACHE);
	assert_int_equal(mc.reg, 0);
	assert_true(mc.locked);
	write_bank(&mc, BANK_OPEN | BANK_SELECT);
	assert_int_equal(mc.reg, BANK_OPEN);
	assert_false(mc.locked);
	assert_ptr_equal(mc.region.text, &banks[0]);

	write_bank(&mc, BANK_OPEN | BANK_SELECT);
	assert_int_equal(mc.reg, BANK_OPEN | BANK_SELECT);
	assert_ptr_equal(mc.region.text, &banks[1]);
	assert_ptr_equal(mc.staging.text, &banks[0]);
	/* it closes, and then keeps the bank */
	write_bank(&mc, BANK_SELECT);
	assert_true(mc.locked);
	write_bank(&mc, 0);
	assert_int_equal(mc.reg, BANK_SELECT);
	assert_ptr_equal(mc.region.text, &banks[1]);
}

/* Undoing exchanges the banks also when the register is closed, and leaves it as it was. */
static void test_bank_undo(void **state)
{
	u8 banks[2];

	for (u32 open = 0; open <= BANK_OPEN; open += BANK_OPEN) {
		struct memctl mc = { .kind = &banked_alone, .locked = !open,
				     .reg = open | BANK_SELECT };

		mc.region.text = &banks[0];
		mc.staging.text = &banks[1];
		banked_undo(&mc, NULL, NULL);
		assert_int_equal(mc.reg, open);
		assert_int_equal(mc.locked, !open);
		assert_ptr_equal(mc.region.text, &banks[1]);
	}
}

/* -------------------------------------------------------------------- staging */

/* A file of two text blocks with a gap between them, and a data block longer than its bytes. */
#define FILE_BYTES	1024u
#define BLOCK_BYTES	256u
#define GAP		64u
#define DATA_BYTES	512u

static struct mrb_header three_blocks(void)
{
	const u32 second = BOARD_TEXT_BASE + BLOCK_BYTES + GAP;

	return (struct mrb_header){
		.nr_blocks = cpu_to_le16(3),
		.block = {
			{ cpu_to_le32(MRB_TEXT), cpu_to_le32(BOARD_TEXT_BASE), 0,
			  cpu_to_le32(BLOCK_BYTES), cpu_to_le32(BLOCK_BYTES) },
			{ cpu_to_le32(MRB_TEXT), cpu_to_le32(second), cpu_to_le32(BLOCK_BYTES),
			  cpu_to_le32(BLOCK_BYTES), cpu_to_le32(BLOCK_BYTES) },
			{ cpu_to_le32(MRB_DATA), cpu_to_le32(BOARD_DATA_BASE),
			  cpu_to_le32(2 * BLOCK_BYTES), cpu_to_le32(BLOCK_BYTES),
			  cpu_to_le32(DATA_BYTES) },
		},
	};
}

static void stage(struct memctl *mc, const u8 *file)
{
	assert_int_equal(memctl_stage_open(mc), 0);
	assert_int_equal(memctl_stage_write(mc, BOARD_STAGING_TEXT_BASE, file, BLOCK_BYTES), 0);
	assert_int_equal(memctl_stage_write(mc, BOARD_STAGING_TEXT_BASE + BLOCK_BYTES + GAP,
					    file + BLOCK_BYTES, BLOCK_BYTES), 0);
	assert_int_equal(memctl_stage_write(mc, BOARD_STAGING_DATA_BASE, file + 2 * BLOCK_BYTES,
					    BLOCK_BYTES), 0);
}

/* The loader left one byte of staging other than the file has it; then it is mended. */
static int seal_with(struct memctl *mc, const u8 *file, u32 address, u8 flip)
{
	const struct mrb_header image = three_blocks();
	const u32 text = address - BOARD_STAGING_TEXT_BASE;
	u8 *byte = text < BOARD_TEXT_SIZE ? mc->staging.text + text :
		   mc->staging.data + (address - BOARD_STAGING_DATA_BASE);
	int err;

	*byte ^= flip;
	err = memctl_stage_seal(mc, file, &image);
	*byte ^= flip;
	return err;
}

/* A3: each byte of each block, the zeros behind its bytes, and what is between text blocks. */
static void test_seal(void **state)
{
	static const u32 first = BOARD_STAGING_TEXT_BASE;
	static const u32 data = BOARD_STAGING_DATA_BASE;
	struct memctl mc = { .kind = board_kinds[0] };
	u8 file[FILE_BYTES];

	for (u32 i = 0; i < FILE_BYTES; i++)
		file[i] = 1 + i * 7;
	assert_int_equal(memctl_init(&mc), 0);
	stage(&mc, file);
	for (u32 at = 0; at < 2 * BLOCK_BYTES + GAP; at++)
		assert_int_equal(seal_with(&mc, file, first + at, 0x10), -EBADMSG);
	for (u32 at = 0; at < DATA_BYTES; at++)
		assert_int_equal(seal_with(&mc, file, data + at, 0x10), -EBADMSG);
	/* nobody executes or copies what is behind the blocks */
	assert_int_equal(seal_with(&mc, file, first + 2 * BLOCK_BYTES + GAP, 0x10), 0);
	assert_int_equal(seal_with(&mc, file, data + DATA_BYTES, 0x10), 0);
	memctl_stage_close(&mc);
	assert_int_equal(memctl_stage_seal(&mc, file, &(struct mrb_header){}), -EBADMSG);
	memctl_destroy(&mc);
}

/* Nothing is written into staging before it is opened, nor after it is closed. */
static void test_stage_closed(void **state)
{
	static const u32 base[] = {
		BOARD_STAGING_TEXT_BASE, BOARD_STAGING_DATA_BASE, BOARD_STAGING_CHIPS_BASE,
	};
	struct memctl mc = { .kind = board_kinds[0] };
	u8 bytes[8] = {};

	assert_int_equal(memctl_init(&mc), 0);
	for (u32 i = 0; i < ARRAY_SIZE(base); i++) {
		assert_int_equal(memctl_stage_write(&mc, base[i], bytes, 8), -EFAULT);
		assert_int_equal(memctl_stage_open(&mc), 0);
		assert_int_equal(memctl_stage_write(&mc, base[i], bytes, 8), 0);
		memctl_stage_close(&mc);
		assert_int_equal(memctl_stage_write(&mc, base[i], bytes, 8), -EFAULT);
	}
	memctl_destroy(&mc);
}

/* ------------------------------------------------------------------- the copy */

static void add_to(__le32 *field, u32 more)
{
	*field = cpu_to_le32(le32_to_cpu(*field) + more);
}

/* 1.1 with more text, none of it zero. */
static struct image make_longer(void)
{
	const struct mrb_header *from = (const void *)v1_1.bytes;
	struct image img = { malloc(v1_1.size + MORE_TEXT), v1_1.size + MORE_TEXT };
	u32 end = le32_to_cpu(from->block[0].file_size);
	struct mrb_header *h = (void *)img.bytes;

	memcpy(img.bytes, v1_1.bytes, end);
	memset(img.bytes + end, 0x13, MORE_TEXT);
	memcpy(img.bytes + end + MORE_TEXT, v1_1.bytes + end, v1_1.size - end);
	add_to(&h->total_size, MORE_TEXT);
	add_to(&h->block[0].file_size, MORE_TEXT);
	add_to(&h->block[0].mem_size, MORE_TEXT);
	for (u32 i = 1; i < le16_to_cpu(h->nr_blocks); i++)
		add_to(&h->block[i].file_offset, MORE_TEXT);
	image_sign(&img);
	return img;
}

/* The text window holds the image's text and nothing else. */
static void only_text_of(struct model *m, const struct image *img)
{
	const u8 *text = m->a.memctl.region.text;
	u32 bytes = memctl_text_bytes((const void *)img->bytes);

	assert_memory_equal(text, img->bytes, bytes);
	for (u32 at = bytes; at < BOARD_TEXT_SIZE; at++)
		if (text[at])
			fail_msg("text at %x is %02x behind the image's end", at, text[at]);
}

static void tail_kind(const struct board_kind *kind)
{
	struct model *m = start_kind(kind);

	update_well(m, &longer_1_1);
	only_text_of(m, &longer_1_1);
	update_well(m, &v1_1);
	only_text_of(m, &v1_1);
	/* there and back */
	begin_probation(m, &longer_1_1);
	only_text_of(m, &longer_1_1);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	only_text_of(m, &v1_1);
	model_free(m);
}

static void test_tail(void **state)
{
	for_each(tail_kind);
}

static struct model *the_model;
static u32 looked;

/* Something is written behind the mirror, so there is something for the pause to copy. */
static void busy_prepare(void *board, const struct mrb_header *image, u32 keep)
{
	adapter_overlay_ops.memory->prepare(board, image, keep);
	pattern(&cmds[0], 1, 4096);
	assert_int_equal(rw_blocks(the_model, 0, &cmds[0], true, 100, 8), 0);
}

static int verify_damaged(void *board, const struct mrb_header *image, u32 keep, u8 *at)
{
	*at ^= 4;
	assert_int_equal(adapter_overlay_ops.memory->verify(board, image, keep), -EIO);
	*at ^= 4;
	looked++;
	return adapter_overlay_ops.memory->verify(board, image, keep);
}

/* The statistics of target 0, which busy_prepare() changes, were copied in the pause. */
static int verify_table(void *board, const struct mrb_header *image, u32 keep)
{
	const struct mrb_schema *s = mrb_find_schema(image, 2);

	return verify_damaged(board, image, keep, the_model->a.memctl.region.data +
			      le32_to_cpu(s->address) - BOARD_DATA_BASE);
}

static int verify_image(void *board, const struct mrb_header *image, u32 keep)
{
	struct segments *region = &the_model->a.memctl.region;

	verify_damaged(board, image, keep, region->text);
	verify_damaged(board, image, keep, region->text + memctl_text_bytes(image) - 1);
	/* of the data block it is what no table is kept in: the end */
	return verify_damaged(board, image, keep, region->data + memctl_data_bytes(image) - 1);
}

/* What the pause has copied is compared: text and data, or the tables that I/O changed. */
static void verify_kind(const struct board_kind *kind)
{
	struct model *m = start_kind(kind);

	the_model = m;
	looked = 0;
	m->memory_ops.prepare = busy_prepare;
	m->memory_ops.verify = kind->banks ? verify_table : verify_image;
	update_well(m, &v1_1);
	assert_int_equal(looked, kind->banks ? 1 : 3);
	model_free(m);
}

static void test_verify(void **state)
{
	for_each(verify_kind);
}

/* What may be kept is a table of both images, in the same format and place. */
static void test_may_keep(void **state)
{
	struct mrb_header image = *(const struct mrb_header *)v1_1.bytes;
	struct mrb_header old = image;
	u32 all = BIT(le16_to_cpu(image.nr_schemas)) - 1;

	assert_true(memctl_may_keep(&image, &old, 0));
	assert_true(memctl_may_keep(&image, &old, all));
	assert_false(memctl_may_keep(&image, &old, all + 1));
	assert_false(memctl_may_keep(&image, &old, BIT(31)));
	old.schema[0].count = cpu_to_le32(le32_to_cpu(old.schema[0].count) + 1);
	assert_false(memctl_may_keep(&image, &old, 1));
	assert_true(memctl_may_keep(&image, &old, all & ~1u));
	assert_int_equal(mrb_equal_schemas(&image, &old), all & ~1u);
}

/* Marks that the board wants for itself are not for the microcode. */
static void test_silent_marks(void **state)
{
	struct model *m = start(&model_config);
	struct memctl *mc = &m->a.memctl;

	assert_int_equal(memctl_stage_open(mc), 0);
	memctl_mark(mc, true, true);
	set_bit(3, mc->dirty);
	assert_int_equal(memctl_next_dirty(mc, 0), -ENOENT);
	memctl_mark(mc, true, false);
	set_bit(3, mc->dirty);
	assert_int_equal(memctl_next_dirty(mc, 0), 3 * BUS_GRANULE);
	assert_int_equal(memctl_next_dirty(mc, 0), -ENOENT);
	memctl_mark(mc, false, false);
	memctl_stage_close(mc);
	model_free(m);
}

/* The conventional way in: only into an unlocked region, and not beyond it. */
static void test_overwrite(void **state)
{
	struct model *m = start(&model_config);
	struct memctl *mc = &m->a.memctl;
	const u32 ends[] = { BOARD_TEXT_BASE + BOARD_TEXT_SIZE, BOARD_DATA_BASE + BOARD_DATA_SIZE };
	u8 bytes[8] = {};

	assert_int_equal(memctl_overwrite(mc, BOARD_TEXT_BASE, mc->region.text, 8), -EACCES);
	assert_int_equal(memctl_unlock(mc), 0);
	assert_int_equal(memctl_overwrite(mc, BOARD_TEXT_BASE, mc->region.text, 8), 0);
	for (u32 i = 0; i < ARRAY_SIZE(ends); i++) {
		assert_int_equal(memctl_overwrite(mc, ends[i] - 8, bytes, 8), 0);
		assert_int_equal(memctl_overwrite(mc, ends[i] - 4, bytes, 8), -EFAULT);
		assert_int_equal(memctl_overwrite(mc, ends[i], bytes, 4), -EFAULT);
	}
	memctl_lock(mc);
	model_free(m);
}

static int verify_counted(void *board, const struct mrb_header *image, u32 keep)
{
	looked++;
	return adapter_overlay_ops.memory->verify(board, image, keep);
}

/* What the board itself brings back at a rollback is compared as well. */
static void rollback_kind(const struct board_kind *kind)
{
	struct image img = copy_of(&v1_1);
	struct model *m = start_kind(kind);

	((struct mrb_header *)img.bytes)->rollback_entry = 0;
	image_sign(&img);
	looked = 0;
	m->memory_ops.verify = verify_counted;
	begin_probation(m, &img);
	assert_int_equal(looked, 1);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(looked, 2);
	model_free(m);
	image_free(&img);
}

static void test_verify_rollback(void **state)
{
	for_each(rollback_kind);
}

static int unlock_later(void *board)
{
	const struct mrb_header *image = &the_model->ov.staged;
	u64 saved, copied;

	assert_int_equal(adapter_overlay_ops.memory->put(board, image, 0, &saved, &copied),
			 -EACCES);
	looked++;
	return adapter_overlay_ops.memory->unlock(board);
}

static int put_again(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied)
{
	int err = adapter_overlay_ops.memory->put(board, image, keep, saved, copied);
	u64 ignored;

	assert_int_equal(adapter_overlay_ops.memory->put(board, image, keep, &ignored, &ignored),
			 -EALREADY);
	looked++;
	return err;
}

/* The image is put in place once, and not before the region is unlocked. */
static void put_kind(const struct board_kind *kind)
{
	struct model *m = start_kind(kind);

	the_model = m;
	looked = 0;
	m->memory_ops.unlock = unlock_later;
	m->memory_ops.put = put_again;
	update_well(m, &v1_1);
	assert_int_equal(looked, 2);
	model_free(m);
}

static void test_put_once(void **state)
{
	for_each(put_kind);
}

/* ------------------------------------------------------------------ the queues */

static bool all_held(const struct adapter *a, bool held)
{
	for (u32 i = 0; i < a->cfg.nr_queues; i++)
		if (a->queues[i].held != held)
			return false;
	return true;
}

/* U10: all are held while the state is one of the pause, and none before or after that. */
static enum overlay_exit watch_run(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	enum overlay_state now = the_model->ov.status.state;
	bool paused = now >= OVERLAY_PAUSED && now <= OVERLAY_STARTING;

	assert_true(all_held(board, paused));
	looked++;
	return adapter_overlay_ops.processor->run(board, limit, call, insns);
}

static void watch_prepare(void *board, const struct mrb_header *image, u32 keep)
{
	busy_prepare(board, image, keep);
	assert_true(all_held(board, false));
}

static void hold_kind(const struct board_kind *kind)
{
	struct model *m = start_kind(kind);

	the_model = m;
	looked = 0;
	m->processor_ops.run = watch_run;
	m->memory_ops.prepare = watch_prepare;
	update_well(m, &v1_1);
	update_well(m, &v2_0);
	assert_true(looked > 20);
	model_free(m);
}

static void test_hold(void **state)
{
	for_each(hold_kind);
}

static void *track(void *m)
{
	adapter_overlay_ops.memory->track(&((struct model *)m)->a, true);
	return NULL;
}

/*
 * U8: a hart that executes when tracking begins still writes without a mark. So tracking
 * waits for each queue's lock once: what was written before that is all there to be read.
 */
static void test_track_waits(void **state)
{
	struct model *m = start(&model_config);
	pthread_t thread;

	assert_int_equal(memctl_stage_open(&m->a.memctl), 0);
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++) {
		struct timespec end;

		clock_gettime(CLOCK_REALTIME, &end);
		end.tv_nsec += BLOCKED_MS * 1000000;
		end.tv_sec += end.tv_nsec / 1000000000;
		end.tv_nsec %= 1000000000;
		spin_lock_bh(&m->a.queues[i].lock);
		assert_int_equal(pthread_create(&thread, NULL, track, m), 0);
		assert_int_equal(pthread_timedjoin_np(thread, NULL, &end), ETIMEDOUT);
		spin_unlock_bh(&m->a.queues[i].lock);
		assert_int_equal(pthread_join(thread, NULL), 0);
		adapter_overlay_ops.memory->track(&m->a, false);
	}
	memctl_stage_close(&m->a.memctl);
	model_free(m);
}

static int read_more_images(void **state)
{
	read_images(state);
	longer_1_1 = make_longer();
	return 0;
}

static int free_more_images(void **state)
{
	image_free(&longer_1_1);
	return free_images(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sram_keys),
		cmocka_unit_test(test_bank_register),
		cmocka_unit_test(test_bank_undo),
		cmocka_unit_test(test_seal),
		cmocka_unit_test(test_stage_closed),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_verify_rollback),
		cmocka_unit_test(test_overwrite),
		cmocka_unit_test(test_may_keep),
		cmocka_unit_test(test_silent_marks),
		cmocka_unit_test(test_put_once),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_track_waits),
	};

	return cmocka_run_group_tests(tests, read_more_images, free_more_images);
}
