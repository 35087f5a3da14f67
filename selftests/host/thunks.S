/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What code built with the kernel's flags calls instead of indirect jumps and
 * returns: retpolines, and the plain return that a kernel patches in on
 * processors without the return flaw. For speed measurements in user space.
 */
.macro thunk reg
	.globl	__x86_indirect_thunk_\reg
	.balign	32
__x86_indirect_thunk_\reg:
	call	1f
2:	pause
	lfence
	jmp	2b
1:	mov	%\reg, (%rsp)
	ret
	int3
.endm

	.text
	.irp	reg, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	thunk	\reg
	.endr

	.globl	__x86_return_thunk
	.balign	64
__x86_return_thunk:
	ret
	int3

	.section .note.GNU-stack, "", @progbits
