/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry points that do what a good image never does, for test_refusals.sh.
 * hostile_bootstrap_X stands in for the bootstrap: the service hart jumps to
 * it, in staging, once the image is staged; hostile_runtime_X stands in for
 * the run-time, in place. The rest of the image is a good one.
 */
#include "entry.h"

/* enum overlay_call in hba_sim/overlay.h */
#define OVERLAY_OPEN		0x200
#define OVERLAY_STAGED		0x202
#define OVERLAY_PROGRESS	0x203
#define OVERLAY_QUIESCE		0x204
#define OVERLAY_UNLOCK		0x205
#define OVERLAY_COPY		0x206
#define OVERLAY_VERIFY		0x207
#define OVERLAY_FLUSH		0x208
#define OVERLAY_LOCK		0x209
#define OVERLAY_RESUME		0x20a
#define OVERLAY_ABORT		0x20b
#define BOARD_DMA		0x100

#define REGS			0x10000000
#define MAILBOX			0x20000000
#define SCRATCH			0x30000000
#define CONTROL			0x40000000
#define STAGING_DATA		0x60000000
#define TEXT			0x80000000
#define DATA			0x90000000

#define KEEP_ALL		7	/* the three schemas of the 1.x images */

/* struct mailbox and struct frame_hdr */
#define OUT_COUNT		64
#define OUT_FRAME		128
#define FRAME_REPLY		6

	.text

	.macro	entry name
	.balign	4
	.globl	hostile_\name
hostile_\name:
	.endm

	.macro	service number, arg = 0
	li	a0, \arg
	li	a7, \number
	ecall
	.endm

	.macro	until_swapping
	service	OVERLAY_QUIESCE
	service	OVERLAY_UNLOCK
	.endm

	.macro	until_starting
	until_swapping
	service	OVERLAY_COPY, KEEP_ALL
	service	OVERLAY_VERIFY
	service	OVERLAY_FLUSH
	service	OVERLAY_LOCK
	.endm

	.macro	illegal
	.word	0
	.endm

	.macro	hang
1:	j	1b
	.endm

	.macro	idle
1:	wfi
	j	1b
	.endm

	.macro	store address
	li	t0, \address
	sw	zero, 0(t0)
	hang
	.endm

/* Before the pause. */
entry bootstrap_illegal
	illegal
entry bootstrap_hang
	hang
/* As good as endless: almost all of the time goes to the host's calls. */
entry bootstrap_slow
1:	service	OVERLAY_PROGRESS, 50
	j	1b
entry bootstrap_idle
	idle
entry bootstrap_abort
	li	a1, 0xbad
	service	OVERLAY_ABORT, 5
	hang
entry bootstrap_panic
	li	a0, -1
	li	a1, -1
	li	a2, -1
	li	a7, ENTRY_PANIC
	ecall
	hang
entry bootstrap_store_text
	store	TEXT
entry bootstrap_store_data
	store	DATA
entry bootstrap_store_registers
	store	REGS
entry bootstrap_store_nowhere
	store	0xfffffffc
entry bootstrap_store_self
	auipc	t0, 0
	sw	zero, 0(t0)
	hang
entry bootstrap_load_nowhere
	lw	t0, 0(zero)
	hang
entry bootstrap_misaligned
	li	t0, SCRATCH + 2
	lw	t0, 0(t0)
	hang
entry bootstrap_stack
	li	sp, ENTRY_STACK_TOP
1:	addi	sp, sp, -16
	sw	ra, 0(sp)
	j	1b
entry bootstrap_execute_data
	li	t0, STAGING_DATA
	jr	t0
entry bootstrap_execute_nowhere
	jr	zero
entry bootstrap_trap_loop
	la	t0, 1f
	csrw	mtvec, t0
	.balign	4
1:	illegal
entry bootstrap_dma
	service	BOARD_DMA
	hang
entry bootstrap_progress
	service	OVERLAY_PROGRESS, -1
	illegal
entry bootstrap_control_block
	li	t0, CONTROL
	sw	zero, 0(t0)
	tail	bootstrap_entry
entry bootstrap_mailbox
	li	t0, MAILBOX
	li	t1, -1
	sw	t1, 0(t0)
	sw	t1, OUT_COUNT(t0)
	illegal

/* Services out of order. */
entry bootstrap_order_unknown
	service	OVERLAY_OPEN + 0xff
	hang
entry bootstrap_order_high
	service	-1
	hang
entry bootstrap_order_open
	service	OVERLAY_OPEN
	hang
entry bootstrap_order_staged
	service	OVERLAY_STAGED
	hang
entry bootstrap_order_unlock
	service	OVERLAY_UNLOCK
	hang
