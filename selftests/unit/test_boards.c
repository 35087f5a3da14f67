// SPDX-License-Identifier: GPL-2.0
/*
 * All kinds of board, from their table: the same images update each that can be updated
 * (S4), each is locked (S1, S2) and wants its caches flushed (S3), and those that cannot
 * be updated say so (S6).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/memory/board_kind.h"
#include "../../overlay/engine/engine.h"
#include "fixture.h"

#define MORE_TEXT	0x40000u

static struct image v2_2;

static struct adapter_config config_of(const struct board_kind *kind)
{
	struct adapter_config cfg = model_config;

	cfg.kind = kind;
	return cfg;
}

static struct model *start_kind(const struct board_kind *kind)
{
	struct adapter_config cfg = config_of(kind);
	struct model *m = start(&cfg);

	write_some(m);
	return m;
}

static void for_each(bool fixed, void (*fn)(const struct board_kind *kind))
{
	u32 n = 0;

	for (u32 i = 0; board_kinds[i]; i++) {
		if (board_kinds[i]->fixed != fixed)
			continue;
		print_message("# %s\n", board_kinds[i]->name);
		fn(board_kinds[i]);
		n++;
	}
	assert_true(n >= 2);
}

static bool board_locked(struct model *m)
{
	const struct bus_window *w = &m->a.service.hart.win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS];

	return !memctl_is_open(&m->a.memctl) && w->perm == (BUS_R | BUS_X) &&
	       w->mem == m->a.memctl.region.text && w->insns == m->a.memctl.icache.insns;
}

/* All is where it belongs: text and its cache, tables, nothing of the update. */
static void check_in_place(struct model *m, const struct image *img)
{
	const struct memctl *mc = &m->a.memctl;

	assert_string_equal(m->ov.status.error, "none");
	assert_true(board_locked(m));
	assert_memory_equal(mc->region.text, img->bytes, mc->icache.nr * 4);
	assert_null(mc->staging.text);
	assert_null(mc->undo.text);
	assert_null(mc->dirty);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	check_some(m);
}

/* S4: equal tables, converted ones, several versions at once, and the way back. */
static void update_kind(const struct board_kind *kind)
{
	struct model *m = start_kind(kind);

	assert_int_equal(model_update(m, &v1_1), 0);
	take_attention(m, UA_MICROCODE);
	check_in_place(m, &v1_1);
	check_revision(m, "1.1 ");
	assert_int_equal(model_update(m, &v2_0), 0);
	take_attention(m, UA_MICROCODE);
	check_in_place(m, &v2_0);
	assert_int_equal(model_update(m, &v2_2), 0);
	take_attention(m, UA_MICROCODE);
	check_in_place(m, &v2_2);

	/* S7: gone with the power */
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	take_attention(m, UA_POWER_ON);
	check_revision(m, "1.0 ");
	check_some(m);
	model_free(m);
}

static void test_update(void **state)
{
	for_each(false, update_kind);
}

static void roll_back_kind(const struct board_kind *kind)
{
	const struct image *images[] = { &v1_1, &v2_0 };

	for (u32 i = 0; i < ARRAY_SIZE(images); i++) {
		struct model *m = start_kind(kind);

		begin_probation(m, images[i]);
		take_attention(m, UA_MICROCODE);
		check_some(m);
		assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
		assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
		assert_non_null(strstr(m->ov.status.error, "rolled back by hand"));
		clear_attentions(m);
		check_untouched(m, &v1_0, 8);
		assert_true(board_locked(m));
		model_free(m);
	}
}

static void test_roll_back(void **state)
{
	for_each(false, roll_back_kind);
}

/* What the harts execute, whatever the text in place is. */
static void check_cache(struct model *m, const struct image *img)
{
	const struct mrb_header *h = (const void *)img->bytes;
	const struct icache *ic = &m->a.memctl.icache;
	u32 bytes = le32_to_cpu(h->block[0].file_size);
	struct insn *insns = calloc(bytes / 4, sizeof(*insns));

	icache_decode(insns, img->bytes, bytes);
	assert_int_equal(ic->nr, bytes / 4);
	assert_memory_equal(ic->insns, insns, ic->nr * sizeof(*insns));
	free(insns);
}

static const struct board_kind *the_kind;

static void refused_kind(const struct image *img, const char *why)
{
	struct model *m = start_kind(the_kind);

	assert_int_not_equal(model_update(m, img), 0);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
	check_untouched(m, &v1_0, 8);
	assert_true(board_locked(m));
	model_free(m);
}

static void refused_code(size_t entry, const u32 *code, u32 words, const char *why)
{
	struct image img = patched(&v1_1, entry, code, words);

	refused_kind(&img, why);
	image_free(&img);
}

