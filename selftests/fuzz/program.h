/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small images whose parts do what an input says: an update module, a
 * bootstrap, a run-time and a rollback module that call system services, store
 * and jump in any order with any arguments. Where the input has nothing to say
 * they do what is right.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include "../unit/model.h"

enum program_part { PART_UPDATE, PART_BOOTSTRAP, PART_RESUME, PART_ROLLBACK, PART_IO, PARTS };

/**
 * struct program_op - one thing that a part does
 * @what: OP_DO_* or, below OP_DO_CALLS, the number of a system service
 * @arg: values, each an index of a table and an offset from what is there
 */
struct program_op {
	u8 what;
	struct {
		u8 index;
		s8 plus;
	} arg[3];
};

#define OP_DO_CALLS	16
enum {
	OP_DO_STORE = OP_DO_CALLS,	/* arg[1] to address arg[0] */
	OP_DO_LOAD,			/* from arg[0] */
	OP_DO_JUMP,			/* to arg[0], as to a run-time entry */
	OP_DO_WFI,
	OP_DO_FENCE_I,
	OP_DO_ECALL,			/* number arg[2] */
	OP_DO_RIGHT,			/* what is right, from arg[0] on, arg[1] steps */
	OP_DO_NR
};

#define PROGRAM_OPS	24

/**
 * struct program_part_ops - what a part of an image does
 * @nr: entries in @op; 0: what is right
 * @op: one after the other; then it goes idle
 */
struct program_part_ops {
	u32 nr;
	struct program_op op[PROGRAM_OPS];
};

/**
 * struct program - an image to be made
 * @part: what its parts do
 * @version: its version, MRB_VERSION(), and its release ordinal
 * @skips: its trap handler goes on behind what trapped; else it gives up
 * @no_rollback: it has no rollback module
 * @no_cold_start: it hangs when it is started at power-on
 * @schema_version: format of its second table
 * @data: bytes of memory that its data take, a multiple of 16
 */
struct program {
	struct program_part_ops part[PARTS];
	u32 version;
	bool skips;
	bool no_rollback;
	bool no_cold_start;
	u16 schema_version;
	u32 data;
};

struct image program_image(const struct program *p);

#endif
