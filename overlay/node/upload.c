// SPDX-License-Identifier: GPL-2.0
/*
 * The sysfs folder "upload": an image comes as a data stream, with the interface of
 * the kernel's firmware upload class, but in every kernel. Write 1 to "loading", the
 * image to "data", and 0 to "loading", which starts the update. Its progress can be
 * seen in "state" and "error", as with any other update.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>

#include <compat/compat.h>

#include "attr.h"
#include "permit.h"
#include "upload.h"

/* One for all adapters, as the uploader gets no callbacks. */
static struct overlay_order upload_order = { .name = "(upload)" };

static struct overlay_stream *upload_of(const struct overlay *ov)
{
	return &container_of((struct overlay *)ov, struct overlay_node, ov)->upload;
}

static ssize_t show_loading(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%d\n", !!READ_ONCE(upload_of(ov)->data));
}

static int store_loading(struct overlay_node *node, const char *buf, size_t len)
{
	int loading;
	int err = kstrtoint(buf, 0, &loading);

	if (err)
		return err;
	switch (loading) {
	case 1:
		return overlay_stream_open(&node->upload);
	case 0:
		return overlay_node_order(node, &upload_order, &node->upload);
	case -1:
		return overlay_stream_discard(&node->upload) ||
		       overlay_cancel_own(&node->ov, &upload_order) ? 0 : -ENODEV;
	default:
		return -EINVAL;
	}
}
OVERLAY_ATTR_RW(loading);

static ssize_t show_received(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%zu\n", overlay_stream_size(upload_of(ov)));
}
OVERLAY_ATTR_RO(received);

static ssize_t show_idle_ms(const struct overlay *ov, const struct overlay_status *st, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(upload_of(ov)->idle_ms));
}

static int store_idle_ms(struct overlay_node *node, const char *buf, size_t len)
{
	return overlay_store_u32(&node->upload.idle_ms, buf);
}
OVERLAY_ATTR_RW(idle_ms);

static ssize_t data_write(struct file *file, struct kobject *kobj, BIN_ATTRIBUTE *attr,
			  char *buf, loff_t at, size_t len)
{
	struct overlay_node *node = container_of(kobj, struct overlay_node, kobj);
	int err;

	if (!overlay_may_change())
		return -EPERM;
	err = overlay_stream_append(&node->upload, at, buf, len);
	return err ?: len;
}

static BIN_ATTRIBUTE attr_data = __BIN_ATTR_WO(data, 0);

static struct attribute *upload_attrs[] = {
	&attr_loading.attr,
	&attr_received.attr,
	&attr_idle_ms.attr,
	NULL,
};

static BIN_ATTRS upload_bin_attrs[] = {
	&attr_data,
	NULL,
};

const struct attribute_group overlay_upload_group = {
	.name		= "upload",
	.attrs		= upload_attrs,
	.bin_attrs	= upload_bin_attrs,
};
