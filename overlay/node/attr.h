/* SPDX-License-Identifier: GPL-2.0 */
/* A file of the sysfs folder "overlay": sysfs.c hands reads and writes on to it. */
#ifndef OVERLAY_ATTR_H
#define OVERLAY_ATTR_H

#include <linux/sysfs.h>

#include "node.h"

/**
 * struct overlay_attr - a file in the folder
 * @attr: its name and mode
 * @show: prints its contents; NULL if it cannot be read
 * @store: takes what was written, after overlay_may_change(); NULL if it cannot be written
 */
struct overlay_attr {
	struct attribute attr;
	ssize_t (*show)(const struct overlay *ov, const struct overlay_status *st, char *buf);
	int (*store)(struct overlay_node *node, const char *buf, size_t len);
};

int overlay_store_u32(u32 *limit, const char *buf);

#define OVERLAY_ATTR_RO(_name) \
	static struct overlay_attr attr_##_name = { { #_name, 0444 }, show_##_name, NULL }
#define OVERLAY_ATTR_WO(_name) \
	static struct overlay_attr attr_##_name = { { #_name, 0200 }, NULL, store_##_name }
#define OVERLAY_ATTR_RW(_name) \
	static struct overlay_attr attr_##_name = { { #_name, 0644 }, show_##_name, store_##_name }

#endif
