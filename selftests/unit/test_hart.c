// SPDX-License-Identifier: GPL-2.0
/*
 * A hart as its host sees it: how hart_run() ends, exact limits and counters,
 * traps, interrupts, wfi, and the instruction cache.
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

#define MSTATUS	0x300
#define MIE	0x304
#define MTVEC	0x305
#define MEPC	0x341
#define MIP	0x344

#define MEIP	0x800u

static void assert_trap(const struct hart *h, u32 cause, u32 pc, u32 tval)
{
	assert_int_equal(h->mcause, cause);
	assert_int_equal(h->mepc, pc);
	assert_int_equal(h->mtval, tval);
}

static void test_reset(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	struct bus_window before[BUS_WINDOWS];
	unsigned int i;

	RIG_LOAD(r, ADDI(A0, X0, 1), ECALL);
	hart_run(h, 10);
	memcpy(before, h->win, sizeof(before));
	hart_reset(h, 5, TEXT + 4);
	assert_int_equal(h->pc, TEXT + 4);
	assert_int_equal(h->id, 5);
	assert_int_equal(h->executed, 2);
	assert_int_equal(h->instret, 0);
	assert_int_equal(h->cycles, 0);
	for (i = 0; i < 32; i++)
		assert_int_equal(h->x[i], 0);
	assert_memory_equal(before, h->win, sizeof(before));
}

static void test_limit_is_exact(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	u32 n;

	/* counts in a0, three instructions for each round */
	for (n = 0; n < 40; n++) {
		RIG_LOAD(r, ADDI(A0, A0, 1), NOP, JAL(X0, -8));
		h->executed = 0;
		assert_int_equal(hart_run(h, n), HART_LIMIT);
		assert_int_equal(h->executed, n);
		assert_int_equal(h->instret, n);
		assert_int_equal(h->cycles, n);
		assert_int_equal(h->pc, TEXT + n % 3 * 4);
		assert_int_equal(h->x[A0], (n + 2) / 3);
		assert_int_equal(hart_run(h, 3), HART_LIMIT);
		assert_int_equal(h->executed, n + 3);
		assert_int_equal(h->x[A0], (n + 2) / 3 + 1);
	}
}

static void test_limit_counts_slow_ones(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	u32 n;

	for (n = 0; n < 20; n++) {
		RIG_LOAD(r, CSRRS(A0, MIP, X0), FENCE, AMO(0, X0, A1, A2), JAL(X0, -12));
		h->x[A1] = DATA;
		h->x[A2] = 1;
		h->executed = 0;
		rig_put(r, DATA, 0);
		assert_int_equal(hart_run(h, n), HART_LIMIT);
		assert_int_equal(h->executed, n);
		assert_int_equal(h->instret, n);
		assert_int_equal(rig_get(r, DATA), (n + 1) / 4);
	}
}

/* A handler that traps itself does not run for ever. */
static void test_trap_loop_is_limited(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, 0, 0);
	h->mtvec = TEXT;
	h->executed = 0;
	assert_int_equal(hart_run(h, 1000), HART_LIMIT);
	assert_int_equal(h->executed, 1000);
	assert_int_equal(h->cycles, 1000);
	assert_int_equal(h->instret, 0);
}

/* It stands before a handler that cannot be fetched, after one trap, and so it stays. */
static void stopped(struct hart *h, u32 cause, u32 pc, u32 tval)
{
	for (u32 i = 0; i < 2; i++) {
		assert_true(h->dead);
		assert_int_equal(h->pc, h->mtvec & ~3u);
		assert_trap(h, cause, pc, tval);
		assert_int_equal(h->trapped.cause, cause);
		assert_int_equal(h->trapped.pc, pc);
		assert_int_equal(hart_run(h, 1), HART_DEAD);
	}
}

