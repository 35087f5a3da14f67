// SPDX-License-Identifier: GPL-2.0
/*
 * The trigger and the source of an update: a name is written, a work item gets
 * the image file by request_firmware, another one has the engine lay it over
 * the running image. Or somebody brings the image with his order: see upload.c.
 * Having the image is the host's, and the board's processor is not concerned by
 * it; taking it from there piece by piece, checking and placing it is the old
 * image's loader's.
 */
#include <linux/completion.h>
#include <linux/ctype.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/firmware.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "conventional.h"
#include "node.h"
#include "remote.h"

#define PROBATION_POLL_MS	5
#define SOURCE_TIMEOUT		(20 * HZ)
#define SOURCE_POLL		(HZ / 20 + 1)

/**
 * overlay_node_max() - how large can an image be?
 * @ov: the engine
 *
 * Return: bytes of the largest one that passes mrb_check(), or more.
 */
size_t overlay_node_max(const struct overlay *ov)
{
	return (size_t)ov->ops->limits->text_size + ov->ops->limits->data_size;
}

static const char *source_error(int err)
{
	switch (err) {
	case -ENOENT:
		return "no such image file";
	case -EFBIG:
	case -EOVERFLOW:
		return "image file is larger than any image";
	case -EINTR:
	case -ERESTARTSYS:
		return "image file cannot be opened in time";
	case -EINVAL:
		return "image file is empty or not a regular file, or cannot be unpacked";
	case -ENOMEM:
		return "no memory for the image file";
	default:
		return "image file cannot be read";
	}
}

/**
 * struct source_request - an image file to be read
 * @fw: set to the file
 * @path: its name below the firmware folders
 * @dev: the device it is for
 * @buf: where it is to be put
 * @size: bytes of room there
 * @err: what came of it
 * @done: @err is set
 * @reader: the thread that reads it, NULL if there is none
 * @begun: it was told to
 */
struct source_request {
	const struct firmware *fw;
	char path[sizeof("hba_sim/.mrb") + OVERLAY_NAME_MAX];
	struct device *dev;
	void *buf;
	size_t size;
	int err;
	struct completion done;
	struct task_struct *reader;
	bool begun;
};

/* A thread of its own, for a signal to end it: see source_end(). */
static int source_thread(void *data)
{
	struct source_request *req = data;

	allow_signal(SIGKILL);
	req->err = request_firmware_into_buf(&req->fw, req->path, req->dev, req->buf, req->size);
	complete_all(&req->done);
	while (!kthread_should_stop()) {
		flush_signals(current);
		schedule_timeout_interruptible(SOURCE_POLL);
	}
	return 0;
}

static bool source_wait(const struct overlay *ov, struct source_request *req)
{
	unsigned long end = jiffies + SOURCE_TIMEOUT;

	while (!wait_for_completion_timeout(&req->done, SOURCE_POLL))
		if (time_after(jiffies, end) || READ_ONCE(ov->cancel))
			return false;
	return true;
}

/* Whoever is to read it is there, and does not yet do so. */
static int source_prepare(struct source_request *req, const char *image)
{
	req->err = -ENOMEM;
	req->buf = vmalloc(req->size);
	if (!req->buf)
		return -ENOMEM;
	init_completion(&req->done);
	snprintf(req->path, sizeof(req->path), "hba_sim/%s.mrb", image);
	req->reader = kthread_create(source_thread, req, "overlay_source");
	if (IS_ERR(req->reader)) {
		req->err = PTR_ERR(req->reader);
		req->reader = NULL;
		return req->err;
	}
	req->err = -EINTR;	/* until it has been read */
	return 0;
}

static void source_begin(struct source_request *req)
{
	req->begun = true;
	wake_up_process(req->reader);
}

/*
 * The kernel opens the file before it looks whether it is one. A FIFO's open
 * waits for a writer, who may never come, so it must be possible to end it.
 */
