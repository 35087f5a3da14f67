// SPDX-License-Identifier: GPL-2.0
/*
 * Images as files, checked by the parser that the module uses.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <linux/kernel.h>
#include <hba_sim/board.h>
#include <hba_sim/frame.h>
#include "../../hba_sim/chips/chip.h"
#include "tool.h"

bool image_check(const struct blob *image, const struct mrb_limits *lim, const char *path)
{
	char field[FIELD_NAME_MAX];
	struct mrb_fault fault;

	if (!mrb_check(image->data, image->len, lim, &fault))
		return true;
	if (image->len < sizeof(struct mrb_header))
		return complain(path, "%s", fault.what);
	field_describe(fault.where, field);
	return complain(path, "%s (%s, byte %u)", fault.what, field, fault.where);
}

/*
 * As in the adapter, what lies behind the image counts as padding. With @any_board the image
 * must be valid but may be for another board.
 */
bool image_read(struct blob *image, const char *path, bool any_board)
{
	struct mrb_limits lim = board_limits;
	size_t len;

	if (!blob_read(image, path))
		return false;
	len = image->len;
	image->len = mrb_image_size(image->data, len);
	image->padding = len - image->len;
	if (any_board && image->len >= sizeof(struct mrb_header))
		lim.board_id = le32_to_cpu(((struct mrb_header *)image->data)->board_id);
	if (image_check(image, &lim, path))
		return true;
	free(image->data);
	return false;
}

/* The formats that the ports can take, as far as that depends on the image. */
static u32 port_formats(const struct mrb_header *h)
{
	const struct mrb_block *pla = mrb_find_chip(h, CHIP_PLA);

	return pla ? chip_formats((const u8 *)h + le32_to_cpu(pla->file_offset)) : FRAME_FORMATS;
}

/**
 * image_suits() - would an adapter accept a valid image?
 * @image: the image, from image_read(), for this board
 * @path: name of the file, for messages
 *
 * An adapter's other checks are not made here, as they depend on the image that it runs
 * and on its active PLA.
 *
 * Return: true if it would.
 */
bool image_suits(const struct blob *image, const char *path)
{
	const struct mrb_header *h = (const struct mrb_header *)image->data;
	u32 chip;

	if (!chips_carried_whole(h, &chip))
		return complain(path, "carries contents for chip %u that are not whole", chip);
	if (!(le32_to_cpu(h->frame_formats) & FRAME_FORMATS & port_formats(h)))
		return complain(path, "speaks no frame format that driver and board do");
	return true;
}

/* The digest covers the checksum, so the checksum comes first. */
void image_sign(struct blob *image)
{
	struct mrb_header *h = (struct mrb_header *)image->data;

	h->crc32 = cpu_to_le32(mrb_crc32(image->data, image->len));
	mrb_digest(image->data, image->len, h->sha256);
}

static bool extract_block(const struct blob *image, u32 i, const char *dir)
{
	const struct mrb_block *b = &((struct mrb_header *)image->data)->block[i];
	const char *type = block_type_name(le32_to_cpu(b->type));
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/block%u-%s.bin", dir, i, type) >= (int)sizeof(path))
		return complain(dir, "cannot write: %s", strerror(ENAMETOOLONG));
	return blob_write(image->data + le32_to_cpu(b->file_offset), le32_to_cpu(b->file_size),
			  path);
}

bool image_extract(const struct blob *image, const char *dir)
{
	u32 n = le16_to_cpu(((struct mrb_header *)image->data)->nr_blocks);
	u32 i;

	if (mkdir(dir, 0777) && errno != EEXIST)
		return complain(dir, "cannot create: %s", strerror(errno));
	for (i = 0; i < n; i++)
		if (!extract_block(image, i, dir))
			return false;
	return true;
}