/* The handler cannot be fetched: that does not trap for ever. */
static void test_double_trap(void **state)
{
	static const u32 handlers[] = { 0x70000000, 0x70000001, 0xfffffffc, DATA };
	struct rig *r = *state;
	struct hart *h = &r->h;

	for (u32 i = 0; i < ARRAY_SIZE(handlers); i++) {
		RIG_LOAD(r, NOP, LW(A0, A1, 2));
		h->mtvec = handlers[i];
		h->executed = 0;
		assert_int_equal(hart_run(h, 1000), HART_DEAD);
		assert_int_equal(h->executed, 3);
		assert_int_equal(h->trapped.count, 1);
		stopped(h, 4, TEXT + 4, 2);
	}

	/* one instruction at a time */
	RIG_LOAD(r, 0);
	h->mtvec = DATA;
	assert_int_equal(hart_run(h, 1), HART_LIMIT);
	assert_int_equal(hart_run(h, 1), HART_DEAD);
	stopped(h, 2, TEXT, 0);

	/* a call that is refused */
	RIG_LOAD(r, ECALL);
	h->mtvec = DATA;
	assert_int_equal(hart_run(h, 1), HART_ECALL);
	assert_true(hart_refuse_call(h));
	assert_int_equal(hart_run(h, 1), HART_DEAD);
	stopped(h, 11, TEXT, 0);
}

/* An interrupt is as good as a trap; of a vectored one it is the handler of the fault. */
static void test_double_trap_interrupt(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	for (u32 vectored = 0; vectored < 2; vectored++) {
		RIG_LOAD(r, NOP);
		h->mtvec = DATA | vectored;
		h->mstatus = 8;
		h->mie = MEIP;
		hart_interrupt(h, true);
		assert_int_equal(hart_run(h, 10), HART_DEAD);
		if (vectored)
			stopped(h, 1, DATA + 44, DATA + 44);
		else
			stopped(h, 0x8000000b, TEXT, 0);
	}
}

/* The handler runs, or nothing has trapped before: those are no double traps. */
static void test_no_double_trap(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	/* the handler itself goes where nothing is, and traps again */
	RIG_LOAD(r, 0, JALR(X0, A1, 0));
	h->mtvec = TEXT + 4;
	h->x[A1] = DATA;
	assert_int_equal(hart_run(h, 100), HART_LIMIT);
	assert_trap(h, 1, DATA, DATA);

	/* the first fault is one that a jump leads to */
	RIG_LOAD(r, JALR(X0, A1, 0));
	h->mtvec = DATA;
	h->x[A1] = DATA;
	assert_int_equal(hart_run(h, 2), HART_LIMIT);
	assert_trap(h, 1, DATA, DATA);
	assert_int_equal(hart_run(h, 1), HART_DEAD);

	/* likewise, long after another trap */
	RIG_LOAD(r, 0, CSRRW(X0, MTVEC, A1), JALR(X0, A1, 0));
	h->mtvec = TEXT + 4;
	h->x[A1] = DATA;
	assert_int_equal(hart_run(h, 4), HART_LIMIT);
	assert_trap(h, 1, DATA, DATA);
	assert_int_equal(hart_run(h, 1), HART_DEAD);
}

static void test_ecall(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, NOP, ECALL, ADDI(A1, A0, 1), ECALL);
	assert_int_equal(hart_run(h, 100), HART_ECALL);
	assert_int_equal(h->pc, TEXT + 4);
	assert_int_equal(h->executed, 2);
	assert_int_equal(h->instret, 1);
	hart_return(h, 41);
	assert_int_equal(hart_run(h, 100), HART_ECALL);
	assert_int_equal(h->x[A1], 42);
	assert_int_equal(h->pc, TEXT + 12);
	assert_false(hart_trap(h, 11, 0));
	assert_trap(h, 11, TEXT + 12, 0);
	assert_int_equal(h->pc, TEXT + 12);
	rig_handler(r);
	assert_true(hart_trap(h, 11, 0));
	assert_int_equal(h->pc, HANDLER);
}

static void test_dead_without_handler(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, NOP, LW(A0, A1, 2));
	assert_int_equal(hart_run(h, 100), HART_DEAD);
	assert_trap(h, 4, TEXT + 4, 2);
	assert_int_equal(h->pc, TEXT + 4);
	assert_int_equal(h->executed, 2);
	assert_int_equal(h->instret, 1);
	/* vectored mode alone is no handler */
	h->mtvec = 1;
	assert_int_equal(hart_run(h, 100), HART_DEAD);
}

