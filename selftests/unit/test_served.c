// SPDX-License-Identifier: GPL-2.0
/*
 * A probation asks whether the new image serves, and not only whether it lives: images that
 * say that their data is damaged, that end commands worse than the one before them did, that
 * run on in staging. And what is no fault of an image is not held against it.
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

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"

/* In the data window: images/v1/format.h, images/state/persist.h */
#define LU_TABLE	0x22000u
#define LU_BYTES	32u
#define LU_BLOCKS	4u
#define LU_TARGET	14u
#define LU_STOPPED	4u

#define CSR_MTVEC	0x305
#define ENOUGH		3	/* commands that end badly */
#define RESERVATION_CONFLICT 0x18
#define MEDIUM_ERROR	3
#define ILLEGAL_REQUEST	5
#define UNIT_ATTENTION	6
#define DATA_PROTECT	7
#define NOT_READY	0x020402
#define LBA_RANGE	0x052100
#define WRITE_PROTECTED	0x072702

static u8 *lu(struct model *m, u32 unit)
{
	return m->a.memctl.region.data + LU_TABLE + unit * LU_BYTES;
}

/* The image in place takes units for stopped that nobody has stopped. */
static void stop_units(struct model *m, bool stopped)
{
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		*lu(m, i) = stopped ? *lu(m, i) | LU_STOPPED : *lu(m, i) & ~LU_STOPPED;
}

static void read_at(struct model *m, u16 unit, u32 lba, u32 sense)
{
	cmds[0].target = unit;
	assert_int_equal(rw_blocks(m, 0, &cmds[0], false, lba, 8), sense ? CHECK_CONDITION : 0);
	if (sense)
		assert_int_equal(sense_of(&cmds[0]), sense);
	cmds[0].target = 0;
}

static void reads(struct model *m, u32 n, u32 sense)
{
	for (u32 i = 0; i < n; i++)
		read_at(m, i % m->a.cfg.nr_targets, 8 * i, sense);
}

static void goes_on(struct model *m)
{
	if (overlay_probation(&m->ov, &m->result) != 1)
		fail_msg("%s", m->ov.status.error);
}

static void goes_back(struct model *m, const char *why)
{
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	if (!strstr(m->ov.status.error, why))
		fail_msg("'%s' does not say '%s'", m->ov.status.error, why);
	assert_int_equal(m->ov.status.rollbacks, 1);
	assert_int_equal(m->ov.status.version, MRB_VERSION(1, 0));
	assert_false(m->a.dead);
	model_free(m);
}

static void stays(struct model *m)
{
	goes_on(m);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_COMMIT), 0);
	if (overlay_probation(&m->ov, &m->result))
		fail_msg("%s", m->ov.status.error);
	assert_int_equal(m->ov.status.rollbacks, 0);
	model_free(m);
}

/* Each unit was read by the old image. */
static struct model *on_probation(void)
{
	struct model *m = start(&model_config);

	assert_true(m->a.cfg.nr_targets > 1);
	reads(m, 8, 0);
	begin_probation(m, &v1_1);
	take_attention(m, UA_MICROCODE);
	return m;
}

/* Of units that are not ready. */
static void take_all_attentions(struct model *m)
{
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		read_at(m, i, 0, UA_MICROCODE);
}

/* --- what speaks against an image */

static void test_not_ready(void **state)
{
	struct model *m = on_probation();

	stop_units(m, true);
	reads(m, ENOUGH - 1, NOT_READY);
	goes_on(m);
	reads(m, 1, NOT_READY);
	goes_back(m, "probation: no READ ends well any more, 3 did not");
}

/* Whatever the user says: what does not serve does not stay. */
static void test_commit_by_hand(void **state)
{
	struct model *m = on_probation();

	stop_units(m, true);
	reads(m, ENOUGH, NOT_READY);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_COMMIT), 0);
	goes_back(m, "probation: no READ ends well any more");
}

/* It is content with its units, and knows no block of them. */
static void test_illegal_requests(void **state)
{
	struct model *m = on_probation();

	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		memset(lu(m, i) + LU_BLOCKS, 0, 8);
	reads(m, ENOUGH, LBA_RANGE);
	assert_int_equal(model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0), 0);
	goes_back(m, "probation: no READ ends well any more");
}

