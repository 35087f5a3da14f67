/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What calls cost. All limits of microcode are counted in instructions, but a call keeps the
 * host busy for longer than one instruction does. So a call counts as many instructions as the
 * host could have executed in the call's worst-case time; if the work depends on a length,
 * each so many bytes count one instruction more. Documentation/programming-model.rst has the
 * same table.
 *
 * A service that an update can call only once costs nothing: the size of the board's memory
 * bounds its time, and it cannot be repeated.
 */
#ifndef HBA_SIM_COST_H
#define HBA_SIM_COST_H

#include <hba_sim/board.h>
#include <hba_sim/overlay.h>
#include <hba_sim/services.h>
#include <hba_sim/types.h>

#define COST_TRAP	5u	/* each trap, in addition to the instruction that trapped */
#define COST_REFUSED	20u	/* a call unknown or not allowed now, with its trap */
#define COST_FENCE_I	20u	/* a fence.i, which is a flush */
#define DMA_WALK_INSNS	2u	/* BOARD_DMA with an offset: each piece of the buffer */

/**
 * struct call_cost - what a call costs
 * @nr: number of the call
 * @insns: instructions that each call costs
 * @bytes: this number of bytes costs one instruction more; 0: the length does not matter
 */
struct call_cost {
	__u32 nr;
	__u32 insns;
	__u32 bytes;
};

/**
 * call_cost() - what a call costs
 * @nr: number of the call
 * @len: bytes that the call moves or looks through
 *
 * Return: instructions; 0 for a call that does not exist.
 */
static inline __u32 call_cost(__u32 nr, __u32 len)
{
	static const struct call_cost costs[] = {
		{ BOARD_DMA,		100,		8 },
		{ BOARD_DAMAGED,	100,		0 },
		{ BOARD_PORT,		50,		0 },
		{ BOARD_UPDATE,		500,		0 },
		{ BOARD_DOWNLOAD,	1000,		8 },
		{ OVERLAY_READ,		100,		16 },
		{ OVERLAY_PROGRESS,	100,		0 },
		{ OVERLAY_REPORT,	1000,		0 },
		{ OVERLAY_TRACK,	2000,		0 },
		{ OVERLAY_DIRTY,	50,		8192 },
		{ OVERLAY_ERASE,	1000000,	0 },
		{ OVERLAY_PROGRAM,	20000,		0 },
		{ OVERLAY_SELECT,	100,		0 },
		{ 0,			0,		0 },
	};
	const struct call_cost *c = costs;

	while (c->nr && c->nr != nr)
		c++;
	return c->insns + (c->bytes ? len / c->bytes : 0);
}

#endif
