// SPDX-License-Identifier: GPL-2.0
/*
 * Persistent data on their way from image to image: updates and rollbacks
 * between formats, while I/O changes what is converted. What came out is held
 * against what was there when the queues were held.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>
#include "microcode_load.h"

#define LOOK_INSNS	50000u	/* a quarter of what a frame may take */

/* Something in every word that is converted. */
static void fill_statistics(struct machine *m)
{
	struct persist p = persist_now(m);

	for (u32 target = 0; target < m->regs->nr_targets; target++) {
		u32 *word = record(&p, NEXUS, target);
		u32 words = schema(&p, NEXUS)->version == 1 ? COUNTERS : 2 * COUNTERS;

		for (u32 i = 0; i < words; i++)
			word[i] = 0xfffffff0u - 7 * target - i;
	}
}

struct route {
	const char *from;
	const char *to;
};

static const struct route routes[] = {
	{ "1.0", "2.0" }, { "1.1", "2.0" }, { "2.0", "2.0" }, { "1.0", "1.1" },
};

static void there_and_back(const struct route *r, u32 ports, u32 targets)
{
	struct machine *m = machine_with(r->from, ports, targets);
	struct hart *h = &m->hart[0].h;
	u64 before = h->executed;

	fill_statistics(m);
	update(m, r->to);
	check_result(m);
	assert_in_range(h->executed - m->resumed, 1, 1000000);	/* the self-test */
	print_message("%s -> %s, %4u logins: %8u instructions, %5u in the pause", r->from, r->to,
		      ports, (u32)(h->executed - before), pause_insns(m));
	before = h->executed;
	roll_back(m);
	check_result(m);
	print_message("; back: %8u, %5u\n", (u32)(h->executed - before), pause_insns(m));
	assert_string_equal(m->image.name, r->from);
	for (u32 i = 0; i < ports; i++)
		assert_int_equal(m->port[i].logins, !m->port[i].rejects);
	machine_free(m);
}

static void test_there_and_back(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(routes); i++) {
		there_and_back(&routes[i], 1, 1);
		there_and_back(&routes[i], 16, 3);
		there_and_back(&routes[i], 4096, 256);
	}
}

/* Equal formats: nothing is tracked, nothing is converted, all stays (U12). */
static void test_equal_formats(void **state)
{
	struct machine *m = machine_with("2.0", 16, 3);

	update(m, "2.0");
	assert_int_equal(calls_of(m, OVERLAY_TRACK), 0);
	assert_int_equal(calls_of(m, OVERLAY_DIRTY), 0);
	roll_back(m);
	assert_int_equal(calls_of(m, OVERLAY_TRACK), 0);
	machine_free(m);
}

/* Counters, and flags that any I/O hart may change. */
static void touch_records(struct machine *m, struct load *load)
{
	struct persist p = persist_now(m);

	for (u32 n = rnd(load, load->arg) + 1; n; n--) {
		u32 target = rnd(load, m->regs->nr_targets);
		u32 at = offset_of(&p, NEXUS, target) + 4 * rnd(load, COUNTERS);

		poke(m, at, peek(m, at) + rnd(load, 1000));
		at = offset_of(&p, LU, target);
		if (!rnd(load, 3))
			poke(m, at, peek(m, at) ^ (rnd(load, LU_FLAGS) & LU_FLAGS & ~LU_STARTING));
	}
}

static void under_load(const struct route *r, u32 seed, u32 ports, u32 slice, u32 records)
{
	struct machine *m = machine_with(r->from, ports, ports < 256 ? 3 : 256);
	struct load load = { .random = seed, .act = touch_records, .arg = records };

	fill_statistics(m);
	start_load(m, &load, slice);
	update(m, r->to);
	check_result(m);
	assert_true(load.between || !calls_of(m, OVERLAY_TRACK));
	roll_back(m);
	check_result(m);
	machine_free(m);
}

static void test_under_load(void **state)
{
	for (u32 seed = 1; seed <= 12; seed++) {
		const struct route *r = &routes[seed % ARRAY_SIZE(routes)];

		under_load(r, seed, 16, 97 + 211 * seed, 3);
		under_load(r, seed, seed % 4 ? 300 : 4096, 3000 + 1009 * seed, 1 + 5 * seed);
	}
}

