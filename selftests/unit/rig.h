/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hart with memory around it, for tests of the processor. Text is in window
 * 8, data in window 9, as on the board; the page before and after the data is
 * a canary that no guest may reach.
 */
#ifndef UNIT_RIG_H
#define UNIT_RIG_H

#include <linux/kernel.h>
#include <linux/types.h>
#include "../../hba_sim/processor/bus.h"
#include "../../hba_sim/processor/cpu.h"

#define TEXT		0x80000000u
#define DATA		0x90000000u
#define HANDLER		(TEXT + 0x800)	/* where rig_handler() points mtvec */
#define RIG_TEXT_SIZE	0x1000u
#define RIG_DATA_SIZE	0x1000u

struct rig {
	struct hart h;
	u8 *memory;		/* canary, text, canary, data, canary */
	u8 *text;
	u8 *data;
	unsigned long dirty[RIG_DATA_SIZE / BUS_GRANULE / 64];
};

int rig_setup(void **state);
int rig_teardown(void **state);

/* Replaces the text by @count instructions, decodes it, and resets the hart. */
void rig_load(struct rig *r, const u32 *insns, unsigned int count);
void rig_put(struct rig *r, u32 addr, u32 value);
u32 rig_get(const struct rig *r, u32 addr);
/* Points mtvec at HANDLER, where an ecall then ends the run. */
void rig_handler(struct rig *r);
/* Whether no byte outside text and data was written. */
bool rig_intact(const struct rig *r);

#define RIG_LOAD(rig, ...)						\
do {									\
	const u32 __insns[] = { __VA_ARGS__ };				\
	rig_load(rig, __insns, ARRAY_SIZE(__insns));	\
} while (0)

#endif
