// SPDX-License-Identifier: GPL-2.0
/*
 * A hart's control and status registers (privileged specification 1.12,
 * machine mode only). What the specification leaves open:
 *
 *   misa, mcountinhibit, mhpmcounter3-31, mhpmevent3-31: writes are ignored
 *   mstatus: MPP is always 3; mstatush is 0
 *   mtvec: mode bit 1 is not kept; base 0 stands for "no handler"
 *   mie: only MEIE is kept; mip: only MEIP, which software cannot write
 *   mepc: the low two bits are 0
 *   a write to a counter replaces the increment by the writing instruction
 *   time, hpmcounter3-31, mcounteren, PMP, triggers: absent, thus illegal
 */
#include <linux/types.h>
#include "cpu.h"
#include "insn.h"

#define CSR_MSTATUS		0x300u
#define CSR_MISA		0x301u
#define CSR_MIE			0x304u
#define CSR_MTVEC		0x305u
#define CSR_MSTATUSH		0x310u
#define CSR_MCOUNTINHIBIT	0x320u
#define CSR_MHPMEVENT3		0x323u
#define CSR_MHPMEVENT31		0x33fu
#define CSR_MSCRATCH		0x340u
#define CSR_MEPC		0x341u
#define CSR_MCAUSE		0x342u
#define CSR_MTVAL		0x343u
#define CSR_MIP			0x344u
#define CSR_MCYCLE		0xb00u
#define CSR_MINSTRET		0xb02u
#define CSR_MHPMCOUNTER3	0xb03u
#define CSR_MHPMCOUNTER31	0xb1fu
#define CSR_MCYCLEH		0xb80u
#define CSR_MINSTRETH		0xb82u
#define CSR_MHPMCOUNTER3H	0xb83u
#define CSR_MHPMCOUNTER31H	0xb9fu
#define CSR_CYCLE		0xc00u
#define CSR_INSTRET		0xc02u
#define CSR_CYCLEH		0xc80u
#define CSR_INSTRETH		0xc82u
#define CSR_MVENDORID		0xf11u
#define CSR_MARCHID		0xf12u
#define CSR_MIMPID		0xf13u
#define CSR_MHARTID		0xf14u
#define CSR_MCONFIGPTR		0xf15u

#define CSR_READ_ONLY		0xc00u	/* both bits set: not writable */

#define MISA_RV32IMA		0x40001101u

static bool in_range(u32 csr, u32 first, u32 last)
{
	return csr >= first && csr <= last;
}

/* Registers that must exist and are always 0. */
static bool reads_as_zero(u32 csr)
{
	return csr == CSR_MSTATUSH || csr == CSR_MCOUNTINHIBIT || csr == CSR_MCONFIGPTR ||
	       in_range(csr, CSR_MVENDORID, CSR_MIMPID) ||
	       in_range(csr, CSR_MHPMEVENT3, CSR_MHPMEVENT31) ||
	       in_range(csr, CSR_MHPMCOUNTER3, CSR_MHPMCOUNTER31) ||
	       in_range(csr, CSR_MHPMCOUNTER3H, CSR_MHPMCOUNTER31H);
}

static bool has_state(u32 csr)
{
	switch (csr) {
	case CSR_MSTATUS:
	case CSR_MISA:
	case CSR_MIE:
	case CSR_MTVEC:
	case CSR_MSCRATCH:
	case CSR_MEPC:
	case CSR_MCAUSE:
	case CSR_MTVAL:
	case CSR_MIP:
	case CSR_MCYCLE:
	case CSR_MCYCLEH:
	case CSR_MINSTRET:
	case CSR_MINSTRETH:
	case CSR_CYCLE:
	case CSR_CYCLEH:
	case CSR_INSTRET:
	case CSR_INSTRETH:
	case CSR_MHARTID:
		return true;
	default:
		return false;
	}
}

/* Does the register exist and, if @write, may it be written? */
bool csr_allows(u32 csr, bool write)
{
	if (write && (csr & CSR_READ_ONLY) == CSR_READ_ONLY)
		return false;
	return has_state(csr) || reads_as_zero(csr);
}

/* The value of a register for which csr_allows() is true. */
u32 csr_read(const struct hart *h, u32 csr)
{
	switch (csr) {
	case CSR_MSTATUS:
		return h->mstatus | MSTATUS_MPP;
	case CSR_MISA:
		return MISA_RV32IMA;
	case CSR_MIE:
		return h->mie;
	case CSR_MTVEC:
		return h->mtvec;
	case CSR_MSCRATCH:
		return h->mscratch;
	case CSR_MEPC:
		return h->mepc;
	case CSR_MCAUSE:
		return h->mcause;
	case CSR_MTVAL:
		return h->mtval;
	case CSR_MIP:
		return READ_ONCE(h->mip);
	case CSR_MCYCLE:
	case CSR_CYCLE:
		return (u32)h->cycles;
	case CSR_MCYCLEH:
	case CSR_CYCLEH:
		return h->cycles >> 32;
	case CSR_MINSTRET:
	case CSR_INSTRET:
		return (u32)h->instret;
	case CSR_MINSTRETH:
	case CSR_INSTRETH:
		return h->instret >> 32;
	case CSR_MHARTID:
		return h->id;
	default:
		return 0;
	}
}

static void set_low(u64 *counter, u32 value)
{
	*counter = ((*counter >> 32 << 32) | value) - 1;
}

static void set_high(u64 *counter, u32 value)
{
	*counter = ((u64)value << 32 | (u32)*counter) - 1;
}

/*
 * Writes a register for which csr_allows() is true. Counters are set one too low, as the
 * writing instruction itself is about to increment them.
 */
void csr_write(struct hart *h, u32 csr, u32 value)
{
	switch (csr) {
	case CSR_MSTATUS:
		h->mstatus = value & (MSTATUS_MIE | MSTATUS_MPIE);
		break;
	case CSR_MIE:
		h->mie = value & MIP_MEIP;
		break;
	case CSR_MTVEC:
		h->mtvec = value & ~2u;
		break;
	case CSR_MSCRATCH:
		h->mscratch = value;
		break;
	case CSR_MEPC:
		h->mepc = value & ~3u;
		break;
	case CSR_MCAUSE:
		h->mcause = value;
		break;
	case CSR_MTVAL:
		h->mtval = value;
		break;
	case CSR_MCYCLE:
		set_low(&h->cycles, value);
		break;
	case CSR_MCYCLEH:
		set_high(&h->cycles, value);
		break;
	case CSR_MINSTRET:
		set_low(&h->instret, value);
		break;
	case CSR_MINSTRETH:
		set_high(&h->instret, value);
		break;
	default:
		break;
	}
}
