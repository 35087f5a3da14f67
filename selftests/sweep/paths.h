/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the sweep is made over: images, boards, and the paths from one image to
 * another. A later image or board is a row of the tables in paths.c.
 */
#ifndef SWEEP_PATHS_H
#define SWEEP_PATHS_H

#include "../../hba_sim/adapter/adapter.h"
#include "../unit/model.h"

#define PATH_CHAIN_MAX	3u

/**
 * struct sweep_board - a kind of board
 * @name: of the kind
 * @cfg: what its adapter has
 *
 * A power loss leaves the remote ports and their media. The kind "sram" promises
 * nothing else: the image in ROM starts cold, logs in anew, mode pages have
 * their default values, reservations are gone, statistics begin at zero.
 */
struct sweep_board {
	const char *name;
	struct adapter_config cfg;
};

/**
 * struct sweep_image - an image, and what it looks like in place
 * @name: its version
 * @file: as it was built
 * @header: its header
 * @text: the text block's bytes in @file
 * @text_size: bytes of it
 * @insns: the text decoded
 */
struct sweep_image {
	const char *name;
	struct image file;
	const struct mrb_header *header;
	const u8 *text;
	u32 text_size;
	struct insn *insns;
};

/**
 * struct sweep_path - an update
 * @name: of the path
 * @board: where it happens
 * @chain: the image in ROM, then those that it was updated to; the last runs
 * @to: the image that is to replace it
 * @burns: that brings contents for a chip that are not there
 * @copies: the pause copies something; on boards with banks only tables that both images have
 * @coarse: a run that is not complete takes strides that are so many times longer,
 *	    as the path is like another one
 */
struct sweep_path {
	const char *name;
	const struct sweep_board *board;
	const char *chain[PATH_CHAIN_MAX];
	const char *to;
	bool burns;
	bool copies;
	u32 coarse;
};

extern const struct sweep_path sweep_paths[];
extern const u32 nr_sweep_paths;

const struct sweep_image *path_image(const char *name);
const struct sweep_image *path_from(const struct sweep_path *p);

#endif
