/* SPDX-License-Identifier: GPL-2.0 */
/* How far an update is, what it has cost, and what can be read about a board's updates. */
#ifndef OVERLAY_STATUS_H
#define OVERLAY_STATUS_H

#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include <hba_sim/mrb.h>

#include "history.h"

/* What a stopped update returns; struct overlay_status tells why it was stopped. */
#define OVERLAY_STOPPED		(-ECANCELED)

/**
 * enum overlay_state - how far an update is
 * @OVERLAY_IDLE: no update under way
 * @OVERLAY_LOADING: the old image's update module has been interrupted
 * @OVERLAY_CONVERTING: the new image's bootstrap runs, I/O goes on
 * @OVERLAY_PAUSED: the queues are held, the old image is in place
 * @OVERLAY_SWAPPING: the queues are held, the code region is unlocked
 * @OVERLAY_STARTING: the queues are held, the new image is in place
 * @OVERLAY_RUNNING: the queues are released, the new image runs
 * @OVERLAY_PROBATION: the new image serves I/O; the old one is preserved
 * @OVERLAY_REVERTING: the rollback module of the image in place runs
 *
 * An update goes through all of these but REVERTING, in this order; a rollback goes
 * on from REVERTING with PAUSED. A conventional update (conventional.c) skips
 * CONVERTING and PROBATION. An update that fails falls back to IDLE: up to CONVERTING
 * at once, from PAUSED by releasing the queues, from SWAPPING and STARTING by undoing
 * the copy first. A rollback that fails falls back to PROBATION.
 */
enum overlay_state {
	OVERLAY_IDLE,
	OVERLAY_LOADING,
	OVERLAY_CONVERTING,
	OVERLAY_PAUSED,
	OVERLAY_SWAPPING,
	OVERLAY_STARTING,
	OVERLAY_RUNNING,
	OVERLAY_PROBATION,
	OVERLAY_REVERTING,
};

/**
 * struct overlay_figures - what an update cost
 * @total_ns: from the trigger to the end of the probation
 * @prepare_ns: from the trigger to the first queue held
 * @pause_ns: first queue held to last queue released
 * @pause_insns: microcode instructions executed in the pause
 * @pause_bytes: bytes that the pause has to move: @undo_bytes, the new image without
 *		 kept tables, and @pause_dirty granules
 * @undo_bytes: bytes of old data that were saved
 * @pause_dirty: granules of data that were dirty in the pause
 * @erases: erase blocks of chips that were erased
 * @programs: pages of chips that were programmed
 * @burned_bytes: bytes in these pages
 * @waiting_commands: commands that arrived in the pause
 * @longest_wait_ns: longest of their waits
 * @parts: parts of the pause that were begun, bit n for enum overlay_part n
 * @part_ns: @pause_ns by parts
 * @part_insns: @pause_insns by parts
 */
struct overlay_figures {
	u64 total_ns;
	u64 prepare_ns;
	u64 pause_ns;
	u64 pause_insns;
	u64 pause_bytes;
	u64 undo_bytes;
	u64 pause_dirty;
	u64 erases;
	u64 programs;
	u64 burned_bytes;
	u32 waiting_commands;
	u64 longest_wait_ns;
	u32 parts;
	u64 part_ns[OVERLAY_PARTS];
	u64 part_insns[OVERLAY_PARTS];
};

/**
 * enum overlay_verdict - what becomes of an image on probation
 * @OVERLAY_WAIT: its probation goes on
 * @OVERLAY_COMMIT: it stays
 * @OVERLAY_ROLL_BACK: the preserved image comes back
 */
enum overlay_verdict {
	OVERLAY_WAIT,
	OVERLAY_COMMIT,
	OVERLAY_ROLL_BACK,
};

#define OVERLAY_HOLDER_MAX	96

/**
 * struct overlay_status - what can be read about a board's updates
 * @state: how far the update under way is
 * @progress: percent of the work before the pause
 * @error: "none", or where and why the last update failed
 * @cause: 0, or the negative errno that belongs to @error
 * @name: of the running image
 * @version: of the running image, MRB_VERSION()
 * @ordinal: release ordinal of the running image
 * @file_size: bytes in the running image's file
 * @applied: the running image was put in place by an update, not by a power-on
 * @capabilities: image capabilities of the running image
 * @updates: updates that succeeded and were not rolled back
 * @rollbacks: updates that were rolled back
 * @held_up: what the last pause had to wait for before it could begin
 * @last: figures of the last update that succeeded
 * @recorded: number of the last record in the history
 */
struct overlay_status {
	enum overlay_state state;
	u32 progress;
	char error[OVERLAY_ERROR_MAX];
	int cause;
	char name[sizeof_field(struct mrb_header, name)];
	u32 version;
	u32 ordinal;
	u32 file_size;
	bool applied;
	u32 capabilities;
	u32 updates;
	u32 rollbacks;
	char held_up[OVERLAY_HOLDER_MAX];
	struct overlay_figures last;
	u32 recorded;
};

#endif
