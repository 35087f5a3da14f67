// SPDX-License-Identifier: GPL-2.0
/*
 * What users see of the chips: a folder for each under the SCSI host. Reads are not ordered
 * with the service hart's thread, which may be burning a chip meanwhile.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/sysfs.h>

#include "chip_sysfs.h"
#include "host.h"

static const struct chips *dev_to_chips(struct device *dev)
{
	return &dev_to_host(dev)->adapter.chips;
}

static ssize_t show_versions(const struct chips *c, u32 chip, char *buf)
{
	const struct board_chip *regs = &c->regs->chip[chip];
	ssize_t n = 0;

	for (u32 i = 0; i < BOARD_CHIP_CONFIGS; i++)
		n += sysfs_emit_at(buf, n, "%s%u", i ? " " : "",
				   le32_to_cpu(READ_ONCE(regs->version[i])));
	return n + sysfs_emit_at(buf, n, "\n");
}

static ssize_t show_wear(const struct chips *c, u32 chip, char *buf)
{
	ssize_t n = 0;

	for (u32 i = 0; i < BOARD_CHIP_CONFIGS * CHIP_ERASE_BLOCKS; i++) {
		const struct chip_config *config = &c->chip[chip].config[i / CHIP_ERASE_BLOCKS];

		n += sysfs_emit_at(buf, n, "%s%u", i ? " " : "",
				   READ_ONCE(config->wear[i % CHIP_ERASE_BLOCKS]));
	}
	return n + sysfs_emit_at(buf, n, "\n");
}

static ssize_t show_active(const struct chips *c, u32 chip, char *buf)
{
	return sysfs_emit(buf, "%u\n", le32_to_cpu(READ_ONCE(c->regs->chip[chip].active)));
}

static ssize_t show_erases(const struct chips *c, u32 chip, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(c->chip[chip].erases));
}

static ssize_t show_programs(const struct chips *c, u32 chip, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(c->chip[chip].programs));
}

static ssize_t show_recovered(const struct chips *c, u32 chip, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(c->chip[chip].recovered));
}

#define CHIP_ATTR(_folder, _chip, _name)						\
static ssize_t _folder##_##_name##_show(struct device *dev,				\
					struct device_attribute *attr, char *buf)	\
{											\
	return show_##_name(dev_to_chips(dev), _chip, buf);				\
}											\
static struct device_attribute _folder##_##_name =					\
	__ATTR(_name, 0444, _folder##_##_name##_show, NULL)

CHIP_ATTR(pla, CHIP_PLA, active);
CHIP_ATTR(pla, CHIP_PLA, versions);
CHIP_ATTR(pla, CHIP_PLA, wear);
CHIP_ATTR(pla, CHIP_PLA, erases);
CHIP_ATTR(pla, CHIP_PLA, programs);
CHIP_ATTR(pla, CHIP_PLA, recovered);
CHIP_ATTR(port_firmware, CHIP_PORT, active);
CHIP_ATTR(port_firmware, CHIP_PORT, versions);
CHIP_ATTR(port_firmware, CHIP_PORT, wear);
CHIP_ATTR(port_firmware, CHIP_PORT, erases);
CHIP_ATTR(port_firmware, CHIP_PORT, programs);
CHIP_ATTR(port_firmware, CHIP_PORT, recovered);

static struct attribute *pla_attrs[] = {
	&pla_active.attr,
	&pla_versions.attr,
	&pla_wear.attr,
	&pla_erases.attr,
	&pla_programs.attr,
	&pla_recovered.attr,
	NULL,
};

/* chip_pla_group - PLA 312 */
const struct attribute_group chip_pla_group = {
	.name	= "pla",
	.attrs	= pla_attrs,
};

static const struct port_hart *dev_to_port_hart(struct device *dev)
{
	return &dev_to_host(dev)->adapter.port_hart;
}

static ssize_t credit_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(dev_to_port_hart(dev)->link.credit));
}
static DEVICE_ATTR_RO(credit);

static ssize_t events_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(dev_to_port_hart(dev)->events));
}
static DEVICE_ATTR_RO(events);

static ssize_t faults_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", READ_ONCE(dev_to_port_hart(dev)->faults));
}
static DEVICE_ATTR_RO(faults);

static struct attribute *port_firmware_attrs[] = {
	&port_firmware_active.attr,
	&port_firmware_versions.attr,
	&port_firmware_wear.attr,
	&port_firmware_erases.attr,
	&port_firmware_programs.attr,
	&port_firmware_recovered.attr,
	&dev_attr_credit.attr,
	&dev_attr_events.attr,
	&dev_attr_faults.attr,
	NULL,
};

/* chip_port_group - the port's firmware, and what it does */
const struct attribute_group chip_port_group = {
	.name	= "port_firmware",
	.attrs	= port_firmware_attrs,
};
