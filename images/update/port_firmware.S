/* SPDX-License-Identifier: GPL-2.0 */
/* The port firmware as an image carries it; the Makefile selects its version. */
	.section .chip.port, "a", @progbits
	.incbin	PORT_FIRMWARE