/* It neither goes on for ever nor needs a long pause while I/O does not rest. */
static void test_load_that_never_rests(void **state)
{
	struct machine *m = machine_with("1.0", 256, 256);
	struct load load = { .random = 7, .act = touch_records, .arg = 400 };

	start_load(m, &load, 500);
	update(m, "2.0");
	check_result(m);
	print_message("never at rest: %u instructions in the pause\n", pause_insns(m));
	assert_in_range(pause_insns(m), 1, 120000);
	machine_free(m);
}

/* All records are dirty at first, and none later: that is not left to the pause. */
static void early_load(struct machine *m, struct load *load)
{
	if (load->between < 20)
		touch_records(m, load);
}

static void test_rounds(void **state)
{
	struct machine *m = machine_with("1.0", 256, 256);
	struct load load = { .random = 3, .act = early_load, .arg = 400 };

	start_load(m, &load, 40000);
	update(m, "2.0");
	check_result(m);
	assert_true(load.between > 20);
	assert_in_range(pause_insns(m), 1, 2000);
	roll_back(m);
	check_result(m);
	machine_free(m);
}

/* The pause depends on what is dirty, not on how many logins there are. */
static void one_dirty_record(struct machine *m, struct load *load)
{
	struct persist p = persist_now(m);

	poke(m, offset_of(&p, NEXUS, 2), load->between);
}

static u32 pause_with(u32 ports, const char *from, bool back)
{
	struct machine *m = machine_with(from, ports, 3);
	struct load load = { .random = 1, .act = one_dirty_record };
	u32 insns;

	start_load(m, &load, 1000);
	update(m, "2.0");
	if (back)
		roll_back(m);
	check_result(m);
	insns = pause_insns(m);
	machine_free(m);
	return insns;
}

static void test_pause(void **state)
{
	for (u32 back = 0; back < 2; back++) {
		u32 few = pause_with(16, "1.1", back);
		u32 many = pause_with(4096, "1.1", back);

		print_message("pause, one dirty record, %s: %u instructions, with 4096 logins %u\n",
			      back ? "back" : "there", few, many);
		assert_in_range(many, few, few + 100);
		assert_in_range(many, 1, 2000);
	}
}

/* Is an earlier record of the same port? */
static bool there_twice(struct persist *p, u32 i)
{
	for (u32 j = 0; j < i; j++)
		if (login_of(p, j)->state && login_of(p, i)->state &&
		    login_of(p, j)->port == login_of(p, i)->port)
			return true;
	return false;
}

/* What was left half written is written now, and no port is left with two records. */
static void mend_logins(struct machine *m, struct load *load)
{
	struct persist p = persist_now(m);

	for (u32 i = 0; i < load->arg; i++) {
		struct login login = *login_of(&p, i);

		if (login.state <= 2 && login.port < m->regs->nr_ports)
			continue;
		login.state = 1;
		login.port = i;
		poke_login(m, i, &login);
	}
	for (u32 i = 0; i < load->arg; i++)
		if (there_twice(&p, i))
			poke_login(m, i, &(struct login){});
}

/*
 * Records of the login table come, go, move, and are seen half written. That of
 * a unit stays where it is, for it is found by its number.
 */
static void change_login(struct machine *m, struct load *load)
{
	struct persist p = persist_now(m);
	u32 first = m->regs->nr_targets;
	u32 i = first + rnd(load, load->arg - first);
	struct login login = *login_of(&p, i);

	switch (rnd(load, 5)) {
	case 0:				/* deleted */
		login = (struct login){};
		break;
	case 1:				/* another one, or an added one */
		login.port_id = 0x800000 + rnd(load, 64);
		login.port = first + rnd(load, m->regs->nr_ports - first);
		login.state = 1 + rnd(load, 2);
		break;
	case 2:				/* moving: for now it is there twice */
		i = first + rnd(load, load->arg - first);
		break;
	case 3:				/* half written */
		login.state = 77;
		login.port = 0xffff;
		break;
	default:			/* another session */
		login.token += 0x100;
	}
	poke_login(m, i, &login);
}

