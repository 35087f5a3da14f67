/* SPDX-License-Identifier: GPL-2.0 */
/* How well the image in place serves the hosts' commands, and how well the previous one did. */
#ifndef HBA_SIM_SERVED_H
#define HBA_SIM_SERVED_H

#include <linux/bitmap.h>
#include <linux/types.h>

#include <hba_sim/board.h>

struct adapter;
struct hba_cmd;
struct hba_queue;

/**
 * enum served_kind - commands that succeed with every sane image
 * @SERVED_READ: reads of blocks that the unit has
 * @SERVED_WRITE: writes of blocks that the unit has
 * @SERVED_TEST: TEST UNIT READY
 * @SERVED_ABOUT: INQUIRY, REPORT LUNS, READ CAPACITY
 * @SERVED_KINDS: number of kinds; also: the command is of no kind
 */
enum served_kind {
	SERVED_READ,
	SERVED_WRITE,
	SERVED_TEST,
	SERVED_ABOUT,
	SERVED_KINDS,
};

/**
 * struct served_count - how commands of a kind ended
 * @good: well; once it is more than 0 it never becomes 0 again
 * @bad: in a way that speaks against the image
 *
 * The last few hundred count: when there are more, both are halved.
 */
struct served_count {
	u16 good;
	u16 bad;
};

/**
 * struct served_unit - what a queue has served of a logical unit
 * @now: by the image in place, by kinds
 * @before: by the image that it replaced, when it was replaced
 */
struct served_unit {
	struct served_count now[SERVED_KINDS];
	struct served_count before[SERVED_KINDS];
};

/**
 * struct served - how well an adapter serves, except for what its queues count
 * @stopped: units that a host has stopped, and that are not ready for that reason
 * @session: session of each unit when the image in place started; if it has changed since,
 *	something has happened to the link or to the port
 * @doubt: the image in place has ended a command badly
 */
struct served {
	DECLARE_BITMAP(stopped, BOARD_MAX_TARGETS);
	u32 session[BOARD_MAX_TARGETS];
	bool doubt;
};

int served_init(struct hba_queue *q);
void served_destroy(struct hba_queue *q);
void served_note(struct hba_queue *q, const struct hba_cmd *cmd);
void served_begin(struct adapter *a);
int served_judge(struct adapter *a, bool over, char *why, size_t size);

#endif
