/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle: what every record of persistent data, and every block of the
 * media, has to be. It is told what was acknowledged, and nothing else.
 */
#ifndef SWEEP_ORACLE_H
#define SWEEP_ORACLE_H

#include <stdbool.h>
#include <linux/bits.h>
#include <linux/types.h>

#define ORACLE_UNITS	2u
#define ORACLE_SLOTS	16u	/* blocks that are written, of each unit */

/* Of struct lu in images/state/persist.h. */
#define MODE_SWP	BIT(3)
#define MODE_D_SENSE	BIT(4)
#define MODE_WCE	BIT(5)
#define MODE_BITS	(MODE_SWP | MODE_D_SENSE | MODE_WCE)
#define ATTENTION_POWER_ON	BIT(16)
#define ATTENTION_MICROCODE	BIT(18)
#define ATTENTION_ANY		(0xfu << 16)

struct model;
struct mrb_header;

/**
 * struct maybe - a value that a command under way may have changed
 * @now: as it was acknowledged
 * @next: as it will be
 * @open: a command is under way
 */
struct maybe {
	u64 now;
	u64 next;
	bool open;
};

/**
 * struct oracle_record - what a unit's records have to be
 * @mode: mode bits
 * @mode_bit: the one that the last MODE SELECT concerns
 * @attention: the pending unit attention
 * @key: reservation key, 0 for none
 * @type: of the reservation, 0 for none
 * @commands: frames with a command for it that harts were given
 * @reads: acknowledged
 * @writes: acknowledged
 * @read_blocks: that they read
 * @written_blocks: that they wrote
 * @errors: commands that ended with CHECK CONDITION
 */
struct oracle_record {
	struct maybe mode;
	u32 mode_bit;
	u32 attention;
	struct maybe key;
	struct maybe type;
	u64 commands;
	u64 reads;
	u64 writes;
	u64 read_blocks;
	u64 written_blocks;
	u64 errors;
};

/**
 * struct oracle - all that has to be
 * @unit: records, as they are now
 * @at_update: as they were when the last image was put in place
 * @slot: number of the last write to each block
 * @logins: at the far end
 * @slack: a hart died over a frame of this unit: it may have counted it, once
 */
struct oracle {
	struct oracle_record unit[ORACLE_UNITS];
	struct oracle_record at_update[ORACLE_UNITS];
	struct maybe slot[ORACLE_UNITS][ORACLE_SLOTS];
	u64 logins;
	bool slack[ORACLE_UNITS];
};

void maybe_open(struct maybe *m, u64 next);
void maybe_close(struct maybe *m, bool done);
bool maybe_is(const struct maybe *m, u64 value);

void oracle_power_on(struct oracle *o, u64 logins);
void oracle_put(struct oracle *o, const struct model *m);
void oracle_forced_back(struct oracle *o, const struct mrb_header *from,
			const struct mrb_header *to);

/* NULL, or what is wrong: persistent data in place, logins, text are looked at. */
const char *oracle_check(struct oracle *o, const struct model *m);
void oracle_block(u32 unit, u32 slot, u64 number, u8 *block);

#endif
