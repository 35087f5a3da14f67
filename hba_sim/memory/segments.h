/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for one image, and its decoded text. */
#ifndef HBA_SIM_SEGMENTS_H
#define HBA_SIM_SEGMENTS_H

#include <linux/types.h>

#include <hba_sim/mrb.h>

struct insn;

/**
 * struct icache - a decoded text, immutable once it is in use
 * @insns: one entry for each word
 * @nr: entries
 */
struct icache {
	struct insn *insns;
	u32 nr;
};

/**
 * struct segments - memory for one image, addressed as in a code region
 * @text: BOARD_TEXT_SIZE bytes
 * @data: BOARD_DATA_SIZE bytes
 * @text_used: bytes of @text that may have been written; the rest is zeros
 * @data_used: bytes of @data that may have been written; the rest is zeros
 * @chips: in staging: contents for chips, BOARD_STAGING_CHIPS_SIZE bytes; NULL elsewhere
 */
struct segments {
	u8 *text;
	u8 *data;
	u8 *chips;
	u32 text_used;
	u32 data_used;
};

int segments_alloc(struct segments *s);
void segments_free(struct segments *s);
void segment_free(void *mem, size_t used);
void segments_use(struct segments *s, u32 text, u32 data);
u8 *segments_at(const struct segments *s, const struct mrb_block *block);
u64 segment_copy_data(u8 *to, const u8 *from, const struct mrb_header *image);
void segments_load(struct segments *s, const void *file, const struct mrb_header *image);

int icache_fill(struct icache *ic, const u8 *text, u32 bytes);
void icache_free(struct icache *ic);

#endif
