/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the adapter, the board of the patent's figure 3 put together: queues, mailboxes, the
 * service hart, logins, the adapter's own port, downloads, crashes. It knows all parts of the
 * board, the engine and the image format, but not the SCSI midlayer: the driver gives it
 * commands and takes their results through struct adapter_ops. Only served.c and queue_prove.c,
 * which find out whether microcode serves, know SCSI commands. Locks, the outer one first:
 * download.lock; hba_queue.lock, one at a time; service.lock and adapter.crash_lock. Beside
 * them: adapter.staging_lock, port_hart.lock, download.waits_lock. queue.c and queue_media.c
 * call each other: a media request of a hart leads to the hart's next frame. This is the header
 * for the other rooms.
 */
#ifndef HBA_SIM_ADAPTER_H
#define HBA_SIM_ADAPTER_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/board.h>
#include <hba_sim/mrb.h>

#include "../../mrb/mrb.h"
#include "../chips/chips.h"
#include "../far_end/far_end.h"
#include "../memory/memory.h"
#include "capability.h"
#include "coredump.h"
#include "crash_line.h"
#include "download.h"
#include "login.h"
#include "port_format.h"
#include "port_hart.h"
#include "queue.h"
#include "served.h"
#include "service.h"

/* After more crashes than this within this time the adapter goes offline. */
#define ADAPTER_CRASHES		5u
#define ADAPTER_CRASH_NS	60000000000ull

struct adapter;

/**
 * struct adapter_ops - the driver's callbacks, which an adapter calls
 * @complete: the command has ended; it may be freed or used again. Called under
 *	      rcu_read_lock(): see queue_abort()
 * @delay: call queue_media_due() after the media latency
 * @cancel_delay: undo @delay; false if queue_media_due() may have been called already
 * @wake_media: call queue_media_work() from a thread, as it may wait for memory; it
 *		may be called with the queue's lock held
 * @wake_login: call login_work() from a thread other than the service hart's; it may be
 *		called with a queue's lock held
 * @wake_later: as @wake_login, but after @ns nanoseconds; replaces the last such request.
 *		NULL if the owner of the clock calls login_work() when time passes
 * @wake_service: call service_work() from a thread, as it may take long; it
 *		  may be called with a queue's lock held
 * @dump: a crash dump: @len bytes at @data, to be freed by vfree(). Called by
 *	  service_work(), may sleep; NULL if no dumps are wanted
 * @told: the microcode now provides the capabilities @new instead of @old; may sleep;
 *	  NULL if that does not matter
 * @busy: a chip or the far end is busy: wait for @us microseconds; may be NULL. Called
 *	  by the service hart's thread, may sleep
 * @port_changed: a session with a remote port has begun or ended because of the microcode;
 *		  NULL if that is of no interest. Called by login_work()'s thread, and during a
 *		  start by the service hart's
 * @apply: the microcode wants an update to the image @name; 0 or a negative errno; NULL if
 *	   it cannot have one. Called by the service hart's thread
 * @update_claim: claim the engine for an update to an image that came in band, @permanent or
 *	   not; 0 or a negative errno, as overlay_claim(), or -EOPNOTSUPP; may sleep; NULL if
 *	   such updates are not possible
 * @update_start: start the claimed update with @image, which the driver frees with vfree().
 *	   The driver calls download_updated() when the new image runs or the update has ended
 *	   without it. @image is NULL if the update is to be abandoned
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
 * struct adapter_config - what an adapter is built from
 * @nr_queues: I/O harts, 1 to BOARD_MAX_HARTS - 1
 * @depth: commands for each queue, 1 to 65535
 * @nr_ports: remote ports, 1 to BOARD_MAX_PORTS
 * @nr_targets: ports with a LUN, 1 to min(@nr_ports, BOARD_MAX_TARGETS)
 * @blocks: blocks of each LUN, not 0
 * @media_latency_ns: time that a media request takes, 0 for none
 * @login_delay_ns: time that the far end takes to answer a login, 0 for none
 * @direct: there is no fabric: the one remote port is at the other end of the link
 * @serial: number that makes the adapter's identifiers unique
 * @storage: disks that it shares with other adapters, with the same @nr_targets and @blocks;
 *	NULL: it has disks of its own
 * @kind: kind of board; NULL: the first of board_kinds
 * @flash: device behind the boot flash, if the board has one; NULL: memory
 * @inband: images may be downloaded in band, by SCSI commands
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
 * struct adapter_holder - the hart that the last quiesce waited for longest
 * @ns: length of that wait; 0: there was no wait
 * @since_ns: when the wait began, by adapter_ops.now_ns
 * @hart: the hart, which was executing a frame
 * @command: the frame was a command's, not one about logins
 * @target: remote port that the command was for
 * @opcode: operation code of the command
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
 * @staging_lock: held by the update's thread to create and free what exists only along with
 *	staging, and by other threads to look at it
 * @chips: PLA and the like
 * @port: the adapter's own port
 * @port_hart: the hart in the adapter's own port
 * @fabric: the remote ports
 * @logins: sessions with the remote ports
 * @service: hart 0
 * @queues: the I/O harts, @cfg.nr_queues of them
 * @served: how well the image in place serves, as far as @queues do not count it
 * @overlay: the engine that updates the microcode; NULL until it has been set up
 * @image: header of the image in the code region
 * @rom: the image in ROM
 * @rom_len: bytes in @rom
 * @coredump: the dump of a crash
 * @download: the in-band download
 * @holder: what delayed the last pause of an update; belongs to the update's thread
 * @crash_lock: protects @crashes and @crash_ns
 * @crashes: crashes of harts, ever
 * @crash_ns: times of the last ADAPTER_CRASHES crashes
 * @crashed: a hart crashed and has not been restarted
 * @dead: a hart has failed for good: nothing is served any more. This and @crashed are
 *	  words, since not every processor can exchange a byte atomically
 */
struct adapter {
	const struct adapter_ops *ops;
	const char *name;
	struct adapter_config cfg;
	struct board_regs *regs;
	struct memctl memctl;
	struct slots slots;
	struct mutex staging_lock;	/* protects the lifetime of what exists only with staging */
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

int adapter_init(struct adapter *a, const struct adapter_ops *ops, const char *name,
		 const struct adapter_config *cfg);
void adapter_destroy(struct adapter *a);
void adapter_hold(struct adapter *a);
void adapter_release(struct adapter *a);
u32 adapter_abort_all(struct adapter *a, int target);
bool adapter_serves(struct adapter *a, int target);
u64 adapter_instructions(const struct adapter *a);

/* map.c */
void adapter_map_hart(struct adapter *a, struct hart *h, struct mailbox *mbox, u8 *scratch);

/* crash.c */
void adapter_crash(struct adapter *a, const struct hart *h, const char *why);
void adapter_fail(struct adapter *a, const struct hart *h, const char *why);
void adapter_tell_hart(struct adapter *a, const struct hart *h, const char *why, const char *what);
void adapter_forget_crashes(struct adapter *a);

/* work.c */
void adapter_recover(struct adapter *a);

/* power.c */
int adapter_power_on(struct adapter *a, const void *rom, size_t len);
int adapter_power_cycle(struct adapter *a);
const char *adapter_try_harts(struct adapter *a, u32 reason, const struct hart **h);
int adapter_start_harts(struct adapter *a, u32 reason);

#endif
