/* SPDX-License-Identifier: GPL-2.0 */
/* CSR instructions and what the registers keep. */
#include "isa.inc"

	isa_begin
	li	a1, 0x12345678
	csrrw	a2, mscratch, a1
	expect	a2, 0
	csrrw	a1, mscratch, a1
	expect	a1, 0x12345678
	li	a1, 0x00ff0000
	csrrs	a2, mscratch, a1
	expect	a2, 0x12345678
	csrrc	a2, mscratch, a1
	expect	a2, 0x12ff5678
	csrrs	a2, mscratch, x0
	expect	a2, 0x12005678
	csrrwi	a2, mscratch, 31
	expect	a2, 0x12005678
	csrrci	a2, mscratch, 5
	expect	a2, 31
	csrrsi	a2, mscratch, 1
	expect	a2, 26
	csrrsi	a2, mscratch, 0
	expect	a2, 27
	csrw	mscratch, x0
	csrr	a2, mscratch
	expect	a2, 0
	csrrwi	x0, mscratch, 3
	expect	x0, 0

	li	a1, -1
	csrw	mstatus, a1
	csrr	a2, mstatus
	expect	a2, 0x1888
	csrwi	mstatus, 0
	csrr	a2, mstatus
	expect	a2, 0x1800
	csrw	mie, a1
	csrr	a2, mie
	expect	a2, 0x800
	csrw	mip, a1
	csrr	a2, mip
	expect	a2, 0
	csrw	mepc, a1
	csrr	a2, mepc
	expect	a2, 0xfffffffc
	csrw	mcause, a1
	csrr	a2, mcause
	expect	a2, -1
	csrw	mtval, a1
	csrr	a2, mtval
	expect	a2, -1
	csrw	mtvec, a1
	csrr	a2, mtvec
	expect	a2, 0xfffffffd
	csrw	misa, a1
	csrr	a2, misa
	expect	a2, 0x40001101
	csrw	0x310, a1
	csrr	a2, 0x310
	expect	a2, 0
	csrr	a2, mhartid
	expect	a2, 0
	csrr	a2, mvendorid
	expect	a2, 0
	csrr	a2, marchid
	expect	a2, 0
	csrr	a2, mimpid
	expect	a2, 0
	csrr	a2, 0xf15
	expect	a2, 0
	csrw	0xb03, a1
	csrr	a2, 0xb1f
	expect	a2, 0
	csrr	a2, 0x33f
	expect	a2, 0

	/* a written value is what the next instruction reads */
	li	a1, 100
	csrw	minstret, a1
	csrr	a2, minstret
	expect	a2, 100
	csrw	mcycle, a1
	nop
	csrr	a2, cycle
	expect	a2, 101
	li	a1, -1
	csrw	minstreth, x0
	csrw	minstret, a1
	nop
	csrr	a2, minstreth
	expect	a2, 1
	csrr	a2, instreth
	expect	a2, 1
	li	a1, 7
	csrw	mcycleh, a1
	csrr	a2, cycleh
	expect	a2, 7
	csrr	a1, instret
	nop
	csrr	a2, instret
	sub	a2, a2, a1
	expect	a2, 2
	isa_end
