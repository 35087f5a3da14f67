/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model host: the module's adapter and overlay engine in user space, with a
 * driver that has no kernel, so that a test decides what happens when.
 */
#ifndef UNIT_MODEL_H
#define UNIT_MODEL_H

#include <linux/list.h>

#include "../../hba_sim/adapter/adapter.h"
#include "../../overlay/engine/engine.h"

#define MODEL_IMAGES	"../../build/images/"

/**
 * struct image - an image file in memory
 * @bytes: the file
 * @size: bytes in it
 */
struct image {
	unsigned char *bytes;
	size_t size;
};

/**
 * struct command - a SCSI command and its data
 * @cmd: the adapter's part
 * @sg: @data in two pieces, as no buffer is in one
 * @data: the data
 * @target: remote port that it goes to, 0 unless the test says otherwise
 * @done: it has ended
 */
struct command {
	struct hba_cmd cmd;
	struct scatterlist sg[2];
	unsigned char data[1 << 17];
	u16 target;
	bool done;
};

/**
 * struct model - an adapter under a model host
 * @a: the adapter
 * @ov: its engine
 * @ops: the adapter as a board, in groups which a test can change
 * @board_ops: of @ops
 * @processor_ops: of @ops
 * @memory_ops: of @ops
 * @queue_ops: of @ops, with @hold hooked
 * @media_ops: of @ops
 * @delayed: commands whose media latency runs
 * @on_hold: called in the pause, when all queues are held; may be NULL
 * @on_busy: called while a chip is busy, half of whose cells are as before; may be NULL
 * @on_port: called when the microcode has made or ended a session; may be NULL
 * @on_apply: called when the microcode wants an update; may be NULL
 * @woken: the adapter has wanted its service hart's thread since that last ran
 * @wake_ns: in so many nanoseconds the adapter wanted to be served; the last wish
 * @result: of the last update
 * @dump: the last crash dump, NULL if there was none
 * @dump_len: bytes in it
 * @dumps: how many there were
 * @state_changes: how often the engine reported a change
 */
struct model {
	struct adapter a;
	struct overlay ov;
	struct overlay_ops ops;
	struct overlay_board_ops board_ops;
	struct overlay_processor_ops processor_ops;
	struct overlay_memory_ops memory_ops;
	struct overlay_queue_ops queue_ops;
	struct overlay_media_ops media_ops;
	struct list_head delayed;
	void (*on_hold)(struct model *m);
	void (*on_busy)(struct model *m, u32 us);
	void (*on_port)(struct model *m, u32 port);
	int (*on_apply)(struct model *m, const char *name, bool permanent);
	bool woken;
	u64 wake_ns;
	struct overlay_status result;
	unsigned char *dump;
	size_t dump_len;
	unsigned int dumps;
	unsigned int state_changes;
};

extern const struct adapter_config model_config;

struct image image_read(const char *name);
void image_sign(struct image *img);
void image_free(struct image *img);
u32 *image_entry(struct image *img, u32 entry);

struct model *model_new(const struct adapter_config *cfg, const struct image *rom);
void model_free(struct model *m);
void model_start(struct model *m, u32 queue, struct command *c, const void *cdb, u32 cdb_len,
		 u8 dir, u32 len);
void model_media(struct model *m);
void model_service(struct model *m);

/* Time goes by. */
void model_pass(u64 ns);

/* A reset as error handling does it: no command is left; then as queue_reset(). */
int model_reset(struct model *m, int target, u8 function);
u8 model_exec(struct model *m, u32 queue, struct command *c, const void *cdb, u32 cdb_len,
	      u8 dir, u32 len);
int model_update(struct model *m, const struct image *img);
int model_update_claimed(struct model *m, const struct image *img);

/* Sense data in fixed format: key, additional code and qualifier as 0xKKAAQQ. */
u32 sense_of(const struct command *c);

u8 rw_blocks(struct model *m, u32 queue, struct command *c, bool write, u32 lba, u16 blocks);

#endif
