// SPDX-License-Identifier: GPL-2.0
/*
 * Fetching an image from behind one of the board's own ports: it is read as a whole when the
 * loader opens its source, see remote.c.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "parts.h"

#define FETCH_PIECE	4096u

static int fetch_piece(struct overlay *ov, u32 key, u32 offset, u32 len)
{
	struct overlay_fetch *f = ov->fetch;
	int err;

	err = ov->ops->remote->read(ov->board, f->port, key, offset, f->file + offset, len);
	if (err)
		return overlay_stop(ov, err, "image cannot be read from port %u, byte %u", f->port,
				    offset);
	if (READ_ONCE(ov->cancel))
		return overlay_stop(ov, -EINTR, "cancelled");
	cond_resched();
	return 0;
}

/* Read the image's header, which says how long the image is. */
static int fetch_size(struct overlay *ov, u32 key, size_t max)
{
	const struct mrb_header *h = ov->fetch->file;
	u32 port = ov->fetch->port;
	int err = fetch_piece(ov, key, 0, sizeof(*h));

	if (err)
		return err;
	if (le32_to_cpu(h->magic) != MRB_MAGIC)
		return overlay_stop(ov, -ENODATA, "there is no image behind port %u", port);
	if (le32_to_cpu(h->total_size) < sizeof(*h) || le32_to_cpu(h->total_size) > max)
		return overlay_stop(ov, -EFBIG, "image behind port %u says it has %u bytes", port,
				    le32_to_cpu(h->total_size));
	return 0;
}

/**
 * overlay_fetch() - the loader opens a source behind a port
 * @ov: the update, of overlay_update_from()
 * @key: session key that the image in place presents; not trusted
 *
 * Context: the update's thread, before the pause; may sleep.
 * Return: 0 if @ov->file is there now, else OVERLAY_STOPPED.
 */
int overlay_fetch(struct overlay *ov, u32 key)
{
	const struct mrb_limits *limits = ov->ops->board->limits;
	size_t max = (size_t)limits->text_size + limits->data_size;
	struct overlay_fetch *f = ov->fetch;
	u32 size;
	int err;

	f->file = vmalloc(max);
	if (!f->file)
		return overlay_stop(ov, -ENOMEM, "no memory for the image");
	err = fetch_size(ov, key, max);
	if (err)
		return err;
	size = le32_to_cpu(((const struct mrb_header *)f->file)->total_size);
	for (u32 at = 0; at < size && !err; at += FETCH_PIECE)
		err = fetch_piece(ov, key, at, min(size - at, FETCH_PIECE));
	if (err)
		return err;
	ov->file = f->file;
	ov->file_size = size;
	return 0;
}
