/* SPDX-License-Identifier: GPL-2.0 */
/* An image that comes as a stream of bytes, before an update begins. */
#ifndef OVERLAY_STREAM_H
#define OVERLAY_STREAM_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

/**
 * struct overlay_stream - what has come of an image so far
 * @lock: protects all below
 * @data: buffer for the largest image; NULL: no image is expected
 * @size: bytes that have come
 * @max: bytes of the largest image
 * @idle_ms: if the sender is silent for this long, the stream is dropped
 * @last: when bytes last came, in jiffies
 * @idle: drops the stream after @idle_ms of silence
 */
struct overlay_stream {
	struct mutex lock;	/* protects all below */
	u8 *data;
	size_t size;
	size_t max;
	u32 idle_ms;
	unsigned long last;
	struct delayed_work idle;
};

void overlay_stream_init(struct overlay_stream *s, size_t max);
void overlay_stream_destroy(struct overlay_stream *s);
int overlay_stream_open(struct overlay_stream *s);
int overlay_stream_append(struct overlay_stream *s, u64 at, const void *from, size_t len);
size_t overlay_stream_size(struct overlay_stream *s);
bool overlay_stream_read(struct overlay_stream *s, void *to, size_t len);
void overlay_stream_cut(struct overlay_stream *s, size_t size);
bool overlay_stream_discard(struct overlay_stream *s);
void *overlay_stream_take(struct overlay_stream *s, size_t *size);

#endif
