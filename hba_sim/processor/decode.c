// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction decoder: 32 bits in, one cache entry out. All that can be decided without the
 * registers' values is decided here, above all what is illegal, so that the interpreter has few
 * operations and little to check.
 */
#include <asm/byteorder.h>
#include <linux/types.h>
#include "cpu.h"
#include "insn.h"

#define OPCODE_LOAD	0x03u
#define OPCODE_MISC_MEM	0x0fu
#define OPCODE_OP_IMM	0x13u
#define OPCODE_AUIPC	0x17u
#define OPCODE_STORE	0x23u
#define OPCODE_AMO	0x2fu
#define OPCODE_OP	0x33u
#define OPCODE_LUI	0x37u
#define OPCODE_BRANCH	0x63u
#define OPCODE_JALR	0x67u
#define OPCODE_JAL	0x6fu
#define OPCODE_SYSTEM	0x73u

#define RAW_ECALL	0x00000073u
#define RAW_EBREAK	0x00100073u
#define RAW_WFI		0x10500073u
#define RAW_MRET	0x30200073u

static u32 field(u32 raw, u32 low, u32 bits)
{
	return (raw >> low) & ((1u << bits) - 1);
}

static u32 sign_extend(u32 value, u32 bits)
{
	u32 sign = 1u << (bits - 1);

	return (value ^ sign) - sign;
}

static u32 raw_rd(u32 raw)
{
	return field(raw, 7, 5);
}

static u32 raw_funct3(u32 raw)
{
	return field(raw, 12, 3);
}

static u32 raw_rs1(u32 raw)
{
	return field(raw, 15, 5);
}

static u32 raw_rs2(u32 raw)
{
	return field(raw, 20, 5);
}

static u32 raw_funct7(u32 raw)
{
	return field(raw, 25, 7);
}

static u32 imm_i(u32 raw)
{
	return sign_extend(field(raw, 20, 12), 12);
}

static u32 imm_s(u32 raw)
{
	return sign_extend(field(raw, 25, 7) << 5 | field(raw, 7, 5), 12);
}

static u32 imm_b(u32 raw)
{
	return sign_extend(field(raw, 31, 1) << 12 | field(raw, 7, 1) << 11 |
			   field(raw, 25, 6) << 5 | field(raw, 8, 4) << 1, 13);
}

static u32 imm_j(u32 raw)
{
	return sign_extend(field(raw, 31, 1) << 20 | field(raw, 12, 8) << 12 |
			   field(raw, 20, 1) << 11 | field(raw, 21, 10) << 1, 21);
}

static struct insn make(u32 op, u32 rd, u32 rs1, u32 rs2, u32 imm)
{
	return (struct insn){ .op = op, .rd = rd, .rs1 = rs1, .rs2 = rs2, .imm = imm };
}

static struct insn make_illegal(u32 raw)
{
	return make(OP_ILLEGAL, 0, 0, 0, raw);
}

/* An operation whose only effect is on rd. */
static struct insn make_alu(u32 op, u32 rd, u32 rs1, u32 rs2, u32 imm)
{
	if (!rd)
		return make(OP_NOP, 0, 0, 0, 0);
	return make(op, rd, rs1, rs2, imm);
}

static struct insn decode_load(u32 raw)
{
	static const u8 ops[8] = { OP_LB, OP_LH, OP_LW, 0, OP_LBU, OP_LHU, 0, 0 };
	u8 op = ops[raw_funct3(raw)];

	if (!op)
		return make_illegal(raw);
	if (!raw_rd(raw))
		return make(OP_LOAD_X0, 0, raw_rs1(raw), op, imm_i(raw));
	return make(op, raw_rd(raw), raw_rs1(raw), 0, imm_i(raw));
}

static struct insn decode_store(u32 raw)
{
	static const u8 ops[8] = { OP_SB, OP_SH, OP_SW };
	u8 op = ops[raw_funct3(raw)];

	if (!op)
		return make_illegal(raw);
	return make(op, 0, raw_rs1(raw), raw_rs2(raw), imm_s(raw));
}

static struct insn decode_branch(u32 raw)
{
	static const u8 ops[8] = {
		[BRANCH_EQ] = OP_BEQ, [BRANCH_NE] = OP_BNE,
		[BRANCH_LT] = OP_BLT, [BRANCH_GE] = OP_BGE,
		[BRANCH_LTU] = OP_BLTU, [BRANCH_GEU] = OP_BGEU,
	};
	u32 funct3 = raw_funct3(raw);
	u32 imm = imm_b(raw);

	if (!ops[funct3])
		return make_illegal(raw);
	if (imm & 3)
		return make(OP_BRANCH_ODD, funct3, raw_rs1(raw), raw_rs2(raw), imm);
	return make(ops[funct3], 0, raw_rs1(raw), raw_rs2(raw), imm);
}

static struct insn decode_jal(u32 raw)
{
	u32 imm = imm_j(raw);

	if (imm & 3)
		return make(OP_JAL_ODD, 0, 0, 0, imm);
	return make(raw_rd(raw) ? OP_JAL : OP_J, raw_rd(raw), 0, 0, imm);
}

static struct insn decode_jalr(u32 raw)
{
	if (raw_funct3(raw))
		return make_illegal(raw);
	return make(raw_rd(raw) ? OP_JALR : OP_JR, raw_rd(raw), raw_rs1(raw), 0, imm_i(raw));
}

static struct insn decode_shift_imm(u32 raw)
{
	u32 op;

	if (raw_funct3(raw) == 1 && raw_funct7(raw) == 0x00)
		op = OP_SLL;
	else if (raw_funct3(raw) == 5 && raw_funct7(raw) == 0x00)
		op = OP_SRL;
	else if (raw_funct3(raw) == 5 && raw_funct7(raw) == 0x20)
		op = OP_SRA;
	else
		return make_illegal(raw);
	return make_alu(op, raw_rd(raw), raw_rs1(raw), 0, raw_rs2(raw));
}

