// SPDX-License-Identifier: GPL-2.0
/*
 * Images that misuse the system services of an update: loaders, bootstraps and
 * run-times that call out of order, leave code behind, or fail when the new
 * image runs already; and updates of an adapter that has failed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"

#define CSR_MTVEC	0x305
#define KEEP_ALL	ADDI(A0, X0, 7)
#define MAX_WORDS	256

/* No hart executes anything but what the memory controller has decoded. */
static void check_icache(struct model *m)
{
	const struct icache *ic = &m->a.memctl.icache;
	u32 text = BOARD_TEXT_BASE >> BUS_WINDOW_BITS;

	assert_ptr_equal(m->a.service.hart.win[text].insns, ic->insns);
	assert_int_equal(m->a.service.hart.win[text].nr_insns, ic->nr);
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++) {
		assert_ptr_equal(m->a.queues[i].hart.win[text].insns, ic->insns);
		assert_int_equal(m->a.queues[i].hart.win[text].nr_insns, ic->nr);
	}
	assert_null(m->a.memctl.prefetched.insns);
}

static void check_error(struct model *m, const char *why)
{
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
}

/* Twice, as the first may leave something behind. */
static void loader_refused(const struct image *rom, const struct image *img, const char *why)
{
	struct model *m = start_rom(&model_config, rom);

	write_some(m);
	for (u32 i = 0; i < 2; i++) {
		assert_int_not_equal(model_update(m, img), 0);
		check_error(m, why);
		check_untouched(m, rom, 8);
		check_icache(m);
	}
	model_free(m);
}

static void loader_code_refused(const u32 *code, u32 words, const char *why)
{
	struct image rom = patched(&v1_0, UPDATE, code, words);

	loader_refused(&rom, &v1_1, why);
	image_free(&rom);
}

#define LOADER(why, ...)						\
	loader_code_refused((const u32[]){ __VA_ARGS__ },			\
			    sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), why)

static void test_loader_out_of_order(void **state)
{
	LOADER("loading: image trapped: ", LUI(A1, HI(BOARD_STAGING_TEXT_BASE)), READ);
	LOADER("loading: image trapped: ", LUI(A1, HI(BOARD_STAGING_TEXT_BASE)),
	       ADDI(A2, X0, 64), READ);
	LOADER("loading: image trapped: ", LUI(A1, HI(BOARD_STAGING_DATA_BASE)),
	       ADDI(A2, X0, 64), READ);
	LOADER("loading: image trapped: ", STAGED);
	LOADER("loading: image trapped: ", OPEN, OPEN);
	LOADER("loading: image trapped: ", OPEN, READ, OPEN);
	LOADER("loading: image trapped: ", OPEN, QUIESCE);
	LOADER("loading: image trapped: ", OPEN, COPY);
	LOADER("loading: image trapped: ", RESUME);
	LOADER("staging is not as the file says", OPEN, STAGED);
}

/* It reads the file's start to somewhere, and hands on what the answer is. */
static void loader_reads(u32 address, u32 len)
{
	LOADER("source not readable, error 0xfffffff2", OPEN,	/* -EFAULT */
	       ADDI(A0, X0, 0), LUI(A1, HI(address)), ADDI(A1, A1, LO(address)),
	       LUI(A2, HI(len)), ADDI(A2, A2, LO(len)), READ,
	       ADDI(A1, A0, 0), ADDI(A0, X0, ABORT_SOURCE), ABORT);
}

static void test_loader_reads_elsewhere(void **state)
{
	loader_reads(BOARD_TEXT_BASE, 64);
	loader_reads(BOARD_DATA_BASE, 64);
	loader_reads(0, 64);
	loader_reads(0xfffffff0, 64);
	loader_reads(BOARD_STAGING_TEXT_BASE - 4, 8);
	loader_reads(BOARD_STAGING_TEXT_BASE + BOARD_TEXT_SIZE - 4, 8);
	loader_reads(BOARD_STAGING_DATA_BASE + BOARD_DATA_SIZE - 4, 0xffffffff);
}

/* It reads the whole file again and again: that takes its time, too. */
static void test_loader_reads_for_ever(void **state)
{
	LOADER("loading: image hangs", OPEN, LUI(A1, HI(BOARD_STAGING_TEXT_BASE)),
	       ADDI(A2, X0, -1), ADDI(A0, X0, 0), READ, JAL(X0, -12));
}

