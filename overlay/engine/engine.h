/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The overlay engine: lays a new code image over the running one. It knows
 * images, the order of an update, and a board only through struct
 * overlay_ops (requirement U15).
 */
#ifndef OVERLAY_ENGINE_H
#define OVERLAY_ENGINE_H

#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>

#include "../../mrb/mrb.h"
#include "budget.h"
#include "check.h"
#include "history.h"
#include "incompat.h"
#include "inquiry.h"
#include "waits.h"

struct overlay_conventional;
struct overlay_fetch;
struct overlay_remote;

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
 * An update goes through them in this order, but for REVERTING, from which a
 * rollback goes on with PAUSED; a conventional one (conventional.c) has neither
 * CONVERTING nor PROBATION. From CONVERTING and before it falls back to
 * IDLE at once, from PAUSED by releasing the queues, from SWAPPING and STARTING
 * by undoing the copy first; a rollback falls back to PROBATION.
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
 * enum overlay_exit - why the board's processor returned to the engine
 * @OVERLAY_EXIT_IDLE: it waits for an interrupt
 * @OVERLAY_EXIT_LIMIT: the instruction limit is used up
 * @OVERLAY_EXIT_CALL: a system service is wanted
 * @OVERLAY_EXIT_DEAD: it trapped and cannot go on
 */
enum overlay_exit {
	OVERLAY_EXIT_IDLE,
	OVERLAY_EXIT_LIMIT,
	OVERLAY_EXIT_CALL,
	OVERLAY_EXIT_DEAD,
};

/**
 * enum overlay_support - what a board is able to do for an update
 * @OVERLAY_TEMPORARY: put an image in place, until a power cycle
 * @OVERLAY_PERMANENT: or, if that is wanted, also boot it then
 * @OVERLAY_FIXED: nothing: what is in place cannot be replaced
 * @OVERLAY_NO_SERVICES: nothing, and it lacks the system services
 */
enum overlay_support {
	OVERLAY_TEMPORARY,
	OVERLAY_PERMANENT,
	OVERLAY_FIXED,
	OVERLAY_NO_SERVICES,
};

/**
 * struct overlay_request - a system service that an image wants
 * @nr: enum overlay_call
 * @arg: its arguments
 * @cost: what the processor's turn has cost beside its instructions: traps, and calls that
 *	  the board has served itself
 * @in_place: the code that calls is in the code region, and not in staging
 */
struct overlay_request {
	u32 nr;
	u32 arg[3];
	u64 cost;
	bool in_place;
};

/**
 * struct overlay_chip_ops - other modules of a board: chips with two configurations each
 * @erase: erase a block of the configuration that is not active; may sleep
 * @program: program a page of it with what lies at @addr in staging; may sleep; bytes
 *	that a page has, or an error
 * @select: make the other configuration the active one; -EBADMSG if it is not whole
 *
 * @chip is less than mrb_limits.nr_chips; other arguments are the image's.
 */
struct overlay_chip_ops {
	int (*erase)(void *board, u32 chip, u32 block);
	int (*program)(void *board, u32 chip, u32 page, u32 addr);
	int (*select)(void *board, u32 chip);
};

