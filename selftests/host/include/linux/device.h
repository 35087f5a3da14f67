/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name: what others have one in.
 */
#ifndef HOST_LINUX_DEVICE_H
#define HOST_LINUX_DEVICE_H

#include <linux/kobject.h>
#include <linux/printk.h>

struct device {
	struct kobject kobj;
};

struct attribute {
	const char *name;
};

static inline const char *dev_name(const struct device *dev)
{
	return dev->kobj.name;
}

/* No device has a child. */
static inline struct device *device_find_child_by_name(struct device *dev, const char *name)
{
	return NULL;
}

#define put_device(dev)			((void)(dev))
#define sysfs_remove_file(kobj, attr)	((void)(kobj), (void)(attr))

#define dev_warn(dev, ...)	((void)(dev), pr_warn(__VA_ARGS__))

#endif
