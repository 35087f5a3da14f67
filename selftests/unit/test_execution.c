// SPDX-License-Identifier: GPL-2.0
/*
 * A2: I/O is served by instructions of the image and by nothing else. So each command costs
 * its queue's hart the same number of them, a hart that does not execute serves nothing, and
 * other instructions make another answer.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"

#define READS	50u

static u64 executed(const struct model *m, u32 queue)
{
	return m->a.queues[queue].hart.executed;
}

static u64 cost_of_read(struct model *m, u32 queue, u32 lba, u16 blocks)
{
	u64 before = executed(m, queue);

	assert_int_equal(rw_blocks(m, queue, &cmds[0], false, lba, blocks), 0);
	return executed(m, queue) - before;
}

/* A2: a read of any block is as many instructions as that of any other, on either hart. */
static void test_cost(void **state)
{
	struct model *m = start(&model_config);
	u64 service = m->a.service.hart.executed;
	u64 one = cost_of_read(m, 0, 0, 1);

	print_message("a read is %llu instructions\n", (unsigned long long)one);
	assert_in_range(one, 50, 5000);
	for (u32 i = 0; i < READS; i++) {
		u64 other = executed(m, !(i % 2));

		assert_int_equal(cost_of_read(m, i % 2, 3 * i, 1), one);
		assert_int_equal(executed(m, !(i % 2)), other);
	}
	assert_int_equal(m->a.service.hart.executed, service);
	model_free(m);
}

static void begin_read(struct model *m, struct command *c)
{
	static const u8 cdb[10] = { 0x28, [8] = 8 };

	memset(c->data, 0x77, 4096);
	model_start(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_IN, 4096);
}

static void not_served(const struct command *c)
{
	assert_false(c->done);
	assert_int_equal(c->cmd.buf.moved, 0);
	for (u32 i = 0; i < 4096; i++)
		assert_int_equal(c->data[i], 0x77);
}

/* A2: while its queue is held a hart executes nothing, and nothing is served. */
static void test_held(void **state)
{
	struct model *m = start(&model_config);
	struct overlay_waits waits = {};
	u64 before;

	write_some(m);
	before = executed(m, 0);
	queue_hold(&m->a.queues[0]);
	begin_read(m, &cmds[1]);
	model_media(m);
	model_service(m);
	assert_int_equal(executed(m, 0), before);
	not_served(&cmds[1]);
	queue_release(&m->a.queues[0]);
	assert_true(queue_drain_one(&m->a.queues[0], &waits));
	model_media(m);
	check_replied(&cmds[1], 0);
	assert_true(executed(m, 0) > before);
	pattern(&cmds[0], 0, 4096);
	assert_memory_equal(cmds[1].data, cmds[0].data, 4096);
	model_free(m);
}

/* A2: a hart that executes something else: a loop, of which the board has enough after a while. */
static void test_derailed(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	derail(&m->a.queues[0].hart, true);
	begin_read(m, &cmds[1]);
	model_media(m);
	not_served(&cmds[1]);
	assert_true(m->a.crashed);
	model_free(m);
}

/* A2: an image that is 1.1 but for its I/O harts' first instructions, which wait and do no more. */
static void test_other_instructions(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME, BEQ(A0, X0, 12), WFI, JAL(X0, -4),
				   LUI(SP, 0x30004));
	struct model *m = start(&model_config);
	u64 before;

	write_some(m);
	begin_probation(m, &img);
	before = executed(m, 0);
	begin_read(m, &cmds[1]);
	model_media(m);
	model_service(m);
	assert_true(executed(m, 0) > before);
	not_served(&cmds[1]);
	image_free(&img);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_derailed),
		cmocka_unit_test(test_other_instructions),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
