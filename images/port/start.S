/* SPDX-License-Identifier: GPL-2.0 */
/* Where the port hart starts: set up a stack, and call the C code. */
	.section .text.start, "ax"
	.globl	start
start:
	la	sp, __stack_end
	j	port_main
