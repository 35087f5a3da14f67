// SPDX-License-Identifier: GPL-2.0
/*
 * An adapter in the kernel's firmware upload class, /sys/class/firmware/hba_sim-hostN:
 * the kernel gathers the image, and one of its threads calls the functions here. An upload
 * ends when the update does, its probation included.
 */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/firmware.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "node.h"
#include "upload.h"

#define UPLOAD_PIECE	65536u	/* bytes between looks at @cancelled */

/**
 * struct upload_class - an adapter in the class
 * @order: the update to the image that is uploaded
 * @node: the engine
 * @fwl: the kernel's side
 * @name: name of the device in the class, as the kernel keeps no copy
 * @image: what has come of the image; the engine's once the update was started
 * @size: bytes in @image
 * @started: the update was started
 * @cancelled: the user has cancelled the upload under way
 * @ended: completed when the update has ended
 * @err: outcome of the update: 0 or a negative errno
 */
struct upload_class {
	struct overlay_order order;
	struct overlay_node *node;
	struct fw_upload *fwl;
	char name[32];
	u8 *image;
	u32 size;
	bool started;
	bool cancelled;
	struct completion ended;
	int err;
};

static enum fw_upload_err upload_err(int err)
{
	switch (err) {
	case 0:
		return FW_UPLOAD_ERR_NONE;
	case -EBUSY:
		return FW_UPLOAD_ERR_BUSY;
	case -EINTR:
		return FW_UPLOAD_ERR_CANCELED;
	case -ETIME:
		return FW_UPLOAD_ERR_TIMEOUT;
	case -EFBIG:
		return FW_UPLOAD_ERR_INVALID_SIZE;
	case -ENOMEM:
		return FW_UPLOAD_ERR_RW_ERROR;
	case -ENODEV:
	case -EIO:
		return FW_UPLOAD_ERR_HW_ERROR;
	default:
		return FW_UPLOAD_ERR_FW_INVALID;	/* the image was refused, or did not run */
	}
}

static void upload_ended(struct overlay_order *order, int err, const struct overlay_status *status)
{
	struct upload_class *u = container_of(order, struct upload_class, order);

	u->err = err ? status->cause ?: err : 0;
	complete(&u->ended);
}

static int upload_finish(struct upload_class *u, int err)
{
	u->started = true;
	overlay_node_start(u->node, u->image, u->size, err);
	/* a probation may last as long as the user wants: do not report a hung task */
	wait_for_completion_state(&u->ended, TASK_IDLE);
	return u->err;
}

/*
 * The kernel passes a cancel on also when there is no upload, and in the moment when it shows
 * "preparing" and has not called this yet. The two cannot be told apart. That the next upload is
 * not cancelled matters more: @cancelled is reset here.
 */
static enum fw_upload_err upload_prepare(struct fw_upload *fwl, const u8 *data, u32 size)
{
	struct upload_class *u = fwl->dd_handle;
	int err;

	if (size > overlay_node_max(&u->node->ov))
		return FW_UPLOAD_ERR_INVALID_SIZE;
	WRITE_ONCE(u->cancelled, false);
	err = overlay_node_claim(u->node, &u->order, false);
	if (err)
		return upload_err(err);
	reinit_completion(&u->ended);
	u->started = false;
	u->size = size;
	u->image = vmalloc(size);
	if (u->image)
		return FW_UPLOAD_ERR_NONE;
	return upload_err(upload_finish(u, -ENOMEM));
}

static enum fw_upload_err upload_write(struct fw_upload *fwl, const u8 *data, u32 offset, u32 size,
				       u32 *written)
{
	struct upload_class *u = fwl->dd_handle;

	if (READ_ONCE(u->cancelled))
		return FW_UPLOAD_ERR_CANCELED;
	*written = min(size, UPLOAD_PIECE);
	memcpy(u->image + offset, data + offset, *written);
	return FW_UPLOAD_ERR_NONE;
}

static enum fw_upload_err upload_poll_complete(struct fw_upload *fwl)
{
	return upload_err(upload_finish(fwl->dd_handle, 0));
}

/* Called at any time, also when there is no upload. */
static void upload_cancel(struct fw_upload *fwl)
{
	struct upload_class *u = fwl->dd_handle;

	WRITE_ONCE(u->cancelled, true);
	overlay_cancel_own(&u->node->ov, &u->order);
}

static void upload_cleanup(struct fw_upload *fwl)
{
	struct upload_class *u = fwl->dd_handle;

	if (!u->started)
		upload_finish(u, -EINTR);
}

static const struct fw_upload_ops upload_ops = {
	.prepare	= upload_prepare,
	.write		= upload_write,
	.poll_complete	= upload_poll_complete,
	.cancel		= upload_cancel,
	.cleanup	= upload_cleanup,
};

/**
 * overlay_class_add() - register an adapter in the firmware upload class
 * @node: the engine, otherwise complete
 *
 * The class would hold a reference to a module that is passed to it, and nobody could
 * unload that module. So none is passed, and overlay_class_remove() waits for the class's
 * threads instead.
 *
 * Context: may sleep.
 * Return: 0 or a negative errno.
 */
int overlay_class_add(struct overlay_node *node)
{
	struct upload_class *u = kzalloc(sizeof(*u), GFP_KERNEL);

	if (!u)
		return -ENOMEM;
	u->node = node;
	u->order.name = "(firmware-class)";
	u->order.ended = upload_ended;
	init_completion(&u->ended);
	snprintf(u->name, sizeof(u->name), "hba_sim-%s", dev_name(node->dev));
	u->fwl = firmware_upload_register(NULL, node->dev, u->name, &upload_ops, u);
	if (IS_ERR(u->fwl)) {
		int err = PTR_ERR(u->fwl);

		kfree(u);
		return err;
	}
	node->class = u;
	return 0;
}

/*
 * The kernel checks whether an upload is under way and then removes the device; an upload
 * that begins in between would go on without a device. Without the file "loading" no upload
 * can begin.
 */
static void forbid_uploads(struct upload_class *u)
{
	const struct attribute loading = { .name = "loading" };
	struct device *dev = device_find_child_by_name(u->node->dev, u->name);

	if (!dev)
		return;
	sysfs_remove_file(&dev->kobj, &loading);
	put_device(dev);
}

/**
 * overlay_class_remove() - remove an adapter from the class
 * @node: the engine, closed
 *
 * Context: may sleep; waits for an upload under way, which ends soon.
 */
void overlay_class_remove(struct overlay_node *node)
{
	struct upload_class *u = node->class;

	if (!u)
		return;
	forbid_uploads(u);
	firmware_upload_unregister(u->fwl);
	node->class = NULL;
	kfree(u);
}
