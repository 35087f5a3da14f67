// SPDX-License-Identifier: GPL-2.0
/* A remote port with a disk: see media_rig.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "els.h"
#include "media_rig.h"

void media_rig_init(struct media_rig *rig, u64 blocks)
{
	memset(rig, 0, sizeof(*rig));
	assert_int_equal(fabric_init(&rig->f, 2, storage_new(1, blocks, 0)), 0);
	fabric_attach(&rig->f, false, 0);
	rig->token = els_log_in(&rig->f, 0);
	assert_int_not_equal(rig->token, 0);
}

void media_rig_destroy(struct media_rig *rig)
{
	fabric_destroy(&rig->f);
}

void media_buffer_init(struct media_buffer *b, void *data, u32 len, u8 dir)
{
	u32 piece = len / 3;

	b->sg[0] = (struct scatterlist){ data, piece };
	b->sg[1] = (struct scatterlist){ data + piece, piece };
	b->sg[2] = (struct scatterlist){ data + 2 * piece, len - 2 * piece };
	b->buf = (struct dma_buffer){ .sgl = b->sg, .nents = 3, .len = len, .dir = dir };
}

struct frame_media media_request(const struct media_rig *rig, u8 op, u64 lba, u32 blocks)
{
	return (struct frame_media){
		.op = op, .token = cpu_to_le32(rig->token), .blocks = cpu_to_le32(blocks),
		.lba_lo = cpu_to_le32(lower_32_bits(lba)),
		.lba_hi = cpu_to_le32(upper_32_bits(lba)),
		.context = { .version = MEDIA_CONTEXT_1, .arg = cpu_to_le32(0x5a5a) },
	};
}

int media_execute(struct media_rig *rig, const struct frame_media *req, struct dma_buffer *buf,
		  bool wait, struct frame_media_done *done)
{
	const struct media_how how = { .may_sleep = wait };
	int err;

	do {
		err = fabric_media(&rig->f, req, buf, &how, done);
	} while (err == -ENOMEM && wait && !fabric_back(&rig->f, req));
	return err;
}

int media_ask(struct media_rig *rig, const struct frame_media *req, void *data, u32 len,
	      bool wait, struct frame_media_done *done)
{
	u8 dir = !data ? FRAME_DIR_NONE : req->op == MEDIA_READ ? FRAME_DIR_IN : FRAME_DIR_OUT;
	struct media_buffer b;
	int err;

	media_buffer_init(&b, data, len, dir);
	err = media_execute(rig, req, &b.buf, wait, done);
	if (!err) {
		assert_int_equal(le32_to_cpu(done->moved), b.buf.moved);
		assert_memory_equal(&done->context, &req->context, sizeof(done->context));
	}
	return err;
}

u8 media_do(struct media_rig *rig, u8 op, u64 lba, u32 blocks, void *data, u32 len)
{
	struct frame_media req = media_request(rig, op, lba, blocks);
	struct frame_media_done done;

	assert_int_equal(media_ask(rig, &req, data, len, WAIT, &done), 0);
	return done.result;
}