static int source_end(struct source_request *req)
{
	if (!req->reader)
		return req->err;
	while (req->begun && !completion_done(&req->done)) {
		send_sig(SIGKILL, req->reader, 1);
		wait_for_completion_timeout(&req->done, SOURCE_POLL);
	}
	kthread_stop(req->reader);
	return req->err;
}

/**
 * overlay_node_read() - get the image file for an update
 * @work: of a struct overlay_node that has been claimed
 *
 * Context: a workqueue's thread, not @node->wq's: a file may take long to come,
 * and the processor has other things to do meanwhile.
 */
void overlay_node_read(struct work_struct *work)
{
	struct overlay_node *node = container_of(work, struct overlay_node, read);
	struct source_request req = { .dev = node->dev, .size = overlay_node_max(&node->ov) };

	if (!source_prepare(&req, node->image)) {
		source_begin(&req);
		source_wait(&node->ov, &req);
	}
	node->read_error = source_end(&req);
	node->file = req.buf;
	if (!node->read_error) {
		node->size = req.fw->size;
		release_firmware(req.fw);	/* not what is in our buffer */
	}
	queue_work(node->wq, &node->update);
}

static void source_report(struct device *dev, const char *name, int err,
			  const struct overlay_status *st)
{
	char *result = err ? "OVERLAY_RESULT=failure" : "OVERLAY_RESULT=success";
	char image[OVERLAY_NAME_MAX + 16];
	char version[32];
	char *env[4] = { result, image, version };

	snprintf(image, sizeof(image), "OVERLAY_IMAGE=%s", name);
	snprintf(version, sizeof(version), "OVERLAY_VERSION=%u.%u", MRB_VERSION_MAJOR(st->version),
		 MRB_VERSION_MINOR(st->version));
	if (err)
		dev_warn(dev, "overlay: %s: %s\n", name, st->error);
	else
		dev_info(dev, "overlay: %s stays, paused for %llu ns\n", name, st->last.pause_ns);
	kobject_uevent_env(&dev->kobj, KOBJ_CHANGE, env);
}

static void look_after(struct overlay_node *node, unsigned int ms)
{
	queue_delayed_work(node->wq, &node->probation, msecs_to_jiffies(ms));
}

/**
 * struct direct_source - the source of a conventional overlay
 * @source: as the engine sees it
 * @node: the engine
 * @req: the file
 */
struct direct_source {
	struct overlay_source source;
	struct overlay_node *node;
	struct source_request req;
};

/* The file may lie behind the adapter that stands still: then this ends in time. */
static int direct_fetch(struct overlay_source *source, const void **file, size_t *size,
			const char **why)
{
	struct direct_source *d = container_of(source, struct direct_source, source);
	int err = d->req.err;

	if (d->req.reader) {
		source_begin(&d->req);
		err = source_wait(&d->node->ov, &d->req) ? d->req.err : -EINTR;
	}
	*why = source_error(err);
	if (err)
		return err;
	*file = d->req.fw->data;
	*size = d->req.fw->size;
	return 0;
}

/*
 * Whoever reads the file is waited for when I/O goes on again, and made before it
 * stops: a new thread's memory may have to wait for I/O.
 */
static noinline_for_stack int direct_update(struct overlay_node *node,
					    struct overlay_status *result)
{
	struct direct_source d = {
		.source = { .fetch = direct_fetch }, .node = node,
		.req = { .dev = node->dev, .size = overlay_node_max(&node->ov) },
	};
	int err;

	source_prepare(&d.req, node->image);
	err = overlay_conventional(&node->ov, &d.source, result);
	if (!source_end(&d.req))
		release_firmware(d.req.fw);
	vfree(d.req.buf);
	return err;
}

static const char *order_error(int err)
{
	return err == -EINTR ? "cancelled" : "no memory for the image";
}

static int source_update(struct overlay_node *node, struct overlay_status *result)
{
	int err = node->read_error;

	if (node->conventional)
		return direct_update(node, result);
	if (node->remote)
		return overlay_update_from(&node->ov, node->port, result);
	if (err)
		overlay_no_source(&node->ov, node->order ? order_error(err) : source_error(err),
				  err, result);
	else
		err = overlay_update(&node->ov, node->file, node->size, result);
	return err;
}

