// SPDX-License-Identifier: GPL-2.0
/* Images that do what an input says: see program.h. */
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>

#include "../../hba_sim/processor/insn.h"
#include "../unit/encode.h"
#include "fuzz.h"
#include "program.h"

#define TEXT_BYTES	6144u
#define DATA_BYTES	64u		/* of the file */
#define RUNTIME		((u32)sizeof(struct mrb_header))
#define PART_WORDS	250u
#define PART_AT(i)	(RUNTIME + 256 + (i) * PART_WORDS * 4)

#define CSR_MSTATUS	0x300
#define CSR_MIE		0x304
#define CSR_MTVEC	0x305
#define CSR_MEPC	0x341
#define CSR_MCAUSE	0x342

#define MBOX(field)	((s32)offsetof(struct mailbox, field))

/* Where the fixed code's parts are, in words from RUNTIME. */
enum { AT_START, AT_IDLE = 8, AT_TRAP = 20, AT_IO = 32, AT_COLD = 50, AT_END = 54 };

struct assembler {
	u32 code[TEXT_BYTES / 4];
	u32 at;			/* byte offset in the image */
};

static void emit(struct assembler *a, u32 insn)
{
	FUZZ_CHECK(a->at / 4 < ARRAY_SIZE(a->code));
	a->code[a->at / 4] = insn;
	a->at += 4;
}

static void emit_jump(struct assembler *a, u32 to)
{
	emit(a, JAL(X0, (s32)(to - a->at)));
}

static void emit_li(struct assembler *a, u32 reg, u32 value)
{
	emit(a, LUI(reg, (value + 0x800) >> 12));
	emit(a, ADDI(reg, reg, value & 0xfff));
}

static u32 fixed(u32 word)
{
	return RUNTIME + word * 4;
}

/* The run-time entry, and the service hart's idle loop. */
static void emit_start(struct assembler *a, bool no_cold_start)
{
	a->at = fixed(AT_START);
	emit(a, BEQ(A0, X0, 8));
	emit_jump(a, fixed(AT_IO));
	emit(a, AUIPC(T0, 0));
	emit(a, ADDI(T0, T0, fixed(AT_TRAP) - (a->at - 4)));
	emit(a, CSRRW(X0, CSR_MTVEC, T0));
	emit(a, ADDI(T1, X0, START_OVERLAY));
	emit(a, BNE(A1, T1, no_cold_start ? (s32)(fixed(AT_COLD) - a->at) : 8));
	emit_jump(a, PART_AT(PART_RESUME));

	FUZZ_CHECK(a->at == fixed(AT_IDLE));
	emit_li(a, T0, MIP_MEIP);
	emit(a, CSRRS(X0, CSR_MIE, T0));
	emit(a, CSRRSI(X0, CSR_MSTATUS, MSTATUS_MIE));
	emit(a, LUI(S1, BOARD_MBOX_BASE >> 12));
	emit(a, WFI);
	emit(a, SB(X0, S1, MBOX(in)));
	emit(a, JAL(X0, -8));
}

/* Where those go on that do not start at power-on. */
static void emit_cold(struct assembler *a)
{
	a->at = fixed(AT_COLD);
	emit(a, ADDI(T1, X0, START_COLD));
	emit(a, BNE(A1, T1, 8));
	emit(a, JAL(X0, 0));
	emit_jump(a, fixed(AT_IDLE));
	FUZZ_CHECK(a->at <= fixed(AT_END) && fixed(AT_END) <= PART_AT(0));
}

/* The update interrupt; and what the service hart does when it traps. */
static void emit_trap(struct assembler *a, bool skips)
{
	a->at = fixed(AT_TRAP);
	emit(a, CSRRS(T0, CSR_MCAUSE, X0));
	emit(a, BGE(T0, X0, 8));
	emit_jump(a, PART_AT(PART_UPDATE));
	if (skips) {
		emit(a, CSRRS(T0, CSR_MEPC, X0));
		emit(a, ADDI(T0, T0, 4));
		emit(a, CSRRW(X0, CSR_MEPC, T0));
		emit(a, MRET);
	} else {
		emit(a, CSRRW(X0, CSR_MTVEC, X0));
		emit(a, EBREAK);
	}
}

