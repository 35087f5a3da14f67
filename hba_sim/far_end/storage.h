/* SPDX-License-Identifier: GPL-2.0 */
/* The storage behind the remote ports: one disk for each that is a target. */
#ifndef HBA_SIM_STORAGE_H
#define HBA_SIM_STORAGE_H

#include <linux/refcount.h>
#include <linux/types.h>

#include "media.h"

/**
 * struct storage - disks that one adapter sees, or several
 * @refs: references: one for each adapter's fabric, and one for the driver if it is shared
 * @number: makes the names of the ports and disks unique
 * @nr_disks: number of disks
 * @blocks: capacity of each disk, in blocks
 * @disk: the disks, followed by one without blocks for ports that have no disk
 */
struct storage {
	refcount_t refs;
	u32 number;
	u32 nr_disks;
	u64 blocks;
	struct media disk[];
};

/* The disk behind a remote port. */
static inline struct media *storage_behind(struct storage *s, u32 port)
{
	return &s->disk[port < s->nr_disks ? port : s->nr_disks];
}

struct storage *storage_new(u32 nr_disks, u64 blocks, u32 number);
struct storage *storage_get(struct storage *s);
void storage_put(struct storage *s);

#endif
