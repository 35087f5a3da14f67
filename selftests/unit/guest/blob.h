/* SPDX-License-Identifier: GPL-2.0 */
/* The guest programs that are part of test programs; see blob.S. */
#ifndef UNIT_BLOB_H
#define UNIT_BLOB_H

#include <linux/types.h>

extern const u8 work_image[], work_image_end[];
extern const u8 stress_image[], stress_image_end[];

#endif
