/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name. A list is an
 * array of pieces.
 */
#ifndef HOST_LINUX_SCATTERLIST_H
#define HOST_LINUX_SCATTERLIST_H

#include <linux/types.h>

struct scatterlist {
	void *mem;
	unsigned int length;
};

static inline void sg_init_one(struct scatterlist *sg, void *mem, unsigned int len)
{
	*sg = (struct scatterlist){ mem, len };
}

#define SG_MITER_ATOMIC		1u
#define SG_MITER_TO_SG		2u
#define SG_MITER_FROM_SG	4u

struct sg_mapping_iter {
	void *addr;
	size_t length;
	struct scatterlist *sg;
	unsigned int left;
	size_t skip;
	unsigned int flags;
};

void sg_miter_start(struct sg_mapping_iter *it, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags);
bool sg_miter_skip(struct sg_mapping_iter *it, off_t offset);
bool sg_miter_next(struct sg_mapping_iter *it);
void sg_miter_stop(struct sg_mapping_iter *it);
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t len, off_t skip);
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t len,
			  off_t skip);

#endif
