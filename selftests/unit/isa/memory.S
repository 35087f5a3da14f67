/* SPDX-License-Identifier: GPL-2.0 */
/* Loads and stores: width, sign, offsets, and that neighbours are spared. */
#include "isa.inc"

.macro load op, want, offset
	\op	a1, \offset(s0)
	expect	a1, \want
	\op	x0, \offset(s0)
	expect	x0, 0
.endm

	isa_begin
	la	s0, middle
	load	lw, 0x80ff7f01, 0
	load	lw, 0x11223344, -4
	load	lw, 0x55667788, 4
	load	lb, 0x01, 0
	load	lb, 0x7f, 1
	load	lb, -1, 2
	load	lb, -128, 3
	load	lbu, 0xff, 2
	load	lbu, 0x80, 3
	load	lbu, 0x11, -1
	load	lh, 0x7f01, 0
	load	lh, 0xffff80ff, 2
	load	lhu, 0x80ff, 2
	load	lhu, 0x1122, -2
	addi	s1, s0, -2047
	lbu	a1, 2047(s1)
	expect	a1, 1
	addi	s1, s0, 2044
	addi	s1, s1, 4
	lw	a1, -2048(s1)
	expect	a1, 0x80ff7f01
	mv	s1, s0
	lw	s1, 0(s1)
	expect	s1, 0x80ff7f01

	li	a2, 0xdeadbeef
	sb	a2, 1(s0)
	load	lw, 0x80ffef01, 0
	sh	a2, 2(s0)
	load	lw, 0xbeefef01, 0
	sw	a2, 0(s0)
	load	lw, 0xdeadbeef, 0
	load	lw, 0x11223344, -4
	load	lw, 0x55667788, 4
	sw	x0, 4(s0)
	load	lw, 0, 4
	sw	s0, 0(s0)
	lw	a1, 0(s0)
	sub	a1, a1, s0
	expect	a1, 0
	fence
	fence	r, w
	fence	rw, rw
	fence.tso
	isa_end

	.data
	.balign	4
	.word	0x11223344
middle:	.word	0x80ff7f01
	.word	0x55667788