/* An I/O hart that answers each command with GOOD. */
static void emit_io(struct assembler *a)
{
	u32 loop;

	a->at = fixed(AT_IO);
	emit_jump(a, PART_AT(PART_IO));
	emit(a, LUI(S1, BOARD_MBOX_BASE >> 12));
	loop = a->at;
	emit(a, WFI);
	emit(a, LW(T2, S1, MBOX(in)));
	emit(a, LBU(T0, S1, MBOX(in)));
	emit(a, SB(X0, S1, MBOX(in)));
	emit(a, ADDI(T1, X0, FRAME_SCSI));
	emit(a, BNE(T0, T1, (s32)(loop - a->at)));
	emit(a, ADDI(T2, T2, FRAME_REPLY - FRAME_SCSI));
	emit(a, SW(T2, S1, MBOX(out)));
	emit(a, LW(T2, S1, MBOX(in) + 4));
	emit(a, SW(T2, S1, MBOX(out) + 4));
	emit(a, SW(X0, S1, MBOX(out) + 8));
	emit(a, SW(T1, S1, MBOX(out_count)));
	emit_jump(a, loop);
	FUZZ_CHECK(a->at <= fixed(AT_COLD));
}

static const u32 values[] = {
	0, 1, 2, 3, TEXT_BYTES, DATA_BYTES, TEXT_BYTES + DATA_BYTES, 0xffffffff,
	BOARD_STAGING_TEXT_BASE, BOARD_STAGING_DATA_BASE,
	BOARD_STAGING_TEXT_BASE + PART_AT(PART_BOOTSTRAP), BOARD_TEXT_BASE + RUNTIME,
	BOARD_TEXT_BASE, BOARD_DATA_BASE, BOARD_SCRATCH_BASE, BOARD_MBOX_BASE,
	BOARD_MBOX_BASE + offsetof(struct mailbox, out_count), BOARD_CONTROL_BASE, BOARD_REGS_BASE,
	BOARD_STAGING_TEXT_BASE + BOARD_TEXT_SIZE, BOARD_STAGING_DATA_BASE + BOARD_DATA_SIZE,
	BOARD_TEXT_SIZE, BOARD_DATA_SIZE, BOARD_TEXT_BASE + PART_AT(PART_BOOTSTRAP),
	BOARD_STAGING_TEXT_BASE + RUNTIME, BOARD_CONTROL_BASE + BOARD_CONTROL_SIZE, BOARD_DMA,
	BOARD_PANIC, BOARD_DAMAGED, CONTROL_MAGIC, 0x80000000, 0x7fffffff, 0x01010106,
};

/* Indices of values[]. */
enum {
	V_0, V_1, V_TEXT_BYTES = 4, V_DATA_BYTES, V_STAGING_TEXT = 8, V_STAGING_DATA, V_BOOTSTRAP,
	V_RUNTIME
};

#define CALL_OP(call, ...)	{ OVERLAY_##call - OVERLAY_OPEN, { __VA_ARGS__ } }
#define SWAP_OPS								\
{										\
	CALL_OP(TRACK, { V_1 }), CALL_OP(DIRTY), CALL_OP(QUIESCE),		\
	CALL_OP(DIRTY), CALL_OP(UNLOCK), CALL_OP(COPY, { V_1 }),		\
	CALL_OP(VERIFY), CALL_OP(FLUSH), CALL_OP(LOCK),				\
	{ OP_DO_JUMP, { { V_RUNTIME } } },					\
}

/* What is right. */
static const struct program_part_ops right[PARTS] = {
	[PART_UPDATE] = { 6, {
		CALL_OP(OPEN),
		CALL_OP(READ, { V_0 }, { V_STAGING_TEXT }, { V_TEXT_BYTES }),
		CALL_OP(READ, { V_TEXT_BYTES }, { V_STAGING_DATA }, { V_DATA_BYTES }),
		CALL_OP(STAGED), CALL_OP(PROGRESS, { V_1 }),
		{ OP_DO_JUMP, { { V_BOOTSTRAP } } } } },
	[PART_BOOTSTRAP] = { 10, SWAP_OPS },
	[PART_RESUME] = { 2, { CALL_OP(RESUME), CALL_OP(SELFTEST) } },
	[PART_ROLLBACK] = { 10, SWAP_OPS },
};

static u32 value_of(const struct program_op *op, u32 i)
{
	return values[op->arg[i].index % ARRAY_SIZE(values)] + op->arg[i].plus * 4;
}

static void emit_call(struct assembler *a, const struct program_op *op, u32 nr)
{
	for (u32 i = 0; i < 3; i++)
		emit_li(a, A0 + i, value_of(op, i));
	emit_li(a, A7, nr);
	emit(a, ECALL);
}

static void emit_to(struct assembler *a, u32 address)
{
	emit_li(a, T0, address);
	emit(a, ADDI(A0, X0, 0));
	emit(a, ADDI(A1, X0, START_OVERLAY));
	emit(a, JALR(X0, T0, 0));
}

