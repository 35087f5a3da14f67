/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last steps of an update and of a rollback (patent: copy module 414), from
 * the copy on. A rollback module runs in the image that is being overwritten, so
 * after the flush its instructions are fetched from the other image. Therefore this
 * code comes first after the header, is the same in all images, and uses only
 * registers. rollback.c checks that it is the same.
 */
#include "entry.h"

	.section .text.place, "ax"
	.globl	put_in_place, put_in_place_start
put_in_place:				/* a0: schemas to keep; a1: where to jump at the end */
put_in_place_start:
	mv	s0, a1
	li	a7, ENTRY_COPY
	ecall
	bnez	a0, 1f
	li	a7, ENTRY_VERIFY
	ecall
	bnez	a0, 1f
	li	a7, ENTRY_FLUSH
	ecall
	bnez	a0, 1f
	li	a7, ENTRY_LOCK
	ecall
	bnez	a0, 1f
	li	a1, ENTRY_OVERLAY
	jr	s0

1:	mv	a1, a7
	li	a0, ENTRY_ABORT_SERVICE
	li	a7, ENTRY_ABORT
	ecall
2:	j	2b
	.globl	put_in_place_end
put_in_place_end:
