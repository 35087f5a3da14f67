/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the engine needs from a board, one struct for each of its parts: the board as a whole,
 * the processor, the memory, the queues, the boot media, the chips; and what the conventional
 * overlay and images behind the board's ports need in addition.
 */
#ifndef OVERLAY_OPS_H
#define OVERLAY_OPS_H

#include <linux/types.h>

struct budget;
struct mrb_header;
struct mrb_limits;
struct overlay_waits;

/**
 * enum overlay_exit - why the board's processor returned to the engine
 * @OVERLAY_EXIT_IDLE: it waits for an interrupt
 * @OVERLAY_EXIT_LIMIT: the instruction limit is used up
 * @OVERLAY_EXIT_CALL: it calls a system service
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
 * @OVERLAY_TEMPORARY: put an image in place, until the next power cycle
 * @OVERLAY_PERMANENT: also, on request, boot that image from then on
 * @OVERLAY_FIXED: nothing: the image in place cannot be replaced
 * @OVERLAY_NO_SERVICES: nothing, and it lacks the system services
 */
enum overlay_support {
	OVERLAY_TEMPORARY,
	OVERLAY_PERMANENT,
	OVERLAY_FIXED,
	OVERLAY_NO_SERVICES,
};

/**
 * struct overlay_request - an image's call of a system service
 * @nr: enum overlay_call
 * @arg: arguments of the call
 * @cost: what the processor's turn has cost in addition to its instructions: traps, and calls
 *	  that the board has served itself
 * @in_place: the calling code is in the code region, not in staging
 */
struct overlay_request {
	u32 nr;
	u32 arg[3];
	u64 cost;
	bool in_place;
};

/**
 * struct overlay_board_ops - the board as a whole
 * @limits: limits that an image must keep to
 * @support: what the board is able to do; NULL: OVERLAY_TEMPORARY
 * @alive: false when the board has failed
 * @capabilities: the board's capabilities: what an image may require
 * @needed: capabilities of an image that board and driver cannot do without
 * @suits: can the image in @file, which was checked, run on this board? Returns 0, or an error
 *	with the reason; called before the image has any effect; NULL: the capabilities alone
 *	decide
 * @told: the image in place provides the capabilities @new, and the one before it provided
 *	@old; called when they differ, not in the pause; may be NULL
 * @capability_name: name of a capability bit, NULL if it has none
 * @fail: the board cannot go on: stop it
 * @now_ns: a monotonic clock
 */
struct overlay_board_ops {
	const struct mrb_limits *limits;
	enum overlay_support (*support)(void *board);
	bool (*alive)(void *board);
	u32 (*capabilities)(void *board);
	u32 (*needed)(void *board);
	int (*suits)(void *board, const void *file, char *why, size_t size);
	void (*told)(void *board, u32 old, u32 new);
	const char *(*capability_name)(u32 bit);
	void (*fail)(void *board, const char *why);
	u64 (*now_ns)(void);
};

/**
 * struct overlay_processor_ops - the processor that executes an update: code of both images
 * @interrupt: raise or clear the update interrupt 316
 * @run: run the update thread's processor for at most @limit instructions; set
 *	*@insns to the number executed, and @call->cost
 * @answer: end a call with an answer in a0
 * @refuse: end a call with a trap, as a call that does not exist; false if
 *	there is no handler
 * @crash: describe why the processor cannot go on
 * @dump: keep the processor's state and @why for a crash dump; NULL if the board
 *	makes none; may be called in the pause
 * @restart: set the processor to the run-time entry of @image, which is in
 *	place; @overlaid: as after an update (it will call OVERLAY_RESUME), else
 *	as after a reset
 * @settle: the update thread is idle again: take over what it has left in the mailbox;
 *	-EIO if that is not valid
 */
struct overlay_processor_ops {
	void (*interrupt)(void *board, bool pending);
	enum overlay_exit (*run)(void *board, u64 limit, struct overlay_request *call, u64 *insns);
	void (*answer)(void *board, s32 value);
	bool (*refuse)(void *board);
	void (*crash)(void *board, char *buf, size_t len);
	void (*dump)(void *board, const char *why);
	void (*restart)(void *board, const struct mrb_header *image, bool overlaid);
	int (*settle)(void *board);
};

