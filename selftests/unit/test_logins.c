// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions are lost and made anew, under each image: by a link that fails, a port
 * that goes or logs out; commands meanwhile; and before, in and after an update.
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
#include "wrap.h"

static const u8 read_10[10] = { 0x28, [8] = 8 };

static const struct adapter_config many = {
	.nr_queues = 2, .depth = 32, .nr_ports = BOARD_MAX_PORTS, .nr_targets = 2, .blocks = 4096,
};

static const struct adapter_config slow = {
	.nr_queues = 2, .depth = 32, .nr_ports = 8, .nr_targets = 2, .blocks = 4096,
	.media_latency_ns = 1000,
};

static struct image rom;

/* Updates to an image that is in no ROM. */
static void go_to(struct model *m, const char *name)
{
	struct image img = image_read(name);

	assert_int_equal(model_update(m, &img), 0);
	image_free(&img);
}

static struct model *start_image(const char *name, const struct adapter_config *cfg)
{
	bool update = !strcmp(name, "3.0");
	struct model *m;

	rom = image_read(update ? "2.0" : name);
	m = start_rom(cfg, &rom);
	write_some(m);
	if (update) {
		go_to(m, name);
		clear_attentions(m);
	}
	return m;
}

static void stop(struct model *m)
{
	model_free(m);
	image_free(&rom);
}

/* As the driver does it when the commands to the port have ended. */
static void log_in_again(struct model *m, u32 first, u32 last)
{
	for (u32 port = first; port <= last; port++)
		login_want(&m->a, port);
	model_service(m);
}

static void check_logins(struct model *m, u64 again)
{
	assert_int_equal(fabric_plogis(&m->a.fabric), fabric_logins(&m->a.fabric));
	assert_int_equal(fabric_logins(&m->a.fabric), m->a.cfg.nr_ports + again);
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	for (u32 port = 0; port < m->a.cfg.nr_ports; port++)
		assert_true(fabric_has_session(&m->a.fabric, port));
}

static void start_read(struct model *m, struct command *c)
{
	model_start(m, 0, c, read_10, sizeof(read_10), FRAME_DIR_IN, 4096);
}

static void logout(const char *name)
{
	struct model *m = start_image(name, &model_config);

	assert_true(fabric_log_out(&m->a.fabric, 1));
	assert_false(fabric_log_out(&m->a.fabric, 1));
	assert_true(fabric_is_gone(&m->a.fabric, 1));
	check_some(m);
	log_in_again(m, 1, 1);
	check_logins(m, 1);

	/* target 0's own, twice; what lies behind it is what was written */
	for (u32 i = 0; i < 2; i++) {
		assert_true(fabric_log_out(&m->a.fabric, 0));
		log_in_again(m, 0, 0);
	}
	check_logins(m, 3);
	check_some(m);
	stop(m);
}

/* Commands end as disrupted: at the media, and in a media request to come. */
static void disrupted(const char *name)
{
	struct model *m = start_image(name, &slow);

	start_read(m, &cmds[10]);
	assert_int_equal(cmds[10].cmd.state, CMD_DELAY);
	fabric_log_out(&m->a.fabric, 0);
	model_media(m);
	assert_true(cmds[10].done);
	assert_int_equal(cmds[10].cmd.outcome, CMD_DISRUPTED);
	assert_int_equal(cmds[10].cmd.buf.moved, 0);
	log_in_again(m, 0, 0);

	start_read(m, &cmds[11]);
	fabric_log_out(&m->a.fabric, 0);
	queue_disrupt(&m->a.queues[0], 1);
	assert_false(cmds[11].done);
	queue_disrupt(&m->a.queues[0], 0);
	model_media(m);
	assert_true(cmds[11].done);
	assert_int_equal(cmds[11].cmd.outcome, CMD_DISRUPTED);
	log_in_again(m, 0, 0);
	check_logins(m, 2);
	stop(m);
}

