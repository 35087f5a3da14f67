// SPDX-License-Identifier: GPL-2.0
/*
 * The whole adapter and the overlay engine, executing the real images: I/O,
 * the update, what happens in its pause, and everything that can go wrong
 * with it. Requirement ids are those of the project's requirements.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/container_of.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../mrb/mrb.h"
#include "fixture.h"

static void test_power_on(void **state)
{
	struct model *m = start(&model_config);

	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	assert_true(m->a.memctl.locked);
	check_revision(m, "1.0 ");
	memset(cmds[0].data, 0xff, 4096);
	assert_int_equal(rw_blocks(m, 0, &cmds[0], false, 4088, 8), 0);
	for (u32 i = 0; i < 4096; i++)
		assert_int_equal(cmds[0].data[i], 0);
	assert_int_equal(rw_blocks(m, 0, &cmds[0], false, 4089, 8), CHECK_CONDITION);
	assert_int_equal(sense_of(&cmds[0]), 0x052100);
	write_some(m);
	check_some(m);
	model_free(m);
}

/* A text store traps, whoever tries it (S1). */
static void test_text_locked(void **state)
{
	struct model *m = start(&model_config);
	struct hart *h = &m->a.queues[0].hart;

	assert_int_equal(h->win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS].perm & BUS_W, 0);
	assert_int_equal(m->a.service.hart.win[BOARD_TEXT_BASE >> BUS_WINDOW_BITS].perm & BUS_W, 0);
	model_free(m);
}

static void test_update(void **state)
{
	struct model *m = start(&model_config);
	u32 data = 0;

	write_some(m);
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_string_equal(m->ov.status.error, "none");
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 1));
	assert_int_equal(m->ov.status.updates, 1);
	assert_true(m->a.memctl.locked);
	assert_null(m->a.memctl.staging.text);
	assert_memory_equal(m->a.memctl.region.text, v1_1.bytes, m->a.memctl.icache.nr * 4);

	/* U7: the far end saw no new login and no token that it did not know */
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	check_revision(m, "1.1 ");

	/* U9, U12: what was copied is the text, and the data but the kept tables */
	for (u32 i = 0; i < le16_to_cpu(m->a.image.nr_blocks); i++)
		if (le32_to_cpu(m->a.image.block[i].type) == MRB_DATA)
			data += le32_to_cpu(m->a.image.block[i].mem_size);
	assert_in_range(m->ov.status.last.pause_bytes, m->a.memctl.icache.nr * 4,
			m->a.memctl.icache.nr * 4 + 2 * data);
	assert_true(m->ov.status.last.pause_insns > 0);
	assert_true(m->ov.status.last.pause_ns > 0);
	assert_int_equal(m->ov.status.last.waiting_commands, 0);
	model_free(m);
}