/* One instruction with a1 = @addr; which trap does it take? */
static void expect_cause(struct rig *r, u32 insn, u32 addr, u32 cause, u32 tval)
{
	RIG_LOAD(r, insn);
	rig_handler(r);
	r->h.x[A1] = addr;
	assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
	assert_int_equal(r->h.pc, HANDLER);
	assert_trap(&r->h, cause, TEXT, tval);
	assert_int_equal(r->h.instret, 0);
	assert_int_equal(r->h.cycles, 2);
}

static void test_causes(void **state)
{
	struct rig *r = *state;

	expect_cause(r, JAL(RA, 6), 0, 0, TEXT + 6);
	expect_cause(r, BEQ(X0, X0, -2), 0, 0, TEXT - 2);
	expect_cause(r, BGEU(X0, X0, 6), 0, 0, TEXT + 6);
	expect_cause(r, BGE(X0, X0, 6), 0, 0, TEXT + 6);
	expect_cause(r, BNE(A1, X0, 6), 1, 0, TEXT + 6);
	expect_cause(r, BLT(X0, A1, 6), 1, 0, TEXT + 6);
	expect_cause(r, BLTU(X0, A1, 6), 1, 0, TEXT + 6);
	expect_cause(r, JALR(RA, A1, 0), TEXT + 2, 0, TEXT + 2);
	expect_cause(r, JALR(X0, A1, 1), TEXT + 2, 0, TEXT + 2);
	assert_int_equal(r->h.x[RA], 0);
	expect_cause(r, 0xffffffff, 0, 2, 0xffffffff);
	expect_cause(r, EBREAK, 0, 3, TEXT);
	expect_cause(r, LH(A0, A1, 0), DATA + 1, 4, DATA + 1);
	expect_cause(r, LHU(A0, A1, 2), DATA + 1, 4, DATA + 3);
	expect_cause(r, LW(A0, A1, 0), DATA + 2, 4, DATA + 2);
	expect_cause(r, LR(A0, A1), DATA + 2, 4, DATA + 2);
	expect_cause(r, LW(X0, A1, 0), 0, 5, 0);
	expect_cause(r, LR(A0, A1), 0, 5, 0);
	expect_cause(r, SH(A0, A1, 0), DATA + 1, 6, DATA + 1);
	expect_cause(r, SW(A0, A1, -1), DATA, 6, DATA - 1);
	expect_cause(r, SC(A0, A1, A1), DATA + 1, 6, DATA + 1);
	expect_cause(r, AMO(0, A0, A1, A1), DATA + 3, 6, DATA + 3);
	expect_cause(r, SB(A0, A1, 0), 0, 7, 0);
	expect_cause(r, SW(A0, A1, 0), TEXT, 7, TEXT);
	expect_cause(r, SC(A0, A1, A1), TEXT, 7, TEXT);
	expect_cause(r, AMO(1, A0, A1, A1), TEXT, 7, TEXT);
	/* misalignment comes first */
	expect_cause(r, LW(A0, A1, 0), 1, 4, 1);
	expect_cause(r, SW(A0, A1, 0), 1, 6, 1);
}

/* A misaligned target is nothing to a branch that is not taken. */
static void test_branch_not_taken(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, BNE(X0, X0, 6), BLT(X0, X0, 6), BLTU(X0, X0, 6), BEQ(X0, A1, 6),
		 BGE(X0, A1, 6), BGEU(X0, A1, 6), ECALL);
	h->x[A1] = 1;
	assert_int_equal(hart_run(h, 100), HART_ECALL);
	assert_int_equal(h->instret, 6);
}

static void expect_fetch_fault(struct rig *r, u32 addr)
{
	RIG_LOAD(r, JALR(RA, A1, 0));
	rig_handler(r);
	r->h.x[A1] = addr;
	assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
	assert_trap(&r->h, 1, addr, addr);
	assert_int_equal(r->h.x[RA], TEXT + 4);
}

