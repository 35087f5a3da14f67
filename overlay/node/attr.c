// SPDX-License-Identifier: GPL-2.0
/* What the attributes of an engine have in common. */
#include <linux/kernel.h>
#include <linux/kstrtox.h>

#include "attr.h"

/**
 * overlay_store_u32() - store a number that is written to a file of the folder
 * @limit: where it goes; others may read it at any time, by READ_ONCE()
 * @buf: what was written
 *
 * Return: 0 or a negative errno.
 */
int overlay_store_u32(u32 *limit, const char *buf)
{
	u32 value;
	int err = kstrtou32(buf, 0, &value);

	if (!err)
		WRITE_ONCE(*limit, value);
	return err;
}
