// SPDX-License-Identifier: GPL-2.0
/*
 * A login takes three steps, each of which takes a while: many at once, beside other
 * work of the service hart, across an update and a crash; without a fabric; and an
 * image that ends each session that it makes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"
#include "model.h"
#include "puppet.h"

#define MS		1000000ull
#define DELAY		MS
#define SECOND		(1000 * MS)

static const u8 mode_select[6] = { 0x15, 0x10, 0, 0, 24 };

static struct adapter_config delayed = {
	.nr_queues = 2, .depth = 32, .nr_ports = 8, .nr_targets = 2, .blocks = 4096,
	.login_delay_ns = DELAY,
};

static const char * const names[] = { "1.0", "1.1", "2.0", "2.0b", "2.1", "2.2", "3.0" };

static void check_counts(struct model *m, u32 flogis, u64 plogis, u64 prlis)
{
	assert_int_equal(atomic_read(&m->a.fabric.flogis), flogis);
	assert_int_equal(fabric_plogis(&m->a.fabric), plogis);
	assert_int_equal(fabric_logins(&m->a.fabric), prlis);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
}

/* What has been asked for is answered, and what is asked for then is under way. */
static void step(struct model *m)
{
	model_pass(DELAY);
	model_service(m);
}

static struct model *start_image(const char *name)
{
	struct image rom = image_read(strcmp(name, "3.0") ? name : "2.0");
	struct image img = image_read("3.0");
	struct model *m = start_rom(&delayed, &rom);

	write_some(m);
	if (!strcmp(name, "3.0"))
		assert_int_equal(model_update(m, &img), 0);
	clear_attentions(m);
	image_free(&img);
	/* the image in ROM is not needed again: there is no power cycle */
	image_free(&rom);
	return m;
}

static void lose(struct model *m, u32 port)
{
	assert_true(fabric_log_out(&m->a.fabric, port));
	login_want(&m->a, port);
}

/* A7: 4,096 logins take two answers' time for each 64 of them, and one for FLOGI. */
static void test_many_at_once(void **state)
{
	struct adapter_config cfg = delayed;
	const u64 waits = 1 + 2 * BOARD_MAX_PORTS / BOARD_MAX_ELS;
	struct model *m;
	u64 begin, ns;

	cfg.nr_ports = BOARD_MAX_PORTS;
	model_pass(0);
	m = start(&model_config);
	begin = m->a.ops->now_ns();
	model_free(m);
	m = start(&cfg);
	ns = m->a.ops->now_ns() - begin;
	print_message("4096 logins, 1 ms each step: %llu us\n", (unsigned long long)ns / 1000);
	assert_in_range(ns, waits * DELAY, (waits + 20) * DELAY + 10 * MS);
	check_counts(m, 1, BOARD_MAX_PORTS, BOARD_MAX_PORTS);
	assert_int_equal(m->a.logins.els.count, 0);
	model_free(m);
}

/* The service hart does other things while the far end takes its time. */
static void beside_messages(const char *name)
{
	struct model *m = start_image(name);

	lose(m, 1);
	model_service(m);
	assert_in_range(m->wake_ns, DELAY / 2, DELAY);
	for (u32 i = 0; i < 10; i++) {
		memset(cmds[3].data, 0, 24);
		memcpy(cmds[3].data + 4, "\x08\x12\x04", 3);
		assert_int_equal(model_exec(m, 0, &cmds[3], mode_select, 6, FRAME_DIR_OUT, 24), 0);
	}
	check_counts(m, 1, 8, 8);
	step(m);
	check_counts(m, 1, 9, 8);
	assert_false(fabric_has_session(&m->a.fabric, 1));
	step(m);
	check_counts(m, 1, 9, 9);
	cmds[12].target = 1;
	assert_int_equal(rw_blocks(m, 0, &cmds[12], false, 0, 8), 0);
	check_some(m);
	model_free(m);
}

static void test_beside_messages(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		beside_messages(names[i]);
}

/* Our link fails: one FLOGI, then all ports, but not too many at once. */
static void link_fails(const char *name)
{
	struct model *m = start_image(name);
	struct fabric *f = &m->a.fabric;

	fabric_set_link(f, false);
	for (u32 port = 0; port < 8; port++)
		login_want(&m->a, port);
	model_service(m);
	assert_int_equal(m->a.regs->port_id, 0);
	check_counts(m, 1, 8, 8);
	fabric_set_link(f, true);
	for (u32 port = 0; port < 8; port++)
		login_want(&m->a, port);
	model_service(m);
	assert_int_equal(m->a.logins.els.count, 1);
	step(m);
	check_counts(m, 2, 8, 8);
	assert_int_equal(m->a.logins.els.count, 8);
	step(m);
	step(m);
	check_counts(m, 2, 16, 16);
	check_some(m);
	model_free(m);
}

