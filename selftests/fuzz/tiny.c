// SPDX-License-Identifier: GPL-2.0
/* The smallest image that the packer takes: what fuzzing of it starts from. */
#include <hba_sim/board.h>
#include <hba_sim/mrb.h>

extern char start[], __bootstrap_start[];

__le32 counters[6] = { 1, 2, 3, 4, 5, 6 };
__le32 logins[16];

__attribute__((section(".mrb_header"), used))
const struct mrb_header header = {
	.magic = MRB_MAGIC,
	.format = MRB_FORMAT,
	.header_size = sizeof(struct mrb_header),
	.board_id = BOARD_ID,
	.version = MRB_VERSION(1, 7),
	.ordinal = 3,
	.load_addr = BOARD_TEXT_BASE,
	.runtime_entry = (__le32)start - BOARD_TEXT_BASE,
	.bootstrap_entry = (__le32)__bootstrap_start - BOARD_TEXT_BASE,
	.update_entry = (__le32)start - BOARD_TEXT_BASE,
	.cap_required = CAP_BOARD_OVERLAY,
	.frame_formats = 1 << 1,
	.name = "tiny",
	.nr_schemas = 1,
	.schema = {
		{ .id = 1, .version = 1, .address = (__le32)logins, .record_size = 8, .count = 8 },
	},
};

__asm__("	.text\n"
"	.globl	start\n"
"start:	wfi\n"
"	j	start\n"
"	.section .bootstrap, \"ax\"\n"
"	la	a0, counters\n"
"	beqz	a0, 1f\n"
"	call	start\n"
"1:	tail	start\n"
"	.word	start - .\n");