static void submit_in_pause(struct model *m)
{
	u8 read[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

	for (u32 i = 4; i < 10; i++) {
		model_start(m, i % 2, &cmds[i], read, 10, FRAME_DIR_IN, 4096);
		assert_false(cmds[i].done);
	}
}

/* U10: what arrives in the pause waits, and then runs in the new image. */
static void test_pause_parks_commands(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_hold = submit_in_pause;
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_int_equal(m->ov.status.last.waiting_commands, 6);
	assert_true(m->ov.status.last.longest_wait_ns > 0);
	pattern(&cmds[1], 1, 4096);
	for (u32 i = 4; i < 10; i++) {
		assert_true(cmds[i].done);
		if (i == 4) {
			/* the first one meets the unit attention */
			assert_int_equal(sense_of(&cmds[i]), UA_MICROCODE);
			continue;
		}
		assert_int_equal(cmds[i].cmd.status, 0);
		assert_memory_equal(cmds[i].data, cmds[1].data, 4096);
	}
	model_free(m);
}

/*
 * Media operations in flight at the swap: all completions of a load of depth 32
 * arrive in the pause, and end in the image that runs after it.
 */
static void media_in_pause(const struct image *img, bool succeeds)
{
	struct adapter_config cfg = model_config;
	u8 read[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };
	struct model *m;

	cfg.media_latency_ns = 1;
	m = start(&cfg);
	write_some(m);
	for (u32 i = 4; i < 36; i++)
		model_start(m, i % 2, &cmds[i], read, 10, FRAME_DIR_IN, 4096);
	m->on_hold = model_media;
	assert_int_equal(model_update(m, img) == 0, succeeds);
	if (succeeds)
		assert_int_equal(m->ov.status.last.waiting_commands, 32);
	pattern(&cmds[1], 1, 4096);
	for (u32 i = 4; i < 36; i++) {
		assert_true(cmds[i].done);
		assert_int_equal(cmds[i].cmd.status, 0);
		assert_memory_equal(cmds[i].data, cmds[1].data, 4096);
	}
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	model_free(m);
}

static void test_pause_parks_media(void **state)
{
	const u32 dies[] = { QUIESCE, UNLOCK, ADDI(A0, X0, 0), COPY, 0 };
	struct image undone = patched(&v2_0, BOOTSTRAP, dies, ARRAY_SIZE(dies));

	media_in_pause(&v1_1, true);
	media_in_pause(&v2_0, true);
	media_in_pause(&undone, false);
	image_free(&undone);
}

static void no_memory_from_now_on(struct model *m)
{
	host_alloc_left = 0;
}

/* U10: what the pause needs was allocated before it, to 2.0 and to 1.1. */
static void test_pause_allocates_nothing(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_hold = no_memory_from_now_on;
	assert_int_equal(model_update(m, &v1_1), 0);
	host_alloc_left = -1;
	assert_int_equal(model_update(m, &v2_0), 0);
	host_alloc_left = -1;
	take_attention(m, UA_MICROCODE);
	check_some(m);
	model_free(m);
}

static void abort_in_pause(struct model *m)
{
	submit_in_pause(m);
	assert_int_equal(queue_abort(&cmds[5].cmd), 0);
	assert_int_equal(queue_abort_all(&m->a.queues[0], -1), 0);
}

static void test_abort_in_pause(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->on_hold = abort_in_pause;
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_false(cmds[5].done);
	assert_int_equal(queue_abort(&cmds[5].cmd), -ENOENT);
	for (u32 i = 4; i < 10; i += 2)
		assert_int_equal(cmds[i].cmd.outcome, CMD_RESET);
	assert_int_equal(m->ov.status.last.waiting_commands, 2);
	check_revision(m, "1.1 ");
	model_free(m);
}

static void test_refuse_damaged(void **state)
{
	struct image img = copy_of(&v1_1);

	img.size = 0;
	refuse(&img, "loading: ");
	img.size = 100;
	refuse(&img, "loading: ");
	img.size = v1_1.size - 4;
	refuse(&img, "loading: ");
	img.size = v1_1.size;
	img.bytes[img.size - 5] ^= 1;
	refuse(&img, "checksum");
	image_free(&img);
}

/* The loader's own check passes, the host's digest does not (U2). */
static void test_refuse_digest(void **state)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;

	h->sha256[7] ^= 0x10;
	refuse(&img, "SHA-256");
	image_free(&img);
}

static void test_refuse_header(void **state)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;

	h->board_id = cpu_to_le32(1);
	image_sign(&img);
	refuse(&img, "board");
	h->board_id = cpu_to_le32(BOARD_ID);
	h->cap_required = cpu_to_le32(1u << 15);
	image_sign(&img);
	refuse(&img, "capabilities");
	h->cap_required = 0;
	h->cap_provided = 0;
	image_sign(&img);
	refuse(&img, "lose capabilities");
	image_free(&img);
}

static void test_refuse_schema(void **state)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;

	h->schema[0].version = cpu_to_le16(7);
	image_sign(&img);
	refuse(&img, "no conversion");
	image_free(&img);
}

static void test_refuse_older(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_int_not_equal(model_update(m, &v1_0), 0);
	assert_non_null(strstr(m->ov.status.error, "older"));
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 1));
	assert_int_equal(m->ov.status.updates, 1);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	model_free(m);
}

