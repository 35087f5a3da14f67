// SPDX-License-Identifier: GPL-2.0
/*
 * The other half of the processor: executes one instruction at a time, of the rare kinds, or one
 * that run_fast() in cpu.c could not finish. Every trap of an instruction is detected here.
 */
#include <asm/byteorder.h>
#include <linux/kernel.h>
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>
#include "bus.h"
#include "cpu.h"
#include "insn.h"
#include "trace.h"

/* Only in this file: the instruction trapped; it counts as executed, but does not retire. */
#define SLOW_TRAPPED	(-3)

/**
 * hart_trap - makes a hart take a trap at its pc
 * @h: the hart
 * @cause: mcause, with bit 31 set for an interrupt
 * @tval: mtval
 *
 * Also used to answer an ecall that is to trap, with cause 11.
 *
 * Return: false if there is no handler; pc, mcause, mepc and mtval then tell what happened.
 */
bool hart_trap(struct hart *h, u32 cause, u32 tval)
{
	u32 last = cause & CAUSE_INTERRUPT ? h->pc - 4 : h->pc;

	memcpy(h->trapped.x, h->x, sizeof(h->x));
	h->trapped.pc = h->pc;
	h->trapped.cause = cause;
	h->trapped.tval = tval;
	h->trapped.executed = h->executed;
	h->trapped.count++;
	h->mcause = cause;
	h->mepc = h->pc;
	h->mtval = tval;
	h->dead = !(h->mtvec & ~3u);
	trace_hba_trap(h, cause, tval);
	if (h->dead)
		return false;
	h->mstatus = h->mstatus & MSTATUS_MIE ? MSTATUS_MPIE : 0;
	h->pc = h->mtvec & ~3u;
	if ((cause & CAUSE_INTERRUPT) && (h->mtvec & MTVEC_VECTORED))
		h->pc += 4 * (cause & ~CAUSE_INTERRUPT);
	hart_jumped(h, last, h->pc);
	return true;
}

/**
 * hart_refuse_call() - end a call with a trap, as if the call did not exist
 * @h: the hart, at its ecall
 *
 * Return: false if there is no handler.
 */
bool hart_refuse_call(struct hart *h)
{
	return hart_trap(h, CAUSE_ECALL_M, 0);
}

/**
 * hart_set_pc() - let a hart go on elsewhere
 * @h: the hart, not running
 * @pc: address of the instruction to be executed next
 */
void hart_set_pc(struct hart *h, u32 pc)
{
	h->pc = pc;
	hart_jumped(h, HART_NOWHERE, pc);
}

/**
 * hart_note_panic() - an image's trap handler gave up
 * @h: the hart, at its call of BOARD_PANIC
 *
 * What the handler reports is kept apart from what the processor knows of the last trap.
 */
void hart_note_panic(struct hart *h)
{
	h->said = (struct hart_said){ .cause = h->x[10], .pc = h->x[11], .tval = h->x[12] };
	h->panicked = true;
	h->dead = true;
}

static int trap(struct hart *h, u32 cause, u32 tval)
{
	return hart_trap(h, cause, tval) ? SLOW_TRAPPED : HART_DEAD;
}

static int retire_at(struct hart *h, u32 pc)
{
	h->pc = pc;
	return SLOW_DONE;
}

static int retire(struct hart *h)
{
	return retire_at(h, h->pc + 4);
}

/* As retire(), with a result. */
static int retire_with(struct hart *h, u32 rd, u32 value)
{
	if (rd)
		h->x[rd] = value;
	return retire(h);
}

/* The window for an access; NULL, with *@cause set, if the access is to trap. */
static const struct bus_window *access(const struct hart *h, u32 addr, u32 len, u32 perm,
				       u32 *cause)
{
	const struct bus_window *win = &h->win[addr >> BUS_WINDOW_BITS];

	if (bus_allows(win, addr, len, perm))
		return win;
	if (addr & (len - 1))
		*cause = perm & BUS_W ? CAUSE_STORE_MISALIGNED : CAUSE_LOAD_MISALIGNED;
	else
		*cause = perm & BUS_W ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS;
	return NULL;
}

static u32 access_len(u32 op)
{
	switch (op) {
	case OP_LB:
	case OP_LBU:
	case OP_SB:
		return 1;
	case OP_LH:
	case OP_LHU:
	case OP_SH:
		return 2;
	default:
		return 4;
	}
}

static int slow_load(struct hart *h, const struct insn *insn, u32 op)
{
	u32 addr = h->x[insn->rs1] + insn->imm;
	u32 len = access_len(op);
	const struct bus_window *win;
	u32 cause, value;

	win = access(h, addr, len, BUS_R, &cause);
	if (!win)
		return trap(h, cause, addr);
	value = bus_load(win, addr, len);
	if (op == OP_LB)
		value = (s8)value;
	else if (op == OP_LH)
		value = (s16)value;
	return retire_with(h, insn->rd, value);
}