static u32 staging_of(const struct mrb_block *b)
{
	u32 address = le32_to_cpu(b->address);

	switch (le32_to_cpu(b->type)) {
	case MRB_TEXT:
		return address - BOARD_TEXT_BASE + BOARD_STAGING_TEXT_BASE;
	case MRB_DATA:
		return address - BOARD_DATA_BASE + BOARD_STAGING_DATA_BASE;
	default:
		return address;
	}
}

static u32 *load(u32 *at, u32 offset, u32 address, u32 len)
{
	const u32 code[] = {
		LUI(A0, HI(offset)), ADDI(A0, A0, LO(offset)),
		LUI(A1, HI(address)), ADDI(A1, A1, LO(address)),
		LUI(A2, HI(len)), ADDI(A2, A2, LO(len)), READ,
	};

	memcpy(at, code, sizeof(code));
	return at + ARRAY_SIZE(code);
}

/*
 * A loader that puts @img into staging, and 4 bytes of the file to @stray if
 * that is not 0. It fills no control block, at which @img's bootstrap stops.
 */
static void stray_refused(const struct image *img, u32 stray, const char *why)
{
	const struct mrb_header *h = (const void *)img->bytes;
	u32 bootstrap = BOARD_STAGING_TEXT_BASE + le32_to_cpu(h->bootstrap_entry);
	u32 code[MAX_WORDS] = { OPEN };
	u32 *at = code + 1;
	struct image rom;

	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++)
		at = load(at, le32_to_cpu(h->block[i].file_offset), staging_of(&h->block[i]),
			  le32_to_cpu(h->block[i].file_size));
	if (stray)
		at = load(at, 0, stray, 4);
	*at++ = STAGED;
	*at++ = LUI(T0, HI(bootstrap));
	*at++ = JALR(X0, T0, LO(bootstrap));
	rom = patched(&v1_0, UPDATE, code, at - code);
	loader_refused(&rom, img, why);
	image_free(&rom);
}

#define STAGED_WELL	"converting: image aborted: bad control block"
#define STAGED_BADLY	"staging is not as the file says"

static void test_stray_in_data(void **state)
{
	const struct mrb_header *h = (const void *)v1_1.bytes;
	u32 found = 0;

	stray_refused(&v1_1, 0, STAGED_WELL);
	for (u32 i = 0; i < le16_to_cpu(h->nr_blocks); i++) {
		const struct mrb_block *b = &h->block[i];
		u32 file = le32_to_cpu(b->file_size), mem = le32_to_cpu(b->mem_size);

		if (file == mem)
			continue;
		stray_refused(&v1_1, staging_of(b) + file, STAGED_BADLY);
		stray_refused(&v1_1, staging_of(b) + mem - 4, STAGED_BADLY);
		found++;
	}
	assert_true(found > 0);
}

/* 1.1 with its text in two blocks and a gap between; nothing but its start is to run. */
static struct image with_gap(u32 first, u32 gap)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;
	struct mrb_block *b = h->block;
	u32 size = le32_to_cpu(b->file_size);

	memmove(b + 2, b + 1, (MRB_MAX_BLOCKS - 2) * sizeof(*b));
	h->nr_blocks = cpu_to_le16(le16_to_cpu(h->nr_blocks) + 1);
	b[1] = b[0];
	b[0].file_size = cpu_to_le32(first);
	b[0].mem_size = b[0].file_size;
	b[1].address = cpu_to_le32(le32_to_cpu(b[0].address) + first + gap);
	b[1].file_offset = b[0].file_size;
	b[1].file_size = cpu_to_le32(size - first);
	b[1].mem_size = b[1].file_size;
	/* where it lies now there is no code */
	h->update_entry = h->runtime_entry;
	image_sign(&img);
	return img;
}

static void test_stray_in_text(void **state)
{
	const u32 first = 0x2000, gap = 0x1000;
	struct image img = with_gap(first, gap);

	stray_refused(&img, 0, STAGED_WELL);
	stray_refused(&img, BOARD_STAGING_TEXT_BASE + first, STAGED_BADLY);
	stray_refused(&img, BOARD_STAGING_TEXT_BASE + first + gap / 2, STAGED_BADLY);
	stray_refused(&img, BOARD_STAGING_TEXT_BASE + first + gap - 4, STAGED_BADLY);
	image_free(&img);
}

