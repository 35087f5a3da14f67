// SPDX-License-Identifier: GPL-2.0
/*
 * What comes after a swap: probation, commit, rollback by hand and by itself.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/vmalloc.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "encode.h"
#include "fixture.h"
#include "model.h"

static const u8 read_100[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

/* To the beginning of probation, which lasts for @commands. */
static struct model *on_probation(const struct image *img, u32 commands)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->ov.probation_commands = commands;
	m->ov.probation_ms = ~0u;
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_update(&m->ov, img->bytes, img->size, &m->result), 0);
	assert_int_equal(m->ov.status.state, OVERLAY_PROBATION);
	assert_int_equal(overlay_probation(&m->ov, &m->result), 1);
	return m;
}

static void check_runs(struct model *m, const char *revision, u32 updates, u32 rollbacks)
{
	assert_false(m->a.dead);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	assert_int_equal(m->ov.status.updates, updates);
	assert_int_equal(m->ov.status.rollbacks, rollbacks);
	assert_true(m->a.memctl.locked);
	assert_null(m->a.memctl.staging.text);
	assert_null(m->a.memctl.undo.text);
	assert_int_equal(le32_to_cpu(m->a.regs->probation), 0);
	take_attention(m, UA_MICROCODE);
	check_some(m);
	check_revision(m, revision);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
}

static void test_commit_by_commands(void **state)
{
	struct model *m = on_probation(&v1_1, 5);

	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 1));
	assert_non_null(m->a.memctl.undo.text);
	assert_int_equal(le32_to_cpu(m->a.regs->probation), 1);
	for (u32 i = 0; i < 4; i++) {
		check_revision(m, "1.1 ");
		assert_int_equal(overlay_probation(&m->ov, &m->result), 1);
	}
	check_revision(m, "1.1 ");
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	check_runs(m, "1.1 ", 1, 0);
	model_free(m);
}

static void test_commit_by_time(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	m->ov.probation_ms = 0;
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	check_runs(m, "1.1 ", 1, 0);
	model_free(m);
}

static void test_commit_by_hand(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	assert_int_equal(overlay_claim(&m->ov), -EBUSY);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_COMMIT), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), -EINVAL);
	check_runs(m, "1.1 ", 1, 0);
	model_free(m);
}

static void test_rollback_by_hand(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	take_attention(m, UA_MICROCODE);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_non_null(strstr(m->ov.status.error, "by hand"));
	check_runs(m, "1.0 ", 0, 1);

	/* and forward again */
	m->ov.probation_commands = 0;
	assert_int_equal(model_update(m, &v1_1), 0);
	check_runs(m, "1.1 ", 1, 1);
	model_free(m);
}

/* Tables of 1.x in the data window: images/v1/format.h */
#define NEXUS_TABLE	0x20000u
#define LU_TABLE	0x22000u

/* The command that met the crash is served by the image that comes back. */
static void test_rollback_by_crash(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	crash_hart(m, 1);
	model_start(m, 1, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	model_start(m, 1, &cmds[5], read_100, 10, FRAME_DIR_IN, 4096);
	assert_false(cmds[4].done);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_non_null(strstr(m->ov.status.error, "probation: a hart crashed"));
	assert_true(cmds[4].done);
	assert_int_equal(sense_of(&cmds[4]), UA_MICROCODE);
	assert_true(cmds[5].done);
	assert_int_equal(cmds[5].cmd.status, 0);
	cmds[0].target = 1;
	assert_int_equal(model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0), 2);
	cmds[0].target = 0;
	check_some(m);
	check_revision(m, "1.0 ");
	assert_int_equal(m->ov.status.rollbacks, 1);
	assert_int_equal(m->a.crashes, 1);
	model_free(m);
}

/* What bad images do on probation is not held against the one that comes back. */
static void test_rollback_by_crash_often(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	for (u32 i = 0; i < 2 * ADAPTER_CRASHES; i++) {
		begin_probation(m, &v1_1);
		crash_hart(m, 0);
		model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
		assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
		assert_true(cmds[4].done);
		assert_int_equal(cmds[4].cmd.outcome, CMD_REPLIED);
		assert_false(m->a.dead);
	}
	assert_int_equal(m->a.crashes, 2 * ADAPTER_CRASHES);
	clear_attentions(m);
	check_some(m);
	check_revision(m, "1.0 ");

	/* its own are, as ever */
	for (u32 i = 0; i <= ADAPTER_CRASHES; i++) {
		crash_hart(m, 0);
		model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
		model_service(m);
		assert_int_equal(m->a.dead, i == ADAPTER_CRASHES);
	}
	model_free(m);
}