static void tell_running(struct overlay_order *order)
{
	if (order && order->running)
		order->running(order);
}

static void tell_ended(struct overlay_order *order, int err, const struct overlay_status *st)
{
	if (order && order->ended)
		order->ended(order, err, st);
}

/**
 * overlay_node_update() - one update, from the file to the swap
 * @work: of a struct overlay_node, after overlay_node_read()
 *
 * Once the update has ended another may be triggered, so what is still needed
 * is kept here. Whatever memory is needed, the report's included, is not to be had
 * by writing to a disk: it may be the one whose adapter is being updated.
 * A conventional overlay has no probation: it has ended.
 *
 * Context: the workqueue's thread.
 */
void overlay_node_update(struct work_struct *work)
{
	struct overlay_node *node = container_of(work, struct overlay_node, update);
	unsigned int noio = memalloc_noio_save();
	struct overlay_order *order = node->order;
	char image[sizeof(node->image)];
	struct overlay_status result;
	bool ended = node->conventional;
	void *file = node->file;
	bool checking = node->ov.checking;
	int err;

	strscpy(image, node->image, sizeof(image));
	err = source_update(node, &result);
	vfree(file);
	if ((err && !checking) || ended)
		source_report(node->dev, image, err, &result);
	if (!err && !ended) {
		tell_running(order);
		look_after(node, 0);
	} else {
		tell_ended(order, err, &result);
	}
	memalloc_noio_restore(noio);
}

/**
 * overlay_node_probation() - commit or roll back, or wait some more
 * @work: of a struct overlay_node with an image on probation
 *
 * Name and order are only used if an image was on probation, and then there can be no
 * others meanwhile; else the next ones may just come, and what is copied is void.
 * Memory is had as in overlay_node_update().
 *
 * Context: the workqueue's thread.
 */
void overlay_node_probation(struct work_struct *work)
{
	struct overlay_node *node = container_of(to_delayed_work(work), struct overlay_node,
						 probation);
	unsigned int noio = memalloc_noio_save();
	struct overlay_order *order = node->order;
	char image[sizeof(node->image)];
	struct overlay_status result;
	int ret;

	strscpy(image, node->image, sizeof(image));
	ret = overlay_probation(&node->ov, &result);
	if (ret > 0) {
		look_after(node, PROBATION_POLL_MS);
	} else if (ret != -EINVAL) {	/* somebody's word came when the update had ended */
		source_report(node->dev, image, ret, &result);
		tell_ended(order, ret, &result);
	}
	memalloc_noio_restore(noio);
}

/**
 * overlay_node_decide() - the user's word on an image on probation
 * @node: the engine
 * @verdict: OVERLAY_COMMIT or OVERLAY_ROLL_BACK
 *
 * Context: a thread.
 * Return: 0; -EINVAL when no image is on probation.
 */
int overlay_node_decide(struct overlay_node *node, enum overlay_verdict verdict)
{
	int err = overlay_decide(&node->ov, verdict);

	if (!err)
		mod_delayed_work(node->wq, &node->probation, 0);
	return err;
}

/* A file's name below hba_sim/, and nothing that leads out of there or spoils a log. */
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

/* Takes a method off the end of what was written. -EINVAL: there is no such. */
static int take_method(const struct overlay *ov, const char *buf, size_t *len,
		       bool *conventional)
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
	return ov->ops->conventional ? 0 : -EOPNOTSUPP;
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
 * struct wish - what a user wants besides an image
 * @conventional: by the conventional method
 * @permanent: to be booted from the next power-on on
 */
struct wish {
	bool conventional;
	bool permanent;
};