static void test_swap_out_of_order(void **state)
{
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       KEEP_ALL, COPY);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       FLUSH, KEEP_ALL, COPY);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, VERIFY);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, FLUSH);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, LOCK);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY, LOCK);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       FLUSH, FLUSH);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       VERIFY, VERIFY);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, UNLOCK);
	REFUSE(BOOTSTRAP, "converting: image trapped: ", OPEN);
	REFUSE(BOOTSTRAP, "converting: image trapped: ", STAGED);
}

/* Other data than what is in place: not verified, so it cannot be locked. */
static void test_swap_unverified(void **state)
{
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       LUI(T0, HI(0x60100000)), SW(T0, T0, 0), VERIFY, LOCK);
}

/* Tables kept that are not there: refused, and it was the only try. */
static void test_swap_keeps_nonsense(void **state)
{
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, ADDI(A0, X0, -1), COPY,
	       VERIFY);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, ADDI(A0, X0, 8), COPY,
	       KEEP_ALL, COPY);
}

/* fence.i is a flush, and only where that is one: it breaks nothing before. */
static void test_fence_i_before_copy(void **state)
{
	REFUSE(BOOTSTRAP, "converting: image trapped: ", FENCE_I, 0);
	REFUSE(BOOTSTRAP, "paused: image trapped: ", QUIESCE, FENCE_I, 0);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, FENCE_I, 0);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       FENCE_I, FENCE_I, FLUSH, FENCE_I, VERIFY, 0);
	REFUSE(BOOTSTRAP, "starting: image trapped: ", QUIESCE, UNLOCK, KEEP_ALL, COPY,
	       VERIFY, LOCK, FENCE_I, 0);
}

static void test_fence_i_flushes(void **state)
{
	const struct mrb_header *h = (const void *)v1_1.bytes;
	u32 runtime = BOARD_TEXT_BASE + le32_to_cpu(h->runtime_entry);
	struct image img = PATCHED(&v1_1, BOOTSTRAP, QUIESCE, UNLOCK, KEEP_ALL, COPY, VERIFY,
				   FENCE_I, LOCK, ADDI(A0, X0, 0), ADDI(A1, X0, START_OVERLAY),
				   LUI(T0, HI(runtime)), JALR(X0, T0, LO(runtime)));
	struct model *m = start(&model_config);

	assert_int_equal(model_update(m, &img), 0);
	check_icache(m);
	take_attention(m, UA_MICROCODE);
	check_revision(m, "1.1 ");
	image_free(&img);
	model_free(m);
}

/*
 * Without a flush the harts go on with what they have cached, though the text
 * is another. A fence.i that comes too late must not take that from them: it
 * would be freed while they execute it.
 */