/*
 * What the image that goes has not answered the other one gets: a command that it
 * only keeps, and one about which its harts have exchanged messages that no other
 * image knows.
 */
static void test_rollback_of_commands(void **state)
{
	const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 24 };
	u8 list[24] = { 0, 0, 0, 0, 0x08, 0x12, 0 };
	struct model *m = on_probation(&v1_1, ~0u);

	clear_attentions(m);
	memcpy(cmds[4].data, list, sizeof(list));
	model_start(m, 0, &cmds[4], mode_select, 6, FRAME_DIR_OUT, sizeof(list));
	assert_int_equal(cmds[4].cmd.state, CMD_POSTED);
	cmds[4].cmd.frame.msg.code = cpu_to_le16(0x7777);
	memset(cmds[5].data, 0, sizeof(cmds[5].data));
	memcpy(cmds[5].data, list, sizeof(list));
	model_start(m, 1, &cmds[5], mode_select, 6, FRAME_DIR_OUT, sizeof(list));
	spin_lock(&cmds[5].cmd.queue->lock);
	assert_true(service_unpost(&m->a, &cmds[5].cmd));
	spin_unlock(&cmds[5].cmd.queue->lock);
	cmds[5].cmd.state = CMD_HART;

	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	model_service(m);
	for (u32 i = 4; i < 6; i++) {
		assert_true(cmds[i].done);
		if (cmds[i].cmd.status)
			assert_int_equal(sense_of(&cmds[i]), UA_MICROCODE);
	}
	assert_int_not_equal(cmds[4].cmd.status, cmds[5].cmd.status);
	clear_attentions(m);
	check_some(m);
	model_free(m);
}

/*
 * The new image destroys what it shares with the old one, which finds that out in
 * its self-test: then it has what it had before the update.
 */
static void rolled_back_from_ruins(u32 offset, u8 byte, u32 len, bool module)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;
	struct model *m;

	if (!module)
		h->rollback_entry = 0;
	image_sign(&img);
	m = on_probation(&img, ~0u);
	memset(m->a.memctl.region.data + offset, byte, len);
	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], read_100, 10, FRAME_DIR_IN, 4096);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_non_null(strstr(m->ov.status.error, "probation: a hart crashed"));
	assert_true(cmds[4].done);
	clear_attentions(m);
	assert_int_equal(m->ov.status.rollbacks, 1);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	check_some(m);
	check_revision(m, "1.0 ");
	m->ov.probation_commands = 0;
	assert_int_equal(model_update(m, &v1_1), 0);
	check_revision(m, "1.1 ");
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	image_free(&img);
	model_free(m);
}

static void test_rollback_from_ruins(void **state)
{
	for (u32 module = 0; module < 2; module++) {
		rolled_back_from_ruins(0, 0, 0x20000, module);
		rolled_back_from_ruins(0, 0xff, 0x20000, module);
		rolled_back_from_ruins(LU_TABLE, 0, 0x2000, module);
		rolled_back_from_ruins(LU_TABLE, 0xff, 0x2000, module);
		rolled_back_from_ruins(0, 0xff, LU_TABLE + 0x2000, module);
	}
}

/*
 * The new image starts again by itself, finds nothing of its sessions, and makes its tables
 * anew. The old image, which gets these, logs in again and serves.
 */
static void test_rollback_without_sessions(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	memset(m->a.memctl.region.data, 0xff, 4096);
	service_reset(&m->a, &m->a.image, START_WARM);
	assert_null(service_run(&m->a));
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_non_null(strstr(m->ov.status.error, "says that its data is damaged"));
	login_work(&m->a);
	clear_attentions(m);
	check_some(m);
	check_revision(m, "1.0 ");
	assert_int_equal(fabric_logins(&m->a.fabric), 16);
	model_free(m);
}

static int starts;

/* The image that comes back does not start with the current data, in no way. */
static int start_hook(void *board, bool overlaid, struct budget *budget, u64 *insns)
{
	int err = adapter_overlay_ops.queues->start(board, overlaid, budget, insns);

	return overlaid && ++starts <= 2 ? -EIO : err;
}

static void test_rollback_to_old_data(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);
	u32 *commands = (u32 *)(m->a.memctl.region.data + NEXUS_TABLE);
	u32 before = *commands;

	check_revision(m, "1.1 ");
	assert_true(*commands > before);
	m->queue_ops.start = start_hook;
	starts = 0;
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(starts, 3);
	assert_int_equal(*commands, before);
	check_runs(m, "1.0 ", 0, 1);
	model_free(m);
}

