// SPDX-License-Identifier: GPL-2.0
/*
 * What is an instruction and what is not: the decoder against a table of
 * mask and match values, over every opcode, funct3, funct7 and CSR number,
 * and over random words.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../../hba_sim/processor/cpu.h"
#include "../../hba_sim/processor/insn.h"
#include "random.h"

static const struct {
	u32 mask, match;
} legal[] = {
	{ 0x0000007f, 0x00000037 },	/* lui */
	{ 0x0000007f, 0x00000017 },	/* auipc */
	{ 0x0000007f, 0x0000006f },	/* jal */
	{ 0x0000707f, 0x00000067 },	/* jalr */
	{ 0x0000607f, 0x00000063 },	/* beq, bne */
	{ 0x0000407f, 0x00004063 },	/* blt, bge, bltu, bgeu */
	{ 0x0000707f, 0x00000003 },	/* lb */
	{ 0x0000707f, 0x00001003 },	/* lh */
	{ 0x0000707f, 0x00002003 },	/* lw */
	{ 0x0000707f, 0x00004003 },	/* lbu */
	{ 0x0000707f, 0x00005003 },	/* lhu */
	{ 0x0000707f, 0x00000023 },	/* sb */
	{ 0x0000707f, 0x00001023 },	/* sh */
	{ 0x0000707f, 0x00002023 },	/* sw */
	{ 0x0000707f, 0x00000013 },	/* addi */
	{ 0x0000607f, 0x00002013 },	/* slti, sltiu */
	{ 0x0000707f, 0x00004013 },	/* xori */
	{ 0x0000607f, 0x00006013 },	/* ori, andi */
	{ 0xfe00707f, 0x00001013 },	/* slli */
	{ 0xfe00707f, 0x00005013 },	/* srli */
	{ 0xfe00707f, 0x40005013 },	/* srai */
	{ 0xfe00007f, 0x00000033 },	/* add, sll, slt, sltu, xor, srl, or, and */
	{ 0xfe00707f, 0x40000033 },	/* sub */
	{ 0xfe00707f, 0x40005033 },	/* sra */
	{ 0xfe00007f, 0x02000033 },	/* M extension */
	{ 0x0000607f, 0x0000000f },	/* fence, fence.i */
	{ 0xffffffff, 0x00000073 },	/* ecall */
	{ 0xffffffff, 0x00100073 },	/* ebreak */
	{ 0xffffffff, 0x30200073 },	/* mret */
	{ 0xffffffff, 0x10500073 },	/* wfi */
	{ 0xf9f0707f, 0x1000202f },	/* lr.w */
	{ 0xf800707f, 0x1800202f },	/* sc.w */
	{ 0xf800707f, 0x0800202f },	/* amoswap.w */
	{ 0x1800707f, 0x0000202f },	/* the other AMOs */
};

static const struct {
	u16 first, last;
	bool writable;
} csrs[] = {
	{ 0x300, 0x301, true },		/* mstatus, misa */
	{ 0x304, 0x305, true },		/* mie, mtvec */
	{ 0x310, 0x310, true },		/* mstatush */
	{ 0x320, 0x320, true },		/* mcountinhibit */
	{ 0x323, 0x33f, true },		/* mhpmevent */
	{ 0x340, 0x344, true },		/* mscratch, mepc, mcause, mtval, mip */
	{ 0xb00, 0xb00, true },		/* mcycle */
	{ 0xb02, 0xb1f, true },		/* minstret, mhpmcounter */
	{ 0xb80, 0xb80, true },
	{ 0xb82, 0xb9f, true },
	{ 0xc00, 0xc00, false },	/* cycle */
	{ 0xc02, 0xc02, false },	/* instret */
	{ 0xc80, 0xc80, false },
	{ 0xc82, 0xc82, false },
	{ 0xf11, 0xf15, false },	/* mvendorid to mconfigptr */
};

static bool legal_csr(u32 raw)
{
	u32 csr = raw >> 20, funct3 = raw >> 12 & 7, rs1 = raw >> 15 & 31;
	bool writes = (funct3 & 3) == 1 || rs1;
	unsigned int i;

	if (!(funct3 & 3))
		return false;
	for (i = 0; i < ARRAY_SIZE(csrs); i++)
		if (csr >= csrs[i].first && csr <= csrs[i].last)
			return csrs[i].writable || !writes;
	return false;
}

static bool is_legal(u32 raw)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(legal); i++)
		if ((raw & legal[i].mask) == legal[i].match)
			return true;
	return (raw & 0x7f) == 0x73 && legal_csr(raw);
}

static void check(u32 raw)
{
	struct insn insn;
	bool decoded;

	icache_decode(&insn, &raw, sizeof(raw));
	decoded = insn.op != OP_ILLEGAL;
	if (insn.op == OP_UNDECODED || decoded != is_legal(raw))
		fail_msg("%08x is %s, and was decoded to %u", raw,
			 is_legal(raw) ? "legal" : "illegal", insn.op);
	if (insn.op == OP_ILLEGAL)
		assert_int_equal(insn.imm, raw);
	assert_true(insn.rd < 32 && insn.rs1 < 32 && insn.rs2 < 64);
}

/* All values of opcode, funct3 and funct7. */
static void test_every_opcode(void **state)
{
	static const u32 rs2[] = { 0, 1, 5, 31 };
	u32 bits, raw, i;

	for (bits = 0; bits < 0x20000; bits++) {
		for (i = 0; i < ARRAY_SIZE(rs2); i++) {
			raw = bits >> 10 << 25 | rs2[i] << 20 | (bits >> 7 & 7) << 12 |
			      (bits & 0x7f);
			check(raw);
			check(raw | 9 << 7);
			check(raw | 17 << 15);
		}
	}
}

static void test_every_csr(void **state)
{
	u32 csr, funct3;

	for (csr = 0; csr < 4096; csr++)
		for (funct3 = 0; funct3 < 8; funct3++) {
			check(csr << 20 | funct3 << 12 | 0x73);
			check(csr << 20 | funct3 << 12 | 0x73 | 3 << 15);
			check(csr << 20 | funct3 << 12 | 0x73 | 3 << 7);
		}
}

static void test_random_words(void **state)
{
	u32 raw = 0x2545f491, i;

	for (i = 0; i < 1000000; i++) {
		check(xorshift(&raw));
		check(raw | 3);
	}
}

/* Compressed instructions, and the two that are defined to be illegal. */
static void test_defined_illegal(void **state)
{
	assert_false(is_legal(0));
	assert_false(is_legal(~0u));
	check(0);
	check(~0u);
	check(0x00000001);	/* c.nop */
	check(0x00008082);	/* c.ret */
	check(0x10200073);	/* sret */
	check(0x12000073);	/* sfence.vma */
	check(0x00200073);	/* uret */
	check(0x7b200073);	/* dret */
	check(0x00000007);	/* flw-like */
	check(0x02000053);	/* fadd.d */
}

static void test_rest_is_not_read(void **state)
{
	static const u32 words[2] = { 0x13, 0x13 };
	struct insn insns[2] = { 0 };

	icache_decode(insns, words, 7);
	assert_int_not_equal(insns[0].op, OP_UNDECODED);
	assert_int_equal(insns[1].op, OP_UNDECODED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_opcode),
		cmocka_unit_test(test_every_csr),
		cmocka_unit_test(test_random_words),
		cmocka_unit_test(test_defined_illegal),
		cmocka_unit_test(test_rest_is_not_read),
	};

	return cmocka_run_group_tests_name("decoder", tests, NULL, NULL);
}
