// SPDX-License-Identifier: GPL-2.0
/* What commands may have made of images that come in band: see download_oracle.h. */
#include <errno.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/vmalloc.h>

#include "../../mrb/mrb.h"
#include "download_oracle.h"
#include "fuzz.h"

#define GOOD		0
#define CHECK		2
#define SEQUENCE	0x052c00
#define BAD_IMAGE	0x052600
#define UPDATING	0x020407
#define INVALID_OPCODE	0x052000
#define UNIT_ATTENTION	6

enum mode { WHOLE = 0x04, WHOLE_SAVE, PARTS, PARTS_SAVE, DEFER_EVENTS = 0x0d, DEFER, ACTIVATE };

/**
 * struct came - what has come of images
 * @open: an image is expected to go on
 * @mode: byte 1 of the commands that send it
 * @target: whom they are for
 * @size: bytes of it
 * @bytes: these
 * @deferred: an image waits for its activation
 * @deferred_mode: byte 1 of what sent it
 * @deferred_size: bytes of that
 * @deferred_bytes: these
 */
static struct came {
	bool open;
	u8 mode;
	u16 target;
	u32 size;
	u8 bytes[BOARD_DOWNLOAD_MAX];
	bool deferred;
	u8 deferred_mode;
	u32 deferred_size;
	u8 deferred_bytes[BOARD_DOWNLOAD_MAX];
} came;

/**
 * struct behind - what a nexus may send behind an image that was complete
 * @open: it may
 * @mode: byte 1 of the commands that sent the image
 * @at: where it goes on
 */
static struct behind {
	bool open;
	u8 mode;
	u32 at;
} behind[BOARD_MAX_TARGETS];

static u16 last_target;

/* What the driver has been asked for. */
static int claim_error;
static u8 update_result;
static u32 claims, starts;
static bool claimed_for_good;
static u8 *started;
static size_t started_size;

static int claim_op(struct adapter *a, bool permanent)
{
	claims++;
	claimed_for_good = permanent;
	return claim_error;
}

static void start_op(struct adapter *a, void *image, size_t size)
{
	FUZZ_CHECK(claims && !claim_error && !starts++ && image);
	started = image;
	started_size = size;
}

static void forget_start(void)
{
	vfree(started);
	started = NULL;
	starts = 0;
	claims = 0;
}

void download_oracle_begin(struct model *m)
{
	static struct adapter_ops ops;

	ops = *m->a.ops;
	ops.update_claim = claim_op;
	ops.update_start = start_op;
	m->a.ops = &ops;
	came.open = false;
	came.size = 0;
	came.deferred = false;
	memset(behind, 0, sizeof(behind));
	forget_start();
}

void download_oracle_host(int error, u8 result)
{
	claim_error = error;
	update_result = result;
}

u32 download_oracle_size(void)
{
	return came.open ? came.size : 0;
}

u32 download_oracle_next(void)
{
	const struct behind *b = &behind[last_target];

	return came.open || !b->open ? download_oracle_size() : b->at;
}

/* Nothing else in band goes to the engine but what came, and all of that. */
static void check_start(const u8 *bytes, u32 size, bool permanent)
{
	FUZZ_CHECK(starts == 1 && claimed_for_good == permanent);
	FUZZ_CHECK(started_size == size && !memcmp(started, bytes, size));
}

void download_oracle_settle(struct model *m, const struct host_cmd *c)
{
	if (!starts)
		return;
	FUZZ_CHECK(!c->ended && c->cmd.state == CMD_UPDATE);
	download_updated(&m->a, update_result);
}

static u32 sense_of_cmd(const struct hba_cmd *c)
{
	bool fixed = (c->sense[0] & 0x7f) == 0x70;

	if (c->status != CHECK)
		return 0;
	return fixed ? (c->sense[2] & 0xf) << 16 | c->sense[12] << 8 | c->sense[13] :
		       (c->sense[1] & 0xf) << 16 | c->sense[2] << 8 | c->sense[3];
}

static u32 be24(const u8 *p)
{
	return p[0] << 16 | p[1] << 8 | p[2];
}

static bool saves(u8 byte1)
{
	return (byte1 & 0x1f) != WHOLE && (byte1 & 0x1f) != PARTS;
}

static bool defers(u8 byte1)
{
	return (byte1 & 0x1f) == DEFER_EVENTS || (byte1 & 0x1f) == DEFER;
}

static bool in_one_piece(u8 byte1)
{
	return (byte1 & 0x1f) == WHOLE || (byte1 & 0x1f) == WHOLE_SAVE;
}

static bool goes_on(const struct hba_cmd *c)
{
	return came.open && came.target == c->target && came.mode == c->cdb[1] &&
	       came.size == be24(&c->cdb[3]);
}