static struct insn decode_op_imm(u32 raw)
{
	static const u8 ops[8] = { OP_ADD, 0, OP_SLT, OP_SLTU, OP_XOR, 0, OP_OR, OP_AND };
	u8 op = ops[raw_funct3(raw)];

	if (!op)
		return decode_shift_imm(raw);
	return make_alu(op, raw_rd(raw), raw_rs1(raw), 0, imm_i(raw));
}

static struct insn decode_op(u32 raw)
{
	static const u8 base[8] = {
		OP_ADD, OP_SLL, OP_SLT, OP_SLTU, OP_XOR, OP_SRL, OP_OR, OP_AND,
	};
	static const u8 alternate[8] = { [0] = OP_SUB, [5] = OP_SRA };
	static const u8 muldiv[8] = {
		OP_MUL, OP_MULH, OP_MULHSU, OP_MULHU, OP_DIV, OP_DIVU, OP_REM, OP_REMU,
	};
	u8 op = 0;

	if (raw_funct7(raw) == 0x00)
		op = base[raw_funct3(raw)];
	else if (raw_funct7(raw) == 0x20)
		op = alternate[raw_funct3(raw)];
	else if (raw_funct7(raw) == 0x01)
		op = muldiv[raw_funct3(raw)];
	if (!op)
		return make_illegal(raw);
	return make_alu(op, raw_rd(raw), raw_rs1(raw), raw_rs2(raw), 0);
}

/* The unprivileged specification requires that reserved fields of both fences are ignored. */
static struct insn decode_misc_mem(u32 raw)
{
	if (raw_funct3(raw) == 0)
		return make(OP_FENCE, 0, 0, 0, 0);
	if (raw_funct3(raw) == 1)
		return make(OP_FENCE_I, 0, 0, 0, 0);
	return make_illegal(raw);
}

static struct insn decode_amo(u32 raw)
{
	u32 funct5 = field(raw, 27, 5);
	u32 op = OP_AMO;

	if (raw_funct3(raw) != 2)
		return make_illegal(raw);
	switch (funct5) {
	case AMO_LR:
		if (raw_rs2(raw))
			return make_illegal(raw);
		op = OP_LR;
		break;
	case AMO_SC:
		op = OP_SC;
		break;
	case AMO_ADD:
	case AMO_SWAP:
	case AMO_XOR:
	case AMO_OR:
	case AMO_AND:
	case AMO_MIN:
	case AMO_MAX:
	case AMO_MINU:
	case AMO_MAXU:
		break;
	default:
		return make_illegal(raw);
	}
	return make(op, raw_rd(raw), raw_rs1(raw), raw_rs2(raw), funct5);
}

/* As there is one privilege mode, the encoding alone decides whether a CSR access is legal. */
static struct insn decode_csr(u32 raw)
{
	u32 funct3 = raw_funct3(raw);
	u32 csr = field(raw, 20, 12);
	bool write = (funct3 & CSR_OP_MASK) == CSR_OP_WRITE || raw_rs1(raw);

	if (!(funct3 & CSR_OP_MASK) || !csr_allows(csr, write))
		return make_illegal(raw);
	return make(OP_CSR, raw_rd(raw), raw_rs1(raw), funct3, csr);
}

static struct insn decode_system(u32 raw)
{
	switch (raw) {
	case RAW_ECALL:
		return make(OP_ECALL, 0, 0, 0, 0);
	case RAW_EBREAK:
		return make(OP_EBREAK, 0, 0, 0, 0);
	case RAW_MRET:
		return make(OP_MRET, 0, 0, 0, 0);
	case RAW_WFI:
		return make(OP_WFI, 0, 0, 0, 0);
	default:
		return decode_csr(raw);
	}
}

/* The entry for one instruction, never OP_UNDECODED. */
struct insn insn_decode(u32 raw)
{
	switch (field(raw, 0, 7)) {
	case OPCODE_LUI:
		return make_alu(OP_ADD, raw_rd(raw), 0, 0, raw & 0xfffff000u);
	case OPCODE_AUIPC:
		return make_alu(OP_AUIPC, raw_rd(raw), 0, 0, raw & 0xfffff000u);
	case OPCODE_JAL:
		return decode_jal(raw);
	case OPCODE_JALR:
		return decode_jalr(raw);
	case OPCODE_BRANCH:
		return decode_branch(raw);
	case OPCODE_LOAD:
		return decode_load(raw);
	case OPCODE_STORE:
		return decode_store(raw);
	case OPCODE_OP_IMM:
		return decode_op_imm(raw);
	case OPCODE_OP:
		return decode_op(raw);
	case OPCODE_MISC_MEM:
		return decode_misc_mem(raw);
	case OPCODE_AMO:
		return decode_amo(raw);
	case OPCODE_SYSTEM:
		return decode_system(raw);
	default:
		return make_illegal(raw);
	}
}

/**
 * icache_decode - decodes text into instruction cache entries
 * @insns: @bytes / 4 entries to fill; none is left undecoded
 * @text: instructions, little-endian, 4-byte aligned
 * @bytes: length of @text; a remainder of less than 4 bytes is ignored
 *
 * Context: any. @text must not change meanwhile, or some entries are stale. Harts on several
 * CPUs may share entries that were filled here. Each entry takes about 10 ns, so those of a
 * whole image are prepared before a swap.
 */
void icache_decode(struct insn *insns, const void *text, size_t bytes)
{
	const __le32 *words = text;
	size_t i;

	for (i = 0; i < bytes / 4; i++)
		insns[i] = insn_decode(le32_to_cpu(words[i]));
}
