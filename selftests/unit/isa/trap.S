/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Traps: cause, tval and pc of each, and the way back. The handler notes the
 * three in s1, s2 and s3 and goes on at the address in s0.
 */
#include "isa.inc"

/* after the trapping instruction, which is at label 1 */
.macro trapped cause
	j	isa_fail_near
2:	expect	s1, \cause
	la	a3, 1b
	sub	a3, s3, a3
	expect	a3, 0
.endm

.macro expect_tval value
	expect	s2, \value
.endm

	isa_begin
	la	a1, handler
	csrw	mtvec, a1

	la	s0, 2f
1:	ecall
	trapped	11
	la	s0, 2f
1:	ebreak
	trapped	3
	la	a3, 1b
	sub	a3, s2, a3
	expect	a3, 0

	la	s0, 2f
1:	.word	0
	trapped	2
	expect_tval 0
	la	s0, 2f
1:	.word	0xffffffff
	trapped	2
	expect_tval 0xffffffff
	la	s0, 2f
1:	csrw	mhartid, x0
	trapped	2
	expect_tval 0xf1401073
	la	s0, 2f
1:	csrr	x0, 0x7c0
	trapped	2
	la	s0, 2f
1:	csrr	x0, time
	trapped	2

	la	a1, handler
	addi	a2, a1, 1
	la	s0, 2f
1:	lw	a3, 1(a1)
	trapped	4
	sub	a3, s2, a2
	expect	a3, 0
	la	s0, 2f
1:	lh	x0, 1(a1)
	trapped	4
	la	s0, 2f
1:	sw	a3, 1(a1)
	trapped	6
	la	s0, 2f
1:	sh	a3, 1(a1)
	trapped	6
	la	s0, 2f
1:	amoadd.w a3, a3, (a2)
	trapped	6
	la	s0, 2f
1:	sc.w	a3, a3, (a2)
	trapped	6
	la	s0, 2f
1:	lr.w	a3, (a2)
	trapped	4

	li	a1, 0x10
	la	s0, 2f
1:	lb	x0, 0(a1)
	trapped	5
	expect_tval 0x10
	la	s0, 2f
1:	sb	x0, -1(a1)
	trapped	7
	expect_tval 0xf
	la	s0, 2f
1:	amoor.w	a3, a3, (a1)
	trapped	7
	la	s0, 2f
1:	lr.w	a3, (a1)
	trapped	5

	/* a link register is not written by a jump that traps */
	la	a1, 3f + 2
	li	a4, 77
	la	s0, 2f
1:	jalr	a4, 0(a1)
	trapped	0
	expect	a4, 77
	sub	a3, s2, a1
	expect	a3, 0
	la	s0, 2f
1:	.word	0x00000363	/* beq x0, x0, .+6 */
	trapped	0
	la	s0, 2f
1:	.word	0x0060006f	/* jal x0, .+6 */
	trapped	0
3:
	/* where nothing answers, the fetch is what traps */
	li	a1, 0x1000
	la	s0, 2f
	jr	a1
2:	expect	s1, 1
	expect	s3, 0x1000
	expect_tval 0x1000

	/* mret brings the interrupt enable back */
	csrwi	mstatus, 8
	la	s0, 2f
1:	ecall
	trapped	11
	csrr	a1, mstatus
	expect	a1, 0x1888
	expect	s4, 0x1880
	j	isa_pass
isa_fail_near:
	j	isa_fail
isa_pass:
	isa_end

	.balign	4
handler:
	csrr	s1, mcause
	csrr	s2, mtval
	csrr	s3, mepc
	csrr	s4, mstatus
	csrw	mepc, s0
	mret