/* An idle adapter: no command shows that a hart fails, so the board asks it. */
static void test_rollback_idle(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	crash_hart(m, 1);
	assert_int_equal(overlay_probation(&m->ov, &m->result), 1);
	m->ov.probation_ms = 0;
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_non_null(strstr(m->ov.status.error, "probation: a hart crashed"));
	check_runs(m, "1.0 ", 0, 1);
	model_free(m);
}

/* What the board asks changes nothing that anybody sees. */
static void test_commit_idle(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);
	u64 ended = m->queue_ops.commands(&m->a);
	u64 before = m->a.queues[1].hart.executed;

	m->ov.probation_ms = 0;
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_true(m->a.queues[1].hart.executed > before);
	assert_int_equal(m->queue_ops.commands(&m->a), ended);
	check_runs(m, "1.1 ", 1, 0);
	model_free(m);
}

static void test_rollback_by_digest(void **state)
{
	struct model *m = on_probation(&v1_1, ~0u);

	m->a.memctl.region.text[1000] ^= 4;
	assert_int_equal(overlay_probation(&m->ov, &m->result), 1);
	m->ov.probation_commands = 0;
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_non_null(strstr(m->ov.status.error, "damaged"));
	check_runs(m, "1.0 ", 0, 1);
	model_free(m);
}

static bool given_up;

static void note_preserve(void *board)
{
	given_up = true;
	adapter_overlay_ops.memory->preserve(board);
}

/* A schema whose id is damaged is an obstacle, not a table with nothing in it. */
static void test_rollback_damaged_schema(void **state)
{
	const struct mrb_header *h = (const void *)v2_0.bytes;

	for (u32 i = 0; i < le16_to_cpu(h->nr_schemas); i++) {
		struct model *m = on_probation(&v2_0, ~0u);
		struct mrb_header *in_place = (void *)m->a.memctl.region.text;

		given_up = false;
		m->memory_ops.preserve = note_preserve;
		in_place->schema[i].id = 0;
		m->ov.probation_commands = 0;
		assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
		assert_true(given_up);
		check_runs(m, "1.0 ", 0, 1);
		model_free(m);
	}
}

/* The run-time resumes, and then its service hart dies, hangs or fails its test. */
static void rolled_back_by_itself(const u32 *code, u32 words, const char *why)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;
	struct model *m = start(&model_config);

	h->rollback_entry = 0;
	assemble(image_entry(&img, h->runtime_entry), code, words);
	image_sign(&img);
	write_some(m);
	assert_int_not_equal(model_update(m, &img), 0);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
	check_runs(m, "1.0 ", 0, 1);
	image_free(&img);
	model_free(m);
}

static void test_rollback_by_itself(void **state)
{
	const u32 traps[] = { BEQ(A0, X0, 12), WFI, JAL(X0, -4), CSRRW(X0, 0x305, X0), RESUME, 0 };
	const u32 hangs[] = { BEQ(A0, X0, 12), WFI, JAL(X0, -4), RESUME, JAL(X0, 0) };
	const u32 fails[] = { BEQ(A0, X0, 12), WFI, JAL(X0, -4), RESUME, ADDI(A0, X0, 9),
			      CALL(14), WFI, JAL(X0, -4) };

	rolled_back_by_itself(traps, ARRAY_SIZE(traps), "running: image trapped");
	rolled_back_by_itself(hangs, ARRAY_SIZE(hangs), "running: image hangs");
	rolled_back_by_itself(fails, ARRAY_SIZE(fails), "running: self-test failed: 0x9");
}

/* Writes of target 0 are refused from now on: mode page 0Ah, SWP. */
static void protect(struct model *m)
{
	const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 16 };
	const u8 list[16] = { [4] = 0x0a, 0x0a, 0x02, 0x10, 0x08, [12] = 0xff, 0xff };

	memcpy(cmds[3].data, list, sizeof(list));
	assert_int_equal(model_exec(m, 0, &cmds[3], mode_select, 6, FRAME_DIR_OUT, 16), 0);
	assert_int_equal(rw_blocks(m, 0, &cmds[3], true, 0, 1), CHECK_CONDITION);
}

