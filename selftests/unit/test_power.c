// SPDX-License-Identifier: GPL-2.0
/*
 * Power cycle with commands in flight under image 2.0: the image in ROM does not
 * know what their media requests were about, and never sees how they ended.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <linux/kernel.h>

#include "fixture.h"
#include "model.h"

#define UNMAP_LEN	40
#define SECOND_LBA	10000
#define LONG_BLOCKS	4096	/* more than is done without sleeping */

static void put_be(u8 *to, u64 value, u32 len)
{
	while (len--) {
		to[len] = value;
		value >>= 8;
	}
}

/* Image 2.0 in place, unit attentions taken, blocks at SECOND_LBA written. */
static struct model *start_v2(void)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.blocks = 1 << 16;
	m = start(&cfg);
	assert_int_equal(model_update(m, &v2_0), 0);
	take_attention(m, UA_MICROCODE);
	pattern(&cmds[1], 1, 4096);
	assert_int_equal(rw_blocks(m, 0, &cmds[1], true, SECOND_LBA, 8), 0);
	return m;
}

/* Two descriptors: the first takes long, the second is for SECOND_LBA. */
static void start_unmap(struct model *m, struct command *c)
{
	const u8 cdb[10] = { 0x42, [8] = UNMAP_LEN };

	memset(c->data, 0, UNMAP_LEN);
	put_be(c->data, UNMAP_LEN - 2, 2);
	put_be(c->data + 2, UNMAP_LEN - 8, 2);
	put_be(c->data + 16, LONG_BLOCKS, 4);
	put_be(c->data + 24, SECOND_LBA, 8);
	put_be(c->data + 32, 8, 4);
	model_start(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_OUT, UNMAP_LEN);
	assert_int_equal(c->cmd.state, CMD_DEFERRED);
}

static void start_lba_status(struct model *m, struct command *c)
{
	const u8 cdb[16] = { 0x9e, 0x12, [13] = 24 };

	model_start(m, 1, c, cdb, sizeof(cdb), FRAME_DIR_IN, 24);
	assert_int_equal(c->cmd.state, CMD_DEFERRED);
}

/* Nobody has them any more: all that was in flight has ended, and the disk works. */
static void test_in_flight(void **state)
{
	struct model *m = start_v2();

	start_unmap(m, &cmds[4]);
	start_lba_status(m, &cmds[5]);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	for (u32 i = 4; i < 6; i++) {
		assert_true(cmds[i].done);
		assert_int_equal(cmds[i].cmd.outcome, CMD_RESET);
	}
	model_media(m);		/* the thread's turn comes late */
	take_attention(m, UA_POWER_ON);
	check_revision(m, "1.0 ");
	assert_int_equal(rw_blocks(m, 0, &cmds[6], false, SECOND_LBA, 8), 0);
	assert_memory_equal(cmds[6].data, cmds[1].data, 4096);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_flight),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
