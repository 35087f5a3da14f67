// SPDX-License-Identifier: GPL-2.0
/*
 * Padding: what is sent after an image that is complete. A sender does not know where the image
 * ends, so it may go on sending parts; each part gets the status that it would have got in one
 * command with the image.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>

#include "adapter.h"
#include "download_padding.h"

/**
 * padding_of() - what one nexus may still send after an image
 * @d: the downloads
 * @target: remote port of the nexus; any number, as hostile microcode may name any
 *
 * Context: @d->lock is held; so for all functions in this file.
 * Return: the record of the nexus, or NULL for a port without logical units.
 */
struct download_padding *padding_of(struct download *d, u32 target)
{
	return target < BOARD_MAX_TARGETS ? &d->padding[target] : NULL;
}

/**
 * padding_expect() - an image is complete and is accepted, or will be: padding may follow
 * @d: the downloads
 * @target: remote port of its nexus
 * @flags: DOWNLOAD_* of the commands that sent it
 * @at: bytes of it that have come
 *
 * Return: what to pass to padding_open() once the image has been accepted; NULL if no padding
 * can follow.
 */
struct download_padding *padding_expect(struct download *d, u32 target, u32 flags, u32 at)
{
	struct download_padding *p = padding_of(d, target);

	if (!p || flags & DOWNLOAD_WHOLE)
		return NULL;
	p->flags = flags;
	p->at = at;
	return p;
}

/**
 * padding_open() - the image has been accepted: from now on there may be padding
 * @p: the return value of padding_expect(), or NULL
 */
void padding_open(struct download_padding *p)
{
	if (!p)
		return;
	p->open = true;
	p->last = jiffies;
}

/**
 * padding_end() - no later part belongs to the last image of a nexus any more
 * @d: the downloads
 * @target: remote port of the nexus
 */
void padding_end(struct download *d, u32 target)
{
	struct download_padding *p = padding_of(d, target);

	if (!p)
		return;
	p->open = false;
	if (d->waits_padding == p)
		d->waits_padding = NULL;
}

/**
 * padding_goes_on() - does a part continue an image that is complete?
 * @d: the downloads
 * @target: remote port of its nexus
 * @flags: DOWNLOAD_* of the part
 * @at: its offset
 *
 * Return: true if it does: it is padding, whatever it holds.
 */
bool padding_goes_on(struct download *d, u32 target, u32 flags, u32 at)
{
	struct download_padding *p = padding_of(d, target);
	unsigned long limit = msecs_to_jiffies(READ_ONCE(d->stream.idle_ms));

	if (!p || !p->open)
		return false;
	if (!at || p->flags != flags || time_after(jiffies, p->last + limit)) {
		p->open = false;
		return false;
	}
	return p->at == at;
}

/**
 * padding_took() - a part for which padding_goes_on() returned true has been read
 * @d: the downloads
 * @target: remote port of its nexus
 * @len: bytes in it
 */
void padding_took(struct download *d, u32 target, u32 len)
{
	struct download_padding *p = padding_of(d, target);

	p->at += len;
	p->last = jiffies;
}
