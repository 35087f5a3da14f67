/* SPDX-License-Identifier: GPL-2.0 */
/* The memory controller: code region, staging, write lock, instruction cache. */
#ifndef HBA_SIM_MEMCTL_H
#define HBA_SIM_MEMCTL_H

#include <linux/types.h>

#include <hba_sim/board.h>
#include <hba_sim/mrb.h>
#include <hba_sim/overlay.h>

#include "segments.h"

#define MEMCTL_GRANULES	(BOARD_DATA_SIZE / DIRTY_GRANULE)

struct board_kind;

/**
 * struct memctl - the memory controller of an adapter
 * @kind: the kind of board
 * @region: the code region, the patent's memory 204
 * @staging: temporary memory 218; only there during an update
 * @undo: the old image as it was at the copy; not used if @kind exchanges banks: then the old
 *	  image is in @staging
 * @kept_data: the preserved image's data as it was at memctl_turn_back(); before that, on
 *	       boards with banks, what tables hold in the staged image
 * @kept_bytes: bytes in @kept_data
 * @icache: what the harts execute from; stale from the copy to the flush
 * @prefetched: cache of the staged image, decoded before the pause; after the flush, which
 *		exchanges the two caches, of the old image
 * @dirty: one bit for each BUS_GRANULE bytes of data that were written; exists along with
 *	   @staging
 * @unseen: granules that were written without the microcode being told; see memctl_banks.c
 * @stale: granules that were written and are outdated in the other bank
 * @marking: writes are marked in @dirty
 * @silent: the microcode is not told of the marks in @dirty
 * @mirrored: tables that are in the other bank, bit n for schema n of the staged image
 * @text_bytes: bytes of text in place that @digest covers
 * @staged_text_bytes: bytes of text in @staging that @staged_digest covers
 * @digest: digest of the text in place
 * @staged_digest: digest of the text in @staging
 * @locked: the text of @region is write-locked; ask memctl_is_open()
 * @reg: the controller's register: what it means depends on @kind
 * @open_until: the region is unlocked until @clock shows this
 * @clock: instructions that the service hart has executed
 * @copied: the staged image was put in place, the old one can come back
 * @flushed: the caches were flushed after @copied was set
 * @reverting: the staged image is the preserved one
 */
struct memctl {
	const struct board_kind *kind;
	struct segments region;
	struct segments staging;
	struct segments undo;
	u8 *kept_data;
	u32 kept_bytes;
	struct icache icache;
	struct icache prefetched;
	unsigned long *dirty;
	unsigned long *unseen;
	unsigned long *stale;
	bool marking;
	bool silent;
	u32 mirrored;
	u32 text_bytes;
	u32 staged_text_bytes;
	u8 digest[MRB_SHA256_SIZE];
	u8 staged_digest[MRB_SHA256_SIZE];
	bool locked;
	u32 reg;
	u64 open_until;
	const u64 *clock;
	bool copied;
	bool flushed;
	bool reverting;
};

/**
 * struct memctl_bytes - how much was copied to put an image in place
 * @saved: bytes of old data saved
 * @copied: bytes of text and data copied
 */
struct memctl_bytes {
	u64 saved;
	u64 copied;
};

int memctl_init(struct memctl *mc);
void memctl_destroy(struct memctl *mc);
u32 memctl_text_bytes(const struct mrb_header *image);
u32 memctl_data_bytes(const struct mrb_header *image);
void memctl_text_digest(const u8 *text, const struct mrb_header *image, u8 *digest);
int memctl_power_on(struct memctl *mc, const void *file, const struct mrb_header *image);

/* memctl_stage.c */
int memctl_stage_open(struct memctl *mc);
int memctl_stage_write(struct memctl *mc, u32 addr, const void *src, u32 len);
const u8 *memctl_stage_page(const struct memctl *mc, u32 addr);
int memctl_stage_seal(struct memctl *mc, const void *file, const struct mrb_header *image);
void memctl_stage_close(struct memctl *mc);
void memctl_turn_back(struct memctl *mc);
void memctl_preserve(struct memctl *mc);
void memctl_mark(struct memctl *mc, bool on, bool silent);
s32 memctl_next_dirty(struct memctl *mc, u32 offset);

/* memctl_direct.c */
int memctl_overwrite(struct memctl *mc, u32 addr, const void *src, u32 len);
int memctl_adopt(struct memctl *mc, const struct mrb_header *image);

/* memctl.c again */
bool memctl_is_open(struct memctl *mc);
int memctl_unlock(struct memctl *mc);
void memctl_lock(struct memctl *mc);
int memctl_put(struct memctl *mc, const struct mrb_header *image, const struct mrb_header *old,
	       u32 keep, struct memctl_bytes *bytes);
int memctl_try_put(struct memctl *mc, const struct mrb_header *image,
		   const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes);
int memctl_verify(const struct memctl *mc, const struct mrb_header *image, u32 keep);
void memctl_flush(struct memctl *mc);
int memctl_check_text(const struct memctl *mc, const struct mrb_header *image);
void memctl_restore_data(struct memctl *mc, const struct mrb_header *image);
void memctl_undo(struct memctl *mc, const struct mrb_header *image, const struct mrb_header *old);

#endif
