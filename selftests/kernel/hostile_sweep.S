/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everywhere: stores, loads and jumps at each edge of each window in each
 * alignment, all control and status registers, all services in each state. A
 * trap handler counts what is refused and goes on; in the end the image tells how
 * often that was, and hostile.table how often it has to be.
 */
#include "hostile.inc"

	.text

/* First and last words of memories, and behind them. */
edges:	.word	0, 0xffc, 0x1000, 0x3ffc, 0x4000, 0x1ffffc, 0x200000, 0xffffffc
edges_end:

/* Trap handlers. s11: number of traps. */
	.balign	4
skip:
	addi	s11, s11, 1
	csrr	t6, mepc
	addi	t6, t6, 4
	csrw	mepc, t6
	mret

/* For a pc that is lost. s10: where it goes on. */
	.balign	4
come_back:
	addi	s11, s11, 1
	csrw	mepc, s10
	mret

/*
 * Calls a0 with each address in s0, but not for the windows in the bit map s9. s11
 * is left with the number of traps.
 */
sweep:
	mv	s8, ra
	mv	s7, a0
	li	s11, 0
	li	s2, 0
1:	srl	t0, s9, s2
	andi	t0, t0, 1
	bnez	t0, 4f
	la	s3, edges
2:	lw	s0, 0(s3)
	slli	t0, s2, 28
	add	s0, s0, t0
	addi	s5, s0, 4
3:	jalr	s7
	addi	s0, s0, 1
	bne	s0, s5, 3b
	addi	s3, s3, 4
	la	t0, edges_end
	bne	s3, t0, 2b
4:	addi	s2, s2, 1
	li	t0, 16
	bne	s2, t0, 1b
	jr	s8

store_there:
	sb	zero, 0(s0)
	sh	zero, 0(s0)
	sw	zero, 0(s0)
	amoswap.w zero, zero, (s0)
	ret

load_there:
	lb	t0, 0(s0)
	lh	t0, 0(s0)
	lw	t0, 0(s0)
	lr.w	t0, (s0)
	ret

jump_there:
	la	s10, 1f
	jr	s0
1:	ret

/* All but mtvec, which is needed. */
registers:
	li	s11, 0
	li	t0, -1
	.set	number, 0
	.rept	4096
	.if	number != 0x305
	csrrw	t1, number, t0
	.endif
	.set	number, number + 1
	.endr
	ret

/* Calls all services from s3 to s4. */
call_all:
	li	s11, 0
1:	lw	a7, 0(s3)
	li	a0, 0
	li	a1, 0
	li	a2, 0
	ecall
	addi	s3, s3, 4
	bne	s3, s4, 1b
	ret

/* In a bootstrap: an abort for no reason, with the number. */
tell_abort:
	mv	a1, s11
	service	OVERLAY_ABORT, 99
	hang

/* On an I/O hart the log shows it as mepc, on the service hart "error" as value. */
tell_panic:
	li	a0, 2
	mv	a1, s11
	mv	a2, s11
	li	a7, ENTRY_PANIC
	ecall
	hang

	.macro	sweep_with function, handler, windows, tell
	la	t0, \handler
	csrw	mtvec, t0
	li	s9, \windows
	la	a0, \function
	call	sweep
	j	\tell
	.endm

/* Windows with an instruction cache, in which there is no telling where a jump ends. */
#define STAGING_TEXT_BIT	(1 << 5)
#define TEXT_BIT		(1 << 8)
#define DATA_BIT		(1 << 9)	/* what an I/O hart may write is not refused */

entry bootstrap_sweep_stores
	sweep_with store_there, skip, 0, tell_abort
entry bootstrap_sweep_loads
	sweep_with load_there, skip, 0, tell_abort
entry bootstrap_sweep_jumps
	sweep_with jump_there, come_back, STAGING_TEXT_BIT | TEXT_BIT, tell_abort
entry bootstrap_sweep_registers
	la	t0, skip
	csrw	mtvec, t0
	call	registers
	j	tell_abort
entry runtime_io_sweep_stores
	of_io_hart
	wfi
	sweep_with store_there, skip, DATA_BIT, tell_panic
entry runtime_io_sweep_loads
	of_io_hart
	wfi
	sweep_with load_there, skip, 0, tell_panic
entry runtime_io_sweep_jumps
	of_io_hart
	wfi
	sweep_with jump_there, come_back, TEXT_BIT, tell_panic
entry runtime_io_sweep_registers
	of_io_hart
	wfi
	la	t0, skip
	csrw	mtvec, t0
	call	registers
	j	tell_panic

