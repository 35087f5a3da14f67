// SPDX-License-Identifier: GPL-2.0
/*
 * An update whose image lies on a storage device behind the board's own ports (patent:
 * P 053; requirements U2, S8). The running image has to open the way: its loader
 * shows what the far end wants to see, the session that it has there. The image is
 * read as a whole when the loader opens its source; from there on all goes as with a
 * file, as the host must be able to look at the same bytes that the loader gets.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "parts.h"

#define FETCH_PIECE	4096u

/**
 * struct overlay_fetch - an image behind a port
 * @port: the port
 * @file: the image, once it has been read
 */
struct overlay_fetch {
	u32 port;
	void *file;
};

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

/* How long the image says it is. */
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
 * @key: what the image in place shows for it; not to be believed
 *
 * Context: the update's thread, before the pause; may sleep.
 * Return: 0: @ov->file is there; OVERLAY_STOPPED.
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

/**
 * overlay_update_from() - an update with an image behind one of the board's ports
 * @ov: the engine, claimed by overlay_claim(); its board has overlay_ops.remote
 * @port: number of the port
 * @result: set to the status at the end, if that is reached
 *
 * Context: as for overlay_update().
 * Return: as for overlay_update().
 */
int overlay_update_from(struct overlay *ov, u32 port, struct overlay_status *result)
{
	struct overlay_fetch fetch = { .port = port };
	int err;

	ov->fetch = &fetch;
	ov->ops->remote->select(ov->board, port);
	err = overlay_update(ov, NULL, 0, result);
	ov->ops->remote->select(ov->board, U32_MAX);
	ov->fetch = NULL;
	vfree(fetch.file);
	return err;
}
