/* SPDX-License-Identifier: GPL-2.0 */
/* The port hart, which executes the port firmware at link events and logins. */
#ifndef HBA_SIM_PORT_HART_H
#define HBA_SIM_PORT_HART_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <hba_sim/port_firmware.h>

#include "../far_end/far_end.h"
#include "../processor/processor.h"

struct adapter;

#define PORT_INSNS	(BOARD_CONFIG_SIZE / 4)

/**
 * struct port_memory - all the memory that the port hart can reach
 * @mbox: mailbox
 * @scratch: scratch
 * @text: text
 * @insns: @text in decoded form, which the hart executes
 */
struct port_memory {
	struct port_mailbox mbox;
	u8 scratch[PORT_SCRATCH_SIZE];
	u8 text[BOARD_CONFIG_SIZE];
	struct insn insns[PORT_INSNS];
};

/**
 * struct port_hart - the port hart
 * @lock: protects all below, and is held to run the hart. Counters are read without it
 * @hart: the hart
 * @mem: its memory, and the code that it executes: a copy of the configuration that was
 *	 active when it started
 * @started: it has started
 * @selects: the chip's count of selections at that time: if it changes, the hart starts anew
 * @version: of the firmware that it executes
 * @trouble: what this firmware did wrong first, as the log has it; or NULL
 * @failures: events in a row that failed
 * @events: events that the hart was to handle, ever
 * @faults: how many of @events ended with safe terms
 * @link: terms of the link, since it last came up
 */
struct port_hart {
	struct mutex lock;	/* protects all below */
	struct hart hart;
	struct port_memory *mem;
	bool started;
	u32 selects;
	u32 version;
	const char *trouble;
	u32 failures;
	u64 events;
	u64 faults;
	struct port_terms link;
};

int port_hart_init(struct adapter *a);
void port_hart_destroy(struct adapter *a);
void port_hart_power_on(struct adapter *a);
void port_hart_settle(struct adapter *a);
void port_hart_link_up(struct adapter *a);
void port_hart_login(struct adapter *a, u32 port);

#endif
