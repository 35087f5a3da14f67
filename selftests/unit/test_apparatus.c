// SPDX-License-Identifier: GPL-2.0
/*
 * Requirements on the board and the course of an update that no other test has as its
 * subject: temporary memory, the control block, I/O on all harts before the pause. See
 * Documentation/requirements.rst.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"

static const struct bus_window *window(const struct hart *h, u32 base)
{
	return &h->win[base >> BUS_WINDOW_BITS];
}

/* A loader that does this gets nowhere, and the old image goes on. */
static void loader_traps(const u32 *code, u32 words)
{
	struct image rom = patched(&v1_0, UPDATE, code, words);
	struct model *m = start_rom(&model_config, &rom);

	write_some(m);
	assert_int_not_equal(model_update(m, &v1_1), 0);
	assert_non_null(strstr(m->ov.status.error,
			       "loading: image trapped: instruction access fault"));
	check_untouched(m, &rom, 8);
	model_free(m);
	image_free(&rom);
}

#define LOADER_TRAPS(...)						\
	loader_traps((const u32[]){ __VA_ARGS__ },			\
		     sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))

/* What each kind of hart sees of temporary memory. */
static void check_staging(struct model *m, u32 text, u32 data)
{
	const struct hart *service = &m->a.service.hart;

	assert_int_equal(window(service, BOARD_STAGING_TEXT_BASE)->perm, text);
	assert_int_equal(window(service, BOARD_STAGING_DATA_BASE)->perm, data);
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++) {
		assert_int_equal(window(&m->a.queues[i].hart, BOARD_STAGING_TEXT_BASE)->perm, 0);
		assert_int_equal(window(&m->a.queues[i].hart, BOARD_STAGING_DATA_BASE)->perm, 0);
	}
}

static int checked_write(void *board, u32 addr, const void *src, u32 len)
{
	struct model *m = container_of(board, struct model, a);

	check_staging(m, BUS_R, BUS_R);
	return adapter_overlay_ops.memory->stage_write(board, addr, src, len);
}

static void check_executable(struct model *m)
{
	check_staging(m, BUS_R | BUS_X, BUS_R | BUS_W);
	assert_ptr_not_equal(m->a.memctl.staging.text, m->a.memctl.region.text);
	assert_ptr_not_equal(m->a.memctl.staging.data, m->a.memctl.region.data);
}

/* A3: temporary memory is apart, and executable after the checks, not before. */
static void test_temporary_memory(void **state)
{
	struct image damaged = copy_of(&v1_1);
	struct model *m = start(&model_config);

	LOADER_TRAPS(LUI(T0, 0x50000), JALR(X0, T0, 0));
	LOADER_TRAPS(OPEN, LUI(T0, 0x50000), JALR(X0, T0, 0));
	REFUSE(BOOTSTRAP, "converting: image trapped: instruction access fault",
	       LUI(T0, 0x60000), JALR(X0, T0, 0));

	write_some(m);
	check_staging(m, 0, 0);
	m->memory_ops.stage_write = checked_write;
	damaged.bytes[damaged.size - 5] ^= 1;
	assert_int_not_equal(model_update(m, &damaged), 0);
	check_staging(m, 0, 0);
	m->on_hold = check_executable;
	assert_int_equal(model_update(m, &v1_1), 0);
	check_staging(m, 0, 0);
	model_free(m);
	image_free(&damaged);
}

static void check_control_block(struct model *m)
{
	const struct control_block *control = (const void *)m->a.service.control;
	const struct mrb_header *old = (const void *)v1_0.bytes;

	assert_int_equal(le32_to_cpu(control->magic), CONTROL_MAGIC);
	assert_int_equal(le32_to_cpu(control->old_image), BOARD_TEXT_BASE);
	assert_int_equal(le32_to_cpu(control->new_image), BOARD_STAGING_TEXT_BASE);
	assert_int_equal(le32_to_cpu(control->old_version), MRB_VERSION(1, 0));
	assert_int_equal(le32_to_cpu(control->new_version), MRB_VERSION(2, 0));
	assert_int_equal(le32_to_cpu(control->board_capabilities),
			 le32_to_cpu(m->a.regs->capabilities));
	assert_int_equal(le32_to_cpu(control->image_capabilities),
			 le32_to_cpu(old->cap_provided));
	m->on_hold = NULL;
}

