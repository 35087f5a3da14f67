/* SPDX-License-Identifier: GPL-2.0 */
/* Images that come as a data stream from user space: upload.c, upload_class.c. */
#ifndef OVERLAY_UPLOAD_H
#define OVERLAY_UPLOAD_H

#include <linux/kconfig.h>

struct attribute_group;
struct overlay_node;

extern const struct attribute_group overlay_upload_group;

#if IS_ENABLED(CONFIG_FW_UPLOAD)
int overlay_class_add(struct overlay_node *node);
void overlay_class_remove(struct overlay_node *node);
#else
static inline int overlay_class_add(struct overlay_node *node)
{
	return 0;
}

static inline void overlay_class_remove(struct overlay_node *node)
{
}
#endif

#endif