static void test_fetch_faults(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	expect_fetch_fault(r, 0);
	expect_fetch_fault(r, DATA);
	expect_fetch_fault(r, 0xfffffffc);
	expect_fetch_fault(r, TEXT + RIG_TEXT_SIZE);
	expect_fetch_fault(r, TEXT + BUS_WINDOW_SIZE - 4);
	h->win[TEXT >> BUS_WINDOW_BITS].nr_insns = 0x900 / 4;
	expect_fetch_fault(r, TEXT + 0x900);
}

/* Straight into the end of the cache, with and without a limit there. */
static void test_running_off_the_end(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, NOP, NOP);
	h->win[TEXT >> BUS_WINDOW_BITS].nr_insns = 2;
	assert_int_equal(hart_run(h, 2), HART_LIMIT);
	assert_int_equal(h->pc, TEXT + 8);
	assert_int_equal(hart_run(h, 1), HART_DEAD);
	assert_trap(h, 1, TEXT + 8, TEXT + 8);

	RIG_LOAD(r, NOP, NOP);
	assert_int_equal(hart_run(h, 10), HART_DEAD);
	assert_trap(h, 1, TEXT + 8, TEXT + 8);
	assert_int_equal(h->instret, 2);
}

/* The last word of one full window is followed by the first of the next. */
static void test_next_window(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	struct bus_window *text = &h->win[TEXT >> BUS_WINDOW_BITS];
	struct insn *far;

	RIG_LOAD(r, ADDI(A0, A0, 1), ECALL);
	/* only the last page of window 7 has entries that are looked at */
	far = text->insns + RIG_TEXT_SIZE / 4 - BUS_WINDOW_SIZE / 4;
	icache_decode(text->insns + RIG_TEXT_SIZE / 4 - 1, &(u32){ ADDI(A1, A1, 1) }, 4);
	h->win[7] = (struct bus_window){
		.mem = r->text, .size = BUS_WINDOW_SIZE, .perm = BUS_X,
		.insns = far, .nr_insns = BUS_WINDOW_SIZE / 4,
	};
	h->pc = TEXT - 4;
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_int_equal(h->x[A0], 1);
	assert_int_equal(h->x[A1], 1);
	assert_int_equal(h->instret, 2);
	h->pc = TEXT - 4;
	assert_int_equal(hart_run(h, 1), HART_LIMIT);
	assert_int_equal(h->pc, TEXT);
}

static void test_interrupt_conditions(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	u32 i;

	for (i = 0; i < 8; i++) {
		RIG_LOAD(r, ADDI(A0, A0, 1), ECALL);
		rig_handler(r);
		h->mstatus = i & 1 ? 8 : 0;
		h->mie = i & 2 ? MEIP : 0;
		hart_interrupt(h, i & 4);
		assert_int_equal(hart_run(h, 10), HART_ECALL);
		assert_int_equal(h->pc, i == 7 ? HANDLER : TEXT + 4);
		assert_int_equal(h->x[A0], i != 7);
		if (i != 7)
			continue;
		assert_trap(h, 0x8000000b, TEXT, 0);
		assert_int_equal(h->mstatus, 0x80);
		assert_int_equal(h->cycles, 1);
	}
}

static void test_interrupt_vectored(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, NOP);
	rig_put(r, HANDLER - 44, ECALL);
	h->mtvec = (HANDLER - 44) | 1;
	h->mstatus = 8;
	h->mie = MEIP;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_int_equal(h->pc, HANDLER);
	/* exceptions are not vectored */
	assert_true(hart_trap(h, 11, 0));
	assert_int_equal(h->pc, HANDLER - 44);
}

