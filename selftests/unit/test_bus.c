// SPDX-License-Identifier: GPL-2.0
/*
 * The bus: windows, permissions and bounds, dirty marks, reservations against
 * writes from elsewhere, and the board's bulk access.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "encode.h"
#include "rig.h"

static struct bus_window *data_window(struct rig *r)
{
	return &r->h.win[DATA >> BUS_WINDOW_BITS];
}

/* Runs one instruction with a1 = @addr, a2 = 5; returns its cause or -1. */
static int one(struct rig *r, u32 insn, u32 addr)
{
	RIG_LOAD(r, insn, ECALL);
	rig_handler(r);
	r->h.x[A1] = addr;
	r->h.x[A2] = 5;
	assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
	assert_true(rig_intact(r));
	if (r->h.pc == TEXT + 4)
		return -1;
	assert_int_equal(r->h.mtval, addr);
	return r->h.mcause;
}

static void test_permissions(void **state)
{
	struct rig *r = *state;
	u32 perm;

	for (perm = 0; perm < 8; perm++) {
		int read = perm & BUS_R ? -1 : 5;
		int write = perm & BUS_W ? -1 : 7;
		int amo = (perm & (BUS_R | BUS_W)) == (BUS_R | BUS_W) ? -1 : 7;

		data_window(r)->perm = perm;
		assert_int_equal(one(r, LW(A0, A1, 0), DATA), read);
		assert_int_equal(one(r, LHU(A0, A1, 0), DATA), read);
		assert_int_equal(one(r, LB(X0, A1, 0), DATA), read);
		assert_int_equal(one(r, LR(A0, A1), DATA), read);
		assert_int_equal(one(r, SW(A2, A1, 0), DATA), write);
		assert_int_equal(one(r, SH(A2, A1, 0), DATA), write);
		assert_int_equal(one(r, SB(A2, A1, 0), DATA), write);
		assert_int_equal(one(r, SC(A0, A1, A2), DATA), amo);
		assert_int_equal(one(r, AMO(0, A0, A1, A2), DATA), amo);
		assert_int_equal(one(r, AMO(1, X0, A1, A2), DATA), amo);
	}
}

static void test_bounds(void **state)
{
	struct rig *r = *state;
	u32 end = DATA + RIG_DATA_SIZE;
	u32 addr;

	assert_int_equal(one(r, SW(A2, A1, 0), end - 4), -1);
	assert_int_equal(one(r, SH(A2, A1, 0), end - 2), -1);
	assert_int_equal(one(r, SB(A2, A1, 0), end - 1), -1);
	assert_int_equal(rig_get(r, end - 4), 0x05050005);
	for (addr = end; addr; addr += BUS_WINDOW_SIZE - RIG_DATA_SIZE) {
		assert_int_equal(one(r, SB(A2, A1, 0), addr), 7);
		assert_int_equal(one(r, SW(A2, A1, 0), addr), 7);
		assert_int_equal(one(r, LW(A0, A1, 0), addr), 5);
		assert_int_equal(one(r, LBU(A0, A1, 0), addr), 5);
		assert_int_equal(one(r, AMO(0, A0, A1, A2), addr), 7);
		if (addr > 0xe0000000)
			break;
	}
	assert_int_equal(one(r, SB(A2, A1, 0), DATA + BUS_WINDOW_SIZE - 1), 7);
	assert_int_equal(one(r, SB(A2, A1, 0), 0xffffffff), 7);
	data_window(r)->size = 0;
	assert_int_equal(one(r, LBU(A0, A1, 0), DATA), 5);
	assert_int_equal(one(r, SB(A2, A1, 0), DATA), 7);
}

/* Addresses wrap around at 4 GiB, and are then checked. */
static void test_wrapped_address(void **state)
{
	struct rig *r = *state;

	RIG_LOAD(r, LW(A0, A1, 2047), ECALL);
	rig_handler(r);
	r->h.x[A1] = 0xfffffffd;
	assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
	assert_int_equal(r->h.mcause, 5);
	assert_int_equal(r->h.mtval, 0x7fc);
}

static u64 dirty_after(struct rig *r, u32 insn, u32 addr)
{
	memset(r->dirty, 0, sizeof(r->dirty));
	one(r, insn, addr);
	return r->dirty[0];
}

