/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What code needs to run on a hart: the board's windows, the board's services,
 * and short names for the fixed-width types.
 */
#ifndef IMAGES_HART_H
#define IMAGES_HART_H

#include <hba_sim/board.h>
#include <frame_layout.h>

typedef __u8 u8;
typedef __le16 u16;
typedef __le32 u32;
typedef __le64 u64;
typedef int s32;
typedef _Bool bool;

#define true		1
#define false		0

/* Kept out of line, so that the path of a normal I/O stays short. */
#define __slow		__attribute__((noinline, cold))

/* Inlined into its callers, each of which passes some constants: also for a short path. */
#define __fast		__attribute__((always_inline))

/*
 * Makes the compiler keep an address in a register, instead of computing it from
 * its symbol again for each field.
 */
#define in_register(pointer)				\
({							\
	typeof(pointer) __pointer = (pointer);		\
							\
	asm("" : "+r"(__pointer));			\
	__pointer;					\
})

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static inline const struct board_regs *board_regs(void)
{
	return (const struct board_regs *)BOARD_REGS_BASE;
}

static inline struct mailbox *mailbox(void)
{
	return (struct mailbox *)BOARD_MBOX_BASE;
}

/* The lower BOARD_DMA_MAX bytes of scratch are a buffer, the rest is the stack. */
static inline u8 *data_buffer(void)
{
	return (u8 *)BOARD_SCRATCH_BASE;
}

/* All memory may have changed when this returns, above all the mailbox. */
static inline void wait_for_frame(void)
{
	asm volatile("wfi" : : : "memory");
}

/*
 * As wait_for_frame(), but with external interrupts enabled. They are enabled nowhere
 * else, so an update never interrupts the handling of a frame.
 */
static inline void wait_for_frame_or_interrupt(void)
{
	asm volatile("csrsi mstatus, 8\n\t"
		     "wfi\n\t"
		     "csrci mstatus, 8" : : : "memory");
}

static inline void allow_external_interrupt(void)
{
	asm volatile("csrw mie, %0" : : "r"(1u << 11));
}

static inline u32 board_call(u32 number, u32 arg0, u32 arg1, u32 arg2)
{
	register u32 a0 asm("a0") = arg0;
	register u32 a1 asm("a1") = arg1;
	register u32 a2 asm("a2") = arg2;
	register u32 a7 asm("a7") = number;

	asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
	return a0;
}

/*
 * Moves data between the command's data buffer, from @offset on, and data_buffer():
 * see BOARD_DMA.
 */
static inline u32 board_dma_at(const struct frame_hdr *cmd, u32 direction, u32 offset, u32 len)
{
	register u32 a0 asm("a0") = cmd->tag;
	register u32 a1 asm("a1") = cmd->generation;
	register u32 a2 asm("a2") = direction;
	register u32 a3 asm("a3") = offset;
	register u32 a4 asm("a4") = BOARD_SCRATCH_BASE;
	register u32 a5 asm("a5") = len;
	register u32 a7 asm("a7") = BOARD_DMA;

	asm volatile("ecall" : "+r"(a0)
		     : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
	return a0;
}

static inline u32 board_dma(const struct frame_hdr *cmd, u32 direction, u32 len)
{
	return board_dma_at(cmd, direction, 0, len);
}

#endif