static void test_writes(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	begin_probation(m, &v1_1);
	take_attention(m, UA_MICROCODE);
	stop_units(m, true);
	for (u32 i = 0; i < ENOUGH; i++)
		assert_int_equal(rw_blocks(m, i % 2, &cmds[0], true, i, 1), CHECK_CONDITION);
	goes_back(m, "probation: no WRITE ends well any more");
}

/* Units of which hosts ask nothing else. */
static void test_readiness(void **state)
{
	struct model *m = start(&model_config);

	begin_probation(m, &v1_1);
	stop_units(m, true);
	for (u32 i = 0; i < m->a.cfg.nr_targets + ENOUGH; i++) {
		cmds[0].target = i % m->a.cfg.nr_targets;
		assert_int_equal(model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0),
				 CHECK_CONDITION);
		assert_int_equal(sense_of(&cmds[0]),
				 i < m->a.cfg.nr_targets ? UA_MICROCODE : NOT_READY);
	}
	cmds[0].target = 0;
	goes_back(m, "probation: no TEST UNIT READY ends well any more");
}

/* Sense data in descriptor format are read as well. */
static void test_descriptor_sense(void **state)
{
	const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 16 };
	const u8 list[16] = { [4] = 0x0a, 0x0a, 0x06, 0x10, [12] = 0xff, 0xff };
	struct model *m = on_probation();

	memcpy(cmds[3].data, list, sizeof(list));
	assert_int_equal(model_exec(m, 0, &cmds[3], mode_select, 6, FRAME_DIR_OUT, 16), 0);
	stop_units(m, true);
	for (u32 i = 0; i < ENOUGH; i++) {
		assert_int_equal(rw_blocks(m, 0, &cmds[0], false, i, 1), CHECK_CONDITION);
		assert_int_equal(cmds[0].cmd.sense[0], 0x72);
	}
	goes_back(m, "probation: no READ ends well any more");
}

/* An image whose I/O harts take frames and do nothing else; the service hart does @code. */
static struct image deaf(const u32 *code, u32 words)
{
	u32 all[16] = {
		BEQ(A0, X0, 20), LUI(T0, BOARD_MBOX_BASE >> 12), WFI, SB(X0, T0, 0), JAL(X0, -8),
	};

	memcpy(all + 5, code, words * sizeof(*code));
	return patched(&v1_1, RUNTIME, all, 5 + words);
}

static void test_damaged(void **state)
{
	const u32 code[] = { RESUME, ADDI(A7, X0, BOARD_DAMAGED), ECALL, WFI, JAL(X0, -4) };
	struct image img = deaf(code, ARRAY_SIZE(code));
	struct model *m = start(&model_config);

	begin_probation(m, &img);
	goes_back(m, "probation: image says that its data is damaged");
	image_free(&img);
}

/* Neither what an image said before the update, nor what the old one said of its own. */
static void test_damage_of_others(void **state)
{
	struct image img = PATCHED(&v1_1, BOOTSTRAP, ADDI(A7, X0, BOARD_DAMAGED), ECALL, ABORT);
	struct model *m = start(&model_config);

	lu(m, 0)[LU_TARGET] = 5;
	crash_hart(m, 0);
	model_start(m, 0, &cmds[4], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	model_service(m);
	assert_true(m->a.service.damage);
	clear_attentions(m);
	assert_int_not_equal(model_update(m, &img), 0);
	begin_probation(m, &v1_1);
	stays(m);
	image_free(&img);
}

/* Answers each command BUSY, the board's own INQUIRY, too. It fits in before the bootstrap. */
static void test_busy(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME,
		BEQ(A0, X0, 60),
		LUI(T0, BOARD_MBOX_BASE >> 12),
		WFI,
		LW(T1, T0, 0),
		LW(T2, T0, 4),
		SB(X0, T0, 0),
		SW(T1, T0, offsetof(struct mailbox, out)),
		ADDI(A5, X0, FRAME_REPLY),
		SB(A5, T0, offsetof(struct mailbox, out)),
		SW(T2, T0, offsetof(struct mailbox, out) + 4),
		ADDI(A5, X0, 8),
		SW(A5, T0, offsetof(struct mailbox, out) + 8),
		i_type(0x13, 7, A5, T1, 1),	/* a command's frame has an odd type */
		SW(A5, T0, offsetof(struct mailbox, out_count)),
		JAL(X0, -48),
		RESUME, WFI, JAL(X0, -4));
	struct model *m = start(&model_config);

	reads(m, 8, 0);
	begin_probation(m, &img);
	goes_on(m);
	m->ov.probation_ms = 0;
	goes_back(m, "probation: hart 1 does not end an INQUIRY with GOOD");

	m = start(&model_config);
	reads(m, 8, 0);
	begin_probation(m, &img);
	for (u32 i = 0; i < ENOUGH; i++)
		assert_int_equal(rw_blocks(m, 0, &cmds[0], false, i, 1), 8);
	goes_back(m, "probation: no READ ends well any more");
	image_free(&img);
}

