/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the hostile_*.S: numbers, and what their entries are made of.
 * hostile_bootstrap_X stands in for the bootstrap of an image: the service hart
 * jumps to it, in staging, once the image is staged; hostile_runtime_X stands in
 * for the run-time, in place. The rest of the image is a good one, 1.1.
 */
#include "entry.h"

/* enum overlay_call in hba_sim/overlay.h */
#define OVERLAY_OPEN		0x200
#define OVERLAY_READ		0x201
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
#define OVERLAY_TRACK		0x20c
#define OVERLAY_DIRTY		0x20d
#define OVERLAY_SELFTEST	0x20e
#define BOARD_DMA		0x100

#define REGS			0x10000000
#define MAILBOX			0x20000000
#define SCRATCH			0x30000000
#define CONTROL			0x40000000
#define STAGING_DATA		0x60000000
#define TEXT			0x80000000
#define DATA			0x90000000

#define KEEP_ALL		7	/* the three schemas of the 1.x images */

#define START_WARM		2

/* struct mailbox and struct frame_hdr */
#define OUT_COUNT		64
#define OUT_FRAME		128
#define FRAME_REPLY		6

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

	.macro	of_io_hart
	bnez	a0, 1f
	tail	runtime_entry
1:
	.endm

	.macro	of_service_hart_overlaid
	bnez	a0, 1f
	li	t0, ENTRY_OVERLAY
	beq	a1, t0, 2f
1:	tail	runtime_entry
2:
	.endm

/* The I/O hart is in C's hands. A trap has no handler. */
	.macro	io_in_c name
entry runtime_\name
	of_io_hart
	li	sp, ENTRY_STACK_TOP
	call	\name
	.endm

/* The service hart is, when the pause is over. If it comes back it is a good one. */
	.macro	service_in_c name
entry runtime_\name
	of_service_hart_overlaid
	li	sp, ENTRY_STACK_TOP
	service	OVERLAY_RESUME
	call	\name
	li	a0, 0
	li	a1, START_WARM
	tail	runtime_entry
	.endm
