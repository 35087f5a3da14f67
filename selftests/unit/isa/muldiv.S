/* SPDX-License-Identifier: GPL-2.0 */
/* The M extension, above all what other processors trap on. */
#include "isa.inc"

	isa_begin
	rr	mul, 0, 0, 0x12345678
	rr	mul, 1, 0xffffffff, 0xffffffff
	rr	mul, 0x80000000, 0x80000000, 0xffffffff
	rr	mul, 0x7e843700, 0x12345678, 0x03654320
	rr	mulh, 0, 0xffffffff, 0xffffffff
	rr	mulh, 0x40000000, 0x80000000, 0x80000000
	rr	mulh, 0xffffffff, 0xffffffff, 1
	rr	mulh, 0xc0000000, 0x7fffffff, 0x80000000
	rr	mulhsu, 0xffffffff, 0xffffffff, 0xffffffff
	rr	mulhsu, 0x80000000, 0x80000000, 0xffffffff
	rr	mulhsu, 0x7ffffffe, 0x7fffffff, 0xffffffff
	rr	mulhu, 0xfffffffe, 0xffffffff, 0xffffffff
	rr	mulhu, 0x40000000, 0x80000000, 0x80000000
	rr	mulhu, 0, 1, 0xffffffff
	rr	div, 3, 20, 6
	rr	div, 0xfffffffd, 20, -6
	rr	div, 0xfffffffd, -20, 6
	rr	div, 3, -20, -6
	rr	div, 0x80000000, 0x80000000, -1
	rr	div, 0xffffffff, 7, 0
	rr	div, 0xffffffff, 0x80000000, 0
	rr	div, 0, 0, -1
	rr	divu, 3, 20, 6
	rr	divu, 0, 0x80000000, -1
	rr	divu, 0xffffffff, 7, 0
	rr	divu, 0x80000000, 0x80000000, 1
	rr	rem, 2, 20, 6
	rr	rem, 2, 20, -6
	rr	rem, -2, -20, 6
	rr	rem, -2, -20, -6
	rr	rem, 0, 0x80000000, -1
	rr	rem, 7, 7, 0
	rr	rem, 0x80000000, 0x80000000, 0
	rr	remu, 2, 20, 6
	rr	remu, 0x80000000, 0x80000000, -1
	rr	remu, 7, 7, 0
	isa_end
