// SPDX-License-Identifier: GPL-2.0
/*
 * The link fails for a moment, all ports are logged in to again, and at that moment an
 * update is under way: the I/O hart that logs in goes on while the service hart loads
 * and converts. Wherever the pause finds the logins, none is lost, and none is made twice.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <linux/kernel.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "fixture.h"
#include "model.h"

#define PORTS		64u	/* each with a disk */
#define DELAY		1000000ull
#define SLICE		10000u	/* of the service hart; then the other threads have their turn */
#define SLICES		8u	/* in a login delay */
#define NEVER		(~0ull)

static const struct adapter_config config = {
	.nr_queues = 2, .depth = 32, .nr_ports = PORTS, .nr_targets = PORTS, .blocks = 1024,
	.login_delay_ns = DELAY,
};

/* How far the logins are. */
enum stage { NOT_BEGUN, FLOGI, PLOGI, PRLI, COMPLETE, STAGES };

/**
 * struct storm - logins during an update
 * @m: the adapter
 * @begin: when the service hart has executed so much for the update
 * @cancel: then the update is cancelled
 * @insns: so much it has
 * @begun: the link was lost
 * @at_hold: sessions begun until the pause
 * @held_insns: what the service hart had executed by then
 * @stage: where the pause found them
 */
static struct storm {
	struct model *m;
	u64 begin;
	u64 cancel;
	u64 insns;
	bool begun;
	u64 at_hold;
	u64 held_insns;
	enum stage stage;
} storm;

static u32 sum(u32 (*of)(const struct remote_port *port))
{
	u32 n = 0;

	for (u32 i = 0; i < PORTS; i++)
		n += of(&storm.m->a.fabric.ports[i]);
	return n;
}

static u32 plogis_of(const struct remote_port *port)
{
	return atomic_read(&port->plogis);
}

static u32 prlis_of(const struct remote_port *port)
{
	return atomic_read(&port->prlis);
}

static void link_fails(struct model *m)
{
	storm.begun = true;
	fabric_set_link(&m->a.fabric, false);
	fabric_set_link(&m->a.fabric, true);
	for (u32 port = 0; port < PORTS; port++)
		login_want(&m->a, port);
}

/* Beside the service hart, in the pause too. */
static void meanwhile(struct model *m, u64 insns)
{
	storm.insns += insns;
	if (!storm.begun && storm.insns >= storm.begin)
		link_fails(m);
	if (storm.insns >= storm.cancel)
		overlay_cancel(&m->ov);
	model_pass(DELAY / SLICES);
	login_work(&m->a);
}

static enum overlay_exit run_op(void *board, u64 limit, struct overlay_request *call, u64 *insns)
{
	enum overlay_exit exit;

	exit = adapter_overlay_ops.processor->run(board, min_t(u64, limit, SLICE), call, insns);
	meanwhile(storm.m, *insns);
	return exit;
}

static enum stage stage_now(struct model *m)
{
	if (!storm.begun)
		return NOT_BEGUN;
	if (atomic_read(&m->a.fabric.flogis) == 1)
		return FLOGI;
	if (sum(plogis_of) < 2 * PORTS)
		return PLOGI;
	return sum(prlis_of) < 2 * PORTS ? PRLI : COMPLETE;
}

static void held(struct model *m)
{
	storm.at_hold = sum(prlis_of);
	storm.held_insns = storm.insns;
	storm.stage = stage_now(m);
}

static struct model *begin(const char *from, u64 when)
{
	struct image rom = image_read(strcmp(from, "3.0") ? from : "2.0");
	struct model *m = start_rom(&config, &rom);

	write_some(m);
	clear_attentions(m);
	image_free(&rom);
	storm = (struct storm){ .m = m, .begin = when, .cancel = NEVER };
	m->processor_ops.run = run_op;
	m->on_hold = held;
	return m;
}

static void finish(struct model *m)
{
	for (u32 i = 0; i < 3 * SLICES + 2; i++) {
		model_pass(DELAY / SLICES);
		model_service(m);
	}
	assert_int_equal(m->a.logins.els.count, 0);
}

