/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model host of the unit tests, for inputs that nobody has looked at:
 * commands whose buffers end where their memory ends, their end counted, and an
 * adapter that is set back instead of being built anew for each input.
 */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include "../unit/model.h"

#define HOST_PIECES	3
#define HOST_DATA_MAX	65536u

/**
 * struct host_cmd - a command
 * @cmd: the adapter's part
 * @sg: its data buffer, in pieces of odd sizes
 * @before: what the buffer held when it was submitted
 * @ended: how often the adapter ended it
 * @busy: it was submitted, and host_free() is to come
 */
struct host_cmd {
	struct hba_cmd cmd;
	struct scatterlist sg[HOST_PIECES];
	u8 *before;
	u32 ended;
	bool busy;
};

/* model_new() with an adapter that ends struct host_cmd; NULL if it has no power. */
struct model *host_new(const struct adapter_config *cfg, const struct image *rom);

/* The same for one that is there already; no command may have been submitted. */
void host_adopt(struct model *m);

/* Of several that were adopted, the one that is driven from now on. */
void host_use(struct model *m);

/* Sets what the adapter is to know; @c->cmd.tag and the CDB are the caller's. */
void host_submit(struct model *m, u32 queue, struct host_cmd *c, const u8 *data, u32 len, u8 dir);
void host_free(struct host_cmd *c);
void host_gather(const struct host_cmd *c, u8 *data);

/* Latencies end and messages are answered until nothing is left to do. */
void host_settle(struct model *m);
/* The command has ended, once, and its buffer is as it may be. */
void host_check_ended(const struct host_cmd *c);
void host_check_buffer(const struct host_cmd *c);

struct host_snapshot;
struct host_snapshot *host_snapshot(struct model *m);
void host_restore(struct host_snapshot *s);

#endif
