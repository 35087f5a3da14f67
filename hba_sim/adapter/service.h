/* SPDX-License-Identifier: GPL-2.0 */
/* The service hart: messages from the I/O harts, and updates. */
#ifndef HBA_SIM_SERVICE_H
#define HBA_SIM_SERVICE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/board.h>

#include "../processor/processor.h"

struct adapter;
struct hba_cmd;
struct mrb_header;

/**
 * struct service - the service hart
 * @hart: hart 0; run by one thread at a time: the driver serializes power-on,
 *	  service_work() and the update
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

int service_init(struct adapter *a);
void service_destroy(struct adapter *a);
void service_reset(struct adapter *a, const struct mrb_header *image, u32 reason);
const char *service_ecall(struct adapter *a);
enum hart_exit service_turn(struct adapter *a, u64 limit, u64 *insns);
const char *service_run(struct adapter *a);
/* message.c */
void service_post(struct adapter *a, struct hba_cmd *cmd);
void service_post_again(struct adapter *a, struct hba_cmd *cmd);
bool service_unpost(struct adapter *a, struct hba_cmd *cmd);
bool service_next_message(struct service *s, struct frame_msg *msg);

/* work.c */
void service_work(struct adapter *a);

#endif