/* Takes all but the name off the end of what was written. */
static int take_wish(struct overlay *ov, const char *buf, size_t *len, struct wish *wish)
{
	int err;

	*wish = (struct wish){ .permanent = take_word(buf, len, " permanent") };
	if (!wish->permanent)
		take_word(buf, len, " temporary");
	err = take_method(ov, buf, len, &wish->conventional);
	if (!err && wish->permanent)
		err = wish->conventional ? -EOPNOTSUPP : overlay_want_permanent(ov);
	return err;
}

/* A conventional one reads the file when I/O stands still, not before. */
static void begin(struct overlay_node *node, bool conventional)
{
	node->conventional = conventional;
	node->remote = false;
	node->order = NULL;
	node->file = NULL;
	node->read_error = 0;
	if (!conventional) {
		queue_work(system_freezable_wq, &node->read);
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
	strscpy(node->image, name, sizeof(node->image));
	begin(node, wish->conventional);
	return 0;
}

/**
 * overlay_node_claim() - begin an update to an image that somebody brings
 * @node: the engine
 * @order: who; overlay_node_start() is to follow, in any thread
 *
 * Until then, and until the pause, overlay_cancel_own() cancels it.
 *
 * Context: a thread.
 * Return: as overlay_claim(); -EOPNOTSUPP: the board has no media to keep an image on.
 */
int overlay_node_claim(struct overlay_node *node, struct overlay_order *order)
{
	int err = order->permanent ? overlay_want_permanent(&node->ov) : 0;

	if (!err)
		err = claim_update(&node->ov, order->name);
	if (err)
		return err;
	node->ov.permanent = order->permanent;
	overlay_own(&node->ov, order);
	strscpy(node->image, order->name, sizeof(node->image));
	node->conventional = false;
	node->remote = false;
	node->order = order;
	return 0;
}

/**
 * overlay_node_start() - the image is there, or will not be
 * @node: the engine, after overlay_node_claim()
 * @image: the image, the engine's to vfree() from now on; not to be believed
 * @size: bytes in it
 * @err: 0, or -EINTR: there is none, as the sender broke off; -ENOMEM: no room for it
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
 * @order: who wants it
 * @stream: the image; it stays as it is if the update cannot begin
 *
 * Context: a thread; does not wait for the update.
 * Return: 0; -EINVAL: nothing has come; an error of overlay_claim().
 */
int overlay_node_order(struct overlay_node *node, struct overlay_order *order,
		       struct overlay_stream *stream)
{
	size_t size = 0;
	void *image;
	int err;

	if (!overlay_stream_size(stream))
		return -EINVAL;
	err = overlay_node_claim(node, order);
	if (err)
		return err;
	image = overlay_stream_take(stream, &size);
	overlay_node_start(node, image, size, image ? 0 : -EINTR);
	return 0;
}

/* What is written may end with a newline. */
static size_t line_len(const char *buf, size_t len)
{
	return len && buf[len - 1] == '\n' ? len - 1 : len;
}

/**
 * overlay_node_trigger() - start an update
 * @node: the engine
 * @buf: name of the image, perhaps " method=" and a method, perhaps " permanent" or
 *	" temporary", perhaps a newline
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
		err = -EOPNOTSUPP;
	return err ?: trigger(node, buf, n, &wish, overlay_claim_check);
}

/**
 * overlay_node_trigger_port() - start an update with an image behind a port of the board
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
		return -EOPNOTSUPP;
	snprintf(name, sizeof(name), "port:%u", port);
	err = claim_update(&node->ov, name);
	if (err)
		return err;
	strscpy(node->image, name, sizeof(node->image));
	node->conventional = false;
	node->remote = true;
	node->port = port;
	node->order = NULL;
	node->file = NULL;
	node->read_error = 0;
	queue_work(node->wq, &node->update);
	return 0;
}

/**
 * overlay_node_wait() - wait until an update that was just triggered has swapped the images
 * @node: the engine
 *
 * Or has failed. The new image may still be on probation.
 *
 * Context: may sleep; not from the workqueue.
 */
void overlay_node_wait(struct overlay_node *node)
{
	flush_work(&node->read);
	flush_work(&node->update);
}
