/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The entry points of an image: run-time (hart 0 and the I/O harts), update
 * module by way of the trap vector, bootstrap and rollback module. All addresses are taken
 * relative to the pc, so each copy of this code uses its own copy of the rest.
 */
#include "entry.h"

#define CAUSE_EXTERNAL	0x8000000b

	.section .text.start, "ax"
	.globl	runtime_entry
runtime_entry:
	li	sp, ENTRY_STACK_TOP
	la	t0, trap_vector
	csrw	mtvec, t0
	bnez	a0, 1f
	mv	a0, a1
	call	service_main
1:	call	io_main

/*
 * The handler of the update interrupt never returns: either another image starts, or
 * the host restarts this hart. So it may reuse the stack from its top. Every other trap
 * is a fault, which is reported to the board.
 */
	.balign	4
trap_vector:
	csrr	a0, mcause
	li	t0, CAUSE_EXTERNAL
	beq	a0, t0, update_entry
	csrr	a1, mepc
	csrr	a2, mtval
	li	a7, ENTRY_PANIC
	ecall
1:	j	1b

	.globl	update_entry
update_entry:
	li	sp, ENTRY_STACK_TOP
	call	update_module

/*
 * The bootstrap runs in staging. The old image's trap vector is about to be
 * overwritten, so the bootstrap installs its own first.
 */
	.globl	bootstrap_entry
bootstrap_entry:
	li	sp, ENTRY_STACK_TOP
	la	a1, trap_vector
	csrrw	a0, mtvec, a1
	call	bootstrap

/*
 * The host sets the service hart to this address from wherever it was. This code runs
 * in place, with its data write-protected.
 */
	.globl	rollback_entry
rollback_entry:
	csrci	mstatus, 8
	li	sp, ENTRY_STACK_TOP
	la	t0, trap_vector
	csrw	mtvec, t0
	call	rollback
