/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The crash dump of an adapter, version 1: the driver hands it to the kernel's
 * device coredump when a hart has crashed, and "mrb crash" reads it.
 * All fields are little-endian; Documentation/crash-dump.rst has it byte by
 * byte.
 */
#ifndef HBA_SIM_CRASH_H
#define HBA_SIM_CRASH_H

#include <hba_sim/types.h>

#define CRASH_MAGIC		0x43414248u	/* "HBAC" */
#define CRASH_VERSION		1u
#define CRASH_MAX_SECTIONS	24u
#define CRASH_INSNS		64u	/* at most in CRASH_SECTION_INSNS */

/**
 * enum crash_section_type - what a section holds
 * @CRASH_SECTION_REGS: struct crash_regs: the hart as it was found
 * @CRASH_SECTION_TRAP: struct crash_trap: the hart when it last took a trap; absent
 *	if it took none
 * @CRASH_SECTION_INSNS: array of struct crash_insn: the last instructions that
 *	the hart executed, oldest first; the last entry is the instruction at its pc
 * @CRASH_SECTION_JUMPS: array of struct crash_jump: the hart's last jumps, taken
 *	branches and traps, oldest first
 * @CRASH_SECTION_IMAGE: struct mrb_header: start of the text in place
 * @CRASH_SECTION_STAGED: struct mrb_header: start of staging's text; present only
 *	during an update, for the service hart
 * @CRASH_SECTION_CONTROL: the control block's page
 * @CRASH_SECTION_MAILBOX: the hart's mailbox
 * @CRASH_SECTION_SCRATCH: the hart's scratch, which holds its stack
 * @CRASH_SECTION_DATA: a data block of the running image
 * @CRASH_SECTION_TEXT: the text in place; present only if its digest is not as
 *	expected
 */
enum crash_section_type {
	CRASH_SECTION_REGS	= 1,
	CRASH_SECTION_TRAP	= 2,
	CRASH_SECTION_INSNS	= 3,
	CRASH_SECTION_JUMPS	= 4,
	CRASH_SECTION_IMAGE	= 5,
	CRASH_SECTION_STAGED	= 6,
	CRASH_SECTION_CONTROL	= 7,
	CRASH_SECTION_MAILBOX	= 8,
	CRASH_SECTION_SCRATCH	= 9,
	CRASH_SECTION_DATA	= 10,
	CRASH_SECTION_TEXT	= 11,
};

/**
 * struct crash_header - start of a crash dump
 * @magic: CRASH_MAGIC
 * @version: CRASH_VERSION
 * @header_size: sizeof(struct crash_header)
 * @total_size: bytes in the dump
 * @nr_sections: entries in @section
 * @hart: number of the hart that crashed
 * @where: address of the instruction that caused the crash: the one that trapped,
 *	   even if a handler reported it; without a trap, the hart's pc
 * @time_ns: when, in nanoseconds since 1970, UTC
 * @executed: instructions that the hart has executed, ever
 * @reason: what the hart did; ASCII, zero-terminated
 * @adapter: name of the adapter; ASCII, zero-terminated
 * @kernel: release of the host's kernel; ASCII, zero-terminated
 * @text_expected: SHA-256 that the text in place should have
 * @text_found: SHA-256 that it had
 * @section: type and place of each section
 */
struct crash_header {
	__le32 magic;
	__le16 version;
	__le16 header_size;
	__le32 total_size;
	__le32 nr_sections;
	__le32 hart;
	__le32 where;
	__le64 time_ns;
	__le64 executed;
	char reason[128];
	char adapter[16];
	char kernel[64];
	__u8 text_expected[32];
	__u8 text_found[32];
	struct crash_section {
		__le32 type;		/* enum crash_section_type */
		__le32 address;		/* as the hart sees it; 0 if it cannot see it */
		__le32 offset;		/* in the dump, a multiple of 8 */
		__le32 size;		/* in bytes */
	} section[CRASH_MAX_SECTIONS];
};

/**
 * struct crash_regs - a hart's registers
 * @x: integer registers
 * @pc: program counter
 * @mstatus: CSR of this name
 * @mie: CSR
 * @mip: CSR
 * @mtvec: CSR
 * @mscratch: CSR
 * @mepc: CSR; microcode may write it and the next two, so see also struct crash_trap
 * @mcause: CSR
 * @mtval: CSR
 * @reserved: zero
 */
struct crash_regs {
	__le32 x[32];
	__le32 pc;
	__le32 mstatus;
	__le32 mie;
	__le32 mip;
	__le32 mtvec;
	__le32 mscratch;
	__le32 mepc;
	__le32 mcause;
	__le32 mtval;
	__le32 reserved;
};

/**
 * struct crash_trap - a hart when it took a trap
 * @x: integer registers
 * @pc: address of the instruction that trapped
 * @cause: the value that mcause got
 * @tval: the value that mtval got
 * @count: traps since the hart was started
 */
struct crash_trap {
	__le32 x[32];
	__le32 pc;
	__le32 cause;
	__le32 tval;
	__le32 count;
};

/**
 * struct crash_insn - an instruction that was executed
 * @pc: its address
 * @word: contents of memory there at the crash; 0 if it cannot be read
 */
struct crash_insn {
	__le32 pc;
	__le32 word;
};

/**
 * struct crash_jump - a transfer of control
 * @from: address of the last instruction before the jump; all ones: the hart was started
 * @to: address of the first instruction after the jump
 */
struct crash_jump {
	__le32 from;
	__le32 to;
};

_Static_assert(sizeof(struct crash_section) == 16, "crash_section");
_Static_assert(sizeof(struct crash_header) == 312 + 16 * CRASH_MAX_SECTIONS, "crash_header");
_Static_assert(sizeof(struct crash_regs) == 168, "crash_regs");
_Static_assert(sizeof(struct crash_trap) == 144, "crash_trap");

#endif
