/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guests for test_threads.c, which several harts run at once. Shared words are
 * at a0, each on a line of its own; a1 is the number of rounds. The jumps at
 * the start are their entries, 4 bytes apart.
 */
	.text
	.globl	_start
_start:
	j	amo
	j	lrsc
	j	lock_amo
	j	lock_lrsc
	j	dirty
	j	message
	j	countdown

/* 0(a0) counts up, 64(a0) is the or, 128(a0) the maximum of what was seen */
amo:
	li	t0, 1
	addi	a2, a0, 64
	addi	a3, a0, 128
1:	amoadd.w t1, t0, (a0)
	amoor.w	x0, t1, (a2)
	amomaxu.w x0, t1, (a3)
	addi	a1, a1, -1
	bnez	a1, 1b
	ecall

lrsc:
1:	lr.w	t1, (a0)
	addi	t1, t1, 1
	sc.w	t2, t1, (a0)
	bnez	t2, 1b
	addi	a1, a1, -1
	bnez	a1, 1b
	ecall

/* the lock is 0(a0), what it protects 64(a0); an ecall shows it to the host */
lock_amo:
	li	t0, 1
1:	amoswap.w.aq t1, t0, (a0)
	bnez	t1, 1b
	lw	t1, 64(a0)
	addi	t1, t1, 1
	sw	t1, 64(a0)
	li	a7, 1
	ecall
	amoswap.w.rl x0, x0, (a0)
	addi	a1, a1, -1
	bnez	a1, 1b
	li	a7, 0
	ecall

lock_lrsc:
	li	t0, 1
1:	lr.w	t1, (a0)
	bnez	t1, 1b
	sc.w	t2, t0, (a0)
	bnez	t2, 1b
	fence	r, rw
	lw	t1, 64(a0)
	addi	t1, t1, 1
	sw	t1, 64(a0)
	li	a7, 1
	ecall
	fence	rw, w
	sw	x0, 0(a0)
	addi	a1, a1, -1
	bnez	a1, 1b
	li	a7, 0
	ecall

/* stores of all widths over a page, the host copying what is marked */
dirty:
	li	a2, 4092
1:	and	t0, a1, a2
	add	t0, t0, a0
	sw	a1, 0(t0)
	xori	t0, t0, 256
	sb	a1, 3(t0)
	xori	t0, t0, 512
	sh	a1, 2(t0)
	xori	t0, t0, 1024
	amoxor.w x0, a1, (t0)
	addi	a1, a1, -97
	bgtz	a1, 1b
	ecall

/* hart 0 writes 64(a0) and then 0(a0); hart 1 may not see it the other way */
message:
	csrr	t0, mhartid
	li	a2, 0
	bnez	t0, 2f
1:	addi	a2, a2, 1
	sw	a2, 64(a0)
	fence	w, w
	sw	a2, 0(a0)
	bne	a2, a1, 1b
	ecall
2:	lw	t1, 0(a0)
	fence	r, r
	lw	t2, 64(a0)
	bltu	t2, t1, 3f
	bne	t1, a1, 2b
	ecall
3:	li	a2, -1
	ecall

/* one word, over and over; 1 is its last value */
countdown:
1:	sw	a1, 64(a0)
	addi	a1, a1, -1
	bnez	a1, 1b
	ecall
