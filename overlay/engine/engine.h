/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the overlay engine, which lays a new code image over the running one. It knows
 * images and the order of an update; it knows the board only through struct overlay_ops
 * (requirement U15), and uses of Linux only what any library offers. Lock: overlay.lock, for
 * what threads other than the update's read. This is the header for the other rooms; parts.h
 * declares what the engine's own files share.
 */
#ifndef OVERLAY_ENGINE_H
#define OVERLAY_ENGINE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>

#include "../../mrb/mrb.h"
#include "budget.h"
#include "check.h"
#include "history.h"
#include "incompat.h"
#include "inquiry.h"
#include "ops.h"
#include "status.h"
#include "stream.h"
#include "waits.h"

struct overlay_fetch;

/**
 * struct overlay - the update machinery of one board
 * @ops: the board
 * @board: handed to @ops
 * @running: header of the image in place; changed in the pause only
 * @name: of the board, for trace events; NULL if it has none
 * @changed: called when @status.state has changed, except within the pause;
 *	     may be NULL
 * @lock: protects @decided, @busy, @closed, @status, @history, @histogram, @reports,
 *	  @check and @answer
 * @probation_commands: probation ends after this number of commands, 0: at once
 * @probation_ms: or after this number of milliseconds
 * @pause_budget_us: longest time from the first queue held to the swap; 0: as the
 *		     image declares
 * @verdict: the user's decision about an image on probation, enum overlay_verdict
 * @decided: the image on probation stays: it is too late for another verdict
 * @busy: an update was triggered and has not ended
 * @closed: no update can be triggered any more
 * @owner: who may cancel the update by overlay_cancel_own(); NULL: nobody
 * @status: what can be read
 * @history: the last updates, record n at n % OVERLAY_HISTORY
 * @histogram: how long commands waited in pauses
 * @reports: incompatibilities that the new image reported in the last update or check
 * @check: the last check
 * @answer: the last answer of "update_status"
 *
 * The rest belongs to the thread that claimed the update:
 * @cancel: somebody wants the update to end before the pause
 * @file: the new image as it came from the source
 * @file_size: bytes in @file
 * @fetch: set if the source is a port of the board, see remote.c; else NULL
 * @staged: header of the staged image, checked
 * @previous: header of the preserved image, while there is one
 * @failed: the image in place has failed before its probation began, or in its
 *	    self-test after a rollback; @reason says how
 * @checking: this is a check, and no update
 * @permanent: the new image is to be booted from the next power-on on
 * @reverting: this is a rollback: the preserved image is put in place
 * @keep: argument of OVERLAY_COPY
 * @selected: chips whose other configuration the new image needs, bit n for chip n
 * @chips_new: the @selected chips have that configuration active now
 * @called: services that were called, bit n for OVERLAY_CALL_FIRST + n
 * @served: those of @called that succeeded
 * @work: figures of this update
 * @budget: of the code that the processor executes now
 * @pause: budget of the pause, within @budget
 * @hurried: @budget was cut, as the update is cancelled
 * @start_ns: when the update was claimed
 * @probation_ns: when probation began
 * @probation_from: number of commands that had ended by then
 * @pause_start_ns: when the pause began
 * @part: the current part of the pause, enum overlay_part
 * @part_start_ns: when @part began
 * @part_start_insns: @work.pause_insns when @part began
 * @record: of this update, for the history
 * @told: capabilities of the image in place, as overlay_board_ops.told knows them
 * @waits: histogram of the waits in this update's pause
 * @reason: why the update cannot go on
 * @cause: the negative errno that belongs to @reason
 */
struct overlay {
	const struct overlay_ops *ops;
	void *board;
	struct mrb_header *running;
	const char *name;
	void (*changed)(struct overlay *ov);

	spinlock_t lock;	/* protects decided, busy, closed, and status to answer */
	u32 probation_commands;
	u32 probation_ms;
	u32 pause_budget_us;
	enum overlay_verdict verdict;
	bool decided;
	bool busy;
	bool closed;
	const void *owner;
	struct overlay_status status;
	struct overlay_record history[OVERLAY_HISTORY];
	struct overlay_histogram histogram;
	struct overlay_reports reports;
	struct overlay_check check;
	struct overlay_answer answer;

	bool cancel;
	const void *file;
	size_t file_size;
	struct overlay_fetch *fetch;
	struct mrb_header staged;
	struct mrb_header previous;
	bool failed;
	bool checking;
	bool permanent;
	bool reverting;
	u32 keep;
	u32 selected;
	bool chips_new;
	u32 called;
	u32 served;
	struct overlay_figures work;
	struct budget budget;
	struct budget pause;
	bool hurried;
	u64 start_ns;
	u64 probation_ns;
	u64 probation_from;
	u64 pause_start_ns;
	enum overlay_part part;
	u64 part_start_ns;
	u64 part_start_insns;
	struct overlay_record record;
	u32 told;
	u32 waits[OVERLAY_WAIT_BUCKETS];
	char reason[OVERLAY_ERROR_MAX];
	int cause;
};

void overlay_init(struct overlay *ov, const struct overlay_ops *ops, void *board,
		  struct mrb_header *running);
int overlay_claim(struct overlay *ov);
int overlay_unable(struct overlay *ov, const char *why);
int overlay_want_permanent(struct overlay *ov);
int overlay_exclude(struct overlay *ov);
void overlay_include(struct overlay *ov);
int overlay_update(struct overlay *ov, const void *file, size_t size,
		   struct overlay_status *result);
int overlay_probation(struct overlay *ov, struct overlay_status *result);
int overlay_decide(struct overlay *ov, enum overlay_verdict verdict);
void overlay_no_source(struct overlay *ov, const char *what, int err,
		       struct overlay_status *result);
void overlay_cancel(struct overlay *ov);
void overlay_own(struct overlay *ov, const void *owner);
bool overlay_cancel_own(struct overlay *ov, const void *owner);
bool overlay_last_call(struct overlay *ov);
void overlay_close(struct overlay *ov);
void overlay_read_status(struct overlay *ov, struct overlay_status *status);
bool overlay_is_busy(struct overlay *ov);
enum overlay_support overlay_support(const struct overlay *ov);
const char *overlay_state_name(enum overlay_state state);

/* conventional.c */
/**
 * struct overlay_source - where the new image is read from, while I/O stands still
 * @fetch: get the file, which stays until the update has ended. Returns 0, or a negative
 *	errno with @why set to a short phrase
 */
struct overlay_source {
	int (*fetch)(struct overlay_source *source, const void **file, size_t *size,
		     const char **why);
};

int overlay_conventional(struct overlay *ov, struct overlay_source *source,
			 struct overlay_status *result);

/* remote.c */
int overlay_update_from(struct overlay *ov, u32 port, struct overlay_status *result);

#endif