static void test_link_fails(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		link_fails(names[i]);
}

/* All links come back at once: no more are under way than there may be. */
static void test_window(void **state)
{
	struct adapter_config cfg = delayed;
	struct model *m;
	u32 steps;

	cfg.nr_ports = 1000;
	m = start(&cfg);
	fabric_set_link(&m->a.fabric, false);
	fabric_set_link(&m->a.fabric, true);
	for (u32 port = 0; port < cfg.nr_ports; port++)
		login_want(&m->a, port);
	model_service(m);
	for (steps = 0; fabric_logins(&m->a.fabric) < 2000 && steps < 100; steps++) {
		assert_in_range(m->a.logins.els.count, 1, BOARD_MAX_ELS);
		step(m);
	}
	assert_in_range(steps, 1 + 2 * 1000 / BOARD_MAX_ELS, 40);
	check_counts(m, 2, 2000, 2000);
	model_free(m);
}

/* U7: the new image gets the answer that the old one waited for, in its own format. */
static void across_update(const char *from, const char *to)
{
	struct image img = image_read(to);
	struct model *m = start_image(from);

	for (u32 i = 0; i < 2; i++)
		lose(m, i);
	model_service(m);
	step(m);
	lose(m, 7);
	model_service(m);
	check_counts(m, 1, 10, 8);
	assert_int_equal(m->a.logins.els.count, 3);
	assert_int_equal(model_update(m, &img), 0);	/* where chips are burned they go on */
	step(m);
	step(m);
	check_counts(m, 1, 11, 11);
	clear_attentions(m);
	check_some(m);
	cmds[12].target = 1;
	rw_blocks(m, 0, &cmds[12], false, 0, 8);
	assert_int_equal(rw_blocks(m, 0, &cmds[12], false, 0, 8), 0);
	image_free(&img);
	model_free(m);
}

static void test_across_update(void **state)
{
	for (u32 from = 0; from < ARRAY_SIZE(names); from++)
		for (u32 to = from + 1; to < ARRAY_SIZE(names); to++)
			if (strcmp(names[to], "2.2") || names[from][0] != '1')
				across_update(names[from], names[to]);
}

/* Nobody has the answers of a hart that crashed: it asks once more. */
static void test_crash(void **state)
{
	struct model *m = start_image("1.0");

	lose(m, 0);
	lose(m, 1);
	model_service(m);
	step(m);
	check_counts(m, 1, 10, 8);
	adapter_crash(&m->a, &m->a.queues[0].hart, "crashed by the test");
	model_service(m);
	check_counts(m, 1, 10, 8);
	assert_int_equal(m->a.logins.els.count, 2);
	step(m);
	step(m);
	check_counts(m, 1, 12, 10);
	check_some(m);
	model_free(m);
}

static void is_there(struct model *m, u32 port)
{
	assert_true(port < m->a.cfg.nr_ports);
}

/* What a hart crashes over need not be about a port: then no session is forgotten. */
static void test_crash_over_no_port(void **state)
{
	struct model *m = puppet_new(0);

	m->a.crashes = 0;
	m->on_port = is_there;
	crash_hart(m, 0);
	login_doubt(&m->a);	/* it is told to begin */
	model_service(m);
	assert_true(m->a.crashed);
	assert_int_equal(m->a.crashes, 1);
	model_service(m);
	assert_false(m->a.crashed);

	PUPPET_IO(m, 0, STEP(els_frame(ELS_PLOGI, model_config.nr_ports)),
		  (struct puppet_step){ .take = FRAME_ELS_DONE });
	puppet_wake(m, 0);
	model_service(m);
	assert_true(m->a.crashed);
	assert_int_equal(m->a.crashes, 2);
	for (u32 port = 0; port < model_config.nr_ports; port++)
		assert_true(fabric_has_session(&m->a.fabric, port));
	model_free(m);
}

/* A port that goes between the steps refuses the next one. */
static void test_lost_between(void **state)
{
	struct model *m = start_image("2.0");
	struct fabric *f = &m->a.fabric;

	lose(m, 1);
	model_service(m);
	step(m);
	check_counts(m, 1, 9, 8);
	fabric_log_out(f, 1);
	step(m);
	check_counts(m, 1, 9, 8);
	login_want(&m->a, 1);
	model_service(m);
	step(m);
	fabric_set_present(f, 1, false);
	step(m);
	check_counts(m, 1, 10, 8);
	fabric_set_present(f, 1, true);
	login_want(&m->a, 1);
	model_service(m);
	step(m);
	step(m);
	check_counts(m, 1, 11, 9);
	model_free(m);
}