/* What comes behind an image, with its last part or later, is dropped. */
static bool complete(void)
{
	const struct mrb_header *h = (const void *)came.bytes;
	u32 size = max_t(u32, le32_to_cpu(h->total_size), sizeof(*h));

	if (came.size < sizeof(*h))
		return in_one_piece(came.mode);
	if (le32_to_cpu(h->magic) != MRB_MAGIC || size > BOARD_DOWNLOAD_MAX)
		return true;
	if (came.size < size)
		return in_one_piece(came.mode);
	came.size = size;
	return true;
}

static void append(const struct host_cmd *c, const u8 *data, u32 len)
{
	u32 at = be24(&c->cmd.cdb[3]);

	came.open = true;
	came.mode = c->cmd.cdb[1];
	came.target = c->cmd.target;
	FUZZ_CHECK(at + len <= BOARD_DOWNLOAD_MAX);
	memcpy(came.bytes + at, data, len);
	came.size = at + len;
}

static void defer(void)
{
	came.deferred = true;
	came.deferred_mode = came.mode;
	came.deferred_size = came.size;
	memcpy(came.deferred_bytes, came.bytes, came.size);
	came.open = false;
}

/* Its sender gives up what he sent, if this is of another mode. */
static void give_up(const struct hba_cmd *c)
{
	if (came.target == c->target && came.mode != c->cdb[1])
		came.open = false;
	if (behind[c->target].mode != c->cdb[1])
		behind[c->target].open = false;
}

/* The image was taken; its sender need not know that it is complete. */
static void go_behind(const struct hba_cmd *c, u32 len)
{
	if (!in_one_piece(c->cdb[1]))
		behind[c->target] = (struct behind){ true, c->cdb[1], be24(&c->cdb[3]) + len };
}

/* One answer for one file: as if it had come with the image. */
static bool is_behind(const struct hba_cmd *c)
{
	const struct behind *b = &behind[c->target];

	return b->open && be24(&c->cdb[3]) && b->mode == c->cdb[1] && b->at == be24(&c->cdb[3]);
}

/* It was begun as it should be: what there is now has the command's bytes at its end. */
static void taken(const struct host_cmd *c, u32 sense, const u8 *data, u32 len)
{
	struct mrb_fault fault;
	bool good;

	append(c, data, len);
	if (!complete()) {
		FUZZ_CHECK(!sense && !claims);
		return;
	}
	if (defers(came.mode)) {
		good = !mrb_check(came.bytes, came.size, &board_limits, &fault);
		FUZZ_CHECK(!claims && sense == (good ? 0 : BAD_IMAGE));
		if (good) {
			defer();
			go_behind(&c->cmd, len);
		}
		came.open = false;
		return;
	}
	FUZZ_CHECK(claims == 1);
	if (claim_error) {
		FUZZ_CHECK(!starts && sense);
		came.size = be24(&c->cmd.cdb[3]);
		return;
	}
	check_start(came.bytes, came.size, saves(came.mode));
	FUZZ_CHECK(!sense == !update_result);
	if (!sense)
		go_behind(&c->cmd, len);
	came.open = false;
}

static void check_data(const struct host_cmd *c, u32 sense, const u8 *data)
{
	const u8 *cdb = c->cmd.cdb;
	u32 len = be24(&cdb[6]);

	last_target = c->cmd.target;
	if (is_behind(&c->cmd)) {
		FUZZ_CHECK(!sense && !claims);
		behind[c->cmd.target].at += len;
		return;
	}
	if (!be24(&cdb[3]))
		behind[c->cmd.target].open = false;
	if (!be24(&cdb[3]) || goes_on(&c->cmd)) {
		taken(c, sense, data, len);
		return;
	}
	FUZZ_CHECK(sense == SEQUENCE && !claims);
	give_up(&c->cmd);
}

static void check_activate(const struct hba_cmd *c, u32 sense)
{
	give_up(c);
	if (!came.deferred) {
		FUZZ_CHECK(sense == SEQUENCE && !claims);
		return;
	}
	FUZZ_CHECK(claims == 1);
	if (claim_error) {
		FUZZ_CHECK(!starts && sense);
		return;
	}
	check_start(came.deferred_bytes, came.deferred_size, true);
	FUZZ_CHECK(!sense == !update_result);
	came.deferred = false;
}

