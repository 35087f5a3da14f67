/* SPDX-License-Identifier: GPL-2.0 */
/* Updates and rollbacks while I/O goes on. */
#ifndef UNIT_MICROCODE_LOAD_H
#define UNIT_MICROCODE_LOAD_H

#include "microcode.h"
#include "microcode_persist.h"

/**
 * struct load - the I/O of a test
 * @random: state of the generator
 * @between: times that it had its turn
 * @act: what it does then
 * @arg: for @act
 */
struct load {
	u64 random;
	u32 between;
	void (*act)(struct machine *m, struct load *load);
	u32 arg;
};

/* @act has its turn each @slice instructions, and at last before the pause. */
void start_load(struct machine *m, struct load *load, u32 slice);

/* A number below @below. */
u32 rnd(struct load *load, u32 below);

/* An I/O hart's load and store; the mark is made behind it, as for any other. */
u32 peek(struct machine *m, u32 offset);
void poke(struct machine *m, u32 offset, u32 value);
void poke_login(struct machine *m, u32 i, const struct login *login);

/*
 * Port ids in an order of their own, as a fabric gives them; one port rejects. The units are
 * larger than 2 TiB, no two of one size.
 */
struct machine *machine_with(const char *version, u32 ports, u32 targets);

/* The units' records come first in either format; their order may change then. */
struct machine *machine_for_changes(const char *version);

void update(struct machine *m, const char *version);
void roll_back(struct machine *m);

/* Update to 2.0, or rollback: no conversion, and nothing has changed; its detail. */
u32 refused(struct machine *m, bool back);

u32 pause_insns(const struct machine *m);
u32 calls_of(const struct machine *m, u32 call);

#endif
