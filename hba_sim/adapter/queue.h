/* SPDX-License-Identifier: GPL-2.0 */
/* An I/O hart's queue: the way of a command through the adapter. */
#ifndef HBA_SIM_QUEUE_H
#define HBA_SIM_QUEUE_H

#include "../../overlay/engine/waits.h"
#include "adapter.h"

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