/* 4,096 sessions are lost together; ports that are not there are asked for in vain. */
static void link_fails(const char *name)
{
	struct model *m = start_image(name, &many);
	struct fabric *f = &m->a.fabric;

	assert_true(fabric_set_link(f, false));
	assert_false(fabric_set_link(f, false));
	assert_int_equal(f->link_failures, 1);
	log_in_again(m, 0, BOARD_MAX_PORTS - 1);
	assert_int_equal(fabric_logins(f), BOARD_MAX_PORTS);

	assert_true(fabric_set_present(f, 7, false));
	assert_true(fabric_set_link(f, true));
	log_in_again(m, 0, BOARD_MAX_PORTS - 1);
	assert_int_equal(fabric_logins(f), 2 * BOARD_MAX_PORTS - 1);
	assert_false(fabric_has_session(f, 7));

	assert_true(fabric_set_present(f, 7, true));
	log_in_again(m, 7, 7);
	check_logins(m, BOARD_MAX_PORTS);
	check_some(m);
	stop(m);
}

/*
 * Sessions that are lost before an update and in it are made anew by the new image,
 * when it is no more on probation; those made before it persist.
 */
static bool before_update(const char *from, const char *to)
{
	struct image img = image_read(to);
	struct model *m = start_image(from, &model_config);
	u64 plogis;
	bool updated;

	fabric_log_out(&m->a.fabric, 0);
	log_in_again(m, 0, 0);
	fabric_log_out(&m->a.fabric, 1);
	plogis = fabric_plogis(&m->a.fabric);
	updated = !model_update(m, &img);
	image_free(&img);
	assert_int_equal(atomic_read(&m->a.fabric.flogis), 1);
	assert_int_equal(fabric_plogis(&m->a.fabric), plogis);
	assert_int_equal(fabric_logins(&m->a.fabric), plogis);
	assert_false(fabric_has_session(&m->a.fabric, 1));
	log_in_again(m, 1, 1);
	check_logins(m, 2);
	clear_attentions(m);
	check_some(m);
	cmds[12].target = 1;
	assert_int_equal(rw_blocks(m, 0, &cmds[12], false, 0, 8), 0);
	stop(m);
	return updated;
}

/* A power cycle while a port is away: its login comes when it is back. */
static void test_power_on_without_port(void **state)
{
	struct model *m = start_image("1.0", &model_config);

	fabric_set_present(&m->a.fabric, 0, false);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	assert_false(fabric_has_session(&m->a.fabric, 0));
	fabric_set_present(&m->a.fabric, 0, true);
	log_in_again(m, 0, 0);
	check_logins(m, m->a.cfg.nr_ports);
	clear_attentions(m);
	check_some(m);
	stop(m);
}

/* On probation nobody logs in: the image that may come back would not know it. */
static void test_not_on_probation(void **state)
{
	struct model *m = start_image("1.0", &model_config);

	fabric_log_out(&m->a.fabric, 0);
	m->a.regs->probation = cpu_to_le32(1);
	log_in_again(m, 0, 0);
	assert_false(fabric_has_session(&m->a.fabric, 0));
	m->a.regs->probation = 0;
	model_service(m);
	check_logins(m, 1);
	check_some(m);
	stop(m);
}

static u32 shown[BOARD_MAX_PORTS + 8];
static u32 nr_shown;

/* The disk's port is lost again while the others are being logged in to. */
static void lose_disk_once(struct model *m, u32 port)
{
	shown[nr_shown++ % ARRAY_SIZE(shown)] = port;
	if (port != 100 || nr_shown > 101)
		return;
	fabric_log_out(&m->a.fabric, 0);
	login_want(&m->a, 0);
}

/* Ports with disks are logged in to first, also when they are lost in the middle. */
static void test_disks_first(void **state)
{
	struct model *m = start_image("1.0", &many);

	assert_true(fabric_set_link(&m->a.fabric, false));
	assert_true(fabric_set_link(&m->a.fabric, true));
	nr_shown = 0;
	m->on_port = lose_disk_once;
	log_in_again(m, 0, BOARD_MAX_PORTS - 1);
	m->on_port = NULL;
	assert_int_equal(shown[0], 0);
	assert_int_equal(shown[1], 1);
	assert_int_equal(shown[100], 100);
	assert_int_equal(shown[101], 0);
	assert_int_equal(nr_shown, BOARD_MAX_PORTS + 1);
	check_logins(m, BOARD_MAX_PORTS + 1);
	stop(m);
}

static struct hart *to_crash;
static u8 crash_at;

