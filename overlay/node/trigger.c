// SPDX-License-Identifier: GPL-2.0
/*
 * What starts an update: the name of an image, the number of a port, or an order together
 * with the image itself (upload.c). Each claims the engine, notes what is to be done, and
 * leaves the rest to the work items in source.c.
 */
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "node.h"

/* A file's name below hba_sim/: nothing that leads out of that folder or garbles a log. */
static bool name_valid(const char *name, size_t len)
{
	if (!len || len > OVERLAY_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!name[i] || iscntrl(name[i]))
			return false;
	return !memchr(name, '/', len) && !strnstr(name, "..", len);
}

#define METHOD	" method="

/* Takes a method off the end of what was written. -EINVAL: unknown method. */
static int take_method(struct overlay *ov, const char *buf, size_t *len, bool *conventional)
{
	const char *at = strnstr(buf, METHOD, *len);
	size_t n;

	if (!at)
		return 0;
	n = *len - (at + strlen(METHOD) - buf);
	*len = at - buf;
	at += strlen(METHOD);
	if (n == strlen("overlay") && !memcmp(at, "overlay", n))
		return 0;
	if (n != strlen("conventional") || memcmp(at, "conventional", n))
		return -EINVAL;
	*conventional = true;
	return ov->ops->conventional ? 0 : overlay_unable(ov, "board has no conventional overlay");
}

static bool take_word(const char *buf, size_t *len, const char *word)
{
	size_t n = strlen(word);

	if (*len < n || memcmp(buf + *len - n, word, n))
		return false;
	*len -= n;
	return true;
}

/**
 * struct wish - what a user asks for in addition to an image
 * @conventional: use the conventional method
 * @permanent: boot the image from the next power-on on
 */
struct wish {
	bool conventional;
	bool permanent;
};

/* Takes everything but the name off the end of what was written. */
static int take_wish(struct overlay *ov, const char *buf, size_t *len, struct wish *wish)
{
	int err;

	*wish = (struct wish){ .permanent = take_word(buf, len, " permanent") };
	if (!wish->permanent)
		take_word(buf, len, " temporary");
	err = take_method(ov, buf, len, &wish->conventional);
	if (err || !wish->permanent)
		return err;
	if (wish->conventional)
		return overlay_unable(ov, "a conventional overlay is never permanent");
	return overlay_want_permanent(ov);
}

/* The engine was claimed: note the image's name, and reset the rest. */
static void claimed(struct overlay_node *node, const char *name)
{
	strscpy(node->image, name, sizeof(node->image));
	node->conventional = false;
	node->remote = false;
	node->order = NULL;
	node->file = NULL;
	node->read_error = 0;
}

/* A conventional overlay does not read the file before I/O has stopped. */
static void begin(struct overlay_node *node, bool conventional)
{
	node->conventional = conventional;
	if (!conventional) {
		queue_work(system_long_wq, &node->read);
		return;
	}
	dev_warn(node->dev, "conventional overlay, for comparison: I/O stops, and a bad image stops the adapter until a power cycle\n");
	queue_work(node->wq, &node->update);
}

static int claim_update(struct overlay *ov, const char *name)
{
	int err = overlay_claim(ov);

	if (!err)
		overlay_set_name(ov, name);
	return err;
}

static int trigger(struct overlay_node *node, const char *buf, size_t len,
		   const struct wish *wish,
		   int (*claim)(struct overlay *ov, const char *name))
{
	char name[sizeof(node->image)];
	int err;

	if (!name_valid(buf, len))
		return -EINVAL;
	memcpy(name, buf, len);
	name[len] = '\0';
	err = claim(&node->ov, name);
	if (err)
		return err;
	node->ov.permanent = wish->permanent;
	claimed(node, name);
	begin(node, wish->conventional);
	return 0;
}

/**
 * overlay_node_claim() - begin an update to an image that the requester provides
 * @node: the engine
 * @order: the request; overlay_node_start() must follow, in any thread
 * @permanent: the image is to outlive a power cycle
 *
 * A claim that fails does not affect an update under way, nor that update's order.
 * After a claim, overlay_cancel_own() with @order cancels the update, until its pause begins.
 *
 * Context: a thread.
 * Return: as overlay_claim(); -EOPNOTSUPP: the board has no media to keep an image on.
 */
int overlay_node_claim(struct overlay_node *node, struct overlay_order *order, bool permanent)
{
	int err = permanent ? overlay_want_permanent(&node->ov) : 0;

	if (!err)
		err = claim_update(&node->ov, order->name);
	if (err)
		return err;
	node->ov.permanent = permanent;
	overlay_own(&node->ov, order);
	claimed(node, order->name);
	node->order = order;
	return 0;
}