/* Answers each command so, without data. It just fits in before the bootstrap. */
static struct image answers(u8 status, u8 key)
{
	const u32 reply = status | (status == CHECK_CONDITION ? 18 << 8 : 0);

	return PATCHED(&v1_1, RUNTIME,
		BEQ(A0, X0, 68),
		LUI(T0, BOARD_MBOX_BASE >> 12),
		ADDI(A3, X0, 1),
		LUI(A6, HI(reply)),
		ADDI(A6, A6, LO(reply)),
		LUI(A7, key << 4),	/* of which the third byte is the key */
		WFI,
		LW(T1, T0, 0),
		LW(T2, T0, 4),
		SB(X0, T0, 0),
		ADDI(T1, T1, FRAME_REPLY - FRAME_SCSI),
		SW(T1, T0, offsetof(struct mailbox, out)),
		SW(T2, T0, offsetof(struct mailbox, out) + 4),
		SW(A6, T0, offsetof(struct mailbox, out[0].reply.status)),
		SW(A7, T0, offsetof(struct mailbox, out[0].reply.sense)),
		SW(A3, T0, offsetof(struct mailbox, out_count)),
		JAL(X0, -40),
		RESUME, WFI, JAL(X0, -4));
}

/* All commands end so, on probation; reads, or writes. */
static struct model *all_end(const struct image *img, bool write)
{
	struct model *m = start(&model_config);

	for (u32 i = 0; i < ENOUGH; i++)
		assert_int_equal(rw_blocks(m, 0, &cmds[0], write, i, 1), 0);
	begin_probation(m, img);
	for (u32 i = 0; i < ENOUGH; i++)
		rw_blocks(m, 0, &cmds[0], write, i, 1);
	return m;
}

static void serves(struct model *m)
{
	goes_on(m);
	model_free(m);
}

/* There is one status that is not the image's fault. */
static void test_statuses(void **state)
{
	for (u32 status = 0; status < 256; status++) {
		struct image img = answers(status, ILLEGAL_REQUEST);
		struct model *m = all_end(&img, false);

		assert_int_equal(cmds[0].cmd.status, status);
		if (status == RESERVATION_CONFLICT)
			serves(m);
		else
			goes_back(m, "probation: no READ ends well any more, 3 did not");
		image_free(&img);
	}
}

/* And there are sense keys; a write may be one to a medium that is protected or full. */
static void test_sense_keys(void **state)
{
	const u32 excused[2] = { 1 << UNIT_ATTENTION | 1 << MEDIUM_ERROR,
				 1 << UNIT_ATTENTION | 1 << MEDIUM_ERROR | 1 << DATA_PROTECT };

	for (u32 n = 0; n < 32; n++) {
		struct image img = answers(CHECK_CONDITION, n % 16);
		struct model *m = all_end(&img, n / 16);

		assert_int_equal(sense_of(&cmds[0]) >> 16, n % 16);
		if (excused[n / 16] & 1 << n % 16)
			serves(m);
		else
			goes_back(m, n / 16 ? "no WRITE ends well any more" :
				  "no READ ends well any more");
		image_free(&img);
	}
}

