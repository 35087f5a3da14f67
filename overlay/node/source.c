// SPDX-License-Identifier: GPL-2.0
/*
 * The source of an update and its course: one work item gets the image file by
 * request_firmware(), another one has the engine lay it over the running image. What starts
 * an update, and how an image is provided, is in trigger.c. Getting the image is the host's
 * task and does not involve the board's processor; reading it from the host piece by piece,
 * checking and placing it is the task of the old image's loader.
 */
#include <linux/completion.h>
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

#include "node.h"

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
	return (size_t)ov->ops->board->limits->text_size + ov->ops->board->limits->data_size;
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
 * @buf: buffer for the file
 * @size: bytes in @buf
 * @err: 0, or why it was not read
 * @done: completed when @err is set
 * @reader: the thread that reads the file, NULL if it could not be created
 * @begun: @reader was told to begin
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

/* A separate thread, so that a signal can end it: see source_end(). */
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

/* Create the thread that is to read the file, but do not start it yet. */
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
 * The kernel opens the path before it checks that it is a regular file. Opening a FIFO
 * waits for a writer, who may never come, so it must be possible to interrupt the open.
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
 * Context: a workqueue's thread, but not @node->wq's: reading the file may take long,
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
		release_firmware(req.fw);	/* does not free @req.buf */
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
 * @source: the source as the engine sees it
 * @node: the engine
 * @req: the file to be read
 */
struct direct_source {
	struct overlay_source source;
	struct overlay_node *node;
	struct source_request req;
};

/* The file may lie on a disk of the adapter whose I/O is stopped: then this times out. */
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
 * The thread that reads the file is created before I/O stops, as memory for a new thread may
 * have to wait for I/O. For the same reason its end is awaited only when I/O goes on again.
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

static void tell_running(struct overlay_order *order, bool permanent)
{
	if (order && order->running)
		order->running(order, permanent);
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
 * Once the update has ended, another one may be triggered, so whatever is still needed is
 * copied first. No allocation here, the report's included, may write to a disk to free
 * memory: the disk may be one of the adapter that is being updated.
 * A conventional overlay has no probation: it ends here.
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
	bool permanent = node->ov.permanent;
	int err;

	strscpy(image, node->image, sizeof(image));
	err = source_update(node, &result);
	vfree(file);
	if ((err && !checking) || ended)
		source_report(node->dev, image, err, &result);
	if (!err && !ended) {
		tell_running(order, permanent);
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
 * The copies of name and order are only used if an image was on probation: then @node still
 * holds those of that update. Otherwise the next update may be replacing them just now, and
 * the copies are ignored. Memory is allocated as in overlay_node_update().
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
	} else if (ret != -EINVAL) {	/* -EINVAL: overlay_node_decide() came after the end */
		source_report(node->dev, image, ret, &result);
		tell_ended(order, ret, &result);
	}
	memalloc_noio_restore(noio);
}

/**
 * overlay_node_decide() - take the user's decision about an image on probation
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
