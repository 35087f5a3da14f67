/* SPDX-License-Identifier: GPL-2.0 */
/* In-band downloads: images that come by commands to the adapter's own logical units. */
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
 * struct download_padding - what one I_T nexus may still send after an image
 * @open: its image is complete and was accepted: further parts are padding
 * @flags: DOWNLOAD_* of the commands that sent the image
 * @at: offset that the next part has to have
 * @last: when the previous part was answered, in jiffies
 */
struct download_padding {
	bool open;
	u32 flags;
	u32 at;
	unsigned long last;
};

/**
 * struct download - the state of in-band downloads
 * @lock: protects all below unless stated otherwise; taken outside queues' locks
 * @stream: the image that is being sent
 * @flags: DOWNLOAD_* of the commands that send it
 * @target: remote port that these commands are for: all belong to one I_T nexus
 * @hart: hart of the last command that sent data
 * @tag: tag of that command
 * @generation: generation of that command
 * @image: deferred image, which waits for its activation, or NULL
 * @size: bytes in @image
 * @events: DOWNLOAD_ON_*: events that activate @image, besides a command for that
 * @older: @image came before an image that is to be saved
 * @waits_lock: held to change @queue, @waits_tag, @waits_generation and @waits_target, and
 *	to read them without @lock
 * @queue: queue of the command that waits for its update, NULL if none does
 * @waits_tag: tag of the waiting command
 * @waits_generation: generation of the waiting command
 * @on_command: the waiting command is not about microcode: it waits only until the deferred
 *	image runs, not until it has been saved
 * @waits_target: remote port that the waiting command is for
 * @waits_padding: nexus that may send padding once the update has succeeded; NULL: none
 * @padding: for each nexus
 * @resets: bit n: the unit of port n was reset; the last bit: all; set without @lock
 * @happened: bit n: the event 1 << n has happened; set without @lock
 * @piece: bytes on their way from a command's buffer
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
