/* SPDX-License-Identifier: GPL-2.0 */
/* The files of an adapter's kind of board. */
#ifndef HBA_SIM_BOARD_SYSFS_H
#define HBA_SIM_BOARD_SYSFS_H

struct attribute_group;

extern const struct attribute_group board_group;
extern const struct attribute_group flash_group;

#endif