entry bootstrap_order_copy
	service	OVERLAY_COPY, KEEP_ALL
	hang
entry bootstrap_order_resume
	service	OVERLAY_RESUME
	hang

/* In the pause, the old image in place. */
entry bootstrap_pause_illegal
	service	OVERLAY_QUIESCE
	illegal
entry bootstrap_pause_hang
	service	OVERLAY_QUIESCE
	hang
entry bootstrap_pause_idle
	service	OVERLAY_QUIESCE
	idle
entry bootstrap_pause_abort
	service	OVERLAY_QUIESCE
	service	OVERLAY_ABORT, 99
	hang
entry bootstrap_pause_store
	service	OVERLAY_QUIESCE
	store	TEXT
entry bootstrap_pause_again
	service	OVERLAY_QUIESCE
	service	OVERLAY_QUIESCE
	hang

/* The code region is unlocked, and perhaps written. */
entry bootstrap_swap_illegal
	until_swapping
	illegal
entry bootstrap_swap_store
	until_swapping
	store	TEXT
entry bootstrap_swap_nothing
	until_swapping
	service	OVERLAY_LOCK
	hang
entry bootstrap_swap_resume
	until_swapping
	service	OVERLAY_RESUME
	hang
entry bootstrap_copy_illegal
	until_swapping
	service	OVERLAY_COPY, 0
	illegal
entry bootstrap_copy_hang
	until_swapping
	service	OVERLAY_COPY, 0
	hang
entry bootstrap_copy_bad_keep
	until_swapping
	service	OVERLAY_COPY, -1
	service	OVERLAY_LOCK
	hang
entry bootstrap_copy_unverified
	until_swapping
	service	OVERLAY_COPY, KEEP_ALL
	service	OVERLAY_FLUSH
	service	OVERLAY_LOCK
	hang
entry bootstrap_copy_twice
	until_swapping
	service	OVERLAY_COPY, 0
	service	OVERLAY_FLUSH
	service	OVERLAY_COPY, 0
	illegal
entry bootstrap_flush_illegal
	until_swapping
	service	OVERLAY_COPY, 0
	service	OVERLAY_VERIFY
	service	OVERLAY_FLUSH
	illegal

/* The new image is in place, and starts. */
entry bootstrap_start_illegal
	until_starting
	illegal
entry bootstrap_start_hang
	until_starting
	hang
entry bootstrap_start_idle
	until_starting
	idle
entry bootstrap_start_unlock
	until_starting
	service	OVERLAY_UNLOCK
	hang
entry bootstrap_start_abort
	until_starting
	service	OVERLAY_ABORT, 1
	hang

/* I/O harts that do not get to their first wfi as they should. */
	.macro	of_io_hart
	bnez	a0, 1f
	tail	runtime_entry
1:
	.endm

entry runtime_hart_illegal
	of_io_hart
	illegal
entry runtime_hart_hang
	of_io_hart
	hang
entry runtime_hart_frames
	of_io_hart
	li	t0, MAILBOX
	li	t1, -1
	sw	t1, OUT_COUNT(t0)
	idle

/* From here on the fault shows only when the new image runs. */
entry bootstrap_late_illegal
	until_starting
	service	OVERLAY_RESUME
	illegal
entry bootstrap_late_hang
	until_starting
	service	OVERLAY_RESUME
	hang
entry runtime_io_illegal
	of_io_hart
	wfi
	illegal
entry runtime_io_hang
	of_io_hart
	wfi
	hang
entry runtime_io_deaf
	of_io_hart
	idle
entry runtime_io_frames
	of_io_hart
	wfi
	li	t0, MAILBOX
	sb	zero, 0(t0)
	li	t1, -1
	sw	t1, OUT_COUNT(t0)
	idle

/* Takes each frame, answers another command than the one it was given. */
entry runtime_io_lies
	of_io_hart
	li	t0, MAILBOX
2:	wfi
	lw	t1, 0(t0)
	lw	t2, 4(t0)
	sb	zero, 0(t0)
	li	t3, ~0xff
	and	t1, t1, t3
	ori	t1, t1, FRAME_REPLY
	li	t3, 0x10000
	add	t1, t1, t3
	sw	t1, OUT_FRAME(t0)
	sw	t2, OUT_FRAME + 4(t0)
	sw	zero, OUT_FRAME + 8(t0)
	li	t1, 1
	sw	t1, OUT_COUNT(t0)
	j	2b

/* Takes each frame and never answers: its commands time out. */
entry runtime_swallow
	of_io_hart
	li	t0, MAILBOX
2:	wfi
	sb	zero, 0(t0)
	j	2b
