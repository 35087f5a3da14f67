// SPDX-License-Identifier: GPL-2.0
/*
 * An adapter in the kernel's firmware upload class, /sys/class/firmware/hba_sim-hostN:
 * the kernel gathers the image, and a thread of its own calls what is here. An upload
 * ends when the update does, that of its probation included.
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
 * @name: of the device in the class, as the kernel keeps no copy
 * @image: what has come, the engine's when the update was started
 * @size: its bytes
 * @started: the update was
 * @cancelled: the user does not want the upload under way; false when there is none
 * @ended: the update has
 * @err: and how: 0 or a negative errno
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
		return FW_UPLOAD_ERR_FW_INVALID;	/* it was not taken, or did not run */
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
	/* a probation may be as long as a user wants it: that is no task that hangs */
	wait_for_completion_state(&u->ended, TASK_IDLE);
	return u->err;
}

static int upload_begin(struct upload_class *u, u32 size)
{
	int err;

	if (size > overlay_node_max(&u->node->ov))
		return -EFBIG;
	if (READ_ONCE(u->cancelled))
		return -EINTR;
	err = overlay_node_claim(u->node, &u->order, false);
	if (err)
		return err;
	reinit_completion(&u->ended);
	u->started = false;
	u->size = size;
	u->image = vmalloc(size);
	return u->image ? 0 : upload_finish(u, -ENOMEM);
}

/*
 * The kernel takes a cancel as soon as it shows "preparing", which is before this. So what was
 * cancelled is forgotten at the end of an upload, and not here.
 */
static enum fw_upload_err upload_prepare(struct fw_upload *fwl, const u8 *data, u32 size)
{
	struct upload_class *u = fwl->dd_handle;
	int err = upload_begin(u, size);

	if (err)	/* upload_cleanup() is not called */
		WRITE_ONCE(u->cancelled, false);
	return upload_err(err);
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

/* Comes while the kernel shows an upload, also before and after all else that is here. */
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
	WRITE_ONCE(u->cancelled, false);
}

static const struct fw_upload_ops upload_ops = {
	.prepare	= upload_prepare,
	.write		= upload_write,
	.poll_complete	= upload_poll_complete,
	.cancel		= upload_cancel,
	.cleanup	= upload_cleanup,
};

/**
 * overlay_class_add() - let an adapter be seen in the firmware upload class
 * @node: the engine, with all else that it has
 *
 * The class would hold on to a module that is named to it, and then nobody could
 * unload the module: none is, and overlay_class_remove() waits for its threads.
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
 * The kernel looks whether an upload is under way and then takes the device away; one
 * that begins in between would go on without it. Without this file none begins.
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
 * overlay_class_remove() - take an adapter away from the class
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
