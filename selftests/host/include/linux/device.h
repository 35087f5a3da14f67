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

#define dev_warn(dev, ...)	((void)(dev), pr_warn(__VA_ARGS__))

#endif
