/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An adapter: the board of the patent's figure 3 in one struct. Nothing in it
 * knows a kernel's SCSI midlayer, and only served.c and queue_prove.c, which find out
 * whether microcode serves, know commands; the driver (host.c) gives it commands
 * and takes their results through struct adapter_ops.
 */
#ifndef HBA_SIM_ADAPTER_H
#define HBA_SIM_ADAPTER_H

#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/board.h>
#include <hba_sim/cost.h>
#include <hba_sim/frame.h>
#include <hba_sim/mrb.h>

#include "../../overlay/engine/budget.h"
#include "../chips/chip.h"
#include "../chips/slots.h"
#include "../far_end/dma.h"
#include "../far_end/fabric.h"
#include "../memory/memctl.h"
#include "../processor/cpu.h"
#include "coredump.h"
#include "download.h"
#include "els.h"
#include "port_format.h"
#include "port_hart.h"
#include "served.h"

/* So many crashes within so long are too many: the adapter goes offline. */
#define ADAPTER_CRASHES		5u
#define ADAPTER_CRASH_NS	60000000000ull

/* Instead of a target: all commands that have begun. */
#define QUEUE_BEGUN	(-2)

struct adapter;
struct board_kind;
struct hba_queue;
struct mrb_limits;
struct overlay;

/**
 * enum cmd_state - who owns a command
 *
 * Only the owner may hold a pointer to the command, its data buffer or its sense
 * data without the queue's lock. All others know it by its tag and generation and
 * look it up under that lock, each time (queue_find()). In the states marked with
 * "*" a thread, or the timer, holds a pointer; error handling waits for it. From any
 * other state error handling takes the command at once. queue_pass() makes every
 * change of state and checks it; Documentation/recovery.rst draws the ways.
 *
 * The state changes under the queue's lock, but for the ways from MEDIA to DELAY
 * and back and from DONE to IDLE, which the owner goes alone.
 *
 * @CMD_IDLE: the submitter: not submitted, or ended
 * @CMD_HART: its hart: in the mailbox, or put aside by the microcode
 * @CMD_PARKED: the queue, which is held; @next is the frame to be delivered next
 * @CMD_DELAY: * the driver's timer (media latency)
 * @CMD_MEDIA: * the thread that executes its media request; it lets go between two
 *	       pages when @taken is set
 * @CMD_DEFERRED: the queue: its media request waits for memory, or for a thread that
 *		  may take its time
 * @CMD_POSTED: the service hart's list; the hart has not seen the message
 * @CMD_SERVICE: the queue: the service hart has the message and has not answered
 * @CMD_WAITING: the queue: it is not served before the probation has ended
 * @CMD_STRANDED: the queue: its remote port is lost, see queue_lost.c
 * @CMD_UPDATE: the queue: it has begun an update and waits for its outcome
 * @CMD_DONE: * the thread that ends it: adapter_ops.complete is next
 */
enum cmd_state {
	CMD_IDLE,
	CMD_HART,
	CMD_PARKED,
	CMD_DELAY,
	CMD_MEDIA,
	CMD_DEFERRED,
	CMD_POSTED,
	CMD_SERVICE,
	CMD_WAITING,
	CMD_STRANDED,
	CMD_UPDATE,
	CMD_DONE,
};

/**
 * enum cmd_outcome - how a command ended
 * @CMD_REPLIED: by the microcode's reply; status and sense are set
 * @CMD_LOST: the adapter has failed
 * @CMD_RESET: by a reset of its logical unit or of the host
 * @CMD_DISRUPTED: by the loss of its remote port
 * @CMD_NOT_BEGUN: as that was lost before it came: nobody has seen it
 */
enum cmd_outcome {
	CMD_REPLIED,
	CMD_LOST,
	CMD_RESET,
	CMD_DISRUPTED,
	CMD_NOT_BEGUN,
};

/**
 * struct hba_cmd - a command on its way through an adapter
 * @node: in hba_queue.parked, .waiting or .deferred, service.messages, or a list of
 *	  what one thread is to do
 * @queue: the queue it was submitted to
 * @tag: unique among the queue's commands, 0 to depth - 1
 * @target: remote port it is addressed to
 * @generation: tells this use of @tag from earlier ones
 * @state: enum cmd_state
 * @next: type of the frame to be delivered next: FRAME_SCSI,
 *	  FRAME_MEDIA_DONE or FRAME_MSG; FRAME_NONE: its remote port is gone
 * @losses: fabric_losses() when it came
 * @requests: media requests and messages made for it so far
 * @waits: times that it was to wait for the end of a probation
 * @taken: the outcome that error handling wants while a thread or the timer has the
 *	   command, which ends it so; CMD_REPLIED: none
 * @buf: its data buffer
 * @lun: as in SAM-5 4.7
 * @cdb_len: valid bytes in @cdb
 * @cdb: command descriptor block
 * @frame: the media request, its completion, or the message under way
 * @parked_ns: when it was parked
 * @outcome: enum cmd_outcome
 * @status: SCSI status
 * @sense_len: valid bytes in @sense
 * @sense: sense data
 *
 * The submitter sets @tag, @target, @buf, @lun, @cdb_len and @cdb.
 */
