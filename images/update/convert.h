/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversion from and to formats of other images: convert.c of each version.
 * exchange.c decides when to convert what.
 *
 * All of it runs while I/O changes the records that are read. So a record is copied
 * first and then looked at; converting a record twice has the same effect as only the
 * second conversion; and a record that makes no sense is refused: it may be half
 * written, and then it will be dirty and be converted again.
 */
#ifndef IMAGES_CONVERT_H
#define IMAGES_CONVERT_H

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "hart.h"

#define GRANULE		DIRTY_GRANULE
#define GRANULES	(BOARD_DATA_SIZE / GRANULE)

/**
 * struct conversion - a conversion of persistent data
 * @from: image in place; its data are live
 * @to: image to be put in place; its data in staging are written
 * @move: formats are equal, only the tables' places differ
 * @reorder: convert_settle() has to rebuild the login table
 * @nr_deferred: granules in @deferred
 * @deferred: bit n is set: granule n had a record that made no sense
 *
 * It is kept on the stack, as no other memory can be written in a rollback.
 */
struct conversion {
	const struct mrb_header *from;
	const struct mrb_header *to;
	bool move;
	bool reorder;
	u32 nr_deferred;
	u32 deferred[GRANULES / 32];
};

/* Returns 0 if this image can convert; else the id of the schema that is in the way. */
u32 convert_check(const struct mrb_header *from, const struct mrb_header *to);

/* Initialises tables that @to has and @from lacks. Staging may hold anything before. */
void convert_begin(struct conversion *c);

/* Converts record @i of @from's schema @s; returns false if it makes no sense now. */
bool convert_record(struct conversion *c, const struct mrb_schema *s, u32 i);

/*
 * Called at the end of each round of conversions. Returns 0, or the id of a schema
 * whose records, taken together, make no sense now.
 */
u32 convert_settle(struct conversion *c);

#endif
