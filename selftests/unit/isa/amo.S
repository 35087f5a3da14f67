/* SPDX-License-Identifier: GPL-2.0 */
/* The A extension on one hart. */
#include "isa.inc"

.macro amo op, want, old, operand
	li	a1, \old
	li	a2, \operand
	sw	a1, 0(s0)
	\op	a3, a2, (s0)
	expect	a3, \old
	lw	a3, 0(s0)
	expect	a3, \want
	sw	a1, 0(s0)
	\op\().aqrl x0, a2, (s0)
	expect	x0, 0
	lw	a3, 0(s0)
	expect	a3, \want
	sw	a1, 0(s0)
	\op\().aq a2, a2, (s0)
	expect	a2, \old
.endm

	isa_begin
	la	s0, word
	la	s1, other
	amo	amoswap.w, 0x80000001, 5, 0x80000001
	amo	amoadd.w, 0x7fffffff, 0x80000000, 0xffffffff
	amo	amoxor.w, 0xff00ff00, 0xf0f0f0f0, 0x0ff00ff0
	amo	amoand.w, 0x00f000f0, 0xf0f0f0f0, 0x0ff00ff0
	amo	amoor.w, 0xfff0fff0, 0xf0f0f0f0, 0x0ff00ff0
	amo	amomin.w, 0x80000000, 0x80000000, 0x7fffffff
	amo	amomin.w, -1, 3, -1
	amo	amomax.w, 0x7fffffff, 0x80000000, 0x7fffffff
	amo	amomax.w, 3, 3, -1
	amo	amominu.w, 0x7fffffff, 0x80000000, 0x7fffffff
	amo	amominu.w, 3, 3, -1
	amo	amomaxu.w, 0x80000000, 0x80000000, 0x7fffffff
	amo	amomaxu.w, -1, 3, -1

	/* without a reservation, and twice with one */
	li	a1, 1
	li	a2, 2
	sw	a1, 0(s0)
	sc.w	a3, a2, (s0)
	sltu	a3, x0, a3
	expect	a3, 1
	lr.w	a3, (s0)
	expect	a3, 1
	sc.w	a3, a2, (s0)
	expect	a3, 0
	lw	a3, 0(s0)
	expect	a3, 2
	sc.w	a3, a1, (s0)
	sltu	a3, x0, a3
	expect	a3, 1
	lw	a3, 0(s0)
	expect	a3, 2

	/* at another address, and that uses the reservation up */
	lr.w.aq	a3, (s0)
	sc.w.rl	a3, a1, (s1)
	sltu	a3, x0, a3
	expect	a3, 1
	sc.w	a3, a1, (s0)
	sltu	a3, x0, a3
	expect	a3, 1
	lw	a3, 0(s0)
	expect	a3, 2

	/* to x0 */
	lr.w.aqrl x0, (s0)
	sc.w.aqrl x0, a1, (s0)
	expect	x0, 0
	lw	a3, 0(s0)
	expect	a3, 1

	/* a loop as compilers write it */
	li	a4, 100
1:	lr.w	a3, (s0)
	addi	a3, a3, 3
	sc.w	a5, a3, (s0)
	bnez	a5, 1b
	addi	a4, a4, -1
	bnez	a4, 1b
	lw	a3, 0(s0)
	expect	a3, 301
	isa_end

	.data
	.balign	4
word:	.word	0
other:	.word	2
