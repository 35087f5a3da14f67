/* SPDX-License-Identifier: GPL-2.0 */
/* An I/O hart's mailbox: frames in, frames out. */
#ifndef HBA_SIM_MAILBOX_H
#define HBA_SIM_MAILBOX_H

#include "adapter.h"

void mailbox_give(struct hba_queue *q, const struct hba_cmd *cmd);
const char *mailbox_run(struct hba_queue *q, struct list_head *todo);

#endif
