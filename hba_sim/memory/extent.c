// SPDX-License-Identifier: GPL-2.0
/* How far an image reaches, and the digest of its text. */
#include <asm/byteorder.h>
#include <crypto/sha2.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include <hba_sim/board.h>

#include "memctl.h"

static u32 extent(const struct mrb_header *image, u32 type, u32 base)
{
	u32 end = 0;

	for (u32 i = 0; i < le16_to_cpu(image->nr_blocks); i++) {
		const struct mrb_block *b = &image->block[i];

		if (le32_to_cpu(b->type) == type)
			end = max(end, le32_to_cpu(b->address) - base + le32_to_cpu(b->mem_size));
	}
	return end;
}

/**
 * memctl_text_bytes() - how far an image's text reaches
 * @image: its header, checked
 *
 * Return: bytes from the start of the text window.
 */
u32 memctl_text_bytes(const struct mrb_header *image)
{
	return extent(image, MRB_TEXT, BOARD_TEXT_BASE);
}

/**
 * memctl_data_bytes() - how far an image's data reaches
 * @image: its header, checked
 *
 * Return: bytes from the start of the data window, rounded up to the size of a window.
 */
u32 memctl_data_bytes(const struct mrb_header *image)
{
	return ALIGN(extent(image, MRB_DATA, BOARD_DATA_BASE), 8);
}

/**
 * memctl_text_digest() - digest of an image's text
 * @text: where it lies
 * @image: its header, checked
 * @digest: set to the digest, MRB_SHA256_SIZE bytes
 *
 * Context: a thread.
 */
void memctl_text_digest(const u8 *text, const struct mrb_header *image, u8 *digest)
{
	sha256(text, memctl_text_bytes(image), digest);
}