static void test_hostile_bootstrap(void **state)
{
	/* no handler: mtvec still is the old image's */
	REFUSE(BOOTSTRAP, "converting: image trapped: illegal instruction", 0);
	REFUSE(BOOTSTRAP, "converting: image hangs", JAL(X0, 0));
	REFUSE(BOOTSTRAP, "converting: image went idle", WFI);
	REFUSE(BOOTSTRAP, "no conversion", ADDI(A0, X0, ABORT_NO_CONVERSION), ADDI(A1, X0, 3),
	       ABORT);
	/* U14: the old image cannot be written, nor staging's text */
	REFUSE(BOOTSTRAP, "converting: image trapped: store access fault",
	       LUI(T0, 0x80000), SW(T0, T0, 0));
	REFUSE(BOOTSTRAP, "converting: image trapped: store access fault",
	       LUI(T0, 0x90000), SW(T0, T0, 0));
	REFUSE(BOOTSTRAP, "converting: image trapped: store access fault",
	       LUI(T0, 0x50000), SW(T0, T0, 0));
	/* nor what lies behind staged data: nobody would wipe it */
	REFUSE(BOOTSTRAP, "converting: image trapped: store access fault",
	       LUI(T0, 0x601ff), SW(T0, T0, 0));
	/* calls out of order */
	REFUSE(BOOTSTRAP, "converting: image trapped: ", COPY);
	REFUSE(BOOTSTRAP, "converting: image trapped: ", RESUME);
	REFUSE(BOOTSTRAP, "paused: image trapped: ", QUIESCE, COPY);
	REFUSE(BOOTSTRAP, "paused: image hangs", QUIESCE, JAL(X0, 0));
	REFUSE(BOOTSTRAP, "swapping: image hangs", QUIESCE, UNLOCK, JAL(X0, 0));
	/* a copy without the kept tables, then death: undone */
	REFUSE(BOOTSTRAP, "swapping: image trapped: illegal",
	       QUIESCE, UNLOCK, ADDI(A0, X0, 0), COPY, 0);
	REFUSE(BOOTSTRAP, "swapping: image trapped: ",
	       QUIESCE, UNLOCK, ADDI(A0, X0, 0), COPY, LOCK);
	REFUSE(BOOTSTRAP, "starting: image trapped: illegal",
	       QUIESCE, UNLOCK, ADDI(A0, X0, 7), COPY, VERIFY, FLUSH, LOCK, 0);
}

/* The new run-time is in place and does not start: the copy is undone. */
static void test_hostile_runtime(void **state)
{
	REFUSE(RUNTIME, "starting: image trapped: illegal instruction",
	       CSRRW(X0, 0x305, X0), 0);
	REFUSE(RUNTIME, "starting: image hangs", JAL(X0, 0));
	/* only I/O harts die */
	REFUSE(RUNTIME, "starting: a hart did not start",
	       BEQ(A0, X0, 8), JAL(X0, 0), RESUME, WFI);
	/* tables scribbled over in the pause */
	REFUSE(RUNTIME, "starting: image trapped: illegal",
	       LUI(T0, 0x90000), ADDI(T1, X0, 0x555), SW(T1, T0, 0), SW(T1, T0, 4),
	       SW(T1, T0, 64), SW(T1, T0, 128), CSRRW(X0, 0x305, X0), 0);
}

/* Is an INQUIRY served, and by the code of image 1.1? */
/*
 * 1.1, whose run-time starts with an instruction that there is not, and with a bootstrap
 * that does nothing but what must be, @flush or not: the result of the update.
 */
static int bare_swap(bool flush)
{
	struct model *m = start(&model_config);
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;
	u32 runtime = le32_to_cpu(h->runtime_entry);
	const u32 code[] = {
		QUIESCE, UNLOCK, ADDI(A0, X0, 7), COPY, VERIFY, flush ? FLUSH : NOP, LOCK,
		LUI(T0, 0x80000), LUI(T1, runtime >> 12), ADD(T0, T0, T1),
		ADDI(A0, X0, 0), ADDI(A1, X0, START_OVERLAY), JALR(X0, T0, runtime & 0x7ff),
	};
	const u32 illegal = 0;
	int err;

	assert_int_equal(runtime & 0x800, 0);
	assemble(image_entry(&img, h->bootstrap_entry), code, ARRAY_SIZE(code));
	assemble(image_entry(&img, h->runtime_entry), &illegal, 1);
	image_sign(&img);
	err = model_update(m, &img);
	if (!err)
		assert_memory_equal(m->a.memctl.region.text, img.bytes, m->a.memctl.icache.nr * 4);
	image_free(&img);
	model_free(m);
	return err;
}

/*
 * S3: a copy without the flush leaves the harts with the instructions that they cached:
 * the new text is in place, and what runs is still the old one.
 */
static void test_no_flush(void **state)
{
	assert_int_equal(bare_swap(true), -ECANCELED);
	assert_int_equal(bare_swap(false), 0);
}

