// SPDX-License-Identifier: GPL-2.0
/*
 * LOG SENSE and mode pages while data is converted, there and back, on the real
 * board: between slices of the service hart an initiator reads, looks at the log
 * page that counts its reads and at a mode page, and changes that page.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"
#include "model.h"

#define TURNS		200u	/* in each conversion, at most */
#define SLICE		5000u	/* instructions from one turn to the next */
#define READ_CDB	{ 0x28, [8] = 1 }
#define LOG_CDB		{ 0x4d, 0, 0x59, [8] = 72 }	/* current values of page 19h */
#define MODE_CDB	{ 0x1a, 0x08, 0x0a, 0, 64 }	/* the control page, alone */
#define SELECT_CDB	{ 0x15, 0x10, 0, 0, 16 }

static struct model *the_model;
static enum overlay_state converting;
static u32 turns;
static u64 reads;
static bool protected;		/* as the last MODE SELECT that was answered has left it */
static bool selected;		/* one waits for the service hart */

/* An I/O hart answers at once, whatever the service hart is about. */
static const u8 *exec_now(const u8 *cdb, u32 cdb_len, u32 len)
{
	struct command *c = &cmds[2];

	model_start(the_model, turns % 2, c, cdb, cdb_len, FRAME_DIR_IN, len);
	check_replied(c, 0);
	return c->data;
}

static void read_block(void)
{
	static const u8 cdb[10] = READ_CDB;

	exec_now(cdb, sizeof(cdb), 512);
	reads++;
}

static void check_pages(void)
{
	static const u8 log[10] = LOG_CDB, mode[6] = MODE_CDB;
	const u8 *data = exec_now(log, sizeof(log), 72);
	u64 logged = 0;

	for (u32 i = 8; i < 16; i++)
		logged = logged << 8 | data[i];
	assert_int_equal(logged, reads);

	data = exec_now(mode, sizeof(mode), 64);
	assert_int_equal(data[2] & 0x80, protected ? 0x80 : 0);
	assert_int_equal(data[4] & 0x3f, 0x0a);
	assert_int_equal(data[8] & 0x08, protected ? 0x08 : 0);
}

/* MODE SELECT: software write protect, as it is not now. */
static void start_select(struct command *c)
{
	static const u8 cdb[6] = SELECT_CDB;
	const u8 list[16] = { [4] = 0x0a, 10, 0x02, 0x10, protected ? 0 : 0x08, 0, 0, 0,
			      0xff, 0xff };

	memcpy(c->data, list, sizeof(list));
	model_start(the_model, 0, c, cdb, sizeof(cdb), FRAME_DIR_OUT, sizeof(list));
	assert_false(c->done);
	assert_int_equal(c->cmd.state, CMD_POSTED);
}

static void turn(void)
{
	turns++;
	read_block();
	check_pages();
	if (!selected)
		start_select(&cmds[4]);
	selected = true;
}

static enum overlay_exit run_hook(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	if (the_model && the_model->ov.status.state == converting && turns < TURNS)
		turn();
	return adapter_overlay_ops.processor->run(board, min_t(u64, limit, SLICE), call, insns);
}

static void expect_turns(enum overlay_state state)
{
	converting = state;
	turns = 0;
	selected = false;
}

/*
 * The change that was asked for during the conversion begins anew in the image that
 * is in place then, and is the first to hear of it. Asked for again, it is made.
 */
static void check_select(struct model *m)
{
	assert_true(turns > 20);
	model_service(m);
	check_replied(&cmds[4], CHECK_CONDITION);
	assert_int_equal(sense_of(&cmds[4]), UA_MICROCODE);
	check_pages();
	start_select(&cmds[4]);
	model_service(m);
	check_replied(&cmds[4], 0);
	protected = !protected;
	check_pages();
	clear_attentions(m);
}

static void there_and_back(const struct image *from, const struct image *to)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.depth = 4 * TURNS;	/* no tag comes again while one command waits */
	m = start_rom(&cfg, from);
	write_some(m);
	reads = 0;
	protected = false;
	m->processor_ops.run = run_hook;
	the_model = m;
	expect_turns(OVERLAY_CONVERTING);
	begin_probation(m, to);
	check_select(m);

	expect_turns(OVERLAY_REVERTING);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_not_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_int_equal(m->ov.status.rollbacks, 1);
	check_select(m);
	assert_int_equal(fabric_logins(&m->a.fabric), 8);
	the_model = NULL;
	model_free(m);
}

static void test_conversion(void **state)
{
	there_and_back(&v1_0, &v2_0);
	there_and_back(&v1_1, &v2_0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversion),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
