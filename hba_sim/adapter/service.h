/* SPDX-License-Identifier: GPL-2.0 */
/* The service hart: messages from the I/O harts, and updates. */
#ifndef HBA_SIM_SERVICE_H
#define HBA_SIM_SERVICE_H

#include "adapter.h"

int service_init(struct adapter *a);
void service_destroy(struct adapter *a);
void service_reset(struct adapter *a, const struct mrb_header *image, u32 reason);
const char *service_ecall(struct adapter *a);
enum hart_exit service_turn(struct adapter *a, u64 limit, u64 *insns);
const char *service_run(struct adapter *a);
void service_post(struct adapter *a, struct hba_cmd *cmd);
void service_post_again(struct adapter *a, struct hba_cmd *cmd);
bool service_unpost(struct adapter *a, struct hba_cmd *cmd);
void service_work(struct adapter *a);

#endif
