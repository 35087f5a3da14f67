// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a file with the contents of a slot of the boot flash (hba_sim/chips/slots.h), for
 * programs that write to MTD devices and know nothing about slots.
 */
#include <stdlib.h>
#include <string.h>
#include "../../hba_sim/chips/slots.h"
#include "tool.h"

#define PAGE_BYTES	1024u	/* page size of the boot flash in RAM */

/* Between header and image, the flash stays erased. */
static void fill(u8 *page, const struct blob *image, u32 sequence)
{
	struct slot_header head = {
		.magic = cpu_to_le32(SLOT_MAGIC), .format = cpu_to_le32(SLOT_FORMAT),
		.sequence = cpu_to_le32(sequence), .size = cpu_to_le32(image->len),
		.version = ((const struct mrb_header *)image->data)->version,
		.file_crc = cpu_to_le32(slot_crc(image->data, image->len)),
	};

	head.crc = cpu_to_le32(slot_header_crc(head));
	memset(page, 0xff, PAGE_BYTES);
	memcpy(page, &head, sizeof(head));
	memcpy(page + PAGE_BYTES, image->data, image->len);
}

bool image_to_slot(const struct blob *image, u32 sequence, const char *out)
{
	size_t len = PAGE_BYTES + image->len;
	u8 *page = malloc(len);
	bool ok;

	if (!page)
		return complain(out, "out of memory");
	fill(page, image, sequence);
	ok = blob_write(page, len, out);
	free(page);
	return ok;
}
