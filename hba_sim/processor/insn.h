/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operations that instructions are decoded to, and the numbers of the ISA
 * that decoder, interpreter and CSR file share. Private to the processor.
 */
#ifndef HBA_SIM_INSN_H
#define HBA_SIM_INSN_H

#include <linux/types.h>
#include "cpu.h"

/*
 * Register and immediate forms share one operation: its second operand is x[rs2] + imm, where
 * one of the two is 0. No operation from OP_ADD to OP_NOP has x0 as its destination: an
 * instruction with destination x0 is OP_NOP if it has no other effect, and a load to x0 is
 * OP_LOAD_X0. Control transfers that could trap because of their target's alignment have
 * operations of their own, except OP_JR and OP_JALR.
 *
 * The fast operations are ordered by how often compiled code runs them: the kernel is built
 * without jump tables, so a switch is a tree of comparisons.
 */
enum insn_op {
	OP_UNDECODED = 0,

	/* run_fast() of cpu.c does these */
	OP_ADD,			/* ADD, ADDI, LUI */
	OP_LW,
	OP_SW,
	OP_BNE,
	OP_BEQ,
	OP_AND,
	OP_OR,
	OP_XOR,
	OP_SLL,
	OP_SRL,
	OP_SRA,
	OP_SUB,
	OP_LBU,
	OP_SB,
	OP_BLTU,
	OP_BGEU,
	OP_BLT,
	OP_BGE,
	OP_J,			/* JAL to x0 */
	OP_JAL,
	OP_JR,			/* JALR to x0 */
	OP_JALR,
	OP_SLT,
	OP_SLTU,
	OP_AUIPC,
	OP_LHU,
	OP_SH,
	OP_LB,
	OP_LH,
	OP_MUL,
	OP_MULH,
	OP_MULHSU,
	OP_MULHU,
	OP_DIV,
	OP_DIVU,
	OP_REM,
	OP_REMU,
	OP_NOP,

	/* the others are for run_slow() */
	OP_LOAD_X0,		/* rs2: the load's operation */
	OP_BRANCH_ODD,		/* target not a multiple of 4; rd: funct3 */
	OP_JAL_ODD,		/* target not a multiple of 4 */
	OP_FENCE,
	OP_FENCE_I,
	OP_ECALL,
	OP_EBREAK,
	OP_MRET,
	OP_WFI,
	OP_CSR,			/* rs2: funct3, imm: number */
	OP_LR,
	OP_SC,
	OP_AMO,			/* imm: funct5 */
	OP_ILLEGAL,		/* imm: the instruction */
};

/* funct3 of the CSR instructions: two bits of operation, one for immediate */
#define CSR_OP_WRITE	1u
#define CSR_OP_SET	2u
#define CSR_OP_CLEAR	3u
#define CSR_OP_MASK	3u
#define CSR_OP_IMM	4u

/* funct5 of the A extension */
#define AMO_ADD		0x00u
#define AMO_SWAP	0x01u
#define AMO_LR		0x02u
#define AMO_SC		0x03u
#define AMO_XOR		0x04u
#define AMO_OR		0x08u
#define AMO_AND		0x0cu
#define AMO_MIN		0x10u
#define AMO_MAX		0x14u
#define AMO_MINU	0x18u
#define AMO_MAXU	0x1cu

/* funct3 of the branches */
#define BRANCH_EQ	0u
#define BRANCH_NE	1u
#define BRANCH_LT	4u
#define BRANCH_GE	5u
#define BRANCH_LTU	6u
#define BRANCH_GEU	7u

/* fields of mstatus, bits of mie and mip */
#define MSTATUS_MIE	0x00000008u
#define MSTATUS_MPIE	0x00000080u
#define MIP_MEIP	0x00000800u

#define MTVEC_VECTORED	1u

/* mcause */
#define CAUSE_FETCH_MISALIGNED	0u
#define CAUSE_FETCH_ACCESS	1u
#define CAUSE_ILLEGAL		2u
#define CAUSE_BREAKPOINT	3u
#define CAUSE_LOAD_MISALIGNED	4u
#define CAUSE_LOAD_ACCESS	5u
#define CAUSE_STORE_MISALIGNED	6u
#define CAUSE_STORE_ACCESS	7u
#define CAUSE_ECALL_M		11u
#define CAUSE_INTERRUPT		0x80000000u
#define CAUSE_EXTERNAL		(CAUSE_INTERRUPT | 11u)

#define REG_A0			10

/* Entries that may be fetched from the window of @pc. */
static inline u32 hart_fetchable(const struct hart *h, u32 pc)
{
	const struct bus_window *win = &h->win[pc >> BUS_WINDOW_BITS];

	return win->insns && (win->perm & BUS_X) ? win->nr_insns : 0;
}

/* Record that the instruction to be executed next is at @to, not the one after @from. */
static inline void hart_jumped(struct hart *h, u32 from, u32 to)
{
	h->jumps[h->nr_jumps++ % HART_JUMPS] = (struct hart_jump){ from, to };
}

/* slow.c: what run_slow() returns beside enum hart_exit */
#define SLOW_DONE	(-1)	/* an instruction was executed, or trapped */
#define SLOW_DECODED	(-2)	/* only the instruction's cache entry was filled */

int run_slow(struct hart *h);

/* decode.c */
struct insn insn_decode(u32 raw);

/* csr.c */
bool csr_allows(u32 csr, bool write);
u32 csr_read(const struct hart *h, u32 csr);
void csr_write(struct hart *h, u32 csr, u32 value);

#endif
