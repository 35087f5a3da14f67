// SPDX-License-Identifier: GPL-2.0
/* The model host: see model.h. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/container_of.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../hba_sim/adapter_update/adapter_update.h"
#include "model.h"
#include "sign.h"

const struct adapter_config model_config = {
	.nr_queues = 2, .depth = 32, .nr_ports = 8, .nr_targets = 2, .blocks = 4096,
};

struct image image_read(const char *name)
{
	struct image img = {};
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s.mrb", MODEL_IMAGES, name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s: build the images first", path);
	fseek(f, 0, SEEK_END);
	img.size = ftell(f);
	rewind(f);
	img.bytes = malloc(img.size);
	assert_int_equal(fread(img.bytes, 1, img.size, f), img.size);
	fclose(f);
	return img;
}

void image_sign(struct image *img)
{
	mrb_sign(img->bytes, img->size);
}

void image_free(struct image *img)
{
	free(img->bytes);
	img->bytes = NULL;
}

/* The instructions at an entry, given as an offset from the load address. */
u32 *image_entry(struct image *img, u32 entry)
{
	return (u32 *)(img->bytes + le32_to_cpu(entry));
}

static struct model *to_model(struct adapter *a)
{
	return container_of(a, struct model, a);
}

static void complete_op(struct hba_cmd *cmd)
{
	container_of(cmd, struct command, cmd)->done = true;
}

static void delay_op(struct hba_cmd *cmd)
{
	list_add_tail(&cmd->node, &to_model(cmd->queue->adapter)->delayed);
}

static bool cancel_delay_op(struct hba_cmd *cmd)
{
	if (list_empty(&cmd->node))
		return false;
	list_del_init(&cmd->node);
	return true;
}

/* The thread's turn comes with model_media(). */
static void wake_media_op(struct hba_queue *q)
{
}

static void wake_login_op(struct adapter *a)
{
}

static void wake_service_op(struct adapter *a)
{
	to_model(a)->woken = true;
}

static void dump_op(struct adapter *a, void *data, size_t len)
{
	struct model *m = to_model(a);

	free(m->dump);
	m->dump = data;
	m->dump_len = len;
	m->dumps++;
}

static u64 clock_ns;

void model_pass(u64 ns)
{
	clock_ns += ns;
}

static void wake_later_op(struct adapter *a, u64 ns)
{
	to_model(a)->wake_ns = ns;
}

static void busy_op(struct adapter *a, u32 us)
{
	struct model *m = to_model(a);

	model_pass(us * 1000ull);
	login_work(a);	/* other threads have their turn */
	if (m->on_busy)
		m->on_busy(m, us);
}

static void port_changed_op(struct adapter *a, u32 port)
{
	struct model *m = to_model(a);

	if (m->on_port)
		m->on_port(m, port);
}

static int apply_op(struct adapter *a, const char *name, bool permanent)
{
	struct model *m = to_model(a);

	return m->on_apply ? m->on_apply(m, name, permanent) : -EINVAL;
}

static u64 clock_op(void)
{
	return clock_ns += 1000;
}

static const struct adapter_ops model_adapter_ops = {
	.complete	= complete_op,
	.delay		= delay_op,
	.cancel_delay	= cancel_delay_op,
	.wake_media	= wake_media_op,
	.wake_login	= wake_login_op,
	.wake_later	= wake_later_op,
	.wake_service	= wake_service_op,
	.dump		= dump_op,
	.busy		= busy_op,
	.port_changed	= port_changed_op,
	.apply		= apply_op,
	.now_ns		= clock_op,
};

static void hold_op(void *board)
{
	struct model *m = to_model(board);

	adapter_overlay_ops.queues->hold(board);
	if (m->on_hold)
		m->on_hold(m);
}

static void changed_op(struct overlay *ov)
{
	container_of(ov, struct model, ov)->state_changes++;
}

struct model *model_new(const struct adapter_config *cfg, const struct image *rom)
{
	struct model *m = calloc(1, sizeof(*m));
	int err;