/* Each port was logged in to so often, and what the microcode has is what the port has. */
static void check_far_end(struct model *m, u32 times)
{
	assert_int_equal(atomic_read(&m->a.fabric.flogis), times);
	for (u32 i = 0; i < PORTS; i++) {
		assert_int_equal(plogis_of(&m->a.fabric.ports[i]), times);
		assert_int_equal(prlis_of(&m->a.fabric.ports[i]), times);
	}
	clear_attentions(m);
	check_some(m);
	for (u16 i = 0; i < PORTS; i++) {
		cmds[12].target = i;
		assert_int_equal(rw_blocks(m, i % 2, &cmds[12], false, 0, 8), 0);
	}
	assert_int_equal(fabric_rejected(&m->a.fabric), 0);
	assert_int_equal(m->a.crashes, 0);
}

/* Where the pause found the logins. */
static enum stage update_in_storm(const char *from, const struct image *to, u64 when)
{
	struct model *m = begin(from, when);

	assert_int_equal(model_update(m, to), 0);
	assert_int_equal(sum(prlis_of), storm.at_hold);	/* none in the pause, none on probation */
	if (!storm.begun)
		link_fails(m);
	finish(m);
	check_far_end(m, 2);
	model_free(m);
	return storm.stage;
}

/* What the service hart executes until the pause, if nobody disturbs it. */
static u64 pause_at(const char *from, const struct image *to)
{
	struct model *m = begin(from, NEVER);

	assert_int_equal(model_update(m, to), 0);
	check_far_end(m, 1);
	model_free(m);
	return storm.held_insns;
}

static void storms(const char *from, const char *to)
{
	struct image img = image_read(to);
	u64 pause = pause_at(from, &img);
	u32 found[STAGES] = {};

	for (u32 i = 0; i <= 3 * SLICES + 2; i += 2)
		found[update_in_storm(from, &img, pause - i * SLICE)]++;
	/* the service hart is busy all the time, and yet all are logged in to */
	assert_int_equal(update_in_storm(from, &img, 1), COMPLETE);
	assert_int_equal(update_in_storm(from, &img, NEVER), NOT_BEGUN);
	print_message("%s -> %s: %llu instructions, then FLOGI %u, PLOGI %u, PRLI %u times\n",
		      from, to, (unsigned long long)pause, found[FLOGI], found[PLOGI],
		      found[PRLI]);
	for (enum stage s = FLOGI; s <= PRLI; s++)
		assert_in_range(found[s], 1, 3 * SLICES);
	image_free(&img);
}

static void test_same_format(void **state)
{
	storms("1.0", "1.1");
}

static void test_other_format(void **state)
{
	storms("1.0", "2.0");
}

static void test_other_place(void **state)
{
	storms("2.0", "3.0");
}

/* The new image begins, and then the old one comes back: it gets the answers. */
static void rolled_back(u32 slices)
{
	u64 pause = pause_at("1.0", &v2_0);
	struct model *m = begin("1.0", pause - slices * SLICE);
	int ret;

	begin_probation(m, &v2_0);
	assert_int_not_equal(storm.stage, COMPLETE);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	do {
		ret = overlay_probation(&m->ov, &m->result);
	} while (ret > 0);
	assert_int_equal(m->result.rollbacks, 1);
	assert_int_equal(sum(prlis_of), storm.at_hold);
	finish(m);
	check_far_end(m, 2);
	model_free(m);
}

static void test_rolled_back(void **state)
{
	for (u32 slices = 1; slices < 2 * SLICES; slices += 5)
		rolled_back(slices);
}

static int put_fails(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		     u64 *copied)
{
	return -EIO;
}

/* An update that fails: the service hart starts anew, and looks at the table. */
static void fails(u32 slices, bool in_pause)
{
	u64 pause = pause_at("1.0", &v2_0);
	struct model *m = begin("1.0", pause - slices * SLICE);

	if (in_pause)
		m->memory_ops.put = put_fails;
	else
		storm.cancel = pause - SLICE;
	assert_int_not_equal(model_update(m, &v2_0), 0);
	assert_int_not_equal(stage_now(m), COMPLETE);
	assert_false(m->a.service.damage);
	finish(m);
	check_far_end(m, 2);
	model_free(m);
}

static void test_fails(void **state)
{
	for (u32 slices = 2; slices < 2 * SLICES; slices += 6) {
		fails(slices, true);
		fails(slices, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_format),
		cmocka_unit_test(test_other_format),
		cmocka_unit_test(test_other_place),
		cmocka_unit_test(test_rolled_back),
		cmocka_unit_test(test_fails),
	};

	return cmocka_run_group_tests_name("A6 A7 U3 U7: logins during an update", tests,
					   read_images, free_images);
}
