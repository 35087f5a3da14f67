/* SPDX-License-Identifier: GPL-2.0 */
/* An I/O hart's queue: the way of a command through the adapter. */
#ifndef HBA_SIM_QUEUE_H
#define HBA_SIM_QUEUE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/board.h>

#include "../../overlay/engine/engine.h"
#include "../processor/processor.h"
#include "cmd.h"

struct adapter;
struct served_unit;

/* Instead of a target: all commands that have begun. */
#define QUEUE_BEGUN	(-2)

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
 * @budget: for the frame that the hart has, or had last
 * @mbox: its mailbox window
 * @scratch: its scratch window
 * @held: an update is in its pause: what arrives is parked
 * @parked: commands that arrived while the queue was held, oldest first
 * @waiting: commands that wait for the end of the probation
 * @deferred: commands whose media request waits for queue_media_work(), oldest first
 * @ended: commands that have ended, ever
 * @traffic: traffic of the commands that were answered
 * @served: how well commands were served, by logical unit: see served.h
 * @unproven: the hart has not ended @probe with the status that every image has to give
 * @serving: queue_serving() of the command whose frame the hart has, or 0; for threads that
 *	     wait for @lock, when the command itself may be gone
 * @cmds: commands that have not ended, by tag
 * @depth: number of tags for the driver's commands; the next tag is @probe's
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

/* What a thread that waits for the lock can learn of the command that a hart serves; not 0. */
static inline u32 queue_serving(const struct hba_cmd *cmd)
{
	return BIT(31) | (u32)cmd->target << 8 | cmd->cdb[0];
}

int queue_init(struct hba_queue *q, struct adapter *a, u32 index);
void queue_destroy(struct hba_queue *q);
const char *queue_start_hart(struct hba_queue *q, u32 reason);

void queue_submit(struct hba_queue *q, struct hba_cmd *cmd);
void queue_media_due(struct hba_cmd *cmd);
void queue_media_work(struct hba_queue *q);
void queue_answer(struct hba_queue *q, const struct frame_msg *msg);
void queue_served(struct hba_queue *q, u16 tag, u32 generation);
void queue_unanswered(struct hba_queue *q, u16 tag, u32 generation, bool again);
int queue_read_data(struct hba_queue *q, u32 tag, u32 generation, u32 at, void *to, u32 len);
bool queue_at_service(struct hba_queue *q, u32 tag, u32 generation, u16 *target, u32 *len);
bool queue_await_update(struct hba_queue *q, u32 tag, u32 generation);
void queue_updated(struct hba_queue *q, u16 tag, u32 generation, u8 result);
void queue_end_wait(struct hba_queue *q);

bool queue_serves(struct hba_queue *q, int target);
int queue_abort(struct hba_cmd *cmd);
u32 queue_abort_all(struct hba_queue *q, int target);
u32 queue_disrupt(struct hba_queue *q, u16 target);
void queue_end_lost(struct hba_queue *q);
int queue_reset(struct hba_queue *q, u16 target, u8 function);
void queue_lose_all(struct hba_queue *q);
void queue_take_back(struct hba_queue *q);
void queue_prove(struct hba_queue *q);

void queue_hold(struct hba_queue *q);
void queue_release(struct hba_queue *q);
bool queue_drain_one(struct hba_queue *q, struct overlay_waits *waits);

/* Between queue*.c, mailbox.c and login.c. */
void queue_pass(struct hba_cmd *cmd, enum cmd_state to);
void queue_start_media(struct hba_cmd *cmd, struct list_head *todo);
struct hba_cmd *queue_find(const struct hba_queue *q, u32 tag, u32 generation);
void queue_lock(struct hba_queue *q) __acquires(RCU) __acquires(&q->lock);
void queue_unlock(struct hba_queue *q, struct list_head *todo)
	__releases(&q->lock) __releases(RCU);
void queue_end(struct hba_queue *q, struct hba_cmd *cmd, enum cmd_outcome outcome,
	       struct list_head *todo);
bool queue_detach(struct hba_queue *q, struct hba_cmd *cmd, enum cmd_outcome outcome);
bool queue_is_cut_off(const struct hba_cmd *cmd);
void queue_strand(struct hba_queue *q, struct hba_cmd *cmd, enum cmd_outcome outcome,
		  struct list_head *todo);
void queue_deliver(struct hba_queue *q, struct hba_cmd *cmd, struct list_head *todo);
void queue_park(struct hba_queue *q, struct hba_cmd *cmd);
void queue_crash(struct hba_queue *q, const char *why);

#endif