/**
 * struct overlay_memory_ops - the code region, and staging
 * @stage_open: set up empty staging
 * @stage_write: write into staging; -EFAULT outside of it
 * @stage_seal: compare staging with the checked file, make it executable, and
 *	write-protect the old image; prepare what the pause needs
 * @stage_close: wipe and free staging, and with it the preserved image
 * @turn_back: make the preserved image, whose header is @image, the staged one:
 *	let the processor write its data, fill the control block for a rollback, and
 *	set the processor to the running image's rollback module
 * @preserve: undo what was done to the preserved image since @turn_back
 * @restore_data: give the image that came back, whose header is @image, the data
 *	that it had when it was preserved
 * @track: start or stop marking writes to the data segment in place
 * @prepare: the pause is next: do what need not be done in it. Bit n of @keep: the table of
 *	schema n of the staged @image will likely be kept; may sleep; may be NULL
 * @next_dirty: see memctl_next_dirty()
 * @check_text: is the text in place still as it was checked? -EBADMSG if not
 * @unlock: unlock the code region
 * @put: put the staged image in place; see memctl_put()
 * @try_put: save, copy and compare as @put and @verify would, but at another place, which
 *	nothing else uses; before the pause, and never followed by @put
 * @verify: compare what was put in place with staging
 * @flush: flush the instruction caches
 * @lock: lock the code region
 * @undo: put the old image back as it was, and flush the instruction caches
 */
struct overlay_memory_ops {
	int (*stage_open)(void *board);
	int (*stage_write)(void *board, u32 addr, const void *src, u32 len);
	int (*stage_seal)(void *board, const void *file, const struct mrb_header *image);
	void (*stage_close)(void *board);
	void (*turn_back)(void *board, const struct mrb_header *image);
	void (*preserve)(void *board);
	void (*restore_data)(void *board, const struct mrb_header *image);
	void (*track)(void *board, bool on);
	void (*prepare)(void *board, const struct mrb_header *image, u32 keep);
	s32 (*next_dirty)(void *board, u32 offset);
	int (*check_text)(void *board);
	int (*unlock)(void *board);
	int (*put)(void *board, const struct mrb_header *image, u32 keep, u64 *saved, u64 *copied);
	int (*try_put)(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		       u64 *copied);
	int (*verify)(void *board, const struct mrb_header *image, u32 keep);
	void (*flush)(void *board);
	void (*lock)(void *board);
	void (*undo)(void *board, const struct mrb_header *image);
};

/**
 * struct overlay_queue_ops - the queues, and the processors that serve I/O
 * @hold: hold all queues
 * @holder: describe what the last @hold waited for longest, "none" if it did not wait
 * @start: start the other processors at the running image's entry and leave them
 *	held; @overlaid: the image is new to them, else it is the one they had; adds the
 *	instructions executed to *@insns; -EIO if a processor does not get to its wfi; -ETIME
 *	if @budget is used up before all of them have
 * @release: release all queues
 * @drain: serve commands that waited, at most @limit; adds each to *@waits by
 *	overlay_waits_add(), and returns their number
 * @prove: give each of the other processors something to serve; one that fails
 *	has crashed
 * @crashed: another processor cannot go on; its commands wait for a restart
 * @commands: commands that have ended, ever
 * @probation: tell the images whether the one in place is on probation; when it no
 *	longer is, pass the commands that waited for that on to their processors
 * @judge: has the image in place served commands since the update started it? Returns 0, or
 *	an error and the evidence against the image; @over: its probation is over; may be NULL
 */
struct overlay_queue_ops {
	void (*hold)(void *board);
	void (*holder)(void *board, char *buf, size_t len);
	int (*start)(void *board, bool overlaid, struct budget *budget, u64 *insns);
	void (*release)(void *board);
	u32 (*drain)(void *board, u32 limit, struct overlay_waits *waits);
	void (*prove)(void *board);
	bool (*crashed)(void *board);
	u64 (*commands)(void *board);
	void (*probation)(void *board, bool on);
	int (*judge)(void *board, bool over, char *why, size_t size);
};