#define REFUSED(entry, why, ...)						\
	refused_code(entry, (const u32[]){ __VA_ARGS__ },			\
		     sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), why)

#define TO_TEXT	LUI(T0, BOARD_TEXT_BASE >> 12)
#define STORE	SW(T1, T0, 0x400)
#define KEEP	ADDI(A0, X0, 7)

/* S1, S2: whoever stores into the text traps, unlocked or not. */
static void store_kind(const struct board_kind *kind)
{
	the_kind = kind;
	REFUSED(BOOTSTRAP, "converting: image trapped: store", TO_TEXT, STORE);
	REFUSED(BOOTSTRAP, "paused: image trapped: store", QUIESCE, TO_TEXT, STORE);
	REFUSED(BOOTSTRAP, "swapping: image trapped: store", QUIESCE, UNLOCK, TO_TEXT, STORE);
	REFUSED(BOOTSTRAP, "swapping: image trapped: store", QUIESCE, UNLOCK, KEEP, COPY,
		TO_TEXT, STORE);
	REFUSED(RUNTIME, "starting: image trapped: store", CSRRW(X0, 0x305, X0), TO_TEXT,
		STORE);
}

static void test_stores(void **state)
{
	for_each(false, store_kind);
}

/* Wherever it ends, the old image and its tables are what they were. */
static void undo_kind(const struct board_kind *kind)
{
	the_kind = kind;
	REFUSED(BOOTSTRAP, "paused: image trapped: illegal", QUIESCE, 0);
	REFUSED(BOOTSTRAP, "swapping: image trapped: illegal", QUIESCE, UNLOCK, KEEP, COPY, 0);
	REFUSED(BOOTSTRAP, "swapping: image trapped: illegal", QUIESCE, UNLOCK, KEEP, COPY,
		FLUSH, VERIFY, 0);
	REFUSED(BOOTSTRAP, "starting: image trapped: illegal", QUIESCE, UNLOCK, KEEP, COPY,
		VERIFY, LOCK, 0);
	REFUSED(RUNTIME, "starting: a hart did not start",
		BEQ(A0, X0, 8), JAL(X0, 0), RESUME, WFI);
	REFUSED(RUNTIME, "starting: image trapped: illegal",
		LUI(T0, 0x90000), ADDI(T1, X0, 0x555), SW(T1, T0, 0), SW(T1, T0, 64),
		CSRRW(X0, 0x305, X0), 0);
	/* COPY after no UNLOCK, and twice */
	REFUSED(BOOTSTRAP, "paused: image trapped: ", QUIESCE, KEEP, COPY);
	REFUSED(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP, COPY, KEEP, COPY);
}

static void test_undo(void **state)
{
	for_each(false, undo_kind);
}

/*
 * S3: the run-time begins with an instruction that there is not, so who has flushed
 * the caches fails; who has not runs the old image's instructions, though the text is new.
 */
static void flush_kind(const struct board_kind *kind)
{
	for (u32 flush = 0; flush < 2; flush++) {
		const struct mrb_header *h = (const void *)v1_1.bytes;
		u32 runtime = BOARD_TEXT_BASE + le32_to_cpu(h->runtime_entry);
		struct image img = PATCHED(&v1_1, BOOTSTRAP, QUIESCE, UNLOCK, KEEP, COPY, VERIFY,
					   flush ? FLUSH : NOP, flush ? NOP : NOP, LOCK,
					   LUI(T0, HI(runtime)), ADDI(A0, X0, 0),
					   ADDI(A1, X0, START_OVERLAY),
					   JALR(X0, T0, LO(runtime)));
		struct model *m = start_kind(kind);

		*image_entry(&img, h->runtime_entry) = 0;
		image_sign(&img);
		assert_int_equal(model_update(m, &img), flush ? -ECANCELED : 0);
		if (!flush)
			assert_memory_equal(m->a.memctl.region.text, img.bytes,
					    m->a.memctl.icache.nr * 4);
		assert_true(board_locked(m));
		model_free(m);
		image_free(&img);
	}
}

static void test_flush(void **state)
{
	for_each(false, flush_kind);
}

/* It loops so many times before the copy and before the flush. */
static struct image slow_swap(u32 before_copy, u32 before_flush)
{
	const struct mrb_header *h = (const void *)v1_1.bytes;
	u32 runtime = BOARD_TEXT_BASE + le32_to_cpu(h->runtime_entry);

