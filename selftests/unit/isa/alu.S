/* SPDX-License-Identifier: GPL-2.0 */
/* Integer arithmetic, register and immediate forms, LUI and AUIPC. */
#include "isa.inc"

	isa_begin
	rr	add, 0, 0, 0
	rr	add, 0x80000000, 0x7fffffff, 1
	rr	add, 0, 0xffffffff, 1
	rr	add, 0xfffffffe, 0x7fffffff, 0x7fffffff
	rr	sub, 0, 5, 5
	rr	sub, 0xffffffff, 0, 1
	rr	sub, 0x80000000, 0, 0x80000000
	rr	sub, 0x7fffffff, 0x80000000, 1
	rr	and, 0x0f000f00, 0xff00ff00, 0x0f0f0f0f
	rr	or, 0xff0fff0f, 0xff00ff00, 0x0f0f0f0f
	rr	xor, 0xf00ff00f, 0xff00ff00, 0x0f0f0f0f
	rr	sll, 0x21212121, 0x21212121, 0
	rr	sll, 0x80000000, 1, 31
	rr	sll, 0x21212121, 0x21212121, 32
	rr	sll, 0x42424242, 0x21212121, 0xffffffe1
	rr	srl, 1, 0x80000000, 31
	rr	srl, 0x80000000, 0x80000000, 32
	rr	srl, 0x00ffffff, 0xffffffff, 8
	rr	sra, 0xffffffff, 0x80000000, 31
	rr	sra, 0x00ffffff, 0x7fffffff, 7
	rr	sra, 0xc0000000, 0x80000000, 0x21
	rr	slt, 1, 0xffffffff, 0
	rr	slt, 0, 0, 0xffffffff
	rr	slt, 1, 0x80000000, 0x7fffffff
	rr	slt, 0, 7, 7
	rr	sltu, 0, 0xffffffff, 0
	rr	sltu, 1, 0, 0xffffffff
	rr	sltu, 0, 0x80000000, 0x7fffffff
	rr	sltu, 0, 7, 7

	ri	addi, 0x000007ff, 0, 2047
	ri	addi, 0xfffff800, 0, -2048
	ri	addi, 0x7fffffff, 0x80000000, -1
	ri	andi, 0xfffff800, 0xffffffff, -2048
	ri	andi, 0x0000000f, 0x000000ff, 15
	ri	ori, 0xffffffff, 0x00000fff, -2048
	ri	ori, 0x00000f0f, 0x00000f00, 15
	ri	xori, 0xffffffff, 0, -1
	ri	xori, 0x000000f0, 0x000000ff, 15
	ri	slli, 0x80000000, 3, 31
	ri	slli, 3, 3, 0
	ri	srli, 1, 0xffffffff, 31
	ri	srli, 0x7fffffff, 0xffffffff, 1
	ri	srai, 0xffffffff, 0x80000000, 31
	ri	srai, 0x3fffffff, 0x7fffffff, 1
	ri	slti, 1, 0xfffff7ff, -2048
	ri	slti, 0, 0xfffff800, -2048
	ri	slti, 1, 0, 1
	ri	sltiu, 1, 5, -1
	ri	sltiu, 0, 0xffffffff, -1
	ri	sltiu, 1, 0, 1

	lui	a1, 0xfffff
	expect	a1, 0xfffff000
	lui	a1, 1
	expect	a1, 0x1000
	lui	x0, 0xfffff
	expect	x0, 0
1:	auipc	a1, 0
	la	a2, 1b
	sub	a1, a1, a2
	expect	a1, 0
2:	auipc	a1, 0x80000
	la	a2, 2b
	sub	a1, a1, a2
	expect	a1, 0x80000000
	auipc	x0, 1
	expect	x0, 0
	isa_end
