/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Start of a bare guest program in C: a stack at the end of the default
 * memory of hart-run, main(), and its result as the exit code.
 */
	.section .text.start, "ax"
	.globl	_start
_start:
	li	sp, 0x80ff0000
	call	main
	li	a7, 93
	ecall
