/* SPDX-License-Identifier: GPL-2.0 */
/* Constants that only make an image larger. */
	.section .rodata.pad, "a"
	.balign	4
	.fill	PAD_BYTES / 4, 4, 0x00100073
