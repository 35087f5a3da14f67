/* SPDX-License-Identifier: GPL-2.0 */
/* Login requests under way: those of the login hart that have not been answered. */
#ifndef HBA_SIM_ELS_H
#define HBA_SIM_ELS_H

#include <linux/types.h>

#include <hba_sim/board.h>
#include <hba_sim/frame.h>

struct adapter;

/**
 * struct els_exchange - a request that the far end has not answered
 * @hdr: the request's header
 * @els: ELS_*
 * @due_ns: when it is answered, by adapter_ops.now_ns
 */
struct els_exchange {
	struct frame_hdr hdr;
	u8 els;
	u64 due_ns;
};

/**
 * struct els - requests under way, answered in their order
 * @exchange: a ring of them
 * @first: the oldest one
 * @count: how many there are
 * @left: how many more the hart may put out before it is next started or told of a port
 *
 * The lock of the login hart's queue protects it.
 */
struct els {
	struct els_exchange exchange[BOARD_MAX_ELS];
	u32 first;
	u32 count;
	u32 left;
};

void els_allow(struct adapter *a);
void els_cut(struct adapter *a);
bool els_under_way(struct adapter *a, u32 port);
u64 els_due_ns(struct adapter *a);
const char *els_take(struct adapter *a, const struct frame_els *els);
void els_answer(struct adapter *a, struct frame_els_done *done);

#endif
