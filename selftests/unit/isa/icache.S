/* SPDX-License-Identifier: GPL-2.0 */
/* Changed code is stale until fence.i, and then it is not. */
#include "isa.inc"

	isa_begin
	la	s0, patched
	lw	s1, replacement
	call	patched
	expect	a0, 1
	sw	s1, 0(s0)
	call	patched
	expect	a0, 1
	fence
	call	patched
	expect	a0, 1
	fence.i
	call	patched
	expect	a0, 2
	isa_end

	.balign	4
patched:
	li	a0, 1
	ret
replacement:
	li	a0, 2