struct hba_cmd {
	struct list_head node;
	struct hba_queue *queue;
	u16 tag;
	u16 target;
	u32 generation;
	enum cmd_state state;
	u32 losses;
	u8 next;
	u8 requests;
	u8 waits;
	u8 taken;
	struct dma_buffer buf;
	u8 lun[8];
	u8 cdb_len;
	u8 cdb[32];
	union frame frame;
	u64 parked_ns;
	enum cmd_outcome outcome;
	u8 status;
	u8 sense_len;
	u8 sense[FRAME_SENSE_MAX];
};

/**
 * struct adapter_ops - what an adapter wants of the driver
 * @complete: the command has ended; it may be freed or used again. Called under
 *	      rcu_read_lock(): see queue_abort()
 * @delay: call queue_media_due() after the media latency
 * @cancel_delay: stop that; false if it may have been called
 * @wake_media: call queue_media_work() from a thread, as it may wait for memory; it
 *		may be called with the queue's lock held
 * @wake_login: call login_work() from a thread, another than the service hart's; it may be
 *		called with a queue's lock held
 * @wake_later: do that after so many nanoseconds, and no more what was last asked for;
 *		NULL: whoever looks at the time does
 * @wake_service: call service_work() from a thread, as it may take long; it
 *		  may be called with a queue's lock held
 * @dump: a crash dump: @len bytes at @data, to be freed by vfree(). Called by
 *	  service_work(), may sleep; NULL if no dumps are wanted
 * @told: the microcode provides the capabilities @new, where it provided @old
 *	  before; may sleep; NULL if that does not matter
 * @busy: a chip is busy, or the far end: wait for so many microseconds; may be NULL. Called
 *	  by the service hart's thread, may sleep
 * @port_changed: a login has come or gone by the microcode's doing; NULL if that
 *		  is of no interest. Called by login_work()'s thread, and at a start by the
 *		  service hart's
 * @apply: the microcode wants an update to the image @name; 0 or a negative errno; NULL if
 *	   it cannot have one. Called by the service hart's thread
 * @update_claim: begin an update to an image that came in band, to be @permanent or not;
 *	   a negative errno, as of overlay_claim(), -EOPNOTSUPP; may sleep; NULL if there
 *	   is no such way
 * @update_start: the image is there, the driver's to vfree(): then download_updated() is
 *	   called, when the new image runs or the update has ended without it. NULL: there
 *	   is none, and the update is not wanted any more
 * @now_ns: a monotonic clock
 */
struct adapter_ops {
	void (*complete)(struct hba_cmd *cmd);
	void (*delay)(struct hba_cmd *cmd);
	bool (*cancel_delay)(struct hba_cmd *cmd);
	void (*wake_media)(struct hba_queue *q);
	void (*wake_login)(struct adapter *a);
	void (*wake_later)(struct adapter *a, u64 ns);
	void (*wake_service)(struct adapter *a);
	void (*dump)(struct adapter *a, void *data, size_t len);
	void (*told)(struct adapter *a, u32 old, u32 new);
	void (*busy)(struct adapter *a, u32 us);
	void (*port_changed)(struct adapter *a, u32 port);
	int (*apply)(struct adapter *a, const char *name, bool permanent);
	int (*update_claim)(struct adapter *a, bool permanent);
	void (*update_start)(struct adapter *a, void *image, size_t size);
	u64 (*now_ns)(void);
};

/**
 * struct traffic - what the microcode has answered
 * @in_requests: commands that read
 * @out_requests: commands that write
 * @control_requests: the others
 * @in_bytes: data to the host
 * @out_bytes: data from the host
 */
struct traffic {
	u64 in_requests;
	u64 out_requests;
	u64 control_requests;
	u64 in_bytes;
	u64 out_bytes;
};

