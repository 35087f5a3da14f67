/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is kept about updates that have ended, and what is measured for it during
 * an update.
 */
#ifndef OVERLAY_HISTORY_H
#define OVERLAY_HISTORY_H

#include <linux/bits.h>
#include <linux/types.h>

#include "waits.h"

struct mrb_header;
struct overlay;

#define OVERLAY_HISTORY		32u	/* updates that are remembered */
#define OVERLAY_NAME_MAX	32
#define OVERLAY_ERROR_MAX	240

/**
 * enum overlay_method - how an image is put in place
 * @OVERLAY_METHOD_OVERLAY: by code of both images, while I/O goes on
 * @OVERLAY_METHOD_CONVENTIONAL: by code of the old image, straight over itself, for comparison
 */
enum overlay_method {
	OVERLAY_METHOD_OVERLAY,
	OVERLAY_METHOD_CONVENTIONAL,
};

/**
 * enum overlay_part - what the time of a pause is spent on
 * @OVERLAY_PART_QUIESCE: holding the queues
 * @OVERLAY_PART_DELTA: converting what was written since the last conversion
 * @OVERLAY_PART_COPY: after the code region was unlocked: saving and copying
 * @OVERLAY_PART_VERIFY: a flush, then comparing the copy
 * @OVERLAY_PART_START: from the verified copy to the release of the queues
 * @OVERLAY_PART_UNDO: putting the old image back, to the release of the queues
 * @OVERLAY_PARTS: their number
 *
 * An update goes through the parts in this order, or from any of them to UNDO.
 */
enum overlay_part {
	OVERLAY_PART_QUIESCE,
	OVERLAY_PART_DELTA,
	OVERLAY_PART_COPY,
	OVERLAY_PART_VERIFY,
	OVERLAY_PART_START,
	OVERLAY_PART_UNDO,
	OVERLAY_PARTS,
};

/**
 * enum overlay_result - how an update ended
 * @OVERLAY_RESULT_COMMITTED: the new image stays
 * @OVERLAY_RESULT_ROLLED_BACK: the new image ran, and the old one came back
 * @OVERLAY_RESULT_FAILED: the new image never ran; the old one goes on
 * @OVERLAY_RESULT_STOPPED: the board stopped
 */
enum overlay_result {
	OVERLAY_RESULT_COMMITTED,
	OVERLAY_RESULT_ROLLED_BACK,
	OVERLAY_RESULT_FAILED,
	OVERLAY_RESULT_STOPPED,
};

/* Incompatibilities of the new image with the old one, a mask; history.c has their names. */
#define OVERLAY_SAME_VERSION	BIT(0)	/* same version as the old image */
#define OVERLAY_ONE_AHEAD	BIT(1)	/* next minor version, or first of the next major */
#define OVERLAY_SEVERAL_AHEAD	BIT(2)	/* newer than ONE_AHEAD */
#define OVERLAY_OLDER		BIT(3)	/* by its release ordinal */
#define OVERLAY_CAPABILITIES	BIT(4)	/* provides other capabilities */
#define OVERLAY_SCHEMAS		BIT(5)	/* other tables, formats or places of records */
#define OVERLAY_SIZE		BIT(6)	/* takes more or less memory */
#define OVERLAY_DATA_MOVED	BIT(7)	/* its data segment lies elsewhere */
#define OVERLAY_TOO_OLD		BIT(8)	/* the old image is too old for the new one */
#define OVERLAY_REQUIRED	BIT(9)	/* a required capability is missing */
#define OVERLAY_FRAMES		BIT(10)	/* other frame formats */
#define OVERLAY_REGISTERS	BIT(11)	/* a register has to be set anew */
#define OVERLAY_CACHES		BIT(12)	/* caches hold other text */
#define OVERLAY_CHIPS		BIT(13)	/* chips need other contents */
#define OVERLAY_INIT		BIT(14)	/* another order of initialisation */

/**
 * struct overlay_record - an update that has ended
 * @number: counted from 1 on; 0: this entry holds no record
 * @from: version of the image before the update
 * @to: version of the new image, once @compared
 * @name: what the user called the new image, or else the name in its header
 * @method: enum overlay_method
 * @compared: the new image's header was good and was compared with the old image's
 * @incompat: incompatibilities found by that comparison, or by the new image
 * @parts: parts of the pause that were begun, bit n for enum overlay_part n
 * @part_ns: times of these parts
 * @pause_ns: sum of @part_ns
 * @waiting_commands: commands that waited in the pause
 * @rollback_ns: pause of the rollback, once @result is ROLLED_BACK
 * @result: enum overlay_result
 * @reason: phase and reason, unless @result is COMMITTED
 */
struct overlay_record {
	u32 number;
	u32 from;
	u32 to;
	char name[OVERLAY_NAME_MAX + 1];
	enum overlay_method method;
	bool compared;
	u32 incompat;
	u32 parts;
	u64 part_ns[OVERLAY_PARTS];
	u64 pause_ns;
	u32 waiting_commands;
	u64 rollback_ns;
	enum overlay_result result;
	char reason[OVERLAY_ERROR_MAX];
};

/**
 * struct overlay_histogram - waits in pauses, by overlay_waits.bucket
 * @last: of the last update that succeeded
 * @all: of all pauses
 */
struct overlay_histogram {
	u32 last[OVERLAY_WAIT_BUCKETS];
	u64 all[OVERLAY_WAIT_BUCKETS];
};

void overlay_read_histogram(struct overlay *ov, struct overlay_histogram *histogram);
bool overlay_read_record(struct overlay *ov, u32 number, struct overlay_record *record);
u32 overlay_format_record(const struct overlay_record *record, char *buf, u32 size);
void overlay_set_name(struct overlay *ov, const char *name);

#endif