	return PATCHED(&v1_1, BOOTSTRAP, QUIESCE, UNLOCK,
		       LUI(T2, HI(before_copy)), ADDI(T2, T2, LO(before_copy)),
		       ADDI(T2, T2, -1), BNE(T2, X0, -4), KEEP, COPY, VERIFY,
		       LUI(T2, HI(before_flush)), ADDI(T2, T2, LO(before_flush)),
		       ADDI(T2, T2, -1), BNE(T2, X0, -4), FLUSH, LOCK,
		       LUI(T0, HI(runtime)), ADDI(A0, X0, 0), ADDI(A1, X0, START_OVERLAY),
		       JALR(X0, T0, LO(runtime)));
}

/*
 * S2, S3: where unlocking ends by itself an image that takes too long for the copy is
 * refused, and one that takes too long for the flush runs the old instructions.
 */
static void loiter_kind(const struct board_kind *kind)
{
	struct image img[] = { slow_swap(20, 20), slow_swap(99999, 20), slow_swap(20, 99999) };

	for (u32 i = 0; i < ARRAY_SIZE(img); i++) {
		struct model *m = start_kind(kind);
		int err = model_update(m, &img[i]);

		assert_int_equal(err, kind->expired && i == 1 ? -ECANCELED : 0);
		if (err)
			check_untouched(m, &v1_0, 8);
		else
			check_cache(m, kind->expired && i == 2 ? &v1_0 : &img[i]);
		assert_true(board_locked(m));
		model_free(m);
		image_free(&img[i]);
	}
}

static void test_loiter(void **state)
{
	for_each(false, loiter_kind);
}

static int fetch(struct overlay_source *source, const void **file, size_t *size,
		 const char **why)
{
	*file = v2_0.bytes;
	*size = v2_0.size;
	return 0;
}

/* The conventional way writes to the unlocked region piece by piece; then an overlay. */
static void conventional_kind(const struct board_kind *kind)
{
	struct overlay_source source = { .fetch = fetch };
	struct model *m = start_kind(kind);

	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_conventional(&m->ov, &source, &m->result), 0);
	take_attention(m, UA_POWER_ON);
	check_revision(m, "2.0 ");
	assert_true(board_locked(m));
	check_cache(m, &v2_0);
	assert_int_equal(model_update(m, &v2_2), 0);
	take_attention(m, UA_MICROCODE);
	check_cache(m, &v2_2);
	check_some(m);
	model_free(m);
}

static void test_conventional(void **state)
{
	for_each(false, conventional_kind);
}

/* S6, and nothing else is different: it serves I/O. */
static void fixed_kind(const struct board_kind *kind)
{
	struct model *m = start_kind(kind);
	const char *why = kind->services ? "board cannot be updated" :
			  "board lacks the services for an update";

	assert_int_equal(overlay_claim(&m->ov), -EOPNOTSUPP);
	assert_non_null(strstr(m->ov.status.error, why));
	assert_int_equal(overlay_claim_check(&m->ov, "1.1"), -EOPNOTSUPP);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_false(overlay_is_busy(&m->ov));
	assert_int_equal(m->ov.status.recorded, 0);
	assert_int_equal(memctl_unlock(&m->a.memctl), -EOPNOTSUPP);
	check_untouched(m, &v1_0, 8);
	assert_true(board_locked(m));
	model_free(m);
}

static void test_fixed(void **state)
{
	for_each(true, fixed_kind);
}

static void add_to(__le32 *field, u32 more)
{
	*field = cpu_to_le32(le32_to_cpu(*field) + more);
}

/* 1.1 with so many more bytes of text. */
static struct image longer(u32 more)
{
	struct image img = { malloc(v1_1.size + more), v1_1.size + more };
	const struct mrb_header *from = (const void *)v1_1.bytes;
	u32 end = le32_to_cpu(from->block[0].file_size);
	struct mrb_header *h = (void *)img.bytes;

	memcpy(img.bytes, v1_1.bytes, end);
	memset(img.bytes + end, 0x13, more);
	memcpy(img.bytes + end + more, v1_1.bytes + end, v1_1.size - end);
	add_to(&h->total_size, more);
	add_to(&h->block[0].file_size, more);
	add_to(&h->block[0].mem_size, more);
	for (u32 i = 1; i < le16_to_cpu(h->nr_blocks); i++)
		add_to(&h->block[i].file_offset, more);
	image_sign(&img);
	return img;
}

static u64 pause_bytes(const struct board_kind *kind, u32 more, u32 ports)
{
	struct adapter_config cfg = config_of(kind);
	struct image img = longer(more);
	struct model *m;
	u64 bytes;

	cfg.nr_ports = ports;
	m = start(&cfg);
	if (model_update(m, &img))
		fail_msg("%s", m->ov.status.error);
	bytes = m->ov.status.last.pause_bytes;
	assert_int_equal(fabric_logins(&m->a.fabric), ports);
	model_free(m);
	image_free(&img);
	return bytes;
}