static int slow_store(struct hart *h, const struct insn *insn)
{
	u32 addr = h->x[insn->rs1] + insn->imm;
	u32 len = access_len(insn->op);
	const struct bus_window *win;
	u32 cause;

	win = access(h, addr, len, BUS_W, &cause);
	if (!win)
		return trap(h, cause, addr);
	bus_store(win, addr, len, h->x[insn->rs2]);
	return retire(h);
}

static int slow_branch(struct hart *h, const struct insn *insn)
{
	u32 a = h->x[insn->rs1], b = h->x[insn->rs2];
	bool taken;

	switch (insn->rd & ~1u) {
	case BRANCH_EQ:
		taken = a == b;
		break;
	case BRANCH_LT:
		taken = (s32)a < (s32)b;
		break;
	default:
		taken = a < b;
		break;
	}
	if (insn->rd & 1)
		taken = !taken;
	return taken ? trap(h, CAUSE_FETCH_MISALIGNED, h->pc + insn->imm) : retire(h);
}

static int slow_jalr(struct hart *h, const struct insn *insn)
{
	u32 target = (h->x[insn->rs1] + insn->imm) & ~1u;

	if (target & 2)
		return trap(h, CAUSE_FETCH_MISALIGNED, target);
	if (insn->rd)
		h->x[insn->rd] = h->pc + 4;
	hart_jumped(h, h->pc, target);
	return retire_at(h, target);
}

static int slow_lr(struct hart *h, const struct insn *insn)
{
	u32 addr = h->x[insn->rs1];
	const struct bus_window *win;
	u32 cause;

	win = access(h, addr, 4, BUS_R, &cause);
	if (!win)
		return trap(h, cause, addr);
	smp_mb(); /* aq and rl are both assumed to be set; pairs with other harts' barriers */
	h->res_value = bus_load(win, addr, 4);
	smp_mb(); /* as above */
	h->res_addr = addr;
	h->reserved = true;
	return retire_with(h, insn->rd, h->res_value);
}

static int slow_sc(struct hart *h, const struct insn *insn)
{
	u32 addr = h->x[insn->rs1];
	u32 expected = h->res_value;
	const struct bus_window *win;
	bool stored;
	u32 cause;

	win = access(h, addr, 4, BUS_R | BUS_W, &cause);
	if (!win)
		return trap(h, cause, addr);
	stored = h->reserved && h->res_addr == addr &&
		 bus_exchange(win, addr, &expected, h->x[insn->rs2]);
	h->reserved = false;
	return retire_with(h, insn->rd, !stored);
}

static u32 amo_result(u32 funct5, u32 old, u32 operand)
{
	switch (funct5) {
	case AMO_ADD:
		return old + operand;
	case AMO_XOR:
		return old ^ operand;
	case AMO_OR:
		return old | operand;
	case AMO_AND:
		return old & operand;
	case AMO_MIN:
		return (s32)old < (s32)operand ? old : operand;
	case AMO_MAX:
		return (s32)old > (s32)operand ? old : operand;
	case AMO_MINU:
		return old < operand ? old : operand;
	case AMO_MAXU:
		return old > operand ? old : operand;
	default:
		return operand;
	}
}

static int slow_amo(struct hart *h, const struct insn *insn)
{
	u32 addr = h->x[insn->rs1];
	u32 operand = h->x[insn->rs2];
	const struct bus_window *win;
	u32 cause, old;

	win = access(h, addr, 4, BUS_R | BUS_W, &cause);
	if (!win)
		return trap(h, cause, addr);
	old = bus_load(win, addr, 4);
	while (!bus_exchange(win, addr, &old, amo_result(insn->imm, old, operand)))
		continue;
	return retire_with(h, insn->rd, old);
}

static int slow_csr(struct hart *h, const struct insn *insn)
{
	u32 operand = insn->rs2 & CSR_OP_IMM ? insn->rs1 : h->x[insn->rs1];
	u32 old = csr_read(h, insn->imm);

	switch (insn->rs2 & CSR_OP_MASK) {
	case CSR_OP_WRITE:
		csr_write(h, insn->imm, operand);
		break;
	case CSR_OP_SET:
		if (insn->rs1)
			csr_write(h, insn->imm, old | operand);
		break;
	default:
		if (insn->rs1)
			csr_write(h, insn->imm, old & ~operand);
		break;
	}
	return retire_with(h, insn->rd, old);
}

static int slow_mret(struct hart *h)
{
	h->mstatus = MSTATUS_MPIE | (h->mstatus & MSTATUS_MPIE ? MSTATUS_MIE : 0);
	hart_jumped(h, h->pc, h->mepc);
	return retire_at(h, h->mepc);
}

