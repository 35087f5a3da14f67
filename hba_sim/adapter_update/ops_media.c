// SPDX-License-Identifier: GPL-2.0
/* Permanent updates: the image file is kept, and later written to the boot flash. */
#include <linux/errno.h>

#include "ops.h"

static int op_take_file(void *board, const void *file, size_t size)
{
	struct adapter *a = board;
	int err = port_boots(a, file) ? slots_take_file(&a->slots, file, size) : -EPROTO;

	if (!err)
		download_to_save(a);
	return err;
}

static int op_write_file(void *board)
{
	struct adapter *a = board;
	int err = slots_write_file(&a->slots);

	if (!err)
		download_saved(a);
	return err;
}

const struct overlay_media_ops adapter_media_ops = {
	.take_file	= op_take_file,
	.write_file	= op_write_file,
};