/* U10: with banks the pause grows neither with the image nor with the logins. */
static void pause_kind(const struct board_kind *kind)
{
	u64 bytes = pause_bytes(kind, 0, 8);

	if (!kind->banks) {
		assert_int_equal(pause_bytes(kind, MORE_TEXT, 8), bytes + MORE_TEXT);
		return;
	}
	assert_int_equal(pause_bytes(kind, MORE_TEXT, 8), bytes);
	assert_int_equal(pause_bytes(kind, 0, 512), bytes);
	assert_true(bytes <= 4 * DIRTY_GRANULE);
}

static void test_pause(void **state)
{
	for_each(false, pause_kind);
}

static u8 tables[BOARD_DATA_SIZE];
static struct model *the_model;
static u32 compared;

/* The bank that is not in place has been prepared, and now its tables change. */
static void busy_prepare(void *board, const struct mrb_header *image, u32 keep)
{
	adapter_overlay_ops.memory->prepare(board, image, keep);
	for (u32 i = 0; i < 8; i++) {
		pattern(&cmds[0], i, 4096);
		assert_int_equal(rw_blocks(the_model, i % 2, &cmds[0], true, i * 100, 8), 0);
	}
}

static void note_tables(struct model *m)
{
	memcpy(tables, m->a.memctl.region.data, sizeof(tables));
}

static int compare_tables(void *board, const struct mrb_header *image, u32 keep)
{
	const struct memctl *mc = &the_model->a.memctl;

	for (u32 i = 0; i < le16_to_cpu(image->nr_schemas); i++) {
		const struct mrb_schema *s = &image->schema[i];
		u32 at = le32_to_cpu(s->address) - BOARD_DATA_BASE;

		if (!(keep & 1u << i))
			continue;
		assert_memory_equal(mc->region.data + at, tables + at,
				    le32_to_cpu(s->record_size) * le32_to_cpu(s->count));
		compared++;
	}
	return adapter_overlay_ops.memory->verify(board, image, keep);
}

/* What is written between the preparation and the pause is in place after it. */
static void busy_kind(const struct board_kind *kind)
{
	const struct image *images[] = { &v1_1, &v1_1, &v2_0, &v2_0, &v2_2 };
	struct model *m = start_kind(kind);

	the_model = m;
	m->memory_ops.prepare = busy_prepare;
	m->memory_ops.verify = compare_tables;
	m->on_hold = note_tables;
	compared = 0;
	for (u32 i = 0; i < ARRAY_SIZE(images); i++) {
		assert_int_equal(model_update(m, images[i]), 0);
		if (kind->banks)
			assert_in_range(m->ov.status.last.pause_bytes, 1, 64 * DIRTY_GRANULE);
		take_attention(m, UA_MICROCODE);
		check_in_place(m, images[i]);
	}
	assert_true(compared > 3);
	model_free(m);
}

static void test_busy(void **state)
{
	for_each(false, busy_kind);
}

static int find_zeros(void *board, const struct mrb_header *image, u32 keep)
{
	const struct mrb_schema *s = &image->schema[0];
	const u8 *at = the_model->a.memctl.region.data + le32_to_cpu(s->address) -
		       BOARD_DATA_BASE;

	assert_int_equal(keep, 0);
	for (u32 i = 0; i < le32_to_cpu(s->record_size) * le32_to_cpu(s->count); i++)
		assert_int_equal(at[i], 0);
	compared++;
	return adapter_overlay_ops.memory->verify(board, image, keep);
}

/* An image that keeps nothing has the tables that it came with. */
static void nothing_kept_kind(const struct board_kind *kind)
{
	struct image img = PATCHED(&v1_1, BOOTSTRAP, QUIESCE, UNLOCK, ADDI(A0, X0, 0), COPY,
				   VERIFY, WFI);
	struct model *m = start_kind(kind);

	the_model = m;
	compared = 0;
	m->memory_ops.prepare = busy_prepare;
	m->memory_ops.verify = find_zeros;
	assert_int_not_equal(model_update(m, &img), 0);
	assert_int_equal(compared, 1);
	check_untouched(m, &v1_0, 8);
	model_free(m);
	image_free(&img);
}

static void test_nothing_kept(void **state)
{
	for_each(false, nothing_kept_kind);
}

static int read_more_images(void **state)
{
	v2_2 = image_read("2.2");
	return read_images(state);
}

static int free_more_images(void **state)
{
	image_free(&v2_2);
	return free_images(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_roll_back),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_loiter),
		cmocka_unit_test(test_conventional),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_nothing_kept),
	};

	return cmocka_run_group_tests(tests, read_more_images, free_more_images);
}