/**
 * struct hba_queue - an I/O hart and the commands it was given
 * @lock: protects all below and the hart. Two queues' locks are never held
 *	  together; service.lock is taken inside
 * @adapter: the adapter
 * @hart: the hart, number index + 1
 * @budget: of the frame that the hart has, or had last
 * @mbox: its mailbox window
 * @scratch: its scratch window
 * @held: an update is in its pause: what arrives is parked
 * @parked: commands that arrived meanwhile, oldest first
 * @waiting: commands that wait for the end of the probation
 * @deferred: commands whose media request waits for queue_media_work(), oldest first
 * @ended: commands that have ended, ever
 * @traffic: of those that were answered
 * @served: how well, by logical units: see served.h
 * @unproven: the hart has not ended @probe as every image has to
 * @serving: queue_serving() of the command whose frame the hart has, or 0; for who waits
 *	     for @lock, when the command itself may be gone
 * @cmds: commands that have not ended, by tag
 * @depth: tags; one more is @probe's
 * @probe: the board's own command, see queue_prove()
 * @generation: of the last command
 */
struct hba_queue {
	spinlock_t lock;	/* protects the hart and all below */
	struct adapter *adapter;
	struct hart hart;
	struct budget budget;
	struct mailbox *mbox;
	u8 *scratch;
	bool held;
	struct list_head parked;
	struct list_head waiting;
	struct list_head deferred;
	u64 ended;
	struct traffic traffic;
	struct served_unit *served;
	bool unproven;
	u32 serving;
	struct hba_cmd **cmds;
	u32 depth;
	struct hba_cmd probe;
	u32 generation;
};

/* What is to be known of a command that a hart serves; not 0. */
static inline u32 queue_serving(const struct hba_cmd *cmd)
{
	return BIT(31) | (u32)cmd->target << 8 | cmd->cdb[0];
}

/* What a hart's traps have cost since their number was @before. */
static inline u32 hart_trap_cost(const struct hart *h, u32 before)
{
	return (h->trapped.count - before) * COST_TRAP;
}

/**
 * struct login_try - how often the microcode is told to log in to a port
 * @last_ns: when it was last told
 * @not_before_ns: when it may be told again
 * @tries: how often it was told without a longer rest
 * @held: it is to be told, and that was put off
 */
struct login_try {
	u64 last_ns;
	u64 not_before_ns;
	u32 tries;
	bool held;
};

/**
 * struct logins - the sessions with the remote ports
 * @wanted: ports that the hart is to log in to again; bits are set by anybody
 * @fresh: ports whose session has come or gone, while the hart may not know yet
 * @els: requests under way; the lock of the login hart's queue protects it, and the next three
 * @paused: the hart gets no frame about logins
 * @starting: it gets them from login_start() alone
 * @stopped: for good
 * @begin: it is to be told that the harts have started
 * @tries: for each port; login_work()'s thread's
 * @put_off: how often the hart was told of a port later than it was wanted
 */
struct logins {
	DECLARE_BITMAP(wanted, BOARD_MAX_PORTS);
	DECLARE_BITMAP(fresh, BOARD_MAX_PORTS);
	struct els els;
	bool paused;
	bool starting;
	bool stopped;
	bool begin;
	struct login_try *tries;
	u32 put_off;
};

/**
 * struct service - the service hart
 * @hart: hart 0; run by one thread at a time: power-on, service_work() and
 *	  the update are ordered by the driver
 * @mbox: its mailbox window
 * @scratch: its scratch window
 * @control: the control block's page
 * @cost: what calls have cost since the hart's last turn, in instructions
 * @damage: the image has said, since it was started, that its data is damaged
 * @lock: protects @messages
 * @messages: commands whose message waits for the hart
 */
struct service {
	struct hart hart;
	struct mailbox *mbox;
	u8 *scratch;
	u8 *control;
	u64 cost;
	bool damage;
	spinlock_t lock;	/* protects messages; inside a queue's lock */
	struct list_head messages;
};

/**
 * struct adapter_config - what an adapter is built from
 * @nr_queues: I/O harts, 1 to BOARD_MAX_HARTS - 1
 * @depth: commands for each queue, 1 to 65535
 * @nr_ports: remote ports, 1 to BOARD_MAX_PORTS
 * @nr_targets: ports with a LUN, 1 to min(@nr_ports, BOARD_MAX_TARGETS)
 * @blocks: blocks of each LUN, not 0
 * @media_latency_ns: time that a media request takes, 0 for none
 * @login_delay_ns: time that the far end takes to answer a login, 0 for none
 * @direct: there is no fabric: the one remote port is at the other end of the link
 * @serial: number that makes the adapter's identifiers its own
 * @storage: disks that it shares with others, with @nr_targets and @blocks as here;
 *	NULL: it has its own
 * @kind: kind of board; NULL: the first of board_kinds
 * @flash: what is behind its boot flash, if it has one; NULL: memory
 * @inband: images may come by commands
 */