/* A reservation in one window, the store in another: none is done. */
entry runtime_io_reservations
	of_io_hart
	wfi
	li	t0, SCRATCH
	li	t1, MAILBOX + OUT_COUNT
	li	t2, TEXT
	la	t3, skip
	csrw	mtvec, t3
	li	s11, 0
	lr.w	t3, (t0)
	sc.w	t3, t0, (t1)
	lr.w	t4, (t0)
	sc.w	t4, t0, (t2)
	lw	t5, 0(t1)
	bnez	t5, 1f
	slli	t3, t3, 8
	or	s11, s11, t3
	j	tell_panic
1:	idle

	.macro	call_services from, tell
	la	t0, skip
	csrw	mtvec, t0
	la	s3, \from
	la	s4, \from\()_end
	call	call_all
	j	\tell
	.endm

not_converting:
	.word	OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_UNLOCK, OVERLAY_COPY
	.word	OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK, OVERLAY_RESUME, OVERLAY_SELFTEST
	.word	OVERLAY_SELECT, 0x213, 0x1ff, 0, -1, BOARD_DMA, BOARD_PORT
not_converting_end:
not_paused:
	.word	OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_PROGRESS, OVERLAY_QUIESCE
	.word	OVERLAY_COPY, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK, OVERLAY_RESUME
	.word	OVERLAY_TRACK, OVERLAY_SELFTEST, OVERLAY_REPORT, OVERLAY_ERASE, OVERLAY_PROGRAM
	.word	0x213, BOARD_DMA
not_paused_end:
not_swapping:
	.word	OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_PROGRESS, OVERLAY_QUIESCE
	.word	OVERLAY_UNLOCK, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK, OVERLAY_RESUME
	.word	OVERLAY_TRACK, OVERLAY_DIRTY, OVERLAY_SELFTEST, OVERLAY_REPORT, OVERLAY_ERASE
	.word	OVERLAY_PROGRAM, OVERLAY_SELECT, 0x213, BOARD_DMA
not_swapping_end:
not_starting:
	.word	OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_PROGRESS, OVERLAY_QUIESCE
	.word	OVERLAY_UNLOCK, OVERLAY_COPY, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK
	.word	OVERLAY_TRACK, OVERLAY_DIRTY, OVERLAY_SELFTEST, OVERLAY_REPORT, OVERLAY_ERASE
	.word	OVERLAY_PROGRAM, OVERLAY_SELECT, 0x213, BOARD_DMA
not_starting_end:
not_running:
	.word	OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_PROGRESS, OVERLAY_QUIESCE
	.word	OVERLAY_UNLOCK, OVERLAY_COPY, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK
	.word	OVERLAY_RESUME, OVERLAY_ABORT, OVERLAY_TRACK, OVERLAY_DIRTY, OVERLAY_REPORT
	.word	OVERLAY_ERASE, OVERLAY_PROGRAM, OVERLAY_SELECT, 0x213, BOARD_DMA, BOARD_PORT
not_running_end:
not_io:
	.word	OVERLAY_OPEN, OVERLAY_READ, OVERLAY_STAGED, OVERLAY_PROGRESS, OVERLAY_QUIESCE
	.word	OVERLAY_UNLOCK, OVERLAY_COPY, OVERLAY_VERIFY, OVERLAY_FLUSH, OVERLAY_LOCK
	.word	OVERLAY_RESUME, OVERLAY_ABORT, OVERLAY_TRACK, OVERLAY_DIRTY, OVERLAY_SELFTEST
	.word	OVERLAY_REPORT, OVERLAY_ERASE, OVERLAY_PROGRAM, OVERLAY_SELECT, 0x213, 0x1ff, 0
	.word	-1, BOARD_PORT
not_io_end:

entry bootstrap_order_all
	call_services not_converting, tell_abort
entry bootstrap_order_all_paused
	service	OVERLAY_QUIESCE
	call_services not_paused, tell_abort
entry bootstrap_order_all_swapping
	until_swapping
	call_services not_swapping, tell_abort
entry bootstrap_order_all_starting
	until_starting
	call_services not_starting, tell_abort
entry runtime_service_calls
	of_service_hart_overlaid
	service	OVERLAY_RESUME
	call_services not_running, tell_panic
entry runtime_io_services
	of_io_hart
	wfi
	call_services not_io, tell_panic
entry bootstrap_pause_call_storm
	service	OVERLAY_QUIESCE
	la	t0, skip
	csrw	mtvec, t0
1:	ecall
	j	1b