static void emit_op(struct assembler *a, const struct program_op *op, u32 what)
{
	emit_li(a, T1, value_of(op, 0));
	emit_li(a, T2, value_of(op, 1));
	switch (what) {
	case OP_DO_STORE:
		return emit(a, SW(T2, T1, 0));
	case OP_DO_LOAD:
		return emit(a, LW(T2, T1, 0));
	case OP_DO_JUMP:
		return emit_to(a, value_of(op, 0));
	case OP_DO_WFI:
		return emit(a, WFI);
	case OP_DO_FENCE_I:
		return emit(a, FENCE_I);
	default:
		return emit_call(a, op, value_of(op, 2));
	}
}

static void emit_ops(struct assembler *a, u32 end, const struct program_op *op, u32 nr,
		     enum program_part part)
{
	for (; nr-- && a->at + 12 * 4 < end; op++) {
		u32 what = op->what % OP_DO_NR;
		u32 from = min_t(u32, op->arg[0].index, right[part].nr);

		if (what == OP_DO_RIGHT)
			emit_ops(a, end, right[part].op + from,
				 min_t(u32, op->arg[1].index, right[part].nr - from), part);
		else if (what < OP_DO_CALLS)
			emit_call(a, op, OVERLAY_OPEN + what);
		else
			emit_op(a, op, what);
	}
}

static void emit_part(struct assembler *a, const struct program *p, enum program_part part)
{
	const struct program_part_ops *ops = p->part[part].nr ? &p->part[part] : &right[part];

	a->at = PART_AT(part);
	emit_ops(a, PART_AT(part + 1), ops->op, ops->nr, part);
	emit_jump(a, fixed(part == PART_IO ? AT_IO + 1 : AT_IDLE));
}

static void fill_header(struct mrb_header *h, const struct program *p)
{
	*h = (struct mrb_header){
		.magic = cpu_to_le32(MRB_MAGIC), .format = cpu_to_le16(MRB_FORMAT),
		.header_size = cpu_to_le16(sizeof(*h)),
		.total_size = cpu_to_le32(TEXT_BYTES + DATA_BYTES),
		.board_id = cpu_to_le32(BOARD_ID), .version = cpu_to_le32(p->version),
		.ordinal = cpu_to_le32(p->version), .load_addr = cpu_to_le32(BOARD_TEXT_BASE),
		.runtime_entry = cpu_to_le32(RUNTIME),
		.bootstrap_entry = cpu_to_le32(PART_AT(PART_BOOTSTRAP)),
		.update_entry = cpu_to_le32(PART_AT(PART_UPDATE)),
		.rollback_entry = cpu_to_le32(p->no_rollback ? 0 : PART_AT(PART_ROLLBACK)),
		.cap_provided = cpu_to_le32(CAP_IMAGE_UPDATE),
		.frame_formats = cpu_to_le32(1 << FRAME_FORMAT_1),
		.nr_blocks = cpu_to_le16(2), .nr_schemas = cpu_to_le16(2), .name = "program",
	};
	h->block[0] = (struct mrb_block){ cpu_to_le32(MRB_TEXT), cpu_to_le32(BOARD_TEXT_BASE), 0,
					  cpu_to_le32(TEXT_BYTES), cpu_to_le32(TEXT_BYTES) };
	h->block[1] = (struct mrb_block){ cpu_to_le32(MRB_DATA), cpu_to_le32(BOARD_DATA_BASE),
					  cpu_to_le32(TEXT_BYTES), cpu_to_le32(DATA_BYTES),
					  cpu_to_le32(p->data) };
	h->schema[0] = (struct mrb_schema){ cpu_to_le16(1), cpu_to_le16(1),
					    cpu_to_le32(BOARD_DATA_BASE + 64), cpu_to_le32(16),
					    cpu_to_le32(8) };
	h->schema[1] = (struct mrb_schema){ cpu_to_le16(2), cpu_to_le16(p->schema_version),
					    cpu_to_le32(BOARD_DATA_BASE + 192), cpu_to_le32(4),
					    cpu_to_le32(8) };
}

/* An image that mrb_check() accepts, whatever @p wants it to do. */
struct image program_image(const struct program *p)
{
	struct image img = { calloc(1, TEXT_BYTES + DATA_BYTES), TEXT_BYTES + DATA_BYTES };
	struct assembler a = {};

	emit_start(&a, p->no_cold_start);
	emit_trap(&a, p->skips);
	emit_io(&a);
	emit_cold(&a);
	for (u32 i = 0; i < PARTS; i++)
		emit_part(&a, p, i);
	memcpy(img.bytes, a.code, TEXT_BYTES);
	fill_header((struct mrb_header *)img.bytes, p);
	/* Images differ in their data, or an undo that forgets it is not seen. */
	memset(img.bytes + TEXT_BYTES, 0x50 + (u8)p->version, DATA_BYTES);
	image_sign(&img);
	return img;
}
