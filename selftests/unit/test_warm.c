// SPDX-License-Identifier: GPL-2.0
/*
 * The board at a warm start that finds damaged tables, after a crash and after an
 * update that was given up: what is logged, what the far end sees, and that
 * commands are served. What the microcode makes of the damage is tested in
 * test_microcode_warm.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "model.h"
#include "wrap.h"

#define MESSAGE		"persistent data was damaged and is made anew: self-test 0x%x"
#define LOGINS		8u

/* What is logged goes to stderr: catch it. */
static FILE *terminal;
static char *log_text;
static size_t log_len;

static void begin_log(void)
{
	terminal = stderr;
	stderr = open_memstream(&log_text, &log_len);
}

/* It tells of damage so often, and with this code. */
static void end_log(u32 code, u32 times)
{
	char wanted[128];
	u32 found = 0;

	fclose(stderr);
	stderr = terminal;
	snprintf(wanted, sizeof(wanted), MESSAGE, code);
	for (const char *at = log_text; (at = strstr(at, wanted)); at++)
		found++;
	if (found != times)
		fail_msg("%u times '%s' in '%s'", found, wanted, log_text);
	free(log_text);
}

static u8 *table(struct model *m, u32 id)
{
	const struct mrb_schema *s = m->a.image.schema;

	while (le16_to_cpu(s->id) != id)
		s++;
	return (u8 *)m->a.memctl.region.data + bus_offset(le32_to_cpu(s->address));
}

/* State of the first login: no such state is there. */
static void damage_logins(struct model *m)
{
	table(m, 1)[26] = 9;
}

/* The login of the first unit: follows from the other tables. */
static void damage_units(struct model *m)
{
	table(m, 3)[12] ^= 1;
}

static void crash(struct model *m)
{
	crash_hart(m, 0);
	model_start(m, 0, &cmds[3], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	assert_true(m->a.crashed);
	model_service(m);
	assert_false(m->a.crashed);
	assert_false(m->a.dead);
	assert_true(cmds[3].done);
	assert_int_equal(cmds[3].cmd.outcome, CMD_REPLIED);
}

static void check_after(struct model *m, u64 logins)
{
	assert_int_equal(fabric_logins(&m->a.fabric), logins);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	clear_attentions(m);
	check_some(m);
}

static void after_crash(const struct image *rom)
{
	struct model *m = start_rom(&model_config, rom);

	write_some(m);
	begin_log();
	crash(m);
	end_log(0, 0);
	check_after(m, LOGINS);

	damage_units(m);
	begin_log();
	crash(m);
	end_log(5, 1);
	assert_int_equal(cmds[3].cmd.status, 0);
	check_after(m, LOGINS);

	damage_logins(m);
	begin_log();
	crash(m);
	end_log(2, 1);
	assert_int_equal(sense_of(&cmds[3]), UA_POWER_ON);
	check_after(m, 2 * LOGINS);
	assert_int_equal(m->a.crashes, 3);
	model_free(m);
}

static void test_after_crash(void **state)
{
	after_crash(&v1_1);
	after_crash(&v2_0);
}

/* The service hart alone starts again: an older image is refused. */
static void test_after_refusal(void **state)
{
	struct model *m = start_rom(&model_config, &v1_1);

	write_some(m);
	damage_logins(m);
	begin_log();
	assert_true(model_update(m, &v1_0) < 0);
	model_service(m);
	end_log(2, 1);
	assert_int_equal(m->ov.status.state, OVERLAY_IDLE);
	check_after(m, 2 * LOGINS);
	assert_int_equal(m->a.crashes, 0);
	model_free(m);
}

/* An image that says so for ever is heard once, and stopped as any that hangs. */
static void test_talkative(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME,
		ADDI(T0, X0, START_COLD), BEQ(A1, T0, 24), BNE(A0, X0, 20),
		ADDI(A0, X0, 7), ADDI(A7, X0, BOARD_DAMAGED), ECALL, JAL(X0, -12),
		LUI(T0, BOARD_MBOX_BASE >> 12), WFI, SB(X0, T0, 0), JAL(X0, -8));
	struct model *m = model_new(&model_config, &img);

	begin_log();
	crash_hart(m, 0);
	model_start(m, 0, &cmds[3], test_unit_ready, 6, FRAME_DIR_NONE, 0);
	model_service(m);
	end_log(7, 1);
	assert_true(m->a.dead);
	assert_int_equal(cmds[3].cmd.outcome, CMD_LOST);
	model_free(m);
	image_free(&img);
}

/* It is the service hart's. */
static void test_io_hart(void **state)
{
	struct image img = PATCHED(&v1_1, RUNTIME,
		ADDI(T0, X0, START_COLD), BNE(A1, T0, 16), BEQ(A0, X0, 12),
		ADDI(A7, X0, BOARD_DAMAGED), ECALL,
		WFI, JAL(X0, -4));
	struct model *m;

	begin_log();
	m = model_new(&model_config, &img);
	fflush(stderr);
	assert_non_null(strstr(log_text, "made a call that it may not make"));
	end_log(1, 0);
	assert_null(m);
	image_free(&img);
}

/* What the first I/O hart was told at its last start. */
static u32 reason = ~0u;
static bool second_fails;	/* in a new image */

enum hart_exit __wrap_hart_run(struct hart *h, u64 limit)
{
	if (h->id == 1 && !h->instret)
		reason = h->x[11];
	if (h->id == 2 && !h->instret && h->x[11] == START_OVERLAY && second_fails)
		h->pc = 0x1000;
	return __real_hart_run(h, limit);
}

/* An I/O hart is told why it starts, though no image of ours asks. */
static void test_reasons(void **state)
{
	struct model *m = start_rom(&model_config, &v1_1);

	assert_int_equal(reason, START_COLD);
	crash(m);
	assert_int_equal(reason, START_WARM);
	assert_int_equal(model_update(m, &v2_0), 0);
	assert_int_equal(reason, START_OVERLAY);
	model_free(m);
}

/* The second hart does not start in the new image, and the first one already has. */
static void test_started_again(void **state)
{
	struct model *m = start_rom(&model_config, &v1_1);

	write_some(m);
	second_fails = true;
	assert_int_not_equal(model_update(m, &v2_0), 0);
	second_fails = false;
	assert_non_null(strstr(m->ov.status.error, "a hart did not start in the new image"));
	assert_int_equal(reason, START_WARM);
	check_some(m);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_after_crash),
		cmocka_unit_test(test_after_refusal),
		cmocka_unit_test(test_talkative),
		cmocka_unit_test(test_io_hart),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_started_again),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
