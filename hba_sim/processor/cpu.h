/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hart: RV32IMA_Zicsr_Zifencei, machine mode only. It touches nothing but struct hart and the
 * memory of its bus windows; for anything else that it wants (a service, a flush, an end)
 * hart_run() returns and reports it.
 */
#ifndef HBA_SIM_CPU_H
#define HBA_SIM_CPU_H

#include <linux/types.h>

#include <hba_sim/cost.h>

#include "bus.h"

/**
 * struct insn - one predecoded instruction (the instruction cache's line)
 * @op: enum insn_op of insn.h; 0 means "not decoded yet"
 * @rd: destination register, or 0
 * @rs1: source register
 * @rs2: source register, or 0
 * @imm: immediate, sign-extended, or the raw instruction if it is illegal
 */
struct insn {
	u8 op;
	u8 rd;
	u8 rs1;
	u8 rs2;
	u32 imm;
};

enum hart_exit {
	HART_WFI,	/* waits for an interrupt; pc is after the wfi */
	HART_LIMIT,	/* the instruction limit is used up; may go on */
	HART_ECALL,	/* an ecall: answer with hart_return() or hart_trap() */
	HART_FENCE_I,	/* a fence.i was executed; pc is after it */
	HART_DEAD,	/* a trap with no handler: see hart_trapped */
};

#define HART_JUMPS	32u	/* a power of two */
#define HART_NOWHERE	0xffffffffu	/* no instruction: hart_jump.from at a reset */

#define MSTATUS_MPP	0x00001800u	/* reads as set: machine mode is the only mode */

/**
 * struct hart_jump - a transfer of control: a jump, a taken branch, a trap
 * @from: the last instruction before it
 * @to: the first one after it
 */
struct hart_jump {
	u32 from;
	u32 to;
};

/**
 * struct hart_trapped - a hart as it was when it last took a trap
 * @x: integer registers
 * @pc: pc of the trap
 * @cause: mcause of the trap
 * @tval: mtval of the trap
 * @count: traps taken since hart_reset(); 0: none, and the rest is not set
 * @executed: hart.executed after the instruction that trapped: while it has not changed, the
 *	      handler has not begun
 */
struct hart_trapped {
	u32 x[32];
	u32 pc;
	u32 cause;
	u32 tval;
	u32 count;
	u64 executed;
};

/**
 * struct hart_said - what microcode says of a trap with BOARD_PANIC; it may say anything
 * @cause: as mcause
 * @pc: as mepc
 * @tval: as mtval
 */
struct hart_said {
	u32 cause;
	u32 pc;
	u32 tval;
};

/**
 * struct hart - a hart's state
 * @x: integer registers; x[0] is 0
 * @pc: program counter
 * @id: mhartid
 * @owner: name of what the hart is a part of, for trace events; outlives the hart
 * @mstatus: MIE and MPIE bits
 * @mie: interrupt enable bits
 * @mip: pending bits; see hart_interrupt()
 * @mtvec: trap vector, 0 for none
 * @mscratch: for software
 * @mepc: pc of the last trap
 * @mcause: cause of the last trap
 * @mtval: value of the last trap
 * @cycles: instructions executed or trapped (mcycle), may be written
 * @instret: instructions retired (minstret), may be written
 * @executed: instructions executed since creation, for the host
 * @reserved: lr.w has set a reservation
 * @res_addr: address of the reservation
 * @res_value: the value that lr.w read: sc.w is a compare-exchange, so it does not fail if the
 *	       value went from A to B and back to A
 * @dead: the hart trapped with no handler, or with one that cannot be fetched, or gave up
 * @panicked: the hart gave up; @said is set
 * @trapped: the last trap, for finding the reason of a crash: no instruction can change it
 * @said: what the hart itself says of a trap
 * @nr_jumps: transfers of control since hart_reset(), which is the first
 * @jumps: ring of the last ones: what was executed between two of them was at consecutive
 *	   addresses
 * @win: the bus as this hart sees it
 */
struct hart {
	u32 x[32];
	u32 pc;
	u32 id;
	const char *owner;
	u32 mstatus;
	u32 mie;
	u32 mip;
	u32 mtvec;
	u32 mscratch;
	u32 mepc;
	u32 mcause;
	u32 mtval;
	u64 cycles;
	u64 instret;
	u64 executed;
	bool reserved;
	u32 res_addr;
	u32 res_value;
	bool dead;
	bool panicked;
	struct hart_trapped trapped;
	struct hart_said said;
	u32 nr_jumps;
	struct hart_jump jumps[HART_JUMPS];
	struct bus_window win[BUS_WINDOWS];
};

void hart_reset(struct hart *h, u32 id, u32 pc);
enum hart_exit hart_run(struct hart *h, u64 limit);
void hart_return(struct hart *h, u32 a0);
bool hart_trap(struct hart *h, u32 cause, u32 tval);
bool hart_refuse_call(struct hart *h);
void hart_set_pc(struct hart *h, u32 pc);
void hart_note_panic(struct hart *h);
void hart_interrupt(struct hart *h, bool pending);
const char *hart_cause_name(u32 cause);
void icache_decode(struct insn *insns, const void *text, size_t bytes);

/* The cost of the traps that a hart has taken since trapped.count was @before. */
static inline u32 hart_trap_cost(const struct hart *h, u32 before)
{
	return (h->trapped.count - before) * COST_TRAP;
}

#endif
