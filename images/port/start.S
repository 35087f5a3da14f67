/* SPDX-License-Identifier: GPL-2.0 */
/* Where the port hart starts: a stack, and away. */
	.section .text.start, "ax"
	.globl	start
start:
	la	sp, __stack_end
	j	port_main
