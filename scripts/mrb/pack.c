// SPDX-License-Identifier: GPL-2.0
/*
 * Makes an image from an executable. The header is already in the executable, at
 * the start of its first text segment; the fields that depend on the linked file
 * (blocks, sizes, checksum, digest) are filled in here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <hba_sim/board.h>
#include "elf.h"

#define WORD	4u

struct layout {
	struct elf_segment segment[MRB_MAX_BLOCKS];
	u32 type[MRB_MAX_BLOCKS];
	u32 count;
};

static u32 padded(u32 size)
{
	return (size + WORD - 1) & ~(WORD - 1);
}

static bool add_segment(struct layout *l, const struct elf *e, const struct elf_segment *s,
			u32 type)
{
	if (l->count == MRB_MAX_BLOCKS)
		return complain(e->path, "more than %u segments", MRB_MAX_BLOCKS);
	if (type == MRB_TEXT && s->mem_size != s->file_size)
		return complain(e->path, "text segment at 0x%08x is not wholly in the file",
				s->address);
	if (s->file_size > board_limits.text_size + board_limits.data_size)
		return complain(e->path, "segment at 0x%08x is too large for the board",
				s->address);
	l->segment[l->count] = *s;
	l->type[l->count] = type;
	l->count++;
	return true;
}

/*
 * A segment at the address where contents of chips are staged is for the chip that its header
 * names. Otherwise a segment that is not writable is text, constants too, as the board's text
 * can be read. Returns 0 for bad contents.
 */
static u32 segment_type(const struct elf_segment *s)
{
	if (s->address - BOARD_STAGING_CHIPS_BASE < BOARD_STAGING_CHIPS_SIZE)
		return chip_block_type(s->data, s->file_size);
	return s->flags & PF_W ? MRB_DATA : MRB_TEXT;
}

static bool add_segments(struct layout *l, const struct elf *e, u32 first, u32 last)
{
	struct elf_segment s;
	bool load;
	u32 i, type;

	for (i = 0; i < e->phnum; i++) {
		if (!elf_segment(e, i, &s, &load))
			return false;
		if (!load)
			continue;
		if (s.flags & PF_W && s.flags & PF_X)
			return complain(e->path,
					"segment %u at 0x%08x is both writable and executable",
					i, s.address);
		type = segment_type(&s);
		if (!type)
			return complain(e->path, "segment at 0x%08x is not for a chip", s.address);
		if (type < first || type > last)
			continue;
		if (!add_segment(l, e, &s, type))
			return false;
	}
	return true;
}

static bool check_authored_header(const struct elf *e, const struct layout *l)
{
	const struct elf_segment *s = &l->segment[0];
	__le32 magic = 0;

	if (l->count && l->type[0] == MRB_TEXT && s->file_size >= sizeof(struct mrb_header))
		memcpy(&magic, s->data, sizeof(magic));
	if (le32_to_cpu(magic) == MRB_MAGIC)
		return true;
	return complain(e->path, "no MRB header at the start of the first text segment");
}

static bool layout_read(struct layout *l, const struct elf *e)
{
	l->count = 0;
	return add_segments(l, e, MRB_TEXT, MRB_TEXT) && add_segments(l, e, MRB_DATA, MRB_DATA) &&
	       add_segments(l, e, MRB_CHIP(0), ~0u) && check_authored_header(e, l);
}

/* Size of the image; at least that of a header, which the first segment holds. */
static u32 layout_size(const struct layout *l)
{
	u32 size = 0;
	u32 i;

	for (i = 0; i < l->count; i++)
		size += padded(l->segment[i].file_size);
	return max_t(u32, size, sizeof(struct mrb_header));
}

static void put_block(struct mrb_block *b, const struct elf_segment *s, u32 type, u32 offset)
{
	u32 file_size = padded(s->file_size);

	b->type = cpu_to_le32(type);
	b->address = cpu_to_le32(s->address);
	b->file_offset = cpu_to_le32(offset);
	b->file_size = cpu_to_le32(file_size);
	b->mem_size = cpu_to_le32(max(s->mem_size, file_size));
}

static void put_blocks(struct mrb_header *h, const struct layout *l)
{
	u32 pos = 0;
	u32 i;

	h->nr_blocks = cpu_to_le16(l->count);
	memset(h->block, 0, sizeof(h->block));
	for (i = 0; i < l->count; i++) {
		put_block(&h->block[i], &l->segment[i], l->type[i], pos);
		pos += padded(l->segment[i].file_size);
	}
	h->total_size = cpu_to_le32(pos);
}

static bool image_build(struct blob *image, const struct layout *l, const char *path)
{
	u8 *p;
	u32 i;

	image->len = layout_size(l);
	image->data = calloc(1, image->len);
	if (!image->data)
		return complain(path, "out of memory");
	for (i = 0, p = image->data; i < l->count; i++) {
		memcpy(p, l->segment[i].data, l->segment[i].file_size);
		if (l->type[i] >= MRB_CHIP(0))
			chip_sign(p);
		p += padded(l->segment[i].file_size);
	}
	put_blocks((struct mrb_header *)image->data, l);
	image_sign(image);
	return true;
}

static bool pack_file(struct blob *image, const struct blob *file, const char *path)
{
	struct layout l;
	struct elf e;

	return elf_open(&e, file, path) && layout_read(&l, &e) && bootstrap_check(&e) &&
	       image_build(image, &l, path) && image_check(image, &board_limits, path) &&
	       image_suits(image, path);
}

/**
 * pack() - make an image from an executable
 * @elf_path: the executable
 * @out_path: the image, replaced if it exists; untouched on failure
 *
 * Return: false, with a message, on failure.
 */
bool pack(const char *elf_path, const char *out_path)
{
	struct blob image = { };
	struct blob file;
	bool ok;

	if (!blob_read(&file, elf_path))
		return false;
	ok = pack_file(&image, &file, elf_path) && blob_write(image.data, image.len, out_path);
	free(image.data);
	free(file.data);
	return ok;
}
