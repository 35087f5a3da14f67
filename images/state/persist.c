// SPDX-License-Identifier: GPL-2.0
/* The tables of persistent data, and what they hold at power-on. */
#include "lib.h"
#include "persist.h"

struct login login_table[BOARD_MAX_PORTS] __persist(1);
struct nexus nexus_table[BOARD_MAX_TARGETS] __persist(2);
struct lu lu_table[BOARD_MAX_TARGETS] __persist(3);

/* Set by the linker script. */
extern u8 persist_start[], persist_end[], persist2_start[], persist2_end[];

/**
 * persist_init() - initialise the persistent data after power-on
 *
 * Context: service hart, before the I/O harts have started.
 */
void persist_init(void)
{
	memset(persist_start, 0, persist_end - persist_start);
	memset(persist2_start, 0, persist2_end - persist2_start);
	for (u32 i = 0; i < board_regs()->nr_targets; i++) {
		lu_table[i].flags = LU_MODE_DEFAULT | LU_STARTING | UA_POWER_ON;
		lu_table[i].target = i;
	}
}
