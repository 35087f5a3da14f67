// SPDX-License-Identifier: GPL-2.0
/* Blocks that an image carries for the board's chips, and names of block types. */
#include "../../hba_sim/chips/chip.h"
#include "tool.h"

static const char * const names[] = {
	[MRB_TEXT]		= "text",
	[MRB_DATA]		= "data",
	[MRB_CHIP(CHIP_PLA)]	= "pla",
	[MRB_CHIP(CHIP_PORT)]	= "port",
};

/**
 * block_type_name() - a block type's name
 * @type: the type, of a block that was checked
 *
 * Return: the name.
 */
const char *block_type_name(u32 type)
{
	return names[type];
}

/**
 * chip_block_type() - which chip are these contents for?
 * @contents: the contents
 * @len: bytes in @contents
 *
 * Return: the type of block that holds them; 0 if they are not valid contents.
 */
u32 chip_block_type(const void *contents, size_t len)
{
	const struct chip_contents *head = contents;

	if (len < sizeof(*head) || le32_to_cpu(head->magic) != CHIP_MAGIC ||
	    le32_to_cpu(head->chip) >= BOARD_CHIPS || le32_to_cpu(head->size) > len ||
	    le32_to_cpu(head->size) < sizeof(*head))
		return 0;
	return MRB_CHIP(le32_to_cpu(head->chip));
}

/**
 * chip_sign() - fill in the checksum of contents
 * @contents: the contents, accepted by chip_block_type()
 */
void chip_sign(void *contents)
{
	struct chip_contents *head = contents;

	head->crc32 = cpu_to_le32(chip_contents_crc(contents, le32_to_cpu(head->size)));
}