struct adapter_config {
	u32 nr_queues;
	u32 depth;
	u32 nr_ports;
	u32 nr_targets;
	u64 blocks;
	u64 media_latency_ns;
	u64 login_delay_ns;
	bool direct;
	u32 serial;
	struct storage *storage;
	const struct board_kind *kind;
	struct flash_device *flash;
	bool inband;
};

/**
 * struct adapter_holder - what the last quiesce waited for longest
 * @ns: so long; 0: for nothing
 * @since_ns: from this time on, of adapter_ops.now_ns
 * @hart: a hart that had a frame
 * @command: that was a command's, and not one about logins
 * @target: remote port that its command was for
 * @opcode: operation code of its command
 */
struct adapter_holder {
	u64 ns;
	u64 since_ns;
	u32 hart;
	bool command;
	u16 target;
	u8 opcode;
};

/**
 * struct adapter - a host bus adapter
 * @ops: the driver
 * @name: for log messages
 * @cfg: what it was built from
 * @regs: the registers window
 * @memctl: code region and staging
 * @slots: the boot flash, if it has one
 * @staging_lock: held to make and to free what is there with staging, for who looks at
 *	it in another thread than the update's
 * @chips: PLA and the like
 * @port: the adapter's own port
 * @port_hart: and the hart in it
 * @fabric: the remote ports
 * @logins: the sessions with them
 * @service: hart 0
 * @queues: the I/O harts, @cfg.nr_queues of them
 * @served: how well the image in place serves, what @queues do not count of it
 * @overlay: the engine that updates it; NULL until there is one
 * @image: header of the image in the code region
 * @rom: the image that is there at power-on
 * @rom_len: bytes in @rom
 * @coredump: what will be told of a crash
 * @download: what has come of an image in band
 * @holder: what held up the last pause of an update; its thread's
 * @crash_lock: protects @crashes and @crash_ns
 * @crashes: crashes of harts, ever
 * @crash_ns: when the last ones were
 * @crashed: a hart crashed and has not been restarted
 * @dead: a hart failed beyond help: nothing is served any more; a word, as the one before,
 *	  since not every processor exchanges a byte
 */
struct adapter {
	const struct adapter_ops *ops;
	const char *name;
	struct adapter_config cfg;
	struct board_regs *regs;
	struct memctl memctl;
	struct slots slots;
	struct mutex staging_lock;	/* protects the life of what is there with staging */
	struct chips chips;
	struct port_format port;
	struct port_hart port_hart;
	struct fabric fabric;
	struct logins logins;
	struct service service;
	struct hba_queue *queues;
	struct served served;
	struct overlay *overlay;
	struct mrb_header image;
	const void *rom;
	size_t rom_len;
	struct coredump coredump;
	struct download download;
	struct adapter_holder holder;
	spinlock_t crash_lock;	/* protects crashes and crash_ns */
	u32 crashes;
	u64 crash_ns[ADAPTER_CRASHES];
	u32 crashed;
	u32 dead;
};

extern const struct mrb_limits adapter_limits;

int adapter_init(struct adapter *a, const struct adapter_ops *ops, const char *name,
		 const struct adapter_config *cfg);
void adapter_destroy(struct adapter *a);
void adapter_hold(struct adapter *a);
void adapter_release(struct adapter *a);
void adapter_crash(struct adapter *a, const struct hart *h, const char *why);
void adapter_forget_crashes(struct adapter *a);
void adapter_recover(struct adapter *a);
u32 adapter_abort_all(struct adapter *a, int target);
bool adapter_serves(struct adapter *a, int target);
u64 adapter_instructions(const struct adapter *a);
void adapter_fail(struct adapter *a, const struct hart *h, const char *why);
void adapter_tell_hart(struct adapter *a, const struct hart *h, const char *why, const char *what);
void adapter_note_panic(struct hart *h);
void adapter_note_damage(struct adapter *a);

void adapter_map(struct hart *h, u32 base, void *mem, u32 size, u32 perm);
void adapter_map_hart(struct adapter *a, struct hart *h, struct mailbox *mbox, u8 *scratch);

/* power.c */
int adapter_power_on(struct adapter *a, const void *rom, size_t len);
int adapter_power_cycle(struct adapter *a);
const char *adapter_try_harts(struct adapter *a, u32 reason, const struct hart **h);
int adapter_start_harts(struct adapter *a, u32 reason);

#endif