/**
 * overlay_node_start() - go on with an update: the image is there, or will not come
 * @node: the engine, after overlay_node_claim()
 * @image: the image, which the engine will vfree(); not trusted
 * @size: bytes in @image
 * @err: 0; -EINTR: no image, as the sender broke off; -ENOMEM: no memory for it
 *
 * Context: a thread; does not wait for the update.
 */
void overlay_node_start(struct overlay_node *node, void *image, size_t size, int err)
{
	node->file = image;
	node->size = size;
	node->read_error = err;
	queue_work(node->wq, &node->update);
}

/**
 * overlay_node_order() - start an update to an image that has come as a stream
 * @node: the engine
 * @order: the request
 * @stream: the image; left as it is if the update cannot begin
 *
 * Context: a thread; does not wait for the update.
 * Return: 0; -EINVAL: no image has come; an error of overlay_claim().
 */
int overlay_node_order(struct overlay_node *node, struct overlay_order *order,
		       struct overlay_stream *stream)
{
	size_t size = 0;
	void *image;
	int err;

	if (!overlay_stream_size(stream))
		return -EINVAL;
	err = overlay_node_claim(node, order, false);
	if (err)
		return err;
	image = overlay_stream_take(stream, &size);
	overlay_node_start(node, image, size, image ? 0 : -EINTR);
	return 0;
}

/* Length without the newline that what is written may end with. */
static size_t line_len(const char *buf, size_t len)
{
	return len && buf[len - 1] == '\n' ? len - 1 : len;
}

/**
 * overlay_node_trigger() - start an update
 * @node: the engine
 * @buf: name of the image; optionally " method=" and a method, " permanent" or " temporary",
 *	and a newline
 * @len: bytes in @buf
 *
 * Context: a thread.
 * Return: 0; -EINVAL for a bad name or method; -EOPNOTSUPP: the board does not have
 * the method, or the media; an error of overlay_claim().
 */
int overlay_node_trigger(struct overlay_node *node, const char *buf, size_t len)
{
	size_t n = line_len(buf, len);
	struct wish wish;
	int err = take_wish(&node->ov, buf, &n, &wish);

	return err ?: trigger(node, buf, n, &wish, claim_update);
}

/**
 * overlay_node_trigger_name() - start an update to an image, by a name without options
 * @node: the engine
 * @name: the name; nothing in it is taken as an option
 * @permanent: the image is to be booted from the next power-on on
 *
 * Context: a thread.
 * Return: as overlay_node_trigger().
 */
int overlay_node_trigger_name(struct overlay_node *node, const char *name, bool permanent)
{
	const struct wish wish = { .permanent = permanent };
	int err = permanent ? overlay_want_permanent(&node->ov) : 0;

	return err ?: trigger(node, name, strlen(name), &wish, claim_update);
}

/**
 * overlay_node_check() - start a check: would an update succeed?
 * @node: the engine
 * @buf: as for overlay_node_trigger()
 * @len: bytes in @buf
 *
 * Context: a thread.
 * Return: as overlay_node_trigger(); -EOPNOTSUPP: that method has no check.
 */
int overlay_node_check(struct overlay_node *node, const char *buf, size_t len)
{
	size_t n = line_len(buf, len);
	struct wish wish;
	int err = take_wish(&node->ov, buf, &n, &wish);

	if (!err && wish.conventional)
		err = overlay_unable(&node->ov, "a conventional overlay cannot be checked");
	return err ?: trigger(node, buf, n, &wish, overlay_claim_check);
}

/**
 * overlay_node_trigger_port() - start an update to an image behind a port of the board
 * @node: the engine
 * @port: number of the port
 *
 * Context: a thread.
 * Return: 0; -EOPNOTSUPP: the board cannot read from its ports; an error of
 * overlay_claim().
 */
int overlay_node_trigger_port(struct overlay_node *node, u32 port)
{
	char name[sizeof("port:4294967295")];
	int err;

	if (!node->ov.ops->remote)
		return overlay_unable(&node->ov, "board cannot read from its ports");
	snprintf(name, sizeof(name), "port:%u", port);
	err = claim_update(&node->ov, name);
	if (err)
		return err;
	claimed(node, name);
	node->remote = true;
	node->port = port;
	queue_work(node->wq, &node->update);
	return 0;
}

/**
 * overlay_node_wait() - wait until an update that was just triggered has swapped or failed
 * @node: the engine
 *
 * The new image may still be on probation.
 *
 * Context: may sleep; not from the workqueue.
 */
void overlay_node_wait(struct overlay_node *node)
{
	flush_work(&node->read);
	flush_work(&node->update);
}