/**
 * struct overlay_ops - a board, as the engine sees it
 * @limits: what an image must be like
 * @capabilities: the board's capabilities: what an image may require
 * @support: what the board is able to do; NULL: OVERLAY_TEMPORARY
 * @alive: false when the board has failed
 * @needed: capabilities of an image that board and driver cannot do without
 * @suits: can the image in @file, which was checked, run on this board? 0, or an error
 *	and why not; asked before anything has an effect; NULL: the capabilities tell all
 * @told: the image in place provides @new capabilities, where the one before it
 *	provided @old; told when they differ, not in the pause; may be NULL
 * @capability_name: name of a capability bit, NULL if it has none
 * @interrupt: raise or clear the update interrupt 316
 * @run: run the update thread's processor for at most @limit instructions; set
 *	*@insns to the number executed, and @call->cost
 * @answer: end a call with an answer in a0
 * @refuse: end a call with a trap, as a call that does not exist; false if
 *	there is no handler
 * @crash: describe what the processor died of
 * @dump: keep what the processor is like for a crash dump, if the board has such
 *	a thing, and @why; may be NULL; may be called in the pause
 * @crashed: another processor cannot go on; its commands wait for a restart
 * @prove: give each other processor something to serve; one that fails has
 *	crashed
 * @commands: commands that have ended, ever
 * @judge: does the image in place serve, since it was started by an update? 0, or an
 *	error and what speaks against it; @over: its probation is over; may be NULL
 * @restart: set the processor to the run-time entry of @image, which is in
 *	place; @overlaid: as after an update (it will want OVERLAY_RESUME), else
 *	as after a reset
 * @stage_open: make empty staging
 * @stage_write: write into it; -EFAULT outside
 * @stage_seal: staging is compared with the checked file, made executable, and
 *	the old image write-protected; what the pause needs is prepared
 * @stage_close: wipe and free staging, and with it the preserved image
 * @take_file: the update is to be permanent: remember the file until @stage_close;
 *	-ENOSPC: no room for it on the board's media; -EOVERFLOW: that cannot be written
 *	any more; -EPROTO: the board could not boot it; never called unless @support says
 *	OVERLAY_PERMANENT
 * @write_file: the image in place stays: write the file that was taken to the media, to be
 *	booted from the next power-on on; not in the pause, may sleep
 * @turn_back: the preserved image, whose header is @image, becomes the staged
 *	one; the processor may write its data, and is set to the running image's
 *	rollback module; the control block says so
 * @preserve: undo what was done to the preserved image since @turn_back
 * @restore_data: the image that came back, whose header is @image, gets the data
 *	that it had when it was preserved
 * @track: mark writes to the data segment in place, or do so no more
 * @prepare: the pause is next: do what need not be in it. Tables of the staged @image will
 *	likely be kept, bit n of @keep for its schema n; may sleep; may be NULL
 * @next_dirty: see memctl_next_dirty()
 * @check_text: is the text in place what it was when it was checked? -EBADMSG
 * @probation: tell the images whether the one in place is on probation; at the
 *	end give commands that waited for it to their processors
 * @hold: hold all queues
 * @holder: describe what the last @hold waited for longest, "none" if for nothing
 * @unlock: unlock the code region
 * @put: put the staged image in place; see memctl_put()
 * @try_put: save, copy and compare as @put and @verify would, with another place for all
 *	of it; before the pause, and never followed by @put
 * @verify: compare what was put in place with staging
 * @flush: flush the instruction caches
 * @lock: lock the code region
 * @undo: put the old image back as it was; the caches see it
 * @start: start the other processors at the running image's entry and leave
 *	them held; @overlaid: it is a new image, else the one they had; adds the
 *	instructions executed to *@insns; -EIO if one does not get to its wfi; -ETIME if
 *	@budget is used up before all have
 * @release: release all queues
 * @drain: serve what waited, at most @limit commands; adds them to *@waits by
 *	overlay_waits_add(), and tells how many there were
 * @settle: the update thread is idle again: take what it left behind; -EIO if
 *	that is not as it should be
 * @fail: the board is beyond help: stop it
 * @now_ns: a monotonic clock
 * @chips: other modules that images depend on; NULL if the board has none
 * @conventional: what a conventional overlay wants besides; NULL: there is none
 * @remote: what an image behind the board's own ports wants besides; NULL likewise
 *
 * None of them is called with a lock held. From @hold to @release preemption
 * is off, so those in between must not sleep.
 */
