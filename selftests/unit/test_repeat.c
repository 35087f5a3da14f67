// SPDX-License-Identifier: GPL-2.0
/*
 * The service hart dies at any instruction of a PERSISTENT RESERVE OUT or a WRITE
 * BUFFER, and gets the message again: what the command changes is changed once
 * (recovery.rst).
 * The linker puts __wrap_hart_run() before the module's hart_run().
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "model.h"
#include "wrap.h"

#define LIST_LEN	24u
#define EXCLUSIVE	3u
#define PART		400u	/* bytes of an image */

enum out_action { REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT, PREEMPT_ABORT, IGNORE };

static u64 fault_in;	/* instructions of the service hart until it dies, 0: never */

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	u64 before = h->executed;
	enum hart_exit exit;

	if (h->id != BOARD_SERVICE_HART || !fault_in || limit < fault_in)
		return __real_hart_run(h, limit);
	exit = __real_hart_run(h, fault_in);
	fault_in -= h->executed - before;
	if (!fault_in && exit == HART_LIMIT)
		derail(h, false);
	if (!fault_in && exit == HART_ECALL)
		fault_in = 1;	/* the call is made, and its answer not looked at */
	return exit;
}

static void start_out(struct model *m, u32 queue, struct command *c, enum out_action action,
		      u8 key, u8 new_key)
{
	u8 cdb[10] = { 0x5f, action, EXCLUSIVE, [8] = LIST_LEN };

	memset(c->data, 0, LIST_LEN);
	c->data[7] = key;
	c->data[15] = new_key;
	model_start(m, queue, c, cdb, sizeof(cdb), FRAME_DIR_OUT, LIST_LEN);
	assert_false(c->done);
}

static void out(struct model *m, enum out_action action, u8 key, u8 new_key)
{
	start_out(m, 0, &cmds[1], action, key, new_key);
	model_service(m);
	check_replied(&cmds[1], 0);
}

/* PRGENERATION; what is registered or reserved has this key, 0 for nothing. */
static u32 read_in(struct model *m, u8 action, u8 key)
{
	const u8 cdb[10] = { 0x5e, action, [8] = LIST_LEN };
	const u8 *data = cmds[2].data;

	assert_int_equal(model_exec(m, 1, &cmds[2], cdb, sizeof(cdb), FRAME_DIR_IN, LIST_LEN), 0);
	assert_int_equal(data[7] != 0, key != 0);
	if (key)
		assert_int_equal(data[15], key);
	return data[3];
}

/**
 * struct row - a change that is interrupted
 * @action: what it is
 * @key: RESERVATION KEY
 * @new_key: SERVICE ACTION RESERVATION KEY
 * @reserved: the key 1, registered before it, also holds a reservation
 * @holder: key that holds a reservation after it, 0 for none
 * @registered: key that is registered then
 * @generations: that it adds to PRGENERATION
 */
struct row {
	u8 action;
	u8 key;
	u8 new_key;
	bool reserved;
	u8 holder;
	u8 registered;
	u8 generations;
};

static const struct row rows[] = {
	{ REGISTER, 1, 2, false, 0, 2, 1 },
	{ REGISTER, 1, 0, true, 0, 0, 1 },
	{ IGNORE, 0, 2, true, 2, 2, 1 },
	{ RESERVE, 1, 0, false, 1, 1, 0 },
	{ RELEASE, 1, 0, true, 0, 1, 0 },
	{ CLEAR, 1, 0, true, 0, 0, 1 },
	{ PREEMPT, 1, 1, true, 1, 1, 1 },
	{ PREEMPT_ABORT, 1, 1, false, 0, 0, 1 },
};

/* True: there was an instruction to die before. Another one waits behind it. */
static bool interrupt(struct model *m, const struct row *row, u64 insns)
{
	u32 crashes = m->a.crashes;
	u32 generation;

	out(m, IGNORE, 0, 1);
	if (row->reserved)
		out(m, RESERVE, 1, 0);
	generation = read_in(m, 0, 1);
	start_out(m, 0, &cmds[3], row->action, row->key, row->new_key);
	if (row->registered)
		start_out(m, 1, &cmds[4], IGNORE, 0, 9);
	fault_in = insns;
	model_service(m);
	fault_in = 0;
	check_replied(&cmds[3], 0);
	if (row->registered)
		check_replied(&cmds[4], 0);
	generation += row->generations + !!row->registered;
	assert_int_equal(read_in(m, 0, row->registered ? 9 : 0), (u8)generation);
	read_in(m, 1, row->holder ? 9 : 0);
	if (row->registered)
		out(m, CLEAR, 9, 0);
	adapter_forget_crashes(&m->a);
	assert_false(m->a.dead);
	assert_in_range(m->a.crashes - crashes, 0, 1);
	return m->a.crashes != crashes;
}

static void test_reserve_out(void **state)
{
	struct model *m = start_rom(&model_config, &v2_0);
	FILE *terminal = stderr;

	stderr = fopen("/dev/null", "w");
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 insns = 1;

		while (interrupt(m, &rows[i], insns))
			insns++;
		assert_true(insns > 50);
	}
	fclose(stderr);
	stderr = terminal;
	model_free(m);
}

static void start_part(struct model *m, u32 at)
{
	const u8 cdb[10] = { 0x3b, 0x06, [4] = at >> 8, at, [7] = PART >> 8, PART & 0xff };

	memcpy(cmds[3].data, v3_0.bytes + at, PART);
	model_start(m, 0, &cmds[3], cdb, sizeof(cdb), FRAME_DIR_OUT, PART);
}

static void take_part(struct model *m, u32 at)
{
	start_part(m, at);
	model_service(m);
	check_replied(&cmds[3], 0);
}

/* As interrupt(): the second of three parts of an image, which is in its place once. */
static bool interrupt_part(struct model *m, u64 insns)
{
	u32 crashes = m->a.crashes;
	u8 taken[3 * PART];

	take_part(m, 0);
	start_part(m, PART);
	fault_in = insns;
	model_service(m);
	fault_in = 0;
	check_replied(&cmds[3], 0);
	take_part(m, 2 * PART);
	assert_int_equal(overlay_stream_size(&m->a.download.stream), sizeof(taken));
	assert_true(overlay_stream_read(&m->a.download.stream, taken, sizeof(taken)));
	assert_memory_equal(taken, v3_0.bytes, sizeof(taken));
	adapter_forget_crashes(&m->a);
	assert_false(m->a.dead);
	assert_in_range(m->a.crashes - crashes, 0, 1);
	return m->a.crashes != crashes;
}

static void test_write_buffer(void **state)
{
	struct adapter_config cfg = model_config;
	FILE *terminal = stderr;
	struct model *m;
	u64 insns = 1;

	cfg.inband = true;
	m = start_rom(&cfg, &v2_0);
	stderr = fopen("/dev/null", "w");
	while (interrupt_part(m, insns))
		insns++;
	assert_true(insns > 50);
	fclose(stderr);
	stderr = terminal;
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserve_out),
		cmocka_unit_test(test_write_buffer),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
