// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter behind the engine's struct overlay_remote: an image consists of a remote port's
 * blocks, from the first one on, and the key that the microcode presents is the token of its
 * session with that port.
 */
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../adapter/adapter.h"
#include "ops.h"

/* Pairs with bus_load(): I/O harts may read the register, too. */
static void remote_select(void *board, u32 port)
{
	struct adapter *a = board;

	WRITE_ONCE(a->regs->update_source, cpu_to_le32(port + 1));
}

static int media_error(u8 result)
{
	switch (result) {
	case MEDIA_OK:
		return 0;
	case MEDIA_BAD_TOKEN:
		return -EACCES;
	case MEDIA_BAD_RANGE:
		return -ENXIO;
	default:
		return -EINVAL;
	}
}

static int read_blocks(struct adapter *a, u32 port, u32 token, u32 lba, void *to, u32 blocks)
{
	struct frame_media req = {
		.op = MEDIA_READ, .port = cpu_to_le16(port), .token = cpu_to_le32(token),
		.lba_lo = cpu_to_le32(lba), .blocks = cpu_to_le32(blocks),
	};
	struct dma_buffer buf = {
		.nents = 1, .len = blocks * BOARD_BLOCK_SIZE, .dir = FRAME_DIR_IN,
	};
	const struct media_how how = { .may_sleep = true };
	struct frame_media_done done;
	struct scatterlist sg;
	int err;

	sg_init_one(&sg, to, buf.len);
	buf.sgl = &sg;
	err = fabric_media(&a->fabric, &req, &buf, &how, &done);
	return err ?: media_error(done.result);
}

/* Does not wait for the media latency, which serves only to keep commands in flight. */
static int remote_read(void *board, u32 port, u32 key, u32 offset, void *to, u32 len)
{
	u32 skip = offset % BOARD_BLOCK_SIZE;
	u32 blocks = DIV_ROUND_UP(skip + len, BOARD_BLOCK_SIZE);
	u8 *bounce;
	int err;

	if (port >= BOARD_MAX_PORTS)
		return -EINVAL;
	bounce = kcalloc(blocks, BOARD_BLOCK_SIZE, GFP_KERNEL);
	if (!bounce)
		return -ENOMEM;
	err = read_blocks(board, port, key, offset / BOARD_BLOCK_SIZE, bounce, blocks);
	if (!err)
		memcpy(to, bounce + skip, len);
	kfree(bounce);
	return err;
}

/** adapter_remote - the adapter as a board for an image behind its ports */
const struct overlay_remote adapter_remote = {
	.select	= remote_select,
	.read	= remote_read,
};
