// SPDX-License-Identifier: GPL-2.0
/*
 * A data stream (requirement U2): an image that somebody sends piece by piece. It
 * is gathered here without being looked at; an update begins when all of it is
 * there. A stream has one sender, who sends the bytes in order. A stream that
 * breaks off leaves nothing behind: it is dropped when another one begins, or when
 * its sender has been silent for too long.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "stream.h"

#define STREAM_IDLE_MS	30000u

/* Lock held. */
static void stream_drop(struct overlay_stream *s)
{
	lockdep_assert_held(&s->lock);
	vfree(s->data);
	s->data = NULL;
	s->size = 0;
}

/* Lock held. Schedules stream_idle() for when the sender may have been silent for too long. */
static void stream_watch(struct overlay_stream *s)
{
	lockdep_assert_held(&s->lock);
	mod_delayed_work(system_wq, &s->idle, msecs_to_jiffies(s->idle_ms) + 1);
}

static void stream_idle(struct work_struct *work)
{
	struct overlay_stream *s = container_of(to_delayed_work(work), struct overlay_stream, idle);

	mutex_lock(&s->lock);
	if (s->data && time_after(jiffies, s->last + msecs_to_jiffies(s->idle_ms)))
		stream_drop(s);
	else if (s->data)
		stream_watch(s);
	mutex_unlock(&s->lock);
}

/**
 * overlay_stream_init() - set up a stream that expects no image yet
 * @s: the stream
 * @max: bytes of the largest image
 */
void overlay_stream_init(struct overlay_stream *s, size_t max)
{
	mutex_init(&s->lock);
	INIT_DELAYED_WORK(&s->idle, stream_idle);
	s->data = NULL;
	s->size = 0;
	s->max = max;
	s->idle_ms = STREAM_IDLE_MS;
}

/**
 * overlay_stream_destroy() - free what a stream holds
 * @s: the stream, which nobody uses any more
 *
 * Context: may sleep.
 */
void overlay_stream_destroy(struct overlay_stream *s)
{
	cancel_delayed_work_sync(&s->idle);
	vfree(s->data);
	s->data = NULL;
}

/**
 * overlay_stream_open() - expect a new image
 * @s: the stream; bytes of an earlier image are dropped
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int overlay_stream_open(struct overlay_stream *s)
{
	int err = 0;

	mutex_lock(&s->lock);
	s->size = 0;
	s->last = jiffies;
	if (!s->data)
		s->data = vmalloc(s->max);
	if (s->data)
		stream_watch(s);
	else
		err = -ENOMEM;
	mutex_unlock(&s->lock);
	return err;
}

/* Lock held. An image that is too large will not become smaller: it is dropped. */
static int stream_append(struct overlay_stream *s, u64 at, const void *from, size_t len)
{
	lockdep_assert_held(&s->lock);
	if (!s->data)
		return -ENODEV;
	if (at != s->size)
		return at < s->size ? -EBUSY : -EINVAL;
	if (len > s->max - s->size) {
		stream_drop(s);
		return -EFBIG;
	}
	memcpy(s->data + s->size, from, len);
	s->size += len;
	s->last = jiffies;
	return 0;
}

/**
 * overlay_stream_append() - take the next bytes of the image
 * @s: the stream
 * @at: offset of the bytes in the image
 * @from: the bytes
 * @len: how many
 *
 * Context: may sleep.
 * Return: 0; -ENODEV: no image is expected; -EBUSY: somebody else has already sent the
 * bytes at @at; -EINVAL: there is a gap before @at; -EFBIG: the image is too large, and
 * the stream was dropped.
 */
int overlay_stream_append(struct overlay_stream *s, u64 at, const void *from, size_t len)
{
	int err;

	mutex_lock(&s->lock);
	err = stream_append(s, at, from, len);
	mutex_unlock(&s->lock);
	return err;
}

/**
 * overlay_stream_size() - how much of the image has come
 * @s: the stream
 *
 * Context: may sleep; the answer may change at any time.
 * Return: bytes.
 */
size_t overlay_stream_size(struct overlay_stream *s)
{
	size_t size;

	mutex_lock(&s->lock);
	size = s->size;
	mutex_unlock(&s->lock);
	return size;
}

/**
 * overlay_stream_read() - read the image's first bytes
 * @s: the stream
 * @to: where the bytes go
 * @len: how many
 *
 * Context: may sleep.
 * Return: false if fewer than @len bytes have come.
 */
bool overlay_stream_read(struct overlay_stream *s, void *to, size_t len)
{
	bool there;

	mutex_lock(&s->lock);
	there = s->size >= len;
	if (there)
		memcpy(to, s->data, len);
	mutex_unlock(&s->lock);
	return there;
}

/**
 * overlay_stream_cut() - drop the last bytes, as they will be sent again
 * @s: the stream
 * @size: bytes that stay
 *
 * Context: may sleep.
 */
void overlay_stream_cut(struct overlay_stream *s, size_t size)
{
	mutex_lock(&s->lock);
	s->size = min(s->size, size);
	mutex_unlock(&s->lock);
}

/**
 * overlay_stream_discard() - drop the stream: the rest of the image will not come
 * @s: the stream
 *
 * Context: may sleep.
 * Return: false if no image was expected anyway.
 */
bool overlay_stream_discard(struct overlay_stream *s)
{
	bool there;

	mutex_lock(&s->lock);
	there = s->data;
	stream_drop(s);
	mutex_unlock(&s->lock);
	return there;
}

/**
 * overlay_stream_take() - take over the image, which is complete
 * @s: the stream; it expects no image afterwards
 * @size: set to the image's size in bytes
 *
 * Context: may sleep.
 * Return: the image, for the caller to vfree(); NULL if nothing has come.
 */
void *overlay_stream_take(struct overlay_stream *s, size_t *size)
{
	void *image = NULL;

	mutex_lock(&s->lock);
	if (s->size) {
		image = s->data;
		*size = s->size;
		s->data = NULL;
		s->size = 0;
	}
	mutex_unlock(&s->lock);
	return image;
}
