/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MRB (Microcode Reconstruct and Boot) image format, version 1. All fields
 * are little-endian; Documentation/mrb-format.rst has it byte by byte.
 *
 * The header is the start of the image's first text block, so it lies at the
 * load address when the image runs, and at the start of staging before that
 * (patent: headers 410 and 416, version fields 418 and 420).
 */
#ifndef HBA_SIM_MRB_H
#define HBA_SIM_MRB_H

#include <hba_sim/types.h>

#define MRB_MAGIC	0x0042524du	/* "MRB\0" */
#define MRB_FORMAT	1u
#define MRB_MAX_BLOCKS	8u
#define MRB_MAX_SCHEMAS	16u
#define MRB_SHA256_SIZE	32u

#define MRB_VERSION(major, minor)	((major) << 16 | (minor))
#define MRB_VERSION_MAJOR(v)		((v) >> 16)
#define MRB_VERSION_MINOR(v)		((v) & 0xffffu)

/**
 * struct mrb_header - start of an image
 * @magic: MRB_MAGIC
 * @format: MRB_FORMAT
 * @header_size: sizeof(struct mrb_header)
 * @total_size: bytes in the file
 * @crc32: CRC-32 (IEEE 802.3) of the file with @crc32 and @sha256 as zeros;
 *	   checked by the old image's loader
 * @sha256: digest of the file with @sha256 as zeros; checked by the host
 * @board_id: the board that the image is for
 * @version: MRB_VERSION(), for people and for the conversion module
 * @ordinal: release ordinal: an image does not replace one with a higher ordinal
 * @load_addr: where the image's first text block runs
 * @runtime_entry: offset from @load_addr of the run-time entry
 * @bootstrap_entry: offset from @load_addr of the bootstrap, anywhere in text
 * @update_entry: offset from @load_addr of the update module
 * @cap_provided: capabilities that the image has
 * @cap_required: capabilities that board and driver must have
 * @pause_budget_us: longest pause that the image declares for its own start
 * @frame_formats: bit n set: speaks frame format n
 * @nr_blocks: entries in @block, 1 to MRB_MAX_BLOCKS
 * @nr_schemas: entries in @schema, 0 to MRB_MAX_SCHEMAS
 * @name: ASCII, zero-terminated
 * @rollback_entry: offset from @load_addr of the rollback module, 0 for none
 * @cap_lost: capabilities that the image gives up on purpose; it may replace an image
 *	      that provides them if board and driver can do without them
 * @oldest: lowest version that the image may replace, 0 for any
 * @reserved: zeros
 * @block: segments, tiling the file from offset 0 in order, the first is text
 *	   and holds the header
 * @schema: persistent data of the image
 */
struct mrb_header {
	__le32 magic;
	__le16 format;
	__le16 header_size;
	__le32 total_size;
	__le32 crc32;
	__u8 sha256[MRB_SHA256_SIZE];
	__le32 board_id;
	__le32 version;
	__le32 ordinal;
	__le32 load_addr;
	__le32 runtime_entry;
	__le32 bootstrap_entry;
	__le32 update_entry;
	__le32 cap_provided;
	__le32 cap_required;
	__le32 pause_budget_us;
	__le32 frame_formats;
	__le16 nr_blocks;
	__le16 nr_schemas;
	char name[16];
	__le32 rollback_entry;
	__le32 cap_lost;
	__le32 oldest;
	__le32 reserved;
	struct mrb_block {
		__le32 type;		/* MRB_TEXT, MRB_DATA or MRB_CHIP(n) */
		__le32 address;		/* at run time; MRB_CHIP: in staging; multiple of 16 */
		__le32 file_offset;
		__le32 file_size;	/* a multiple of 4 */
		__le32 mem_size;	/* >= file_size; the rest is zeros */
	} block[MRB_MAX_BLOCKS];
	struct mrb_schema {
		__le16 id;		/* which table, unique in the image */
		__le16 version;		/* of the table's format */
		__le32 address;		/* at run time, inside one data block */
		__le32 record_size;
		__le32 count;		/* capacity in records */
	} schema[MRB_MAX_SCHEMAS];
};

#define MRB_TEXT	1u
#define MRB_DATA	2u
/* Block type: contents for chip n (enum chip_kind), struct chip_contents. */
#define MRB_CHIP(n)	(3u + (n))

_Static_assert(sizeof(struct mrb_block) == 20, "mrb_block");
_Static_assert(sizeof(struct mrb_schema) == 16, "mrb_schema");
_Static_assert(sizeof(struct mrb_header) == 128 + 160 + 256, "mrb_header");

#endif