/* Taken at once after each instruction that can enable it, not one later. */
static void test_interrupt_enabled_by(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, CSRRSI(X0, MSTATUS, 8), ADDI(A0, A0, 1));
	rig_handler(r);
	h->mie = MEIP;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_trap(h, 0x8000000b, TEXT + 4, 0);
	assert_int_equal(h->x[A0], 0);

	RIG_LOAD(r, CSRRS(X0, MIE, A1), ADDI(A0, A0, 1));
	rig_handler(r);
	h->mstatus = 8;
	h->x[A1] = MEIP;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_trap(h, 0x8000000b, TEXT + 4, 0);

	RIG_LOAD(r, MRET, ADDI(A0, A0, 1));
	rig_handler(r);
	h->mie = MEIP;
	h->mstatus = 0x80;
	h->mepc = TEXT + 4;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_trap(h, 0x8000000b, TEXT + 4, 0);
	assert_int_equal(h->x[A0], 0);
}

static void test_interrupt_without_handler(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, NOP);
	h->mstatus = 8;
	h->mie = MEIP;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_DEAD);
	assert_trap(h, 0x8000000b, TEXT, 0);
}

static void test_mip_is_read_only(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, CSRRC(A0, MIP, A1), CSRRW(A2, MIP, X0), ECALL);
	h->x[A1] = ~0u;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_int_equal(h->x[A0], MEIP);
	assert_int_equal(h->x[A2], MEIP);
	assert_int_equal(h->mip, MEIP);
	hart_interrupt(h, false);
	assert_int_equal(h->mip, 0);
}

/* Bits that this hart lacks read as zeros, whatever is written. */
static void test_csrs_have_their_bits(void **state)
{
	static const struct {
		u32 csr;
		u32 bits;
	} csrs[] = {
		{ MIE, MEIP }, { MEPC, ~3u }, { MTVEC, ~2u },
	};
	struct rig *r = *state;

	for (u32 i = 0; i < ARRAY_SIZE(csrs); i++) {
		RIG_LOAD(r, CSRRW(X0, csrs[i].csr, A1), CSRRS(A0, csrs[i].csr, X0), ECALL);
		r->h.x[A1] = ~0u;
		assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
		assert_int_equal(r->h.x[A0], csrs[i].bits);
	}
}

static void test_wfi(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, WFI, ADDI(A0, A0, 1), WFI, ECALL);
	rig_handler(r);
	assert_int_equal(hart_run(h, 1), HART_WFI);
	assert_int_equal(h->pc, TEXT + 4);
	assert_int_equal(h->instret, 1);
	/* pending and enabled in mie: goes on, even with MIE off */
	h->mie = MEIP;
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_int_equal(h->pc, TEXT + 12);

	/* with MIE on the interrupt is taken behind the wfi */
	hart_reset(h, 0, TEXT);
	rig_handler(r);
	h->mie = MEIP;
	h->mstatus = 8;
	assert_int_equal(hart_run(h, 10), HART_WFI);
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_ECALL);
	assert_trap(h, 0x8000000b, TEXT + 4, 0);

	/* pending, not enabled */
	hart_reset(h, 0, TEXT);
	hart_interrupt(h, true);
	assert_int_equal(hart_run(h, 10), HART_WFI);
}

static void test_icache_is_stale_until_flushed(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	struct bus_window *text = &h->win[TEXT >> BUS_WINDOW_BITS];

	RIG_LOAD(r, ADDI(A0, X0, 1), FENCE_I, ECALL);
	rig_put(r, TEXT, ADDI(A0, X0, 2));
	assert_int_equal(hart_run(h, 10), HART_FENCE_I);
	assert_int_equal(h->pc, TEXT + 8);
	assert_int_equal(h->instret, 2);
	assert_int_equal(h->x[A0], 1);
	memset(text->insns, 0, text->nr_insns * sizeof(*text->insns));
	h->pc = TEXT;
	assert_int_equal(hart_run(h, 10), HART_FENCE_I);
	assert_int_equal(h->x[A0], 2);
}