static int slow_wfi(struct hart *h)
{
	retire(h);
	return READ_ONCE(h->mip) & h->mie ? SLOW_DONE : HART_WFI;
}

static int slow_fence(struct hart *h)
{
	smp_mb(); /* pairs with other harts' fences, AMOs and lr/sc */
	return retire(h);
}

static int slow_fence_i(struct hart *h)
{
	retire(h);
	return HART_FENCE_I;
}

static int execute(struct hart *h, const struct insn *insn)
{
	switch (insn->op) {
	case OP_LB:
	case OP_LBU:
	case OP_LH:
	case OP_LHU:
	case OP_LW:
		return slow_load(h, insn, insn->op);
	case OP_LOAD_X0:
		return slow_load(h, insn, insn->rs2);
	case OP_SB:
	case OP_SH:
	case OP_SW:
		return slow_store(h, insn);
	case OP_JR:
	case OP_JALR:
		return slow_jalr(h, insn);
	case OP_BRANCH_ODD:
		return slow_branch(h, insn);
	case OP_JAL_ODD:
		return trap(h, CAUSE_FETCH_MISALIGNED, h->pc + insn->imm);
	case OP_FENCE:
		return slow_fence(h);
	case OP_FENCE_I:
		return slow_fence_i(h);
	case OP_ECALL:
		return HART_ECALL;
	case OP_EBREAK:
		return trap(h, CAUSE_BREAKPOINT, h->pc);
	case OP_MRET:
		return slow_mret(h);
	case OP_WFI:
		return slow_wfi(h);
	case OP_CSR:
		return slow_csr(h, insn);
	case OP_LR:
		return slow_lr(h, insn);
	case OP_SC:
		return slow_sc(h, insn);
	case OP_AMO:
		return slow_amo(h, insn);
	default:
		return trap(h, CAUSE_ILLEGAL, insn->imm);
	}
}

/*
 * A trap has led to a handler whose first instruction cannot be fetched. That would trap to the
 * same address, without end. Such a double trap stops the hart; what hart and board know of the
 * first trap is kept. Compare the critical-error state of RISC-V's Smdbltrp.
 */
static bool is_double_trap(const struct hart *h)
{
	return h->trapped.count && h->trapped.executed == h->executed &&
	       h->pc == (h->mtvec & ~3u);
}

static int fetch_fault(struct hart *h)
{
	if (!is_double_trap(h))
		return trap(h, CAUSE_FETCH_ACCESS, h->pc);
	h->dead = true;
	return HART_DEAD;
}

/* Fills the cache entry of pc if it is empty. */
static bool decode_here(const struct hart *h, struct insn *insn)
{
	const struct bus_window *win = &h->win[h->pc >> BUS_WINDOW_BITS];

	if (insn->op != OP_UNDECODED)
		return false;
	*insn = insn_decode(bus_load(win, h->pc, 4));
	return true;
}

/*
 * Deals with the instruction at pc. Returns enum hart_exit, or SLOW_DECODED (nothing was
 * executed), or SLOW_DONE. The counters are incremented after the instruction, which sees their
 * values from before.
 */
int run_slow(struct hart *h)
{
	u32 index = bus_offset(h->pc) / 4;
	int result;

	if (index >= hart_fetchable(h, h->pc)) {
		result = fetch_fault(h);
	} else {
		struct insn *insn = &h->win[h->pc >> BUS_WINDOW_BITS].insns[index];

		if (decode_here(h, insn))
			return SLOW_DECODED;
		result = execute(h, insn);
	}
	h->executed++;
	h->cycles++;
	if (result == SLOW_DONE || result == HART_WFI || result == HART_FENCE_I)
		h->instret++;
	if (result == SLOW_TRAPPED || result == HART_DEAD)
		h->trapped.executed = h->executed;
	return result == SLOW_TRAPPED ? SLOW_DONE : result;
}

/**
 * hart_cause_name - a trap's cause in words, for messages
 * @cause: mcause
 *
 * Return: a constant string, also for causes that this processor never has.
 */
const char *hart_cause_name(u32 cause)
{
	static const char * const names[] = {
		[CAUSE_FETCH_MISALIGNED] = "instruction address misaligned",
		[CAUSE_FETCH_ACCESS] = "instruction access fault",
		[CAUSE_ILLEGAL] = "illegal instruction",
		[CAUSE_BREAKPOINT] = "breakpoint",
		[CAUSE_LOAD_MISALIGNED] = "load address misaligned",
		[CAUSE_LOAD_ACCESS] = "load access fault",
		[CAUSE_STORE_MISALIGNED] = "store address misaligned",
		[CAUSE_STORE_ACCESS] = "store access fault",
		[CAUSE_ECALL_M] = "environment call",
	};

	if (cause == CAUSE_EXTERNAL)
		return "external interrupt";
	if (cause < ARRAY_SIZE(names) && names[cause])
		return names[cause];
	return "unknown cause";
}