static void change_logins(struct machine *m, struct load *load)
{
	mend_logins(m, load);
	if (m->converting)
		change_login(m, load);
}

static void test_changing_logins(void **state)
{
	for (u32 seed = 1; seed <= 20; seed++) {
		struct machine *m = machine_for_changes("1.0");
		struct load load = { .random = seed, .act = change_logins, .arg = 40 };
		struct persist now;

		start_load(m, &load, 150 + 997 * seed);
		update(m, "2.0");
		check_result(m);
		roll_back(m);
		check_result(m);
		now = persist_now(m);
		assert_in_range(count_logins(&now), 3, 40);
		machine_free(m);
	}
}

/* Nonsense to the end: then nothing happens at all. */
static void spoil_record(struct machine *m, struct load *load)
{
	struct persist p = persist_now(m);

	if (load->arg == LOGIN)
		poke(m, offset_of(&p, LOGIN, 9) + 24, 0x00770009);
	else
		poke(m, offset_of(&p, LU, 1) + 12, 0x00010000 | 30);
}

static void test_nonsense(void **state)
{
	static const u32 schemas[] = { LOGIN, LU };

	for (u32 i = 0; i < ARRAY_SIZE(schemas); i++) {
		struct machine *m = machine_for_changes("1.1");
		struct load load = { .act = spoil_record, .arg = schemas[i] };

		start_load(m, &load, 2000);
		assert_int_equal(refused(m, false), schemas[i]);
		machine_free(m);
	}
}

/* A unit without its login goes into no other format. */
static void test_nonsense_back(void **state)
{
	struct machine *m = machine_for_changes("1.1");
	struct load load = { .act = spoil_record, .arg = LU };

	update(m, "2.0");
	start_load(m, &load, 2000);
	assert_int_equal(refused(m, true), LU);
	machine_free(m);
}

static void do_nothing(struct machine *m, struct load *load)
{
}

/* Instructions that the hart needs to find a port and note its new session. */
static u32 log_in_again(struct machine *m, u32 port)
{
	struct persist p = persist_now(m);
	u32 i = 0;

	m->login_insns = 0;
	machine_log_in_again(m, port);
	while (login_of(&p, i)->port_id != m->port[port].port_id)
		i++;
	assert_int_equal(login_of(&p, i)->port, port);
	assert_int_equal(login_of(&p, i)->token, m->port[port].token);
	return m->login_insns;
}

static u32 log_all_in_again(struct machine *m)
{
	struct persist p = persist_now(m);
	u32 logins = count_logins(&p);
	u32 most = 0;

	m->login_insns = 0;
	machine_log_in(m);	/* no port is missing, and that it finds out */
	print_message("%4u logins: %llu instructions for a look\n", m->regs->nr_ports,
		      (unsigned long long)m->login_insns);
	assert_in_range(m->login_insns, 1, LOOK_INSNS);
	for (u32 port = 0; port < m->regs->nr_ports; port++) {
		u32 insns = log_in_again(m, port);

		most = insns > most ? insns : most;
	}
	assert_int_equal(count_logins(&p), logins);
	return most;
}

/* A port is found by its id without a look at all of them, also after a conversion. */
static void test_lookup(void **state)
{
	static const u32 ports[] = { 16, 4096 };
	u32 most[2][3];

	for (u32 i = 0; i < ARRAY_SIZE(ports); i++) {
		struct machine *m = machine_with("1.0", ports[i], 3);

		most[i][0] = log_all_in_again(m);
		update(m, "2.0");
		most[i][1] = log_all_in_again(m);
		roll_back(m);
		most[i][2] = log_all_in_again(m);
		print_message("%4u logins: %u instructions, 2.0 %u, back %u\n", ports[i],
			      most[i][0], most[i][1], most[i][2]);
		machine_free(m);
	}
	for (u32 i = 0; i < 3; i++)
		assert_in_range(most[1][i], most[0][i], 600);
}