	INIT_LIST_HEAD(&m->delayed);
	m->board_ops = *adapter_overlay_ops.board;
	m->processor_ops = *adapter_overlay_ops.processor;
	m->memory_ops = *adapter_overlay_ops.memory;
	m->queue_ops = *adapter_overlay_ops.queues;
	m->media_ops = *adapter_overlay_ops.media;
	m->ops = adapter_overlay_ops;
	m->ops.board = &m->board_ops;
	m->ops.processor = &m->processor_ops;
	m->ops.memory = &m->memory_ops;
	m->ops.queues = &m->queue_ops;
	m->ops.media = &m->media_ops;
	m->queue_ops.hold = hold_op;
	m->board_ops.now_ns = clock_op;
	err = adapter_init(&m->a, &model_adapter_ops, "model", cfg);
	if (!err)
		err = adapter_power_on(&m->a, rom->bytes, rom->size);
	if (err) {
		adapter_destroy(&m->a);
		free(m);
		return NULL;
	}
	overlay_init(&m->ov, &m->ops, &m->a, &m->a.image);
	overlay_include(&m->ov);
	m->a.overlay = &m->ov;
	m->ov.probation_commands = 0;
	m->ov.changed = changed_op;
	return m;
}

void model_free(struct model *m)
{
	adapter_destroy(&m->a);
	free(m->dump);
	free(m);
}

void model_start(struct model *m, u32 queue, struct command *c, const void *cdb, u32 cdb_len,
		 u8 dir, u32 len)
{
	static u16 tag;

	assert_true(len <= sizeof(c->data));
	memset(&c->cmd, 0, sizeof(c->cmd));
	INIT_LIST_HEAD(&c->cmd.node);
	c->done = false;
	c->sg[0] = (struct scatterlist){ c->data, len / 3 };
	c->sg[1] = (struct scatterlist){ c->data + len / 3, len - len / 3 };
	c->cmd.target = c->target;
	c->cmd.tag = tag++ % m->a.cfg.depth;
	c->cmd.buf = (struct dma_buffer){ .sgl = c->sg, .nents = 2, .len = len, .dir = dir };
	c->cmd.cdb_len = cdb_len;
	memcpy(c->cmd.cdb, cdb, cdb_len);
	queue_submit(&m->a.queues[queue], &c->cmd);
}

/* The media latency of all commands is over, and there is memory. */
void model_media(struct model *m)
{
	struct hba_cmd *cmd;

	while ((cmd = list_first_entry_or_null(&m->delayed, struct hba_cmd, node))) {
		list_del_init(&cmd->node);
		queue_media_due(cmd);
	}
	for (u32 i = 0; i < m->a.cfg.nr_queues; i++)
		queue_media_work(&m->a.queues[i]);
}

void model_service(struct model *m)
{
	m->woken = false;
	service_work(&m->a);
	login_work(&m->a);
}

int model_reset(struct model *m, int target, u8 function)
{
	assert_int_equal(adapter_abort_all(&m->a, target), 0);
	return queue_reset(&m->a.queues[0], 0, function);
}

u8 model_exec(struct model *m, u32 queue, struct command *c, const void *cdb, u32 cdb_len,
	      u8 dir, u32 len)
{
	model_start(m, queue, c, cdb, cdb_len, dir, len);
	model_media(m);
	model_service(m);
	assert_true(c->done);
	assert_int_equal(c->cmd.outcome, CMD_REPLIED);
	return c->cmd.status;
}

/* To the end of the probation, in which nothing happens. */
int model_update_claimed(struct model *m, const struct image *img)
{
	int ret = overlay_update(&m->ov, img->bytes, img->size, &m->result);

	while (ret >= 0) {
		ret = overlay_probation(&m->ov, &m->result);
		if (!ret)
			return 0;
	}
	return ret;
}

int model_update(struct model *m, const struct image *img)
{
	assert_int_equal(overlay_claim(&m->ov), 0);
	return model_update_claimed(m, img);
}

u32 sense_of(const struct command *c)
{
	const u8 *s = c->cmd.sense;

	if (c->cmd.sense_len < 14)
		return 0;
	return (s[2] & 0xf) << 16 | s[12] << 8 | s[13];
}

u8 rw_blocks(struct model *m, u32 queue, struct command *c, bool write, u32 lba, u16 blocks)
{
	u8 cdb[10] = { write ? 0x2a : 0x28, 0, lba >> 24, lba >> 16, lba >> 8, lba, 0,
		       blocks >> 8, blocks };

	return model_exec(m, queue, c, cdb, sizeof(cdb), write ? FRAME_DIR_OUT : FRAME_DIR_IN,
			  blocks * 512);
}