static void test_dirty_marks(void **state)
{
	struct rig *r = *state;

	data_window(r)->dirty = r->dirty;
	assert_int_equal(dirty_after(r, SW(A2, A1, 0), DATA), 1);
	assert_int_equal(dirty_after(r, SB(A2, A1, 0), DATA + 63), 1);
	assert_int_equal(dirty_after(r, SB(A2, A1, 0), DATA + 64), 2);
	assert_int_equal(dirty_after(r, SH(A2, A1, 0), DATA + 62), 1);
	assert_int_equal(dirty_after(r, AMO(0, A0, A1, A2), DATA + 128), 4);
	assert_int_equal(dirty_after(r, SW(A2, A1, 0), DATA + RIG_DATA_SIZE - 4), 1ull << 63);
	/* no writes: no marks */
	assert_int_equal(dirty_after(r, LW(A0, A1, 0), DATA), 0);
	assert_int_equal(dirty_after(r, SC(A0, A1, A2), DATA), 0);
	assert_int_equal(dirty_after(r, LR(A0, A1), DATA), 0);
	assert_int_equal(dirty_after(r, SW(A2, A1, 0), DATA + 1), 0);
	assert_int_equal(dirty_after(r, SW(A2, A1, 0), DATA + RIG_DATA_SIZE), 0);

	memset(r->dirty, 0, sizeof(r->dirty));
	RIG_LOAD(r, LR(A0, A1), SC(A0, A1, A2), ECALL);
	r->h.x[A1] = DATA + 192;
	hart_run(&r->h, 10);
	assert_int_equal(r->h.x[A0], 0);
	assert_int_equal(r->dirty[0], 8);

	/* switched off */
	data_window(r)->dirty = NULL;
	assert_int_equal(dirty_after(r, SW(A2, A1, 0), DATA), 0);
}

/* lr, then @value is put at the word from elsewhere, then sc of 5. */
static u32 sc_after(struct rig *r, u32 value, bool twice)
{
	RIG_LOAD(r, LR(A0, A1), SC(A0, A1, A2), ECALL);
	r->h.x[A1] = DATA;
	r->h.x[A2] = 5;
	rig_put(r, DATA, 1);
	assert_int_equal(hart_run(&r->h, 1), HART_LIMIT);
	rig_put(r, DATA, value);
	if (twice)
		rig_put(r, DATA, 1);
	assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
	return r->h.x[A0];
}

static void test_reservation(void **state)
{
	struct rig *r = *state;

	assert_int_equal(sc_after(r, 1, false), 0);
	assert_int_equal(rig_get(r, DATA), 5);
	assert_int_equal(sc_after(r, 2, false), 1);
	assert_int_equal(rig_get(r, DATA), 2);
	/* from A to B and back to A is not noticed: documented in cpu.h */
	assert_int_equal(sc_after(r, 2, true), 0);
	assert_int_equal(rig_get(r, DATA), 5);
}

static void test_span(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	u32 rw = BUS_R | BUS_W;

	assert_ptr_equal(bus_span(h, DATA, RIG_DATA_SIZE, rw), r->data);
	assert_ptr_equal(bus_span(h, DATA + 3, 5, BUS_R), r->data + 3);
	assert_ptr_equal(bus_span(h, DATA + RIG_DATA_SIZE, 0, 0), r->data + RIG_DATA_SIZE);
	assert_ptr_equal(bus_span(h, TEXT, 4, BUS_R | BUS_X), r->text);
	assert_null(bus_span(h, DATA + 1, RIG_DATA_SIZE, rw));
	assert_null(bus_span(h, DATA + RIG_DATA_SIZE, 1, rw));
	assert_null(bus_span(h, DATA + RIG_DATA_SIZE + 1, 0, rw));
	assert_null(bus_span(h, DATA, ~0u, rw));
	assert_null(bus_span(h, DATA + 8, -8u, rw));
	assert_null(bus_span(h, DATA - 1, 2, rw));
	assert_null(bus_span(h, TEXT, 4, BUS_W));
	assert_null(bus_span(h, TEXT, 4, rw));
	assert_null(bus_span(h, DATA, 4, BUS_X));
	assert_null(bus_span(h, 0, 0, 0));
	assert_null(bus_span(h, 0xffffffff, 2, 0));
}

static void test_bulk_mark(void **state)
{
	struct rig *r = *state;

	data_window(r)->dirty = r->dirty;
	bus_mark(&r->h, DATA, 0);
	assert_int_equal(r->dirty[0], 0);
	bus_mark(&r->h, DATA + 63, 2);
	assert_int_equal(r->dirty[0], 3);
	bus_mark(&r->h, DATA + 192, 64);
	assert_int_equal(r->dirty[0], 0xb);
	bus_mark(&r->h, DATA, RIG_DATA_SIZE);
	assert_int_equal(r->dirty[0], ~0ull);
	bus_mark(&r->h, TEXT, 64);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_permissions),
		TEST(test_bounds),
		TEST(test_wrapped_address),
		TEST(test_dirty_marks),
		TEST(test_reservation),
		TEST(test_span),
		TEST(test_bulk_mark),
	};

	return cmocka_run_group_tests_name("bus", tests, NULL, NULL);
}
