// SPDX-License-Identifier: GPL-2.0
/*
 * The processor's main loop. run_fast() does what programs do nearly all the time: arithmetic,
 * memory accesses, jumps. Instructions that it cannot finish at once, which are system
 * instructions and all that trap, it leaves untouched to run_slow() in slow.c.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include "bus.h"
#include "cpu.h"
#include "insn.h"

/* Division never traps: x / 0 is -1, and the most negative number / -1 is that number. */
static u32 div_signed(u32 a, u32 b)
{
	if (!b)
		return ~0u;
	if (b == ~0u)
		return -a;
	return (s32)a / (s32)b;
}

static u32 rem_signed(u32 a, u32 b)
{
	if (!b)
		return a;
	if (b == ~0u)
		return 0;
	return (s32)a % (s32)b;
}

static u32 mul_high(s64 a, s64 b)
{
	return (u64)(a * b) >> 32;
}

static u32 muldiv(u32 op, u32 a, u32 b)
{
	switch (op) {
	case OP_MULH:
		return mul_high((s32)a, (s32)b);
	case OP_MULHSU:
		return mul_high((s32)a, b);
	case OP_MULHU:
		return (u64)a * b >> 32;
	case OP_DIV:
		return div_signed(a, b);
	case OP_DIVU:
		return b ? a / b : ~0u;
	case OP_REM:
		return rem_signed(a, b);
	default:
		return b ? a % b : a;
	}
}

static __always_inline bool fast_load(const struct hart *h, u32 addr, u32 len, u32 *value)
{
	const struct bus_window *win = &h->win[addr >> BUS_WINDOW_BITS];

	if (unlikely(!bus_allows(win, addr, len, BUS_R)))
		return false;
	*value = bus_load(win, addr, len);
	return true;
}

static __always_inline bool fast_store(const struct hart *h, u32 addr, u32 len, u32 value)
{
	const struct bus_window *win = &h->win[addr >> BUS_WINDOW_BITS];

	if (unlikely(!bus_allows(win, addr, len, BUS_W)))
		return false;
	bus_store(win, addr, len, value);
	return true;
}

/*
 * Runs up to @limit instructions, until one needs run_slow(), at which pc then is. Returns how
 * many it ran; all of them are retired.
 *
 * A run is a straight sequence up to the next taken jump. Its end is computed beforehand from
 * what is left of the limit and of the window, so that one comparison for each instruction
 * checks both, and nothing has to be counted. The pc follows from the position of insn in the
 * cache of its window, which starts at address base.
 */
static u64 run_fast(struct hart *h, u64 limit)
{
	const struct insn *first, *insn, *run, *stop;
	u32 base, index, nr, target, value;
	u32 nr_jumps = h->nr_jumps;
	u64 left = limit;
	u32 *x = h->x;

	target = h->pc;
enter_window:
	first = h->win[target >> BUS_WINDOW_BITS].insns;
	nr = hart_fetchable(h, target);
	base = target & ~(BUS_WINDOW_SIZE - 1);
	index = bus_offset(target) / 4;
	if (unlikely(index >= nr))
		goto out;
start_run:
	run = first + index;
	stop = run + min_t(u64, left, nr - index);
	for (insn = run; insn != stop; insn++) {
		u32 a = x[insn->rs1];
		u32 b = x[insn->rs2];

		switch (insn->op) {
		case OP_ADD:
			x[insn->rd] = a + b + insn->imm;
			continue;
		case OP_SUB:
			x[insn->rd] = a - b;
			continue;
		case OP_AND:
			x[insn->rd] = a & (b + insn->imm);
			continue;
		case OP_OR:
			x[insn->rd] = a | (b + insn->imm);
			continue;
		case OP_XOR:
			x[insn->rd] = a ^ (b + insn->imm);
			continue;
		case OP_SLL:
			x[insn->rd] = a << ((b + insn->imm) & 31);
			continue;
		case OP_SRL:
			x[insn->rd] = a >> ((b + insn->imm) & 31);
			continue;
		case OP_SRA:
			x[insn->rd] = (s32)a >> ((b + insn->imm) & 31);
			continue;
		case OP_SLT:
			x[insn->rd] = (s32)a < (s32)(b + insn->imm);
			continue;
		case OP_SLTU:
			x[insn->rd] = a < b + insn->imm;
			continue;
		case OP_AUIPC:
			x[insn->rd] = base + (u32)(insn - first) * 4 + insn->imm;
			continue;
		case OP_LW:
			if (!fast_load(h, a + insn->imm, 4, &value))
				goto leave;
			x[insn->rd] = value;
			continue;
		case OP_LBU:
			if (!fast_load(h, a + insn->imm, 1, &value))
				goto leave;
			x[insn->rd] = value;
			continue;
		case OP_LHU:
			if (!fast_load(h, a + insn->imm, 2, &value))
				goto leave;
			x[insn->rd] = value;
			continue;
		case OP_LB:
			if (!fast_load(h, a + insn->imm, 1, &value))
				goto leave;
			x[insn->rd] = (s8)value;
			continue;
		case OP_LH:
			if (!fast_load(h, a + insn->imm, 2, &value))
				goto leave;
			x[insn->rd] = (s16)value;
			continue;
		case OP_SW:
			if (!fast_store(h, a + insn->imm, 4, b))
				goto leave;
			continue;
		case OP_SB:
			if (!fast_store(h, a + insn->imm, 1, b))
				goto leave;
			continue;
		case OP_SH:
			if (!fast_store(h, a + insn->imm, 2, b))
				goto leave;
			continue;
		case OP_BEQ:
			if (a == b)
				goto branch;
			continue;
		case OP_BNE:
			if (a != b)
				goto branch;
			continue;
		case OP_BLT:
			if ((s32)a < (s32)b)
				goto branch;
			continue;
		case OP_BGE:
			if ((s32)a >= (s32)b)
				goto branch;
			continue;
		case OP_BLTU:
			if (a < b)
				goto branch;
			continue;
		case OP_BGEU:
			if (a >= b)
				goto branch;
			continue;
		case OP_JAL:
			x[insn->rd] = base + (u32)(insn - first) * 4 + 4;
			goto branch;
		case OP_J:
			goto branch;
		case OP_JALR:
			target = (a + insn->imm) & ~1u;
			if (unlikely(target & 2))
				goto leave;
			x[insn->rd] = base + (u32)(insn - first) * 4 + 4;
			goto jump;
		case OP_JR:
			target = (a + insn->imm) & ~1u;
			if (unlikely(target & 2))
				goto leave;
			goto jump;
		case OP_MUL:
			x[insn->rd] = a * b;
			continue;
		case OP_MULH:
		case OP_MULHSU:
		case OP_MULHU:
		case OP_DIV:
		case OP_DIVU:
		case OP_REM:
		case OP_REMU:
			x[insn->rd] = muldiv(insn->op, a, b);
			continue;
		case OP_NOP:
			continue;
		default:
			goto leave;
		}
branch:
		target = base + (u32)(insn - first) * 4 + insn->imm;
jump:
		left -= insn + 1 - run;
		h->jumps[nr_jumps++ % HART_JUMPS] =
			(struct hart_jump){ base + (u32)(insn - first) * 4, target };
		index = bus_offset(target) / 4;
		if (likely((target ^ base) < BUS_WINDOW_SIZE && index < nr))
			goto start_run;
		goto enter_window;
	}
leave:
	left -= insn - run;
	target = base + (u32)(insn - first) * 4;
	/* at the end of the window's cache: execution may go on in the next window */
	if (insn == stop && left)
		goto enter_window;
out:
	h->nr_jumps = nr_jumps;
	h->pc = target;
	return limit - left;
}

