// SPDX-License-Identifier: GPL-2.0
/* What users see of an adapter's kind of board, under the SCSI host. */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "board_kind.h"
#include "board_sysfs.h"
#include "host.h"

static const struct board_kind *dev_to_kind(struct device *dev)
{
	return ((struct host *)shost_priv(class_to_shost(dev)))->adapter.memctl.kind;
}

static ssize_t board_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", dev_to_kind(dev)->name);
}
static DEVICE_ATTR_RO(board);

static struct attribute *board_attrs[] = {
	&dev_attr_board.attr,
	NULL,
};

/* board_group - the kind of board */
const struct attribute_group board_group = {
	.attrs	= board_attrs,
};
