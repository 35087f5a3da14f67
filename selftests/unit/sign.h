/* SPDX-License-Identifier: GPL-2.0 */
/* Checksum and digest of an image as they have to be. */
#ifndef UNIT_SIGN_H
#define UNIT_SIGN_H

#include <asm/byteorder.h>
#include "../../mrb/mrb.h"

/* The digest covers the checksum. */
static inline void mrb_sign(void *file, size_t len)
{
	struct mrb_header *h = file;

	h->crc32 = cpu_to_le32(mrb_crc32(file, len));
	assert_int_equal(mrb_digest(file, len, h->sha256), 0);
}

#endif