/* Whatever the fabric has for port ids: here all of them want four places. */
static void test_worst_port_ids(void **state)
{
	struct machine *m = machine_new();
	struct load load = { .act = do_nothing };
	struct hart *h = &m->hart[0].h;
	u64 before;
	u32 n = 0;

	machine_grow(m, BOARD_MAX_PORTS, 3);
	for (u32 id = 0; n < BOARD_MAX_PORTS; id++)
		if (id * 2654435769u >> (34 - INDEX_BITS) == 5)
			m->port[n++].port_id = id;
	machine_power_on(m, "1.0");
	start_load(m, &load, 1000000);
	before = h->executed;
	update(m, "2.0");
	check_result(m);
	print_message("worst port ids: %u instructions, %u in the pause\n",
		      (u32)(h->executed - before), pause_insns(m));
	assert_true(log_all_in_again(m) > 4096);	/* so many others have their place */
	roll_back(m);
	check_result(m);
	machine_free(m);
}

/* The first logins, in the order in which most has to be moved, or searched. */
static void first_logins(const char *version, bool descending)
{
	struct machine *m = machine_new();
	u32 n = 0;

	machine_grow(m, BOARD_MAX_PORTS, BOARD_MAX_TARGETS);
	for (u32 id = 0; !descending && n < BOARD_MAX_PORTS; id++)
		if (id * 2654435769u >> (34 - INDEX_BITS) == 5)
			m->port[n++].port_id = id;
	for (; n < BOARD_MAX_PORTS; n++)
		m->port[n].port_id = 0x20000 - n;
	machine_power_on(m, version);	/* each frame is within what it may take */
	print_message("%s: a frame of the first 4096 logins takes at most %llu instructions\n",
		      version, (unsigned long long)m->login_insns);
	machine_free(m);
}

static void test_first_logins(void **state)
{
	first_logins("1.0", true);
	first_logins("2.0", false);
}

/* A board whose ports are all still to be logged in to. */
static struct machine *machine_without_logins(const char *version)
{
	struct machine *m = machine_new();
	u32 len;
	u8 *image = image_read(version, &len);

	machine_grow(m, 16, 3);
	machine_load(m, image, len);
	machine_load_chips(m, image);
	free(image);
	for (u32 i = 0; i < MACHINE_HARTS; i++)
		machine_start_hart(m, i, START_COLD);
	return m;
}

/* Units that are starting have no session that could be missed; it is the new image's to make. */
static void test_starting(void **state)
{
	struct machine *m = machine_without_logins("1.0");
	struct persist now;

	update(m, "2.0");
	check_result(m);
	now = persist_now(m);
	assert_int_equal(count_logins(&now), 0);
	for (u32 i = 0; i < m->regs->nr_targets; i++)
		assert_true(lu_of(&now, i)->flags & LU_STARTING);
	machine_log_in(m);
	assert_int_equal(count_logins(&now), 16);
	for (u32 i = 0; i < m->regs->nr_targets; i++) {
		assert_false(lu_of(&now, i)->flags & LU_STARTING);
		assert_int_equal(login_of(&now, lu_of(&now, i)->login)->port, i);
	}
	machine_free(m);
}

/* A flag that 1.x does not know may mean something in 2.0, where nobody has set it. */
static void test_unknown_flags(void **state)
{
	struct machine *m = machine_with("1.0", 16, 3);
	struct persist p = persist_now(m);

	lu_of(&p, 1)->flags |= ~LU_FLAGS;
	update(m, "2.0");
	check_result(m);
	machine_free(m);
}

#define TEST(name)	cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_there_and_back),
		TEST(test_equal_formats),
		TEST(test_under_load),
		TEST(test_load_that_never_rests),
		TEST(test_rounds),
		TEST(test_pause),
		TEST(test_changing_logins),
		TEST(test_nonsense),
		TEST(test_nonsense_back),
		TEST(test_starting),
		TEST(test_unknown_flags),
		TEST(test_lookup),
		TEST(test_worst_port_ids),
		TEST(test_first_logins),
	};

	return cmocka_run_group_tests_name("microcode convert", tests, NULL, NULL);
}