static void count_retired(struct hart *h, u64 insns)
{
	h->cycles += insns;
	h->instret += insns;
	/* Pairs with adapter_instructions(). */
	WRITE_ONCE(h->executed, h->executed + insns);
}

static bool interrupt_due(const struct hart *h)
{
	return (h->mstatus & MSTATUS_MIE) && (READ_ONCE(h->mip) & h->mie);
}

/**
 * hart_run - runs a hart until it needs something or has used up its limit
 * @h: the hart; the caller is the only one to run it or change its windows
 * @limit: instructions to execute at most; those that trap count as well
 *
 * An interrupt that is pending and enabled is taken at the start, and after the instructions
 * that can enable it. This takes about 2 to 5 ns for each instruction up to @limit, and neither
 * sleeps nor locks.
 *
 * Context: any. Undecoded entries of an instruction cache are filled on the way, so a cache
 * that is shared by harts that run at the same time must be fully decoded.
 * Return: enum hart_exit. With HART_ECALL and HART_DEAD, pc is at the ecall or at the
 * instruction that trapped, which is counted in @executed.
 */
enum hart_exit hart_run(struct hart *h, u64 limit)
{
	u64 ran;
	int exit;

	while (limit) {
		if (interrupt_due(h) && !hart_trap(h, CAUSE_EXTERNAL, 0))
			return HART_DEAD;
		ran = run_fast(h, limit);
		count_retired(h, ran);
		limit -= ran;
		if (!limit)
			break;
		exit = run_slow(h);
		if (exit >= 0)
			return exit;
		if (exit == SLOW_DONE)
			limit--;
	}
	return HART_LIMIT;
}

/**
 * hart_reset - puts a hart into its state at power-on
 * @h: the hart; its windows, @h->owner and @h->executed stay
 * @id: mhartid
 * @pc: where it starts, a multiple of 4
 *
 * All registers are 0, interrupts are off, and none is pending.
 */
void hart_reset(struct hart *h, u32 id, u32 pc)
{
	memset(h->x, 0, sizeof(h->x));
	h->pc = pc & ~3u;
	h->dead = false;
	h->panicked = false;
	h->trapped.count = 0;
	h->nr_jumps = 0;
	hart_jumped(h, HART_NOWHERE, h->pc);
	h->id = id;
	h->mstatus = 0;
	h->mie = 0;
	WRITE_ONCE(h->mip, 0);
	h->mtvec = 0;
	h->mscratch = 0;
	h->mepc = 0;
	h->mcause = 0;
	h->mtval = 0;
	h->cycles = 0;
	h->instret = 0;
	h->reserved = false;
	h->res_addr = 0;
	h->res_value = 0;
}

/**
 * hart_return - answers an ecall
 * @h: a hart whose hart_run() returned HART_ECALL
 * @a0: the answer; the hart goes on after the ecall
 */
void hart_return(struct hart *h, u32 a0)
{
	h->x[REG_A0] = a0;
	h->pc += 4;
}

/**
 * hart_interrupt - sets the level of a hart's external interrupt
 * @h: the hart
 * @pending: whether the interrupt is asserted
 *
 * Context: any, also while the hart runs; the hart then notices the change at the next
 * hart_run() at the latest.
 */
void hart_interrupt(struct hart *h, bool pending)
{
	WRITE_ONCE(h->mip, pending ? MIP_MEIP : 0);
}
