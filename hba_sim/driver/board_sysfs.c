// SPDX-License-Identifier: GPL-2.0
/* What users see of an adapter's kind of board, under the SCSI host. */
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/sysfs.h>

#include "../memory/memory.h"
#include "board_sysfs.h"
#include "host.h"

static const struct adapter *dev_to_adapter(struct device *dev)
{
	return &dev_to_host(dev)->adapter;
}

static ssize_t board_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", dev_to_adapter(dev)->memctl.kind->name);
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

static ssize_t show_slot(const struct slot *s, u32 slot, char *buf, ssize_t n)
{
	u32 version = READ_ONCE(s->version);

	if (!READ_ONCE(s->good))
		return sysfs_emit_at(buf, n, "%u none%s\n", slot,
				     READ_ONCE(s->failed) ? " failed" : "");
	return sysfs_emit_at(buf, n, "%u %u.%u %u %u\n", slot, MRB_VERSION_MAJOR(version),
			     MRB_VERSION_MINOR(version), READ_ONCE(s->sequence),
			     READ_ONCE(s->size));
}

/* Not ordered with the service hart's thread, which may be writing a slot meanwhile. */
static ssize_t slots_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct slots *b = &dev_to_adapter(dev)->slots;
	ssize_t n = 0;

	for (u32 i = 0; i < BOOT_SLOTS; i++)
		n += show_slot(&b->slot[i], i, buf, n);
	return n;
}
static DEVICE_ATTR_RO(slots);

static ssize_t booted_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u32 slot = READ_ONCE(dev_to_adapter(dev)->slots.booted);

	return slot == SLOT_ROM ? sysfs_emit(buf, "rom\n") : sysfs_emit(buf, "%u\n", slot);
}
static DEVICE_ATTR_RO(booted);

static ssize_t operations_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(dev_to_adapter(dev)->slots.flash.operations));
}
static DEVICE_ATTR_RO(operations);

static struct attribute *flash_attrs[] = {
	&dev_attr_slots.attr,
	&dev_attr_booted.attr,
	&dev_attr_operations.attr,
	NULL,
};

static umode_t flash_is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return dev_to_adapter(kobj_to_dev(kobj))->memctl.kind->boot_flash ? attr->mode : 0;
}

/* flash_group - the boot flash */
const struct attribute_group flash_group = {
	.name		= "flash",
	.attrs		= flash_attrs,
	.is_visible	= flash_is_visible,
};
