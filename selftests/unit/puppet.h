/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An adapter whose harts all execute a puppet: microcode that does at each
 * wake-up what a step in its scratch says, however wrong it is. So a test can
 * be any hostile image, step by step, and be written in C.
 */
#ifndef UNIT_PUPPET_H
#define UNIT_PUPPET_H

#include <linux/kernel.h>

#include "model.h"

#define PUPPET_STEPS_SIZE	0x2000u	/* of scratch; the rest is the test's */
#define PUPPET_SPACE		(BOARD_SCRATCH_BASE + PUPPET_STEPS_SIZE)

/**
 * struct puppet_step - what a hart does when it is woken
 * @next: bytes to the step for the next time, 0 for this one again
 * @take: what becomes of the inbound frame's type: 0 as it should be
 * @call: number of an ecall to be made, 0 for none
 * @for_ever: not 0: the ecall is made again and again
 * @arg: a0 to a5 of it
 * @answer: what it gave
 * @out_count: frames in @out, says the hart
 * @out: what it puts out
 *
 * All zeros: it takes its frame, puts out nothing, and stays at this step.
 */
struct puppet_step {
	u32 next;
	u32 take;
	u32 call;
	u32 for_ever;
	u32 arg[6];
	u32 answer;
	u32 out_count;
	union frame out[FRAME_OUT_MAX];
};

#define STEP_NEXT	((u32)sizeof(struct puppet_step))

/* A step that puts out these frames, once. */
#define STEP(...)							\
	((struct puppet_step){						\
		.next = STEP_NEXT,					\
		.out_count = sizeof((union frame[]){ __VA_ARGS__ }) / FRAME_BYTES,	\
		.out = { __VA_ARGS__ },					\
	})

/* All logins done. It has crashed so often that it fails with the next crash. */
struct model *puppet_new(u64 media_latency_ns);
struct model *puppet_on(const struct adapter_config *cfg);
const struct puppet_step *puppet_io(struct model *m, u32 queue, const struct puppet_step *steps,
				    u32 count);
const struct puppet_step *puppet_service(struct model *m, const struct puppet_step *steps,
					 u32 count);

#define PUPPET_IO(m, queue, ...)						\
	puppet_io(m, queue, (const struct puppet_step[]){ __VA_ARGS__ },	\
		  sizeof((const struct puppet_step[]){ __VA_ARGS__ }) / STEP_NEXT)
#define PUPPET_SERVICE(m, ...)							\
	puppet_service(m, (const struct puppet_step[]){ __VA_ARGS__ },		\
		       sizeof((const struct puppet_step[]){ __VA_ARGS__ }) / STEP_NEXT)

/* Gives the I/O hart a command that it takes and keeps. */
void puppet_give(struct model *m, u32 queue, struct command *c, u8 dir, u32 len);
/* Wakes the I/O hart: it does its step. */
void puppet_wake(struct model *m, u32 queue);
/* As puppet_wake() and model_service(), after which the adapter has failed. */
void puppet_wake_dies(struct model *m, u32 queue, const char *why);
void puppet_service_dies(struct model *m, const char *why);
void puppet_check_lost(struct model *m, const struct command *c);

union frame reply_frame(const struct command *c, u8 status);
union frame media_frame(const struct model *m, const struct command *c, u8 op, u16 port);
union frame message_frame(const struct command *c, u16 hart, u8 data);
union frame els_frame(u8 els, u16 port);

#endif
