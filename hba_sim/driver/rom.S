/* SPDX-License-Identifier: GPL-2.0 */
/* The ROM image; Kbuild defines ROM_IMAGE. */
	.section .rodata
	.balign	16
	.globl	hba_rom_start
hba_rom_start:
	.incbin	ROM_IMAGE
	.globl	hba_rom_end
hba_rom_end:
