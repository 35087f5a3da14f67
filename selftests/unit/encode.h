/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Encodes RV32 instructions for tests of the processor. Written from the
 * instruction formats of the unprivileged specification, not from decode.c;
 * the assembler's encodings are tested by the programs in isa/.
 */
#ifndef UNIT_ENCODE_H
#define UNIT_ENCODE_H

#include <linux/types.h>

enum { X0, RA, SP, GP, TP, T0, T1, T2, S0, S1, A0, A1, A2, A3, A4, A5, A6, A7 };

static inline u32 r_type(u32 op, u32 f3, u32 f7, u32 rd, u32 rs1, u32 rs2)
{
	return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

static inline u32 i_type(u32 op, u32 f3, u32 rd, u32 rs1, s32 imm)
{
	return (u32)imm << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

static inline u32 s_type(u32 op, u32 f3, u32 rs1, u32 rs2, s32 imm)
{
	return ((u32)imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 |
	       ((u32)imm & 0x1f) << 7 | op;
}

static inline u32 b_type(u32 f3, u32 rs1, u32 rs2, s32 imm)
{
	u32 i = imm;

	return (i >> 12 & 1) << 31 | (i >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 |
	       (i >> 1 & 0xf) << 8 | (i >> 11 & 1) << 7 | 0x63;
}

static inline u32 j_type(u32 rd, s32 imm)
{
	u32 i = imm;

	return (i >> 20 & 1) << 31 | (i >> 1 & 0x3ff) << 21 | (i >> 11 & 1) << 20 |
	       (i >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}

#define LUI(rd, imm20)		((u32)(imm20) << 12 | (rd) << 7 | 0x37)
#define AUIPC(rd, imm20)	((u32)(imm20) << 12 | (rd) << 7 | 0x17)
#define JAL(rd, imm)		j_type(rd, imm)
#define JALR(rd, rs1, imm)	i_type(0x67, 0, rd, rs1, imm)
#define BEQ(a, b, imm)		b_type(0, a, b, imm)
#define BNE(a, b, imm)		b_type(1, a, b, imm)
#define BLT(a, b, imm)		b_type(4, a, b, imm)
#define BGE(a, b, imm)		b_type(5, a, b, imm)
#define BLTU(a, b, imm)		b_type(6, a, b, imm)
#define BGEU(a, b, imm)		b_type(7, a, b, imm)
#define LB(rd, rs1, imm)	i_type(0x03, 0, rd, rs1, imm)
#define LH(rd, rs1, imm)	i_type(0x03, 1, rd, rs1, imm)
#define LW(rd, rs1, imm)	i_type(0x03, 2, rd, rs1, imm)
#define LBU(rd, rs1, imm)	i_type(0x03, 4, rd, rs1, imm)
#define LHU(rd, rs1, imm)	i_type(0x03, 5, rd, rs1, imm)
#define SB(rs2, rs1, imm)	s_type(0x23, 0, rs1, rs2, imm)
#define SH(rs2, rs1, imm)	s_type(0x23, 1, rs1, rs2, imm)
#define SW(rs2, rs1, imm)	s_type(0x23, 2, rs1, rs2, imm)
#define ADDI(rd, rs1, imm)	i_type(0x13, 0, rd, rs1, imm)
#define ADD(rd, rs1, rs2)	r_type(0x33, 0, 0, rd, rs1, rs2)
#define NOP			ADDI(X0, X0, 0)
#define FENCE			0x0ff0000fu
#define FENCE_I			0x0000100fu
#define ECALL			0x00000073u
#define EBREAK			0x00100073u
#define WFI			0x10500073u
#define MRET			0x30200073u
#define CSRRW(rd, csr, rs1)	i_type(0x73, 1, rd, rs1, csr)
#define CSRRS(rd, csr, rs1)	i_type(0x73, 2, rd, rs1, csr)
#define CSRRC(rd, csr, rs1)	i_type(0x73, 3, rd, rs1, csr)
#define CSRRWI(rd, csr, imm)	i_type(0x73, 5, rd, imm, csr)
#define CSRRSI(rd, csr, imm)	i_type(0x73, 6, rd, imm, csr)
#define CSRRCI(rd, csr, imm)	i_type(0x73, 7, rd, imm, csr)
#define AMO(f5, rd, rs1, rs2)	r_type(0x2f, 2, (f5) << 2, rd, rs1, rs2)
#define LR(rd, rs1)		AMO(0x02, rd, rs1, 0)
#define SC(rd, rs1, rs2)	AMO(0x03, rd, rs1, rs2)

#endif
