/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world of one path: an adapter under the model host, its load, and the
 * oracle that knows what has to be. One for each process.
 */
#ifndef SWEEP_WORLD_H
#define SWEEP_WORLD_H

#include "load.h"
#include "oracle.h"
#include "paths.h"

/**
 * struct world - see above
 * @path: the path
 * @from: image that runs before the update
 * @to: image that is to replace it
 * @m: the adapter and its engine
 * @oracle: what has to be
 * @load: I/O
 * @updates: updates that the engine has to have counted
 * @rollbacks: rollbacks likewise
 * @resumed: the image that was put in place was started
 * @forced: the engine gave up a conversion back
 * @quiet: no command is submitted meanwhile
 * @on_put: called in place of the copy; NULL for the copy itself
 */
struct world {
	const struct sweep_path *path;
	const struct sweep_image *from;
	const struct sweep_image *to;
	struct model *m;
	struct oracle oracle;
	struct load load;
	u32 updates;
	u32 rollbacks;
	bool resumed;
	bool forced;
	bool quiet;
	int (*on_put)(struct world *w, const struct mrb_header *image, u32 keep, u64 *saved,
		      u64 *copied);
};

extern struct world world;

void world_start(const struct sweep_path *path, u64 seed);
void world_power_loss(void);
int world_begin_update(const struct sweep_image *img, u32 probation_commands);
int world_end_update(void);
int world_update(const struct sweep_image *img);

#endif