/* Power comes while our link is down: the ports are known, and logged in to later. */
static void test_power_without_link(void **state)
{
	struct model *m = start(&delayed);

	fabric_set_link(&m->a.fabric, false);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	check_counts(m, 1, 8, 8);
	fabric_set_link(&m->a.fabric, true);
	for (u32 port = 0; port < 8; port++)
		login_want(&m->a, port);
	model_service(m);
	for (u32 i = 0; i < 3; i++)
		step(m);
	check_counts(m, 2, 16, 16);
	clear_attentions(m);
	write_some(m);
	check_some(m);
	model_free(m);
}

/* One port at the other end of the link. */
static void test_direct(void **state)
{
	struct adapter_config cfg = delayed;
	struct model *m;

	cfg.direct = true;
	cfg.nr_ports = 1;
	cfg.nr_targets = 1;
	m = start(&cfg);
	check_counts(m, 1, 1, 1);
	assert_int_equal(le32_to_cpu(m->a.regs->port_id), PORT_ID_DIRECT);
	assert_int_equal(m->a.fabric.ports[0].port_id, PORT_ID_PEER);
	write_some(m);
	assert_int_equal(model_update(m, &v2_0), 0);
	clear_attentions(m);
	check_some(m);
	check_counts(m, 1, 1, 1);
	model_free(m);
}

static void ends_session(struct model *m, u32 port)
{
	if (!fabric_has_session(&m->a.fabric, port))
		login_want(&m->a, port);
}

/* At each frame it logs in, and out again: it is told less and less often. */
static void test_ends_each_session(void **state)
{
	struct model *m = puppet_new(0);
	u64 told = 0;

	m->on_port = ends_session;
	PUPPET_IO(m, 0, STEP(els_frame(ELS_PLOGI, 0)), STEP(els_frame(ELS_PRLI, 0)),
		  STEP(els_frame(ELS_LOGO, 0)),
		  (struct puppet_step){ .next = -3 * (int)STEP_NEXT });
	fabric_log_out(&m->a.fabric, 0);
	login_want(&m->a, 0);
	for (u32 ms = 0; ms < 60000; ms++) {
		model_service(m);
		model_pass(MS);
		if (ms == 1000)
			told = fabric_logins(&m->a.fabric) - 8;
	}
	assert_in_range(told, 8, 20);
	told = fabric_logins(&m->a.fabric) - 8;
	print_message("told %llu times in a minute, %u times put off\n",
		      (unsigned long long)told, m->a.logins.put_off);
	assert_in_range(told, 20, 40);
	assert_in_range(m->a.logins.put_off, told - 10, told);
	assert_in_range(m->wake_ns, 1, 5 * SECOND);
	assert_false(m->a.dead);

	/* when it has kept quiet, it is told at once */
	m->on_port = NULL;
	model_pass(30 * SECOND);
	model_service(m);
	told = fabric_logins(&m->a.fabric);
	model_pass(30 * SECOND);
	login_want(&m->a, 0);
	model_service(m);
	assert_int_equal(fabric_logins(&m->a.fabric), told + 1);
	/* and nothing is held against it: as often as at first it need not wait */
	for (u32 i = 2; i <= 8; i++) {
		login_want(&m->a, 0);
		model_service(m);
		assert_int_equal(fabric_logins(&m->a.fabric), told + i);
	}
	login_want(&m->a, 0);
	model_service(m);
	assert_int_equal(fabric_logins(&m->a.fabric), told + 8);
	model_free(m);
}

/* A login for each answer, with time between them: that is not for ever, either. */
static void test_asks_without_end(void **state)
{
	struct puppet_step again = STEP(els_frame(ELS_PLOGI, 0));
	struct model *m = puppet_new(0);
	u32 steps;

	m->a.cfg.login_delay_ns = DELAY;
	m->a.crashes = 0;
	again.next = 0;
	fabric_log_out(&m->a.fabric, 0);
	login_want(&m->a, 0);
	PUPPET_IO(m, 0, again);
	for (steps = 0; !m->a.crashes && steps < 1000; steps++)
		step(m);
	assert_in_range(steps, 30, 40);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_beside_messages),
		cmocka_unit_test(test_link_fails),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_across_update),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_crash_over_no_port),
		cmocka_unit_test(test_lost_between),
		cmocka_unit_test(test_power_without_link),
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_ends_each_session),
		cmocka_unit_test(test_asks_without_end),
	};

	return cmocka_run_group_tests_name("A7 U7: the steps of a login", tests, read_images,
					   free_images);
}
