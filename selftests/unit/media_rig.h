/* SPDX-License-Identifier: GPL-2.0 */
/* A remote port with a disk, asked without an adapter. */
#ifndef UNIT_MEDIA_RIG_H
#define UNIT_MEDIA_RIG_H

#include <linux/types.h>

#include <hba_sim/board.h>

#include "../../hba_sim/far_end/fabric.h"

#define BLOCK		BOARD_BLOCK_SIZE
#define WAIT		true
#define NOWAIT		false

/**
 * struct media_rig - one remote port with blocks and a session
 * @f: its fabric
 * @token: the session's token
 */
struct media_rig {
	struct fabric f;
	u32 token;
};

/**
 * struct media_buffer - a command's data, in pieces that no block ends with
 * @sg: the pieces
 * @buf: what the board is given
 */
struct media_buffer {
	struct scatterlist sg[3];
	struct dma_buffer buf;
};

void media_rig_init(struct media_rig *rig, u64 blocks);
void media_rig_destroy(struct media_rig *rig);
void media_buffer_init(struct media_buffer *b, void *data, u32 len, u8 dir);
struct frame_media media_request(const struct media_rig *rig, u8 op, u64 lba, u32 blocks);

/* As a queue has it executed, WAIT: by a thread that may wait for memory. */
int media_execute(struct media_rig *rig, const struct frame_media *req, struct dma_buffer *buf,
		  bool wait, struct frame_media_done *done);

/* In one call: @data is of @len bytes, the answer in @done. */
int media_ask(struct media_rig *rig, const struct frame_media *req, void *data, u32 len,
	      bool wait, struct frame_media_done *done);

/* The same of a request that is made of its arguments: the result. */
u8 media_do(struct media_rig *rig, u8 op, u64 lba, u32 blocks, void *data, u32 len);

#endif
