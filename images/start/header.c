// SPDX-License-Identifier: GPL-2.0
/*
 * The MRB header, except for the fields that depend on the finished file (sizes,
 * blocks and checksums): the packer fills these in.
 */
#include <hba_sim/mrb.h>
#include "persist.h"
#include "schemas.h"
#include "version.h"

/* Set by the linker script: the symbols' addresses are the values. */
extern const u8 runtime_offset[], bootstrap_offset[], update_offset[], rollback_offset[];

const struct mrb_header image_header __attribute__((section(".mrb_header"), used)) = {
	.magic = MRB_MAGIC,
	.format = MRB_FORMAT,
	.header_size = sizeof(struct mrb_header),
	.board_id = BOARD_ID,
	.version = IMAGE_VERSION,
	.ordinal = IMAGE_ORDINAL,
	.load_addr = BOARD_TEXT_BASE,
	.runtime_entry = (u32)runtime_offset,
	.bootstrap_entry = (u32)bootstrap_offset,
	.update_entry = (u32)update_offset,
	.rollback_entry = (u32)rollback_offset,
	.cap_provided = IMAGE_CAPABILITIES,
	.cap_required = CAP_BOARD_OVERLAY,
	.pause_budget_us = 100000,
	.frame_formats = 1u << IMAGE_FRAME_FORMAT,
	.nr_schemas = ARRAY_SIZE(((struct mrb_schema[])IMAGE_SCHEMAS)),
	.name = IMAGE_NAME,
	.cap_lost = IMAGE_GIVES_UP,
	.oldest = IMAGE_OLDEST,
	.schema = IMAGE_SCHEMAS,
};