struct overlay_ops {
	const struct mrb_limits *limits;
	enum overlay_support (*support)(void *board);
	bool (*alive)(void *board);
	u32 (*capabilities)(void *board);
	u32 (*needed)(void *board);
	int (*suits)(void *board, const void *file, char *why, size_t size);
	void (*told)(void *board, u32 old, u32 new);
	const char *(*capability_name)(u32 bit);
	void (*interrupt)(void *board, bool pending);
	enum overlay_exit (*run)(void *board, u64 limit, struct overlay_request *call, u64 *insns);
	void (*answer)(void *board, s32 value);
	bool (*refuse)(void *board);
	void (*crash)(void *board, char *buf, size_t len);
	void (*dump)(void *board, const char *why);
	bool (*crashed)(void *board);
	void (*prove)(void *board);
	u64 (*commands)(void *board);
	int (*judge)(void *board, bool over, char *why, size_t size);
	void (*restart)(void *board, const struct mrb_header *image, bool overlaid);
	int (*stage_open)(void *board);
	int (*stage_write)(void *board, u32 addr, const void *src, u32 len);
	int (*stage_seal)(void *board, const void *file, const struct mrb_header *image);
	void (*stage_close)(void *board);
	int (*take_file)(void *board, const void *file, size_t size);
	int (*write_file)(void *board);
	void (*turn_back)(void *board, const struct mrb_header *image);
	void (*preserve)(void *board);
	void (*restore_data)(void *board, const struct mrb_header *image);
	void (*track)(void *board, bool on);
	void (*prepare)(void *board, const struct mrb_header *image, u32 keep);
	s32 (*next_dirty)(void *board, u32 offset);
	int (*check_text)(void *board);
	void (*probation)(void *board, bool on);
	void (*hold)(void *board);
	void (*holder)(void *board, char *buf, size_t len);
	int (*unlock)(void *board);
	int (*put)(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied);
	int (*try_put)(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		       u64 *copied);
	int (*verify)(void *board, const struct mrb_header *image, u32 keep);
	void (*flush)(void *board);
	void (*lock)(void *board);
	void (*undo)(void *board, const struct mrb_header *image);
	int (*start)(void *board, bool overlaid, struct budget *budget, u64 *insns);
	void (*release)(void *board);
	u32 (*drain)(void *board, u32 limit, struct overlay_waits *waits);
	int (*settle)(void *board);
	void (*fail)(void *board, const char *why);
	u64 (*now_ns)(void);
	const struct overlay_chip_ops *chips;
	const struct overlay_conventional *conventional;
	const struct overlay_remote *remote;
};

