/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest program's memory image inside a test program. The Makefile defines
 * BLOB_START, BLOB_END and BLOB_FILE.
 */
	.section .rodata
	.balign	64
	.globl	BLOB_START, BLOB_END
BLOB_START:
	.incbin	BLOB_FILE
	.balign	8
BLOB_END:
	.section .note.GNU-stack, "", @progbits