/* A rollback by hand from a 2.0 whose data has been changed since; the error. */
static struct model *rolled_back_protected(bool broken)
{
	const u32 traps[] = { 0 };
	struct image img = PATCHED(&v2_0, offsetof(struct mrb_header, rollback_entry), traps[0]);
	struct model *m = on_probation(broken ? &img : &v2_0, ~0u);

	take_attention(m, UA_MICROCODE);
	protect(m);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	assert_non_null(strstr(m->ov.status.error, "probation: rolled back by hand"));
	take_attention(m, UA_MICROCODE);
	image_free(&img);
	return m;
}

static void test_rollback_keeps_data(void **state)
{
	struct model *m = rolled_back_protected(false);

	assert_int_equal(rw_blocks(m, 0, &cmds[3], true, 0, 1), CHECK_CONDITION);
	assert_null(strstr(m->ov.status.error, "as at the update"));
	model_free(m);
}

/* What is lost is said. */
static void test_forced_rollback(void **state)
{
	struct model *m = rolled_back_protected(true);

	assert_int_equal(rw_blocks(m, 0, &cmds[3], true, 0, 1), 0);
	assert_non_null(strstr(m->ov.status.error, "data as at the update: schema 1 2 3"));
	model_free(m);
}

/* Old and new image, and their data, as they lie in temporary memory. */
static const void *temporary[4];
static u32 wiped;

static void note_temporary(struct model *m)
{
	struct memctl *mc = &m->a.memctl;

	temporary[0] = mc->staging.text;
	temporary[1] = mc->staging.data;
	temporary[2] = mc->undo.text;
	temporary[3] = mc->undo.data;
}

static void check_wiped(const void *mem)
{
	const u8 *byte = mem;

	for (u32 i = 0; i < ARRAY_SIZE(temporary); i++) {
		if (mem != temporary[i])
			continue;
		assert_int_equal(byte[0], 0);
		assert_memory_equal(byte, byte + 1, BOARD_TEXT_SIZE - 1);
		wiped++;
	}
}

/* U11: temporary memory is flushed before others get it. */
static void test_wiping(void **state)
{
	struct model *m = start(&model_config);

	m->on_hold = note_temporary;
	host_freed = check_wiped;
	wiped = 0;
	assert_int_equal(model_update(m, &v1_1), 0);
	host_freed = NULL;
	assert_int_equal(wiped, ARRAY_SIZE(temporary));
	model_free(m);
}

static void dawdle(struct model *m)
{
	for (u32 i = 0; i < 5; i++)
		m->board_ops.now_ns();
}

static void test_pause_budget(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	m->ov.pause_budget_us = 1;
	m->on_hold = dawdle;
	assert_int_not_equal(model_update(m, &v1_1), 0);
	assert_non_null(strstr(m->ov.status.error, "paused: pause budget of 1 us exceeded by "));
	check_some(m);
	check_revision(m, "1.0 ");
	m->ov.pause_budget_us = 1000000;
	assert_int_equal(model_update(m, &v1_1), 0);
	check_runs(m, "1.1 ", 1, 0);
	model_free(m);
}

/* An image without a rollback module is not entered for one: it does not crash. */
static void test_no_module(void **state)
{
	struct image img = copy_of(&v1_1);
	struct model *m = start(&model_config);

	((struct mrb_header *)img.bytes)->rollback_entry = 0;
	image_sign(&img);
	begin_probation(m, &img);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	model_service(m);
	assert_int_equal(m->dumps, 0);
	model_free(m);
	image_free(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit_by_commands),
		cmocka_unit_test(test_commit_by_time),
		cmocka_unit_test(test_commit_by_hand),
		cmocka_unit_test(test_rollback_by_hand),
		cmocka_unit_test(test_rollback_by_crash),
		cmocka_unit_test(test_rollback_by_crash_often),
		cmocka_unit_test(test_rollback_of_commands),
		cmocka_unit_test(test_rollback_from_ruins),
		cmocka_unit_test(test_rollback_without_sessions),
		cmocka_unit_test(test_rollback_to_old_data),
		cmocka_unit_test(test_rollback_idle),
		cmocka_unit_test(test_commit_idle),
		cmocka_unit_test(test_rollback_by_digest),
		cmocka_unit_test(test_rollback_damaged_schema),
		cmocka_unit_test(test_rollback_by_itself),
		cmocka_unit_test(test_rollback_keeps_data),
		cmocka_unit_test(test_forced_rollback),
		cmocka_unit_test(test_wiping),
		cmocka_unit_test(test_pause_budget),
		cmocka_unit_test(test_no_module),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
