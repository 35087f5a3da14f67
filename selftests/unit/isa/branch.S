/* SPDX-License-Identifier: GPL-2.0 */
/* Branches taken and not, forwards and backwards, and jumps with their links. */
#include "isa.inc"

/* a3 becomes 1 if the branch is taken */
.macro branch op, want, a, b
	li	a1, \a
	li	a2, \b
	li	a3, 1
	\op	a1, a2, 1f
	li	a3, 0
1:	expect	a3, \want
	j	3f
2:	li	a3, 1
	j	4f
3:	li	a3, 0
	\op	a1, a2, 2b
4:	expect	a3, \want
.endm

	isa_begin
	branch	beq, 1, 7, 7
	branch	beq, 0, 7, 8
	branch	bne, 0, 7, 7
	branch	bne, 1, 0, 0x80000000
	branch	blt, 1, -1, 0
	branch	blt, 0, 0, -1
	branch	blt, 0, 3, 3
	branch	blt, 1, 0x80000000, 0x7fffffff
	branch	bge, 0, -1, 0
	branch	bge, 1, 0, -1
	branch	bge, 1, 3, 3
	branch	bltu, 0, -1, 0
	branch	bltu, 1, 0, -1
	branch	bltu, 0, 3, 3
	branch	bgeu, 1, -1, 0
	branch	bgeu, 0, 0, -1
	branch	bgeu, 1, 3, 3

	li	a3, 0
1:	addi	a3, a3, 1
	li	a4, 1000
	blt	a3, a4, 1b
	expect	a3, 1000

	jal	ra, 2f
1:	j	3f
2:	la	a1, 1b
	sub	a1, ra, a1
	expect	a1, 0
	jr	ra
3:	la	a1, 5f
	addi	a1, a1, -100
	jalr	a1, 101(a1)
4:	j	6f
5:	la	a2, 4b
	sub	a2, a1, a2
	expect	a2, 0
	jalr	x0, 0(a1)
6:	expect	x0, 0
	la	a1, 7f
	jalr	x0, a1, 0
	j	isa_fail
7:	li	a0, 10
	call	fibonacci
	expect	a0, 55
	la	a1, far
	jr	a1
back:	isa_end

/* With a stack: a0 = fibonacci(a0). */
fibonacci:
	li	t0, 2
	blt	a0, t0, 1f
	la	t1, depth
	lw	sp, 0(t1)
	addi	sp, sp, -8
	sw	sp, 0(t1)
	sw	ra, 4(sp)
	sw	a0, 0(sp)
	addi	a0, a0, -1
	call	fibonacci
	lw	t2, 0(sp)
	sw	a0, 0(sp)
	addi	a0, t2, -2
	call	fibonacci
	lw	t2, 0(sp)
	add	a0, a0, t2
	lw	ra, 4(sp)
	addi	sp, sp, 8
	la	t1, depth
	sw	sp, 0(t1)
1:	ret

	.space	0x80000
far:	j	back

	.data
	.balign	4
	.space	512
stack:
depth:	.word	stack