/**
 * struct overlay_figures - what an update cost
 * @total_ns: from the trigger to the end, that of the probation
 * @prepare_ns: from the trigger to the first queue held
 * @pause_ns: first queue held to last queue released
 * @pause_insns: microcode instructions executed in the pause
 * @pause_bytes: bytes that the pause has to move: @undo_bytes, the new image but
 *		 for kept tables, and @pause_dirty granules
 * @undo_bytes: of these, old data that was saved
 * @pause_dirty: granules of data that were dirty in the pause
 * @erases: erase blocks of chips that were erased
 * @programs: pages of chips that were programmed
 * @burned_bytes: bytes of these
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
 * @OVERLAY_WAIT: it goes on
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
 * @cause: 0, or the negative errno that belongs to it
 * @name: of the running image
 * @version: of the running image, MRB_VERSION()
 * @ordinal: its release ordinal
 * @file_size: bytes in its file
 * @applied: it was put in place by an update, and not by a power-on
 * @capabilities: image capabilities of the running image
 * @updates: updates that succeeded, and were not rolled back
 * @rollbacks: updates that were rolled back
 * @held_up: what the last pause had to wait for before it could begin
 * @last: figures of the last that succeeded
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

/**
 * struct overlay - the update machinery of one board
 * @ops: the board
 * @board: handed to @ops
 * @running: header of the image in place; changed in the pause only
 * @name: of the board, for trace events; NULL if it has none
 * @changed: called when @status.state has changed, but for changes within the
 *	     pause; may be NULL
 * @lock: protects @decided, @busy, @closed, @status, @history, @histogram, @reports,
 *	  @check and @answer
 * @probation_commands: probation ends after so many commands, 0 for at once
 * @probation_ms: or after so many milliseconds
 * @pause_budget_us: longest time from the first queue held to the swap; 0: what
 *		     the image declares
 * @verdict: what the user wants of an image on probation, enum overlay_verdict
 * @decided: the image on probation stays: it is too late for another verdict
 * @busy: an update was triggered and has not ended
 * @closed: no update can be triggered any more
 * @owner: whose update it is, if he may cancel it
 * @status: what can be read
 * @history: the last updates, record n at n % OVERLAY_HISTORY
 * @histogram: of waits in pauses
 * @reports: incompatibilities that the new image reported in the last update or check
 * @check: the last check
 * @answer: the last answer of "update_status"
 *
 * The rest belongs to the thread that claimed the update:
 * @cancel: somebody wants it to end before the pause
 * @file: the new image as it came from the source
 * @file_size: bytes in @file
 * @fetch: the source is a port of the board: see remote.c; else NULL
 * @staged: its header, checked
 * @previous: header of the preserved image, while there is one
 * @failed: the image in place has failed before its probation began, or in its
 *	    self-test after a rollback; @reason says how
 * @checking: this is a check, and no update
 * @permanent: it is to be booted from the next power-on on
 * @reverting: the image that is put in place is the preserved one
 * @keep: argument of OVERLAY_COPY
 * @selected: chips whose other configuration the new image needs, bit n for chip n
 * @chips_new: these have it
 * @called: services that were called, bit n for OVERLAY_CALL_FIRST + n
 * @served: those of them that succeeded
 * @work: figures of this update
 * @budget: of the code that the processor executes now
 * @pause: budget of the pause, within @budget
 * @hurried: it was cut, as the update is cancelled
 * @start_ns: when it was claimed
 * @probation_ns: when probation began
 * @probation_from: commands that had ended then
 * @pause_start_ns: when the pause began
 * @part: enum overlay_part of the pause
 * @part_start_ns: when it began
 * @part_start_insns: @work.pause_insns then
 * @record: of this update, for the history
 * @told: capabilities of the image in place, as overlay_ops.told knows them
 * @waits: histogram of its waits
 * @reason: why it cannot go on
 * @cause: the negative errno that belongs to it
 */
struct overlay {
	const struct overlay_ops *ops;
	void *board;
	struct mrb_header *running;
	const char *name;
	void (*changed)(struct overlay *ov);

	spinlock_t lock;	/* protects decided, busy, closed, status and so on to answer */
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

/* Between engine.c, claim.c, chips.c, conventional.c, probation.c and services.c. */
#define OVERLAY_STOPPED		(-ECANCELED)

void overlay_show_running(struct overlay *ov);
void overlay_tell(struct overlay *ov);
void overlay_prepare(struct overlay *ov, u32 keep);
void overlay_forget_run(struct overlay *ov);
void overlay_charge(struct overlay *ov, u64 insns);
void overlay_limit_pause(struct overlay *ov);
void overlay_advance(struct overlay *ov, enum overlay_state to);
int overlay_drive(struct overlay *ov);
void overlay_back_out(struct overlay *ov);
void overlay_give_up_rollback(struct overlay *ov);
void overlay_fail(struct overlay *ov, const char *why);
int overlay_restart(struct overlay *ov);
void overlay_settle(struct overlay *ov);
void overlay_finish(struct overlay *ov, int err, struct overlay_status *result);
void overlay_drain(struct overlay *ov, struct overlay_waits *waits);
void overlay_end_pause(struct overlay *ov);
void overlay_chips(struct overlay *ov, bool new);
int overlay_crash(struct overlay *ov, int err, const char *what);
__printf(3, 4) int overlay_stop(struct overlay *ov, int err, const char *fmt, ...);
#endif