static void test_fence_i_after_lock(void **state)
{
	const struct mrb_header *h = (const void *)v1_0.bytes;
	u32 runtime = BOARD_TEXT_BASE + le32_to_cpu(h->runtime_entry);
	struct image img = PATCHED(&v1_1, BOOTSTRAP, QUIESCE, UNLOCK, KEEP_ALL, COPY, VERIFY,
				   LOCK, FENCE_I, ADDI(A0, X0, 0), ADDI(A1, X0, START_OVERLAY),
				   LUI(T0, HI(runtime)), JALR(X0, T0, LO(runtime)));
	struct model *m = start(&model_config);
	const struct insn *cached = m->a.memctl.icache.insns;

	assert_int_equal(model_update(m, &img), 0);
	assert_ptr_equal(m->a.memctl.icache.insns, cached);
	check_icache(m);
	model_start(m, 0, &cmds[4], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	model_start(m, 1, &cmds[5], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	/* they may serve a command, keep it, or crash over it until that is too often */
	for (u32 i = 0; i <= ADAPTER_CRASHES; i++)
		model_service(m);
	assert_true(cmds[4].done || cmds[4].cmd.state == CMD_HART);
	assert_true(cmds[5].done || cmds[5].cmd.state == CMD_HART);
	image_free(&img);
	model_free(m);
}

/*
 * A run-time whose I/O harts take what they are given and do nothing; its
 * service hart resumes and then does @fail, but after a restart it idles (or
 * fails again, if @for_good). T0 is the mailbox, and T1 is not 0.
 */
static struct image fails_when_running(u32 fail, bool for_good)
{
	return PATCHED(&v1_1, RUNTIME,
		       LUI(T0, BOARD_MBOX_BASE >> 12), BEQ(A0, X0, 16), WFI, SB(X0, T0, 0),
		       JAL(X0, -8),
		       ADDI(T1, X0, for_good ? 99 : START_WARM), BEQ(A1, T1, 20), RESUME,
		       CSRRW(X0, CSR_MTVEC, X0), fail, WFI, JAL(X0, -4));
}

/* The queues were released already: the old image comes back, and the error says why. */
static void running_fails(u32 fail, bool for_good, const char *why)
{
	struct image img = fails_when_running(fail, for_good);
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(model_update(m, &img), -ECANCELED);
	check_error(m, why);
	take_attention(m, UA_MICROCODE);
	check_untouched(m, &v1_0, 8);
	check_icache(m);
	image_free(&img);
	model_free(m);
}

static void test_failure_when_running(void **state)
{
	running_fails(0, false, "running: image trapped: illegal instruction");
	running_fails(ECALL, false, "running: call 0x20a out of order");
	running_fails(JAL(X0, 0), false, "running: image hangs");
	running_fails(SB(T1, T0, 0), false, "running: image left its mailbox in disorder");
	running_fails(0, true, "running: image trapped: illegal instruction");
}

static void test_update_of_dead_adapter(void **state)
{
	struct model *m = start(&model_config);

	adapter_fail(&m->a, &m->a.queues[1].hart, "fails as it should");
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);
	assert_false(overlay_is_busy(&m->ov));
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	model_free(m);
}

static void die_in_pause(struct model *m)
{
	for (u32 i = 4; i < 8; i++) {
		model_start(m, i % 2, &cmds[i], inquiry, 6, FRAME_DIR_IN, 96);
		assert_int_equal(cmds[i].cmd.state, CMD_PARKED);
	}
	adapter_fail(&m->a, &m->a.queues[1].hart, "fails as it should");
}

/* Whatever becomes of the update, the commands that waited in it are lost. */
static void test_death_in_pause(void **state)
{
	struct model *m = start(&model_config);

	m->on_hold = die_in_pause;
	model_update(m, &v1_1);
	model_service(m);
	for (u32 i = 4; i < 8; i++) {
		assert_true(cmds[i].done);
		assert_int_equal(cmds[i].cmd.outcome, CMD_LOST);
	}
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);
	check_icache(m);
	model_free(m);
}

static u32 searches;

static s32 next_dirty_hook(void *board, u32 offset)
{
	searches++;
	return adapter_overlay_ops.memory->next_dirty(board, offset);
}

/* A search takes the host long; the pause must not become so long. */
static void test_dirty_storm(void **state)
{
	struct image img = PATCHED(&v1_1, BOOTSTRAP, ADDI(A0, X0, 1), CALL(12), QUIESCE,
				   ADDI(A0, X0, 0), CALL(13), JAL(X0, -12));
	struct model *m = start(&model_config);

	write_some(m);
	m->memory_ops.next_dirty = next_dirty_hook;
	searches = 0;
	assert_int_not_equal(model_update(m, &img), 0);
	assert_non_null(strstr(m->ov.status.error, "paused: image hangs"));
	assert_in_range(searches, 1000, 50000);
	check_untouched(m, &v1_0, 8);
	image_free(&img);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loader_out_of_order),
		cmocka_unit_test(test_loader_reads_elsewhere),
		cmocka_unit_test(test_loader_reads_for_ever),
		cmocka_unit_test(test_stray_in_data),
		cmocka_unit_test(test_stray_in_text),
		cmocka_unit_test(test_swap_out_of_order),
		cmocka_unit_test(test_swap_unverified),
		cmocka_unit_test(test_swap_keeps_nonsense),
		cmocka_unit_test(test_fence_i_before_copy),
		cmocka_unit_test(test_fence_i_flushes),
		cmocka_unit_test(test_fence_i_after_lock),
		cmocka_unit_test(test_failure_when_running),
		cmocka_unit_test(test_update_of_dead_adapter),
		cmocka_unit_test(test_death_in_pause),
		cmocka_unit_test(test_dirty_storm),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
