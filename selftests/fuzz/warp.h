/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time for harts that hang: once an input has had WARP_BUDGET instructions,
 * each run of a hart uses up all that it is allowed to, so that the limits of
 * millions of instructions are reached, and seen to hold, in no time.
 */
#ifndef FUZZ_WARP_H
#define FUZZ_WARP_H

/* A new input begins. */
void warp_reset(void);

#endif
