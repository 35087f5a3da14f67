/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an image knows of other formats than its own: convert.c of its version.
 * When to convert what is decided in exchange.c.
 *
 * All of it runs while I/O changes the records that are read. So a record is
 * read once and then looked at; what is converted twice has no other effect
 * than the last time; and what makes no sense is refused, for it may be half
 * written, and then will be dirty, and come again.
 */
#ifndef IMAGES_CONVERT_H
#define IMAGES_CONVERT_H

#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>
#include "hart.h"

#define GRANULE		DIRTY_GRANULE
#define GRANULES	(BOARD_DATA_SIZE / GRANULE)

/**
 * struct conversion - persistent data on their way from one format to another
 * @from: image in place; its data are live
 * @to: image to be put in place, whose data in staging are written
 * @move: formats are equal, only places differ
 * @reorder: convert_settle() has to make the login table anew
 * @nr_deferred: granules in @deferred
 * @deferred: bit n is set: granule n had a record that made no sense
 *
 * It lies on the stack: nothing else can be written in a rollback.
 */
struct conversion {
	const struct mrb_header *from;
	const struct mrb_header *to;
	bool move;
	bool reorder;
	u32 nr_deferred;
	u32 deferred[GRANULES / 32];
};

/* 0 if this image can convert; else the id of the schema that is in the way. */
u32 convert_check(const struct mrb_header *from, const struct mrb_header *to);

/* Makes what @to has and @from has not. Staging may hold anything by then. */
void convert_begin(struct conversion *c);

/* Converts record @i of @from's schema @s; false if it makes no sense now. */
bool convert_record(struct conversion *c, const struct mrb_schema *s, u32 i);

/*
 * All records were converted that are to be for now. 0, or the id of a schema
 * whose records make no sense together now.
 */
u32 convert_settle(struct conversion *c);

#endif
