/* SPDX-License-Identifier: GPL-2.0 */
/* The DMA engine: moves data as the microcode asks for it. */
#ifndef HBA_SIM_DMA_H
#define HBA_SIM_DMA_H

#include <linux/scatterlist.h>
#include <linux/types.h>

struct media;
struct media_how;

/**
 * struct dma_buffer - a command's data buffer in host memory
 * @sgl: the buffer's pieces
 * @nents: number of pieces
 * @len: bytes in all
 * @moved: bytes that were moved, counted from the start up to the first gap
 * @dir: FRAME_DIR_*: the only direction that is allowed
 */
struct dma_buffer {
	struct scatterlist *sgl;
	unsigned int nents;
	u32 len;
	u32 moved;
	u8 dir;
};

u32 dma_scratch(struct dma_buffer *buf, u32 offset, void *mem, u32 len, u8 dir);
void dma_media_read(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		    const struct media_how *how);
int dma_media_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		    const struct media_how *how);
int dma_media_or_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
		       u32 blocks, const struct media_how *how);
int dma_media_write_same(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
			 u32 blocks, const struct media_how *how);
int dma_media_compare(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		      const struct media_how *how, u32 *first_bad);
int dma_media_compare_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
			    u32 blocks, u32 *first_bad);

#endif
