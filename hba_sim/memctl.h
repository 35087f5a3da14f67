/* SPDX-License-Identifier: GPL-2.0 */
/* The memory controller: code region, staging, write lock, instruction cache. */
#ifndef HBA_SIM_MEMCTL_H
#define HBA_SIM_MEMCTL_H

#include <linux/types.h>

#include <hba_sim/mrb.h>

#include "segments.h"

/**
 * struct memctl - the memory controller of an adapter, kind "sram"
 * @region: the code region, the patent's memory 204
 * @staging: temporary memory 218; only there during an update
 * @undo: the old image as it was at the copy
 * @kept_data: the preserved image's data as it was at memctl_turn_back()
 * @kept_bytes: bytes in @kept_data
 * @icache: what the harts execute from; stale from the copy to the flush
 * @prefetched: of the staged image, decoded before the pause; after the flush,
 *		which exchanges the two, of the old image
 * @dirty: one bit for each BUS_GRANULE bytes of data; there with @staging
 * @text_bytes: bytes of text in place that @digest is of
 * @staged_text_bytes: as in @staging
 * @digest: of the text in place
 * @staged_digest: of the text in @staging
 * @locked: the text of @region cannot be written
 * @copied: staging was put over the old image, @undo has it
 * @flushed: since then the caches were flushed
 */
struct memctl {
	struct segments region;
	struct segments staging;
	struct segments undo;
	u8 *kept_data;
	u32 kept_bytes;
	struct icache icache;
	struct icache prefetched;
	unsigned long *dirty;
	u32 text_bytes;
	u32 staged_text_bytes;
	u8 digest[MRB_SHA256_SIZE];
	u8 staged_digest[MRB_SHA256_SIZE];
	bool locked;
	bool copied;
	bool flushed;
};

/**
 * struct memctl_bytes - what putting an image in place cost
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
void memctl_clean(struct memctl *mc);
s32 memctl_next_dirty(struct memctl *mc, u32 offset);

/* memctl_direct.c */
int memctl_overwrite(struct memctl *mc, u32 addr, const void *src, u32 len);
int memctl_adopt(struct memctl *mc, const struct mrb_header *image);

/* memctl.c again */
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
