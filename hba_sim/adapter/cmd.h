/* SPDX-License-Identifier: GPL-2.0 */
/* A command on its way through the adapter, and who owns it when. */
#ifndef HBA_SIM_CMD_H
#define HBA_SIM_CMD_H

#include <linux/list.h>
#include <linux/types.h>

#include <hba_sim/frame.h>

#include "../far_end/far_end.h"

struct hba_queue;

/**
 * enum cmd_state - who owns a command
 *
 * Only the owner may hold a pointer to the command, its data buffer or its sense
 * data without the queue's lock. All others know it by its tag and generation and
 * look it up under that lock, each time (queue_find()). In the states marked with
 * "(*)" a thread, or the timer, holds a pointer; error handling waits for it. From any
 * other state error handling takes the command at once. queue_pass() makes every
 * change of state and checks it; Documentation/recovery.rst draws the transitions.
 *
 * The state changes under the queue's lock, except for the transitions between MEDIA and
 * DELAY and from DONE to IDLE, which the owner makes without it.
 *
 * @CMD_IDLE: the submitter: not submitted, or ended
 * @CMD_HART: its hart: in the mailbox, or put aside by the microcode
 * @CMD_PARKED: the queue, which is held; @next is the frame to be delivered next
 * @CMD_DELAY: (*) the driver's timer (media latency)
 * @CMD_MEDIA: (*) the thread that executes its media request; it stops between two
 *	       pages when hba_cmd.taken is set
 * @CMD_DEFERRED: the queue: its media request waits for memory, or for a thread that
 *		  may take longer
 * @CMD_POSTED: the service hart's list; the hart has not seen the message
 * @CMD_SERVICE: the queue: the service hart has the message and has not answered
 * @CMD_WAITING: the queue: the command is not served before the probation has ended
 * @CMD_STRANDED: the queue: its remote port is lost, see queue_lost.c
 * @CMD_UPDATE: the queue: the command has begun an update and waits for its outcome
 * @CMD_DONE: (*) the thread that ends it: adapter_ops.complete is next
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
 * @CMD_NOT_BEGUN: as its remote port was lost before it came: nobody has seen it
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
 * @node: in hba_queue.parked, .waiting or .deferred, service.messages, or one thread's
 *	  to-do list
 * @queue: the queue it was submitted to
 * @tag: unique among the queue's commands, 0 to depth - 1
 * @target: remote port it is addressed to
 * @generation: tells this use of @tag from earlier ones
 * @state: enum cmd_state
 * @next: type of the frame to be delivered next: FRAME_SCSI,
 *	  FRAME_MEDIA_DONE or FRAME_MSG; FRAME_NONE: its remote port is gone
 * @losses: fabric_losses() when it came
 * @requests: media requests and messages made for it so far
 * @waits: how often the microcode let it wait for the end of a probation
 * @taken: set by error handling while a thread or the timer has the command: the outcome
 *	   with which that owner is to end it; CMD_REPLIED: not taken
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

#endif
