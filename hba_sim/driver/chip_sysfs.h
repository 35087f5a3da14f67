/* SPDX-License-Identifier: GPL-2.0 */
/* The chips in sysfs: groups of attributes of a SCSI host. */
#ifndef HBA_SIM_CHIP_SYSFS_H
#define HBA_SIM_CHIP_SYSFS_H

struct attribute_group;

extern const struct attribute_group chip_pla_group;
extern const struct attribute_group chip_port_group;

#endif