/**
 * struct overlay_media_ops - the media that the board boots from
 * @take_file: the update is to be permanent: remember the file until staging is closed;
 *	-ENOSPC: no room for it on the board's media; -EOVERFLOW: the media cannot be written
 *	any more; -EPROTO: the board could not boot the file
 * @write_file: the image in place stays: write the file that was taken to the media, to be
 *	booted from the next power-on on; not in the pause, may sleep
 *
 * Only called if overlay_board_ops.support says OVERLAY_PERMANENT.
 */
struct overlay_media_ops {
	int (*take_file)(void *board, const void *file, size_t size);
	int (*write_file)(void *board);
};

/**
 * struct overlay_chip_ops - other modules of a board: chips with two configurations each
 * @erase: erase a block of the configuration that is not active; may sleep
 * @program: program a page of that configuration with what lies at @addr in staging; may
 *	sleep; returns the bytes in a page, or an error
 * @select: make the other configuration the active one; -EBADMSG if that is not whole
 *
 * @chip is less than mrb_limits.nr_chips; other arguments are the image's.
 */
struct overlay_chip_ops {
	int (*erase)(void *board, u32 chip, u32 block);
	int (*program)(void *board, u32 chip, u32 page, u32 addr);
	int (*select)(void *board, u32 chip);
};

/**
 * struct overlay_conventional - what a board needs in addition for conventional overlays
 * @select: tell the image in place that the update interrupt starts a conventional overlay
 * @stop: after overlay_queue_ops.hold: end the commands that have begun
 * @write: write into the code region, which is unlocked; -EFAULT outside of it
 * @adopt: take what lies in the code region as the image, and set its header;
 *	-ENOMEM, or an error of mrb_check_header() if it is not an image
 * @boot: reset the board: start all processors in the image that was adopted, for
 *	the reason that the old image gave; adds the instructions executed to
 *	*@insns; -EIO if a processor does not get to its wfi, -EINVAL for a bad reason
 *
 * All of them may sleep.
 */
struct overlay_conventional {
	void (*select)(void *board, bool on);
	void (*stop)(void *board);
	int (*write)(void *board, u32 addr, const void *src, u32 len);
	int (*adopt)(void *board, struct mrb_header *image);
	int (*boot)(void *board, u32 reason, u64 *insns);
};

/**
 * struct overlay_remote - what a board needs in addition for images behind its own ports
 * @select: tell the image in place that its loader finds the new image behind @port;
 *	U32_MAX: the host has it, as usual
 * @read: read @len bytes of what is behind @port, from byte @offset on; @key is the session
 *	key that the image in place presents, and is not trusted. Returns 0 or a negative errno
 *
 * Both may sleep.
 */
struct overlay_remote {
	void (*select)(void *board, u32 port);
	int (*read)(void *board, u32 port, u32 key, u32 offset, void *to, u32 len);
};

/**
 * struct overlay_ops - a board, as the engine sees it
 * @board: the board as a whole
 * @processor: the processor that executes an update
 * @memory: code region and staging
 * @queues: the queues, and the processors that serve I/O
 * @media: what the board boots from; NULL if it cannot be written
 * @chips: other modules that images depend on; NULL if the board has none
 * @conventional: what a conventional overlay needs in addition; NULL: not supported
 * @remote: what an image behind the board's own ports needs in addition; NULL: not supported
 *
 * No lock is held when they are called. From overlay_queue_ops.hold to .release preemption
 * is off, so what is called in between must not sleep.
 */
struct overlay_ops {
	const struct overlay_board_ops *board;
	const struct overlay_processor_ops *processor;
	const struct overlay_memory_ops *memory;
	const struct overlay_queue_ops *queues;
	const struct overlay_media_ops *media;
	const struct overlay_chip_ops *chips;
	const struct overlay_conventional *conventional;
	const struct overlay_remote *remote;
};

#endif