/* Lets each command for LUN 0 wait for the end of the probation. */
static void test_wait_for_the_end(void **state)
{
	const u8 read_10[10] = { 0x28, [8] = 8 };
	struct image img = PATCHED(&v1_1, RUNTIME,
		BEQ(A0, X0, 68),
		LUI(T0, BOARD_MBOX_BASE >> 12),
		ADDI(A3, X0, 1),
		WFI,
		LW(T1, T0, 0),
		LW(T2, T0, 4),
		LBU(A4, T0, offsetof(struct frame_scsi, lun) + 1),
		SB(X0, T0, 0),
		ADDI(T1, T1, FRAME_WAIT - FRAME_SCSI),
		SW(T1, T0, offsetof(struct mailbox, out)),
		SW(T2, T0, offsetof(struct mailbox, out) + 4),
		ADDI(A5, X0, FRAME_REPLY),
		BEQ(A4, X0, 8),
		SB(A5, T0, offsetof(struct mailbox, out)),
		SW(X0, T0, offsetof(struct mailbox, out[0].reply.status)),
		SW(A3, T0, offsetof(struct mailbox, out_count)),
		JAL(X0, -52),
		RESUME, WFI, JAL(X0, -4));
	struct model *m = start(&model_config);

	reads(m, 8, 0);
	begin_probation(m, &img);
	for (u32 i = 0; i < 8; i++)
		model_start(m, i % 2, &cmds[i], read_10, sizeof(read_10), FRAME_DIR_IN, 4096);
	model_service(m);
	goes_on(m);
	for (u32 i = 0; i < 8; i++)
		assert_int_equal(cmds[i].cmd.state, CMD_WAITING);
	m->ov.probation_ms = 0;
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_non_null(strstr(m->ov.status.error, "probation: no READ ends well any more"));
	model_service(m);
	for (u32 i = 0; i < 8; i++)
		assert_true(cmds[i].done);
	assert_false(m->a.dead);
	model_free(m);
	image_free(&img);
}

/* --- staging is not where an image runs */

static void test_resume_from_staging(void **state)
{
	REFUSE(BOOTSTRAP, "starting: call 0x20a from outside the region", QUIESCE, UNLOCK,
	       ADDI(A0, X0, 7), COPY, VERIFY, FLUSH, LOCK, RESUME, WFI, JAL(X0, -4));
}

/* It resumes where it should, and goes back to where it was. */
static void test_return_to_staging(void **state)
{
	const u32 code[] = { LUI(T0, BOARD_STAGING_TEXT_BASE >> 12), CSRRW(X0, CSR_MTVEC, X0),
			     RESUME, JALR(X0, T0, 0x300) };
	struct image img = deaf(code, ARRAY_SIZE(code));
	struct model *m = start(&model_config);

	begin_probation(m, &img);
	goes_back(m, "running: image trapped: instruction access fault");
	image_free(&img);
}

/* --- what does not */

static void test_another_unit_serves(void **state)
{
	struct model *m = on_probation();

	stop_units(m, true);
	*lu(m, 1) &= ~LU_STOPPED;
	for (u32 i = 0; i < 20; i++)
		read_at(m, 0, i, NOT_READY);
	read_at(m, 1, 0, 0);
	stays(m);
}

static void test_served_once(void **state)
{
	struct model *m = on_probation();

	reads(m, 1, 0);
	stop_units(m, true);
	for (u32 i = 0; i < 1000; i++)	/* more than are remembered */
		read_at(m, 0, i, NOT_READY);
	stays(m);
}

static void test_as_bad_as_before(void **state)
{
	struct model *m = start(&model_config);

	stop_units(m, true);
	reads(m, 8, NOT_READY);
	begin_probation(m, &v1_1);
	take_all_attentions(m);
	reads(m, 8, NOT_READY);
	stays(m);
}

/* A host that asks for blocks that are not there, and for what there is not. */
static void test_errors_of_hosts(void **state)
{
	const u8 unknown[6] = { 0xc1 };
	struct model *m = on_probation();
	u32 end = m->a.cfg.blocks;

	for (u32 i = 0; i < 8; i++) {
		read_at(m, i % 2, end - 7, LBA_RANGE);
		assert_int_equal(model_exec(m, 0, &cmds[0], unknown, 6, FRAME_DIR_NONE, 0),
				 CHECK_CONDITION);
	}
	stays(m);
}

static void test_stopped_by_host(void **state)
{
	const u8 stop[6] = { 0x1b };
	const u8 start_unit[6] = { 0x1b, 0, 0, 0, 1 };
	struct model *m = on_probation();

	for (u32 i = 0; i < m->a.cfg.nr_targets; i++) {
		cmds[0].target = i;
		assert_int_equal(model_exec(m, 0, &cmds[0], stop, 6, FRAME_DIR_NONE, 0), 0);
	}
	reads(m, 8, NOT_READY);
	goes_on(m);

	/* from then on it is the image's fault again */
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++) {
		cmds[0].target = i;
		assert_int_equal(model_exec(m, 0, &cmds[0], start_unit, 6, FRAME_DIR_NONE, 0), 0);
		assert_int_equal(model_exec(m, 0, &cmds[0], test_unit_ready, 6, FRAME_DIR_NONE, 0),
				 0);
	}
	cmds[0].target = 0;
	stop_units(m, true);
	reads(m, ENOUGH, NOT_READY);
	goes_back(m, "probation: no READ ends well any more");
}

