/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A board that is no HBA: the controller of a turnstile. Its processor is an
 * accumulator machine, its image counts who goes through. It has nothing of
 * hba_sim/ but what stands in include/, and overlay/ drives it unchanged
 * (requirement U15).
 *
 * An instruction is a word: operation code in the lower byte, a signed operand
 * of 24 bits above it. Jumps are relative to the instruction itself, so code
 * runs in staging as well. Addresses:
 *
 *	0x1000	text, write-locked		0x3000	staging, text
 *	0x2000	data				0x4000	staging, data
 */
#ifndef UNIT_TOY_H
#define UNIT_TOY_H

#include <linux/types.h>

#include "../../overlay/engine/engine.h"

#define TOY_BOARD_ID	0x21594f54u	/* "TOY!" */
#define TOY_TEXT	0x1000u
#define TOY_DATA	0x2000u
#define TOY_STAGE_TEXT	0x3000u
#define TOY_STAGE_DATA	0x4000u
#define TOY_SIZE	0x0800u		/* of each of them */

enum toy_op {
	TOY_ILLEGAL,
	TOY_LDI,	/* acc = operand */
	TOY_LD,		/* acc = word at operand */
	TOY_ST,		/* word at operand = acc */
	TOY_ADD,	/* acc += operand */
	TOY_SUB,	/* acc -= word at operand */
	TOY_MUL,	/* acc *= operand */
	TOY_DIV,	/* acc /= operand */
	TOY_ARG,	/* argument number operand = acc */
	TOY_CALL,	/* service number operand; acc = its answer */
	TOY_J,		/* jump */
	TOY_JNZ,	/* jump if acc is not 0 */
	TOY_JUMP,	/* jump to the address in acc */
	TOY_WAIT,	/* until somebody comes, or the update interrupt */
};

#define TOY(op, operand) ((u32)TOY_##op | (u32)(operand) << 8)

/**
 * struct toy_memory - text and data, in place or in staging
 * @text: instructions
 * @data: the rest
 */
struct toy_memory {
	u8 text[TOY_SIZE];
	u8 data[TOY_SIZE];
};

/**
 * struct toy - the board
 * @image: header of the image in place
 * @region: memory 204
 * @staging: memory 218
 * @undo: the replaced image as it was at the copy
 * @kept: data of the replaced image, for a rollback that goes wrong
 * @icache: what of @region is executed: a copy, to be flushed
 * @acc: accumulator
 * @pc: program counter
 * @arg: arguments of the next call
 * @executed: instructions, ever
 * @irq: the update interrupt is raised
 * @locked: @region.text cannot be written
 * @open: there is staging
 * @sealed: staging can be executed, the image in place is read only
 * @copied: an image was put in place
 * @held: nobody gets through
 * @waiting: people who came meanwhile
 * @released: of these, who has been told to come in
 * @people: who got through, ever
 * @dirty: @region.data was written since tracking began
 * @tracking: writes are noted
 * @dead: beyond help
 * @fault: why the processor stopped
 * @on_hold: called when the pause has begun, or NULL
 */
struct toy {
	struct mrb_header image;
	struct toy_memory region;
	struct toy_memory staging;
	struct toy_memory undo;
	u8 kept[TOY_SIZE];
	u8 icache[TOY_SIZE];
	s32 acc;
	u32 pc;
	u32 arg[3];
	u64 executed;
	bool irq;
	bool locked;
	bool open;
	bool sealed;
	bool copied;
	bool held;
	u32 waiting;
	u32 released;
	u32 people;
	bool dirty;
	bool tracking;
	bool dead;
	const char *fault;
	void (*on_hold)(struct toy *t);
};

extern const struct overlay_ops toy_ops;
extern const struct mrb_limits toy_limits;

void toy_power_on(struct toy *t, const void *image, size_t size);

/* Somebody comes to the turnstile. */
void toy_person(struct toy *t);

u32 toy_word(const u8 *mem, u32 offset);

#endif