/* A4: the update module fills it, in a page of its own that no I/O hart sees. */
static void test_control_block(void **state)
{
	struct model *m = start(&model_config);

	write_some(m);
	assert_int_equal(((struct control_block *)m->a.service.control)->magic, 0);
	m->on_hold = check_control_block;
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_null(m->on_hold);
	assert_ptr_equal(window(&m->a.service.hart, BOARD_CONTROL_BASE)->mem,
			 m->a.service.control);
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++)
		assert_int_equal(window(&m->a.queues[i].hart, BOARD_CONTROL_BASE)->perm, 0);
	model_free(m);
}

/* How many I/Os each hart has served while the service hart was in a state. */
static u32 served[OVERLAY_REVERTING + 1][2];

/* Nobody waits for the service hart here: it is in the middle of the update. */
static void serve_io(struct model *m)
{
	const u8 inquiry[6] = { 0x12, 0, 0, 0, 36 };
	const u8 read[10] = { 0x28, 0, 0, 0, 0, 100, 0, 0, 8 };

	pattern(&cmds[1], 1, 4096);
	for (u32 queue = 0; queue < 2; queue++) {
		u64 before = m->a.queues[queue].hart.executed;

		model_start(m, queue, &cmds[2], inquiry, 6, FRAME_DIR_IN, 36);
		assert_true(cmds[2].done);
		assert_memory_equal(cmds[2].data + 32, "1.0 ", 4);
		model_start(m, queue, &cmds[2], read, 10, FRAME_DIR_IN, 4096);
		model_media(m);
		assert_true(cmds[2].done);
		assert_int_equal(cmds[2].cmd.status, 0);
		assert_memory_equal(cmds[2].data, cmds[1].data, 4096);
		assert_true(m->a.queues[queue].hart.executed > before);
		served[m->ov.status.state][queue]++;
	}
}

static int serving_write(void *board, u32 addr, const void *src, u32 len)
{
	serve_io(container_of(board, struct model, a));
	return adapter_overlay_ops.memory->stage_write(board, addr, src, len);
}

static int serving_seal(void *board, const void *file, const struct mrb_header *image)
{
	serve_io(container_of(board, struct model, a));
	return adapter_overlay_ops.memory->stage_seal(board, file, image);
}

static s32 serving_dirty(void *board, u32 offset)
{
	struct model *m = container_of(board, struct model, a);

	if (m->ov.status.state == OVERLAY_CONVERTING && served[OVERLAY_CONVERTING][0] < 8)
		serve_io(m);
	return adapter_overlay_ops.memory->next_dirty(board, offset);
}

static void serve_while_burning(struct model *m, u32 us)
{
	serve_io(m);
}

/*
 * A6, U3: while one hart loads, checks, burns and converts, each of the others serves
 * I/O, and it is the old image that does.
 */
static void test_io_goes_on(void **state)
{
	struct model *m = start(&model_config);

	memset(served, 0, sizeof(served));
	write_some(m);
	m->memory_ops.stage_write = serving_write;
	m->memory_ops.stage_seal = serving_seal;
	m->memory_ops.next_dirty = serving_dirty;
	m->on_busy = serve_while_burning;
	if (model_update(m, &v2_0))
		fail_msg("%s", m->ov.status.error);
	for (u32 queue = 0; queue < 2; queue++) {
		assert_in_range(served[OVERLAY_LOADING][queue], 10, ~0u);
		assert_in_range(served[OVERLAY_CONVERTING][queue], 4, ~0u);
	}
	m->on_busy = NULL;
	clear_attentions(m);
	check_some(m);
	check_revision(m, "2.0 ");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_temporary_memory),
		cmocka_unit_test(test_control_block),
		cmocka_unit_test(test_io_goes_on),
	};

	return cmocka_run_group_tests_name("A3 A4 A6 U3: board and update", tests, read_images,
					   free_images);
}
