// SPDX-License-Identifier: GPL-2.0
/*
 * Two adapters with the same storage behind their ports: the disks are the same, with
 * the same contents and names, the sessions are each adapter's own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <linux/slab.h>

#include "fixture.h"

#define NUMBER	64u

static struct storage *storage;

static struct model *attach(u32 serial)
{
	struct adapter_config cfg = model_config;

	cfg.serial = serial;
	cfg.storage = storage;
	return start(&cfg);
}

static int make_storage(void **state)
{
	storage = storage_new(model_config.nr_targets, model_config.blocks, NUMBER);
	return !storage;
}

static int drop_storage(void **state)
{
	storage_put(storage);
	storage = NULL;
	return 0;
}

/* VPD page 83h, the logical unit's and its port's designators. */
static const u8 *designators(struct model *m, u32 target)
{
	static const u8 cdb[6] = { 0x12, 1, 0x83, 0, 252 };
	struct command *c = &cmds[40 + target];

	c->target = target;
	assert_int_equal(model_exec(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_IN, 252), 0);
	c->target = 0;
	return c->data;
}

static void check_same_name(struct model *a, struct model *b, u32 target, bool same)
{
	u8 page[252];

	memcpy(page, designators(a, target), sizeof(page));
	assert_int_equal(!memcmp(page, designators(b, target), sizeof(page)), same);
}

static void test_same_disks(void **state)
{
	struct model *a = attach(0);
	struct model *b = attach(1);

	write_some(a);
	check_some(b);
	for (u32 i = 0; i < a->a.cfg.nr_ports; i++)
		assert_int_equal(a->a.fabric.ports[i].wwpn, b->a.fabric.ports[i].wwpn);
	for (u32 target = 0; target < model_config.nr_targets; target++)
		check_same_name(a, b, target, true);
	model_free(a);
	check_some(b);
	model_free(b);
}

static void test_own_disks(void **state)
{
	struct adapter_config cfg = model_config;
	struct model *a = start(&cfg);
	struct model *b;

	cfg.serial = 1;
	b = start(&cfg);
	check_same_name(a, b, 0, false);
	assert_int_not_equal(a->a.fabric.ports[0].wwpn, b->a.fabric.ports[0].wwpn);
	assert_ptr_not_equal(a->a.fabric.ports[0].media, b->a.fabric.ports[0].media);
	model_free(a);
	model_free(b);
}

/* One side's session ends: the other's goes on. */
static void test_own_sessions(void **state)
{
	struct model *a = attach(0);
	struct model *b = attach(1);

	write_some(a);
	assert_int_not_equal(a->a.fabric.ports[0].token, b->a.fabric.ports[0].token);
	fabric_set_link(&a->a.fabric, false);
	check_some(b);
	assert_int_equal(fabric_rejected(&b->a.fabric), 0);
	assert_int_equal(fabric_logins(&b->a.fabric), model_config.nr_ports);
	model_free(a);
	model_free(b);
}

/* First the one, then the other, and whoever is not being updated serves. */
static void test_rolling_update(void **state)
{
	struct model *m[2] = { attach(0), attach(1) };

	write_some(m[0]);
	for (u32 i = 0; i < 2; i++) {
		begin_probation(m[i], &v2_0);
		check_some(m[!i]);
		assert_int_equal(overlay_decide(&m[i]->ov, OVERLAY_COMMIT), 0);
		while (overlay_probation(&m[i]->ov, &m[i]->result) > 0)
			;
		clear_attentions(m[i]);
		check_some(m[i]);
		check_some(m[!i]);
	}
	for (u32 i = 0; i < 2; i++) {
		check_revision(m[i], "2.0 ");
		assert_int_equal(fabric_rejected(&m[i]->a.fabric), 0);
		assert_int_equal(fabric_logins(&m[i]->a.fabric), model_config.nr_ports);
	}
	check_same_name(m[0], m[1], 0, true);
	model_free(m[0]);
	model_free(m[1]);
}

static void test_no_memory(void **state)
{
	struct storage *s = NULL;
	long n;

	for (n = 0; !s && n < 10; n++) {
		host_alloc_left = n;
		s = storage_new(3, 64, 0);
		host_alloc_left = -1;
	}
	assert_int_equal(n, 5);		/* itself, the locks of three disks */
	storage_put(s);
	storage_put(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_disks, make_storage, drop_storage),
		cmocka_unit_test(test_own_disks),
		cmocka_unit_test_setup_teardown(test_own_sessions, make_storage, drop_storage),
		cmocka_unit_test_setup_teardown(test_rolling_update, make_storage, drop_storage),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("A1 A7: storage of two adapters", tests, read_images,
					   free_images);
}