/* Filling the cache on the way changes neither counters nor limits. */
static void test_undecoded_entries(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;
	struct bus_window *text = &h->win[TEXT >> BUS_WINDOW_BITS];
	u32 n;

	for (n = 1; n < 10; n++) {
		RIG_LOAD(r, ADDI(A0, A0, 1), NOP, JAL(X0, -8));
		memset(text->insns, 0, text->nr_insns * sizeof(*text->insns));
		h->executed = 0;
		assert_int_equal(hart_run(h, n), HART_LIMIT);
		assert_int_equal(h->executed, n);
		assert_int_equal(h->instret, n);
		assert_int_equal(h->x[A0], (n + 2) / 3);
	}
}

static void test_x0_stays_zero(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	RIG_LOAD(r, ADDI(X0, A1, 5), LUI(X0, 1), AUIPC(X0, 1), LW(X0, A1, 0), LB(X0, A1, 0),
		 AMO(0, X0, A1, A1), LR(X0, A1), SC(X0, A1, A1), CSRRS(X0, MSTATUS, X0),
		 JAL(X0, 4), JALR(X0, A2, 0), ECALL);
	rig_put(r, DATA, 0x12345678);
	h->x[A1] = DATA;
	h->x[A2] = TEXT + 44;
	assert_int_equal(hart_run(h, 100), HART_ECALL);
	assert_int_equal(h->instret, 11);
	assert_int_equal(h->x[0], 0);
}

/* A reservation is good for one sc.w, whether that stores or not. */
static void test_reservation_is_used_up(void **state)
{
	struct rig *r = *state;
	struct hart *h = &r->h;

	/* all but the last one store what is there already */
	RIG_LOAD(r, LR(A0, A1), SC(A2, A1, A0), SC(A3, A1, A0), LR(A0, A1), SC(A4, A5, A0),
		 SC(A6, A1, A7), ECALL);
	rig_put(r, DATA, 0x12345678);
	h->x[A1] = DATA;
	h->x[A5] = DATA + 4;
	h->x[A7] = 1;
	assert_int_equal(hart_run(h, 100), HART_ECALL);
	assert_int_equal(h->x[A0], 0x12345678);
	assert_int_equal(h->x[A2], 0);
	assert_int_equal(h->x[A3], 1);
	assert_int_equal(h->x[A4], 1);
	assert_int_equal(h->x[A6], 1);
	assert_int_equal(rig_get(r, DATA), 0x12345678);
}

static void test_hart_id(void **state)
{
	struct rig *r = *state;

	RIG_LOAD(r, CSRRS(A0, 0xf14, X0), ECALL);
	hart_reset(&r->h, 17, TEXT);
	assert_int_equal(hart_run(&r->h, 10), HART_ECALL);
	assert_int_equal(r->h.x[A0], 17);
}

static void test_cause_names(void **state)
{
	u32 cause;

	for (cause = 0; cause < 70; cause++)
		assert_non_null(hart_cause_name(cause));
	assert_string_equal(hart_cause_name(2), "illegal instruction");
	assert_string_equal(hart_cause_name(0x8000000b), "external interrupt");
	assert_string_equal(hart_cause_name(~0u), "unknown cause");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reset),
		TEST(test_limit_is_exact),
		TEST(test_limit_counts_slow_ones),
		TEST(test_trap_loop_is_limited),
		TEST(test_double_trap),
		TEST(test_double_trap_interrupt),
		TEST(test_no_double_trap),
		TEST(test_ecall),
		TEST(test_dead_without_handler),
		TEST(test_causes),
		TEST(test_branch_not_taken),
		TEST(test_fetch_faults),
		TEST(test_running_off_the_end),
		TEST(test_next_window),
		TEST(test_interrupt_conditions),
		TEST(test_interrupt_vectored),
		TEST(test_interrupt_enabled_by),
		TEST(test_interrupt_without_handler),
		TEST(test_mip_is_read_only),
		TEST(test_csrs_have_their_bits),
		TEST(test_wfi),
		TEST(test_icache_is_stale_until_flushed),
		TEST(test_undecoded_entries),
		TEST(test_x0_stays_zero),
		TEST(test_reservation_is_used_up),
		TEST(test_hart_id),
		TEST(test_cause_names),
	};

	return cmocka_run_group_tests_name("hart", tests, NULL, NULL);
}
