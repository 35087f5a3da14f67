// SPDX-License-Identifier: GPL-2.0
/*
 * Random programs with a fixed seed. None may leave its windows or its limit,
 * and running one at once, one instruction at a time, and with a cache filled
 * on the way must end in the same state.
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
#include "random.h"
#include "rig.h"

#define PROGRAMS	1500
#define STEPS		600u

static u32 seed;

static u32 random_u32(void)
{
	return xorshift(&seed);
}

/* Mostly legal, mostly near: short jumps, data through a1, registers 0 to 15. */
static u32 random_insn(void)
{
	static const u8 opcodes[] = {
		0x13, 0x13, 0x13, 0x33, 0x33, 0x33, 0x03, 0x23, 0x63, 0x63, 0x6f, 0x67, 0x37,
		0x17, 0x2f, 0x73, 0x0f,
	};
	u32 raw = random_u32() << 7 | opcodes[random_u32() % ARRAY_SIZE(opcodes)];
	u32 rd = raw >> 7 & 15, rs1 = random_u32() % 4 ? A1 : raw >> 15 & 15;

	switch (raw & 0x7f) {
	case 0x33:
		return (raw & 0xfff87fff & ~(0xfeu << 24)) | (random_u32() % 3) << 25;
	case 0x03:
		return i_type(0x03, raw >> 12 & 7, rd, rs1, raw >> 20);
	case 0x23:
		return s_type(0x23, raw >> 12 & 3, rs1, raw >> 20 & 15, raw >> 24);
	case 0x63:
		return b_type(raw >> 12 & 7, raw >> 15 & 15, raw >> 20 & 15, (raw >> 24) % 64 - 16);
	case 0x6f:
		return j_type(rd, (s32)(raw >> 20 & 63) * 4 - 64);
	case 0x67:
		return JALR(rd, A2, raw >> 20 & 0xff);
	case 0x2f:
		return r_type(0x2f, 2, raw >> 25 & 0x70, rd, A1, raw >> 20 & 15);
	case 0x73:
		if (random_u32() % 2)
			return WFI;
		return CSRRS(rd, 0x300 + (raw >> 20 & 0x4f), raw >> 15 & 15);
	default:
		return raw;
	}
}

static void random_program(struct rig *r)
{
	u32 insns[128];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insns); i++)
		insns[i] = random_u32() % 32 ? random_insn() : random_u32();
	rig_load(r, insns, ARRAY_SIZE(insns));
}

static void prepare(struct rig *r, u32 start_seed, bool undecoded)
{
	struct bus_window *text = &r->h.win[TEXT >> BUS_WINDOW_BITS];
	unsigned int i;

	seed = start_seed;
	random_program(r);
	if (undecoded)
		memset(text->insns, 0, text->nr_insns * sizeof(*text->insns));
	memset(r->data, 0, RIG_DATA_SIZE);
	memset(r->dirty, 0, sizeof(r->dirty));
	r->h.executed = 0;
	for (i = 1; i < 32; i++)
		r->h.x[i] = random_u32() % 2 ? random_u32() : random_u32() % 64;
	r->h.x[A1] = DATA + random_u32() % RIG_DATA_SIZE;
	r->h.x[A2] = TEXT;
	r->h.mtvec = TEXT + random_u32() % 128 * 4;
	hart_interrupt(&r->h, random_u32() % 2);
}

static u32 next_seed(u32 start_seed)
{
	return start_seed * 1664525u + 1013904223u;
}

/* To the end of the steps, or dead; services answer with what they were given. */
static void run(struct rig *r, u32 slice)
{
	struct hart *h = &r->h;
	u64 before;

	while (h->executed < STEPS) {
		before = h->executed;
		switch (hart_run(h, min_t(u64, slice, STEPS - h->executed))) {
		case HART_DEAD:
			return;
		case HART_ECALL:
			hart_return(h, h->x[A0] + 1);
			break;
		default:
			break;
		}
		assert_true(h->executed - before <= slice);
		assert_true(h->executed <= STEPS);
	}
}

static void assert_same(const struct rig *a, const struct rig *b)
{
	assert_memory_equal(a->h.x, b->h.x, sizeof(a->h.x));
	assert_int_equal(a->h.pc, b->h.pc);
	assert_int_equal(a->h.mcause, b->h.mcause);
	assert_int_equal(a->h.mepc, b->h.mepc);
	assert_int_equal(a->h.mtval, b->h.mtval);
	assert_int_equal(a->h.mstatus, b->h.mstatus);
	assert_int_equal(a->h.cycles, b->h.cycles);
	assert_int_equal(a->h.instret, b->h.instret);
	assert_int_equal(a->h.executed, b->h.executed);
	assert_memory_equal(a->data, b->data, RIG_DATA_SIZE);
	assert_memory_equal(a->dirty, b->dirty, sizeof(a->dirty));
}

static void assert_sane(const struct rig *r)
{
	assert_true(rig_intact(r));
	assert_int_equal(r->h.x[0], 0);
	assert_int_equal(r->h.pc % 4, 0);
}

static void test_random_programs(void **state)
{
	static const struct {
		u32 slice;
		bool undecoded;
	} ways[] = { { STEPS, false }, { 1, false }, { 7, true } };
	struct rig *rigs[ARRAY_SIZE(ways)];
	u32 start = 20260101, retired = 0;
	unsigned int i, way;

	for (way = 0; way < ARRAY_SIZE(ways); way++) {
		rig_setup((void **)&rigs[way]);
		rigs[way]->h.win[DATA >> BUS_WINDOW_BITS].dirty = rigs[way]->dirty;
	}
	for (i = 0; i < PROGRAMS; i++, start = next_seed(start)) {
		for (way = 0; way < ARRAY_SIZE(ways); way++) {
			prepare(rigs[way], start, ways[way].undecoded);
			run(rigs[way], ways[way].slice);
			assert_sane(rigs[way]);
			assert_same(rigs[0], rigs[way]);
		}
		retired += rigs[0]->h.instret < STEPS ? rigs[0]->h.instret : STEPS;
	}
	/* the programs are no good if they all die at once */
	assert_true(retired > PROGRAMS * STEPS / 4);
	for (way = 0; way < ARRAY_SIZE(ways); way++)
		rig_teardown((void **)&rigs[way]);
}

/* Windows that overlap text and data, all permissions: code that writes itself. */
static void test_self_modifying(void **state)
{
	struct rig *r;
	unsigned int i;
	u32 start = 4711;

	rig_setup((void **)&r);
	r->h.win[TEXT >> BUS_WINDOW_BITS].perm = BUS_R | BUS_W | BUS_X;
	r->h.win[DATA >> BUS_WINDOW_BITS].mem = r->text;
	for (i = 0; i < PROGRAMS; i++, start = next_seed(start)) {
		prepare(r, start, true);
		random_program(r);
		run(r, 50);
		assert_sane(r);
	}
	rig_teardown((void **)&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_programs),
		cmocka_unit_test(test_self_modifying),
	};

	return cmocka_run_group_tests_name("random programs", tests, NULL, NULL);
}