/* Did it get as far as to the board? What is refused before has changed nothing. */
static bool reached_board(const struct model *m, const struct hba_cmd *c, u32 sense)
{
	bool flash = le32_to_cpu(m->a.regs->capabilities) & CAP_BOARD_FLASH;
	const u8 *cdb = c->cdb;
	u8 specific = (cdb[1] & 0x1f) == DEFER_EVENTS ? 0x20 : 0xe0;
	u8 mode = cdb[1] & 0x1f;

	if (c->status == 0x18 || sense >> 16 == UNIT_ATTENTION || sense == INVALID_OPCODE)
		return false;
	if (mode < WHOLE || mode > ACTIVATE || (mode > PARTS_SAVE && mode < DEFER_EVENTS))
		return false;
	if ((saves(cdb[1]) && mode != ACTIVATE && !flash) || cdb[1] & specific || cdb[9])
		return false;
	if (mode == ACTIVATE)
		return true;
	return !cdb[2] && be24(&cdb[3]) <= BOARD_DOWNLOAD_MAX &&
	       !(be24(&cdb[3]) && in_one_piece(mode)) &&
	       be24(&cdb[6]) <= BOARD_DOWNLOAD_MAX - be24(&cdb[3]) && be24(&cdb[6]) &&
	       c->buf.dir == FRAME_DIR_OUT && c->buf.len >= be24(&cdb[6]);
}

static void check_write(struct model *m, const struct host_cmd *c)
{
	static u8 data[HOST_DATA_MAX];
	u32 sense = sense_of_cmd(&c->cmd);

	if (!reached_board(m, &c->cmd, sense)) {
		FUZZ_CHECK(!claims && !starts);
		/* but for a part of no length */
		FUZZ_CHECK(sense || c->cmd.status || !be24(&c->cmd.cdb[6]));
		return;
	}
	FUZZ_CHECK(le32_to_cpu(m->a.regs->capabilities) & CAP_DRIVER_INBAND);
	host_gather(c, data);
	if ((c->cmd.cdb[1] & 0x1f) == ACTIVATE)
		check_activate(&c->cmd, sense);
	else
		check_data(c, sense, data);
}

/* START STOP UNIT activates before what came by 0Eh, if that can be done, and succeeds. */
static void check_start_stop(const struct hba_cmd *c)
{
	bool activates = !c->status && came.deferred && came.deferred_mode == DEFER;

	FUZZ_CHECK(claims == activates && starts == (activates && !claim_error));
	if (!starts)
		return;
	check_start(came.deferred_bytes, came.deferred_size, true);
	came.deferred = false;
}

/* Mode 03h: offsets may be any, and buffer 0 has room for the largest image. */
static void check_read(const struct host_cmd *c)
{
	static u8 data[HOST_DATA_MAX];
	const u8 descriptor[4] = { 0, c->cmd.cdb[2] ? 0 : BOARD_DOWNLOAD_MAX >> 16 };
	u32 len = min(min(be24(&c->cmd.cdb[6]), 4u), c->cmd.buf.len);

	if (c->cmd.status)
		return;
	if ((c->cmd.cdb[1] & 0x1f) != 0x03)
		return;
	host_gather(c, data);
	FUZZ_CHECK(c->cmd.buf.moved == len && !memcmp(data, descriptor, len));
}

/* The adapter remembers the same. */
static void check_memory(struct model *m)
{
	struct download *d = &m->a.download;
	u32 size = overlay_stream_size(&d->stream);

	FUZZ_CHECK(size == download_oracle_size());
	FUZZ_CHECK(!size || !memcmp(d->stream.data, came.bytes, size));
	FUZZ_CHECK(!d->image == !came.deferred);
	if (d->image)
		FUZZ_CHECK(d->size == came.deferred_size &&
			   !memcmp(d->image, came.deferred_bytes, d->size));
}

void download_oracle_check(struct model *m, const struct host_cmd *c)
{
	static const u8 lun_0[8];
	bool ours = c->cmd.target < m->a.cfg.nr_targets && !memcmp(c->cmd.lun, lun_0, 8);

	if (ours && c->cmd.cdb[0] == 0x3b)
		check_write(m, c);
	else if (ours && c->cmd.cdb[0] == 0x1b)
		check_start_stop(&c->cmd);
	else
		FUZZ_CHECK(!claims && !starts);
	if (ours && c->cmd.cdb[0] == 0x3c)
		check_read(c);
	check_memory(m);
	forget_start();
}

void download_oracle_reset(struct model *m, int target)
{
	download_reset(&m->a, target);
	if (target < 0 || target == came.target)
		came.open = false;
	for (u32 i = 0; i < BOARD_MAX_TARGETS; i++)
		if (target < 0 || target == i)
			behind[i].open = false;
	check_memory(m);
}

/* An event that was named activates, and nobody waits for what comes of it. */
void download_oracle_event(struct model *m, u32 event)
{
	u8 bit = event == DOWNLOAD_ON_POWER ? 0x80 : 0x40;
	bool named = came.deferred && (came.deferred_mode == DEFER || came.deferred_mode & bit);

	download_event(&m->a, event);
	FUZZ_CHECK(claims == named);
	FUZZ_CHECK(starts == (named && !claim_error));
	if (starts) {
		check_start(came.deferred_bytes, came.deferred_size, true);
		came.deferred = false;
		download_updated(&m->a, update_result);
	}
	check_memory(m);
	forget_start();
}