/* It was stopped before, and a host still asks. */
static void test_stopped_before(void **state)
{
	const u8 stop[6] = { 0x1b };
	struct model *m = start(&model_config);

	reads(m, 8, 0);
	for (u32 i = 0; i < m->a.cfg.nr_targets; i++) {
		cmds[0].target = i;
		assert_int_equal(model_exec(m, 0, &cmds[0], stop, 6, FRAME_DIR_NONE, 0), 0);
	}
	begin_probation(m, &v1_1);
	take_all_attentions(m);
	reads(m, 8, NOT_READY);
	stays(m);
}

static void test_write_protected(void **state)
{
	const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 16 };
	const u8 list[16] = { [4] = 0x0a, 0x0a, 0x02, 0x10, 0x08, [12] = 0xff, 0xff };
	struct model *m = start(&model_config);

	write_some(m);
	begin_probation(m, &v2_0);
	take_attention(m, UA_MICROCODE);
	memcpy(cmds[3].data, list, sizeof(list));
	assert_int_equal(model_exec(m, 0, &cmds[3], mode_select, 6, FRAME_DIR_OUT, 16), 0);
	for (u32 i = 0; i < 8; i++) {
		assert_int_equal(rw_blocks(m, 0, &cmds[0], true, i, 1), CHECK_CONDITION);
		assert_int_equal(sense_of(&cmds[0]), WRITE_PROTECTED);
	}
	stays(m);
}

/* The far end has forgotten its sessions: each command is rejected there. */
static void test_sessions_lost(void **state)
{
	struct model *m = on_probation();

	for (u32 i = 0; i < m->a.cfg.nr_targets; i++)
		m->a.fabric.ports[i].token ^= 1;
	for (u32 i = 0; i < 8; i++) {
		assert_int_equal(rw_blocks(m, 0, &cmds[0], false, i, 1), CHECK_CONDITION);
		assert_int_equal(sense_of(&cmds[0]) >> 16, 0x0b);
	}
	goes_on(m);
	overlay_decide(&m->ov, OVERLAY_COMMIT);
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	model_free(m);
}

/* A unit attention for each command is none. */
static void test_attentions(void **state)
{
	struct model *m = start(&model_config);

	reads(m, 8, 0);
	begin_probation(m, &v1_1);
	take_all_attentions(m);
	stays(m);
}

/* Nobody can be told of what an image can do that goes at once. */
static u32 tolds;

static void count_told(void *board, u32 old, u32 new)
{
	tolds++;
}

static void test_not_told(void **state)
{
	struct image img = PATCHED(&v2_0, RUNTIME, BEQ(A0, X0, 12), WFI, JAL(X0, -4), RESUME,
				   ADDI(A0, X0, 9), CALL(14), WFI, JAL(X0, -4));
	struct model *m = start(&model_config);

	m->board_ops.told = count_told;
	tolds = 0;
	begin_probation(m, &img);
	assert_int_equal(tolds, 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(tolds, 0);
	clear_attentions(m);
	begin_probation(m, &v2_0);
	assert_int_equal(tolds, 1);
	model_free(m);
	image_free(&img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_ready),
		cmocka_unit_test(test_commit_by_hand),
		cmocka_unit_test(test_illegal_requests),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_readiness),
		cmocka_unit_test(test_descriptor_sense),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_damage_of_others),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_sense_keys),
		cmocka_unit_test(test_wait_for_the_end),
		cmocka_unit_test(test_resume_from_staging),
		cmocka_unit_test(test_return_to_staging),
		cmocka_unit_test(test_another_unit_serves),
		cmocka_unit_test(test_served_once),
		cmocka_unit_test(test_as_bad_as_before),
		cmocka_unit_test(test_errors_of_hosts),
		cmocka_unit_test(test_stopped_by_host),
		cmocka_unit_test(test_stopped_before),
		cmocka_unit_test(test_write_protected),
		cmocka_unit_test(test_sessions_lost),
		cmocka_unit_test(test_attentions),
		cmocka_unit_test(test_not_told),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