void __wrap_fabric_els(struct fabric *f, const struct frame_els *req,
		       struct frame_els_done *done)
{
	__real_fabric_els(f, req, done);
	if (!to_crash || req->els != crash_at)
		return;
	derail(to_crash, false);
	to_crash = NULL;
}

static void read_at_once(struct model *m, u32 port)
{
	m->on_port = NULL;
	cmds[12].target = port;
	assert_int_equal(rw_blocks(m, 0, &cmds[12], false, 0, 8), 0);
}

/* When a session is shown, commands can use it. */
static void test_shown_when_known(void **state)
{
	struct model *m = start_image("1.0", &model_config);

	fabric_log_out(&m->a.fabric, 0);
	m->on_port = read_at_once;
	log_in_again(m, 0, 0);
	assert_null(m->on_port);
	check_logins(m, 1);
	stop(m);
}

/* The far end accepts a step of a login, and the hart crashes before it knows. */
static void crash_in_login(const char *name, u8 els)
{
	struct model *m = start_image(name, &model_config);

	fabric_log_out(&m->a.fabric, 0);
	to_crash = &m->a.queues[BOARD_LOGIN_HART - 1].hart;
	crash_at = els;
	log_in_again(m, 0, 0);
	assert_true(m->a.crashed);
	assert_false(fabric_has_session(&m->a.fabric, 0));
	model_service(m);
	assert_int_equal(m->a.crashes, 1);
	assert_false(m->a.dead);
	clear_attentions(m);
	check_some(m);
	assert_int_equal(fabric_plogis(&m->a.fabric), m->a.cfg.nr_ports + 2);
	assert_int_equal(fabric_logins(&m->a.fabric), m->a.cfg.nr_ports + 1 + (els == ELS_PRLI));
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	stop(m);
}

static const char * const names[] = { "1.0", "1.1", "2.0", "2.0b", "2.1", "2.2", "3.0" };

static void test_logout(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		logout(names[i]);
}

static void test_disrupted(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		disrupted(names[i]);
}

static void test_link_fails(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		link_fails(names[i]);
}

static void test_crash_in_login(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		for (u32 prli = 0; prli < 2; prli++)
			crash_in_login(names[i], prli ? ELS_PRLI : ELS_PLOGI);
}

/* 2.2 replaces nothing before 2.0. */
static bool takes_over(const char *from, const char *to)
{
	return strcmp(to, "2.2") || from[0] != '1';
}

/* U5, U7: from each image to each newer one. */
static void test_update(void **state)
{
	for (u32 from = 0; from < ARRAY_SIZE(names); from++)
		for (u32 to = from + 1; to < ARRAY_SIZE(names); to++)
			assert_int_equal(before_update(names[from], names[to]),
					 takes_over(names[from], names[to]));
}

static u64 stopped_ns;

static void stop_meanwhile(struct model *m, u32 us)
{
	if (stopped_ns || fabric_logins(&m->a.fabric) < m->a.cfg.nr_ports + 1)
		return;
	login_stop(&m->a);
	stopped_ns = m->a.ops->now_ns();
}

/* A start whose logins take minutes ends at once when the adapter is to go. */
static void test_stop_in_start(void **state)
{
	struct adapter_config cfg = many;
	struct model *m;
	u64 sessions;

	cfg.nr_ports = 8 * BOARD_MAX_ELS;
	cfg.login_delay_ns = 10000000000ull;
	m = start_image("1.0", &cfg);
	stopped_ns = 0;
	m->on_busy = stop_meanwhile;
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	assert_int_not_equal(stopped_ns, 0);
	assert_in_range(m->a.ops->now_ns() - stopped_ns, 0, 1000000000ull);
	sessions = fabric_logins(&m->a.fabric);
	assert_in_range(sessions, cfg.nr_ports + 1, 2 * cfg.nr_ports - 1);
	m->on_busy = NULL;
	model_pass(2 * cfg.login_delay_ns);
	model_service(m);
	assert_int_equal(fabric_logins(&m->a.fabric), sessions);
	stop(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logout),
		cmocka_unit_test(test_disrupted),
		cmocka_unit_test(test_link_fails),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_crash_in_login),
		cmocka_unit_test(test_disks_first),
		cmocka_unit_test(test_shown_when_known),
		cmocka_unit_test(test_power_on_without_port),
		cmocka_unit_test(test_not_on_probation),
		cmocka_unit_test(test_stop_in_start),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
