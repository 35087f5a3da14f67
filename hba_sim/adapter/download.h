/* SPDX-License-Identifier: GPL-2.0 */
/* In-band downloads: images that come by commands of the adapter's own logical units. */
#ifndef HBA_SIM_DOWNLOAD_H
#define HBA_SIM_DOWNLOAD_H

#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <hba_sim/board.h>

#include "../../overlay/engine/engine.h"

struct adapter;
struct hba_cmd;
struct hba_queue;

#define DOWNLOAD_PIECE	4096u

/**
 * struct download_padding - what one nexus may still send behind an image
 * @open: its image has come and was taken: more of the same is padding
 * @flags: DOWNLOAD_* of the commands that sent it
 * @at: where the next part belongs
 * @last: when the one before was answered, in jiffies
 */
struct download_padding {
	bool open;
	u32 flags;
	u32 at;
	unsigned long last;
};

/**
 * struct download - what has come of an image in band
 * @lock: protects all below, but for what is said otherwise; taken outside queues' locks
 * @stream: the image that is coming
 * @flags: DOWNLOAD_*, of each command that sends some of it
 * @target: remote port that they are for: they are of one I_T nexus
 * @hart: hart of the last one
 * @tag: its tag
 * @generation: and its generation
 * @image: what came before and waits for its activation, or NULL
 * @size: bytes in it
 * @events: DOWNLOAD_ON_*: what activates it, besides a command
 * @older: it came before an image that is to be saved
 * @waits_lock: held to change @queue, @waits_tag, @waits_generation and @waits_target, and
 *	by who looks at them without @lock
 * @queue: queue of the command that waits for its update, NULL if none does
 * @waits_tag: its tag
 * @waits_generation: and its generation
 * @on_command: it is not one that is about microcode, and waits for no more than that
 * @waits_target: remote port that it is for
 * @waits_padding: where padding can be expected once its update has succeeded; NULL: nowhere
 * @padding: for each nexus
 * @resets: bit n: the unit of port n was reset; the last bit: all; set without @lock
 * @happened: bit n: the event 1 << n has happened; set without @lock
 * @piece: on its way from a command's buffer
 */
struct download {
	struct mutex lock;	/* protects all below */
	struct overlay_stream stream;
	u32 flags;
	u16 target;
	u16 tag;
	u32 hart;
	u32 generation;
	void *image;
	size_t size;
	u32 events;
	bool older;
	spinlock_t waits_lock;	/* protects queue, waits_tag, waits_generation, waits_target */
	struct hba_queue *queue;
	u16 waits_tag;
	u32 waits_generation;
	bool on_command;
	u16 waits_target;
	struct download_padding *waits_padding;
	struct download_padding padding[BOARD_MAX_TARGETS];
	DECLARE_BITMAP(resets, BOARD_MAX_TARGETS + 1);
	unsigned long happened;
	u8 piece[DOWNLOAD_PIECE];
};

void download_init(struct adapter *a);
void download_destroy(struct adapter *a);
bool download_call(struct adapter *a);
bool download_awaited(struct adapter *a, int target);
bool download_awaited_by(const struct hba_cmd *cmd);
bool download_is_lost(struct adapter *a);
void download_reset(struct adapter *a, int target);
void download_reset_later(struct adapter *a, int target, u32 event);
void download_work(struct adapter *a);
void download_to_save(struct adapter *a);
void download_not_saved(struct adapter *a);
void download_saved(struct adapter *a);
void download_event(struct adapter *a, u32 event);
void download_running(struct adapter *a, bool permanent);
void download_updated(struct adapter *a, u8 result);

#endif