static void test_update_onto_itself(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	for (u32 i = 0; i < 20; i++) {
		assert_int_equal(model_update(m, &v1_1), 0);
		check_revision(m, "1.1 ");
	}
	assert_int_equal(m->ov.status.updates, 20);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	model_free(m);
}

static void test_busy_and_cancel(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_claim(&m->ov), -EBUSY);
	overlay_cancel(&m->ov);
	assert_int_not_equal(model_update_claimed(m, &v1_1), 0);
	assert_non_null(strstr(m->ov.status.error, "cancelled"));
	check_untouched(m, &v1_0, 8);
	overlay_close(&m->ov);
	assert_int_equal(overlay_claim(&m->ov), -ENODEV);
	model_free(m);
}

static enum overlay_exit cancel_and_run(void *board, u64 limit, struct overlay_request *call,
					u64 *insns)
{
	overlay_cancel(&container_of(board, struct model, a)->ov);
	return adapter_overlay_ops.processor->run(board, limit, call, insns);
}

/* An image that does nothing but loop is left at the end of its slice. */
static void test_cancel_loop(void **state)
{
	struct image rom = PATCHED(&v1_0, UPDATE, JAL(X0, 0));
	struct model *m = start_rom(&model_config, &rom);

	m->processor_ops.run = cancel_and_run;
	assert_int_not_equal(model_update(m, &v1_1), 0);
	assert_non_null(strstr(m->ov.status.error, "loading: cancelled"));
	assert_int_equal(m->ov.status.cause, -EINTR);
	model_free(m);
	image_free(&rom);
}

/* Each allocation fails in turn; nothing is lost, and the errno is -ENOMEM. */
static void test_no_memory(void **state)
{
	struct model *m = NULL;
	long n;

	for (n = 0; !m; n++) {
		host_alloc_left = n;
		m = model_new(&model_config, &v1_0);
		host_alloc_left = -1;
	}
	assert_true(n > 5);
	take_attention(m, UA_POWER_ON);
	write_some(m);

	for (n = 0; !m->ov.status.updates; n++) {
		assert_int_equal(overlay_claim(&m->ov), 0);
		host_alloc_left = n;
		model_update_claimed(m, &v1_1);
		host_alloc_left = -1;
		if (!m->ov.status.updates) {
			assert_non_null(strstr(m->ov.status.error, "no memory"));
			check_untouched(m, &v1_0, 8);
		}
	}
	assert_true(n > 3);
	model_free(m);
}

/* No memory for a block: retried where memory can be waited for, then 27/07. */
static void test_media_no_memory(void **state)
{
	struct model *m = start(&model_config);
	u8 write[10] = { 0x2a, 0, 0, 0, 4, 0, 0, 0, 8 };

	host_alloc_left = 0;
	model_start(m, 0, &cmds[4], write, 10, FRAME_DIR_OUT, 4096);
	assert_false(cmds[4].done);
	host_alloc_left = -1;
	model_media(m);
	assert_true(cmds[4].done);
	assert_int_equal(cmds[4].cmd.status, 0);

	write[4] = 8;
	host_alloc_left = 0;
	model_start(m, 0, &cmds[4], write, 10, FRAME_DIR_OUT, 4096);
	model_media(m);
	host_alloc_left = -1;
	assert_true(cmds[4].done);
	assert_int_equal(cmds[4].cmd.status, CHECK_CONDITION);
	assert_int_equal(sense_of(&cmds[4]), 0x072707);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_on),
		cmocka_unit_test(test_text_locked),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_pause_parks_commands),
		cmocka_unit_test(test_pause_parks_media),
		cmocka_unit_test(test_pause_allocates_nothing),
		cmocka_unit_test(test_abort_in_pause),
		cmocka_unit_test(test_refuse_damaged),
		cmocka_unit_test(test_refuse_digest),
		cmocka_unit_test(test_refuse_header),
		cmocka_unit_test(test_refuse_schema),
		cmocka_unit_test(test_refuse_older),
		cmocka_unit_test(test_hostile_bootstrap),
		cmocka_unit_test(test_hostile_runtime),
		cmocka_unit_test(test_no_flush),
		cmocka_unit_test(test_update_onto_itself),
		cmocka_unit_test(test_busy_and_cancel),
		cmocka_unit_test(test_cancel_loop),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_media_no_memory),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
