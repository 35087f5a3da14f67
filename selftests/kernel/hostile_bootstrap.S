/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bootstraps that do what a good one never does; hostile.table says what is to
 * become of each.
 */
#include "hostile.inc"

	.text

/* Before the pause. */
entry bootstrap_illegal
	illegal
entry bootstrap_hang
	hang
/* Lasts for many seconds: it erases one block of the PLA after the other. */
entry bootstrap_slow
1:	li	a1, 0
	service	OVERLAY_ERASE, 0
	j	1b
/* Asks RETURN UPDATE STATUS of its own header until it is stopped. */
entry bootstrap_convert_ask
	ask
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
entry bootstrap_execute_scratch
	li	t0, SCRATCH
	li	t1, 0x00000073		/* an ecall */
	sw	t1, 0(t0)
	fence.i
	jr	t0
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

entry bootstrap_pause_dma
	service	OVERLAY_QUIESCE
	service	BOARD_DMA
	hang

/* Every instruction but a few makes the host work, and nobody else runs. */
entry bootstrap_pause_dirty_storm
	service	OVERLAY_TRACK, 1
	service	OVERLAY_QUIESCE
1:	service	OVERLAY_DIRTY
	j	1b
entry bootstrap_pause_ask
	service	OVERLAY_QUIESCE
	ask
entry bootstrap_pause_select_storm
	service	OVERLAY_QUIESCE
1:	service	OVERLAY_SELECT, 0
	j	1b
entry bootstrap_pause_fence_storm
	service	OVERLAY_QUIESCE
1:	fence.i
	j	1b
entry bootstrap_pause_mtvec_data
	service	OVERLAY_QUIESCE
	li	t0, STAGING_DATA
	csrw	mtvec, t0
	illegal
entry bootstrap_pause_mtvec_odd
	service	OVERLAY_QUIESCE
	li	t0, -1
	csrw	mtvec, t0
	illegal

/* The code region is unlocked, and perhaps written. */
entry bootstrap_swap_illegal
	until_swapping
	illegal
entry bootstrap_swap_store
	until_swapping
	store	TEXT
entry bootstrap_swap_store_data
	until_swapping
	store	DATA
entry bootstrap_swap_nothing
	until_swapping
	service	OVERLAY_LOCK
	hang
entry bootstrap_swap_resume
	until_swapping
	service	OVERLAY_RESUME
	hang
entry bootstrap_swap_ask
	until_swapping
	ask
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
entry bootstrap_start_store
	until_starting
	store	TEXT
entry bootstrap_start_abort
	until_starting
	service	OVERLAY_ABORT, 1
	hang

/* Stays where it is, and does there what is for the image in place. */
entry bootstrap_resume_staged
	until_starting
	service	OVERLAY_RESUME
	service	OVERLAY_SELFTEST
	idle
