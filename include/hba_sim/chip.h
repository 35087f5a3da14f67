/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The board's other modules (patent: PLA 312 and the like), each a chip with two
 * configurations, one of which is active. An image carries the contents that it needs in
 * the chips as separate blocks. Shared by the board, the tools and the microcode.
 *
 * A chip's cells can be read in the window of BOARD_CELLS_BASE, configuration 0 and
 * then 1 of each chip; see chip_cells(). Only two services write them (OVERLAY_ERASE and
 * OVERLAY_PROGRAM), and only in the inactive configuration: erasing sets all bits of an
 * erase block, programming clears bits of a page.
 */
#ifndef HBA_SIM_CHIP_H
#define HBA_SIM_CHIP_H

#include <hba_sim/board.h>

#define CHIP_MAGIC		0x50494843u	/* "CHIP" */

/**
 * enum chip_kind - the chips of this board
 * @CHIP_PLA: PLA 312: determines which frames the ports take
 * @CHIP_PORT: flash part of the port: its firmware (hba_sim/port_firmware.h)
 */
enum chip_kind {
	CHIP_PLA,
	CHIP_PORT,
};

/**
 * struct chip_contents - header of a configuration's contents
 * @magic: CHIP_MAGIC
 * @chip: enum chip_kind
 * @version: distinguishes contents of the same chip, not 0
 * @size: bytes of the contents, this header included; a multiple of 4
 * @crc32: CRC-32 (IEEE 802.3) of the contents with @crc32 as zeros
 * @reserved: zeros
 *
 * A configuration is whole if all fields are valid. Its first page must be programmed last:
 * then a burn that is cut off at any point leaves no configuration that looks whole.
 */
struct chip_contents {
	__le32 magic;
	__le32 chip;
	__le32 version;
	__le32 size;
	__le32 crc32;
	__le32 reserved[3];
};

/* PLA: behind the header, the contents are product terms only. */
#define PLA_FRAME_TYPE		0x00ffu		/* inputs: a frame's type, */
#define PLA_FRAME_FORMAT	0x0f00u		/* its format, */
#define PLA_TAKE		0x0001u		/* output: the ports take it */

/**
 * struct pla_term - a product term
 * @care: inputs that the term looks at
 * @value: what these inputs have to be
 * @output: outputs that are set if they match
 * @reserved: 0
 *
 * An output is set if any term sets it.
 */
struct pla_term {
	__le16 care;
	__le16 value;
	__le16 output;
	__le16 reserved;
};

_Static_assert(sizeof(struct chip_contents) == 32, "chip_contents");
_Static_assert(sizeof(struct pla_term) == 8, "pla_term");

/* Offset of a configuration in the window of cells. */
static inline __u32 chip_cells(__u32 chip, __u32 config)
{
	return (BOARD_CHIP_CONFIGS * chip + config) * BOARD_CONFIG_SIZE;
}

#endif
