/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Run-times that do what a good one never does; hostile.table says what is to
 * become of each.
 */
#include "hostile.inc"

	.text

/* I/O harts that do not get to their first wfi as they should. */
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

entry runtime_hart_dma_storm
	of_io_hart
1:	service	BOARD_DMA
	j	1b

/* The fault shows only when the new image runs. */
entry runtime_late_illegal
	of_service_hart_overlaid
	service	OVERLAY_RESUME
	illegal
entry runtime_late_ask
	of_service_hart_overlaid
	service	OVERLAY_RESUME
	ask
entry runtime_late_hang
	of_service_hart_overlaid
	service	OVERLAY_RESUME
	hang

/* Resumes in place, and goes back to its copy in staging. */
entry runtime_back_to_staging
	of_service_hart_overlaid
	service	OVERLAY_RESUME
	li	t0, STAGING_TEXT + 0x300
	jr	t0

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

/* What hostile_io.c and hostile_service.c have. */
io_in_c io_half
io_in_c io_twice
io_in_c io_old
io_in_c io_unknown
io_in_c io_els
io_in_c io_logins
io_in_c io_messages
io_in_c io_media_storm
io_in_c io_fill
io_in_c io_ruin_logins
io_in_c io_ruin_units
io_in_c io_ruin_all
io_in_c aged_trap
io_in_c aged_hang
io_in_c aged_once
io_in_c aged_ruin
io_in_c aged_wait
io_in_c swallow
io_in_c unit_empty
io_in_c unit_media
io_in_c io_not_ready
io_in_c io_keeps
io_in_c io_waits
service_in_c service_reply
service_in_c service_nobody
service_in_c service_els
service_in_c service_dma
service_in_c service_apply
service_in_c service_damaged
service_in_c service_ruin
