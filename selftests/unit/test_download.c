// SPDX-License-Identifier: GPL-2.0
/*
 * In-band downloads on the real board (U2): commands of image 2.0 send an image, the one
 * that activates it is in flight across the swap and gets its status from the image that
 * is in place then; nothing is left of what is half sent.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/vmalloc.h>

#include "../../hba_sim/adapter/adapter.h"
#include "fixture.h"

#define GOOD		0
#define INVALID_FIELD	0x052400
#define SEQUENCE	0x052c00
#define STOPPED		0x020402
#define BAD_IMAGE	0x052600
#define UPDATING	0x020407
#define FAILED		0x044400
#define CANCELLED	0x0b0000
#define PIECE		20000u

static struct adapter_ops ops;
static struct image next, sent;
static bool saved;
static int claims, starts, claim_error;
static bool no_engine;		/* there is nothing but the claim */

static int update_claim(struct adapter *a, bool permanent)
{
	struct model *m = container_of(a, struct model, a);

	claims++;
	saved = permanent;
	return claim_error || no_engine ? claim_error : overlay_claim(&m->ov);
}

static void update_start(struct adapter *a, void *image, size_t size)
{
	starts++;
	sent.bytes = image;
	sent.size = size;
}

static void new_counts(void)
{
	claims = 0;
	starts = 0;
	claim_error = 0;
	vfree(sent.bytes);
	sent = (struct image){};
}

static struct model *start_inband(void)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.inband = true;
	m = start_rom(&cfg, &v2_0);
	ops = *m->a.ops;
	ops.update_claim = update_claim;
	ops.update_start = update_start;
	m->a.ops = &ops;
	new_counts();
	return m;
}

static struct model *start_with_flash(void)
{
	struct model *m = start_inband();

	m->a.regs->capabilities |= cpu_to_le32(CAP_BOARD_FLASH);
	return m;
}

static void stop(struct model *m)
{
	new_counts();
	model_free(m);
}

/* Sends a part of an image; it may not have ended. */
static void send(struct model *m, struct command *c, u8 mode, const struct image *img, u32 at,
		 u32 len)
{
	const u8 cdb[10] = { 0x3b, mode, 0, at >> 16, at >> 8, at, len >> 16, len >> 8, len };

	memcpy(c->data, img->bytes + at, len);
	model_start(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_OUT, len);
	model_service(m);
}

static u32 ended(const struct command *c)
{
	assert_true(c->done);
	return c->cmd.status == GOOD ? 0 : sense_of(c);
}

static u32 piece(struct model *m, u8 mode, const struct image *img, u32 at, u32 len)
{
	send(m, &cmds[0], mode, img, at, len);
	return ended(&cmds[0]);
}

/* All but the last piece; returns where that is. */
static u32 send_most(struct model *m, u8 mode, const struct image *img)
{
	u32 at;

	for (at = 0; img->size - at > PIECE; at += PIECE)
		assert_int_equal(piece(m, mode, img, at, PIECE), 0);
	return at;
}

static void activate_with(struct model *m, struct command *c, u8 mode, const struct image *img)
{
	u32 at = send_most(m, mode, img);

	assert_int_equal(starts, 0);
	send(m, c, mode, img, at, img->size - at);
	assert_int_equal(starts, 1);
	assert_false(c->done);
	assert_int_equal(sent.size, img->size);
	assert_memory_equal(sent.bytes, img->bytes, img->size);
}

static u32 other_sense(struct model *m)
{
	struct command *c = &cmds[2];

	c->target = 1;
	model_exec(m, 0, c, test_unit_ready, sizeof(test_unit_ready), FRAME_DIR_NONE, 0);
	c->target = 0;
	return c->cmd.status == GOOD ? 0 : sense_of(c);
}

static u32 ready_sense(struct model *m)
{
	model_exec(m, 0, &cmds[2], test_unit_ready, sizeof(test_unit_ready), FRAME_DIR_NONE, 0);
	return cmds[2].cmd.status == GOOD ? 0 : sense_of(&cmds[2]);
}

static void run_update(struct model *m)
{
	assert_int_equal(model_update_claimed(m, &sent), 0);
}

/* The new image says GOOD; the nexus that it is for needs no unit attention. */
static void test_good(void **state)
{
	struct model *m = start_inband();

	activate_with(m, &cmds[1], 0x06, &next);
	assert_false(saved);
	run_update(m);
	assert_false(cmds[1].done);
	download_updated(&m->a, ACTIVATED_GOOD);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(ready_sense(m), 0);
	assert_int_equal(other_sense(m), UA_MICROCODE);
	download_updated(&m->a, ACTIVATED_GOOD);
	stop(m);
}

/* In one piece, by mode 04h; the old image says what was wrong. */
static void test_failures(void **state)
{
	static const struct {
		u8 result;
		u32 sense;
	} rows[] = {
		{ ACTIVATED_REFUSED, BAD_IMAGE }, { ACTIVATED_FAILED, FAILED },
		{ ACTIVATED_CANCELLED, CANCELLED },
	};
	struct model *m = start_inband();
	struct image bad = copy_of(&next);

	bad.bytes[bad.size - 1] ^= 1;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		new_counts();
		send(m, &cmds[1], 0x04, &bad, 0, bad.size);
		assert_int_equal(starts, 1);
		assert_int_equal(model_update_claimed(m, &sent), -ECANCELED);
		download_updated(&m->a, rows[i].result);
		assert_int_equal(ended(&cmds[1]), rows[i].sense);
		assert_int_equal(ready_sense(m), 0);
	}
	image_free(&bad);
	stop(m);
}

/* Behind an image: what tools fill up with, other data, and another image. */
static struct image padded_with(int fill, u32 bytes)
{
	struct image file = { malloc(next.size + bytes), next.size + bytes };

	memcpy(file.bytes, next.bytes, next.size);
	if (fill < 0)
		memcpy(file.bytes + next.size, next.bytes, min(bytes, next.size));
	else
		memset(file.bytes + next.size, fill, bytes);
	return file;
}

/* The part ends, as its update does if it began one. */
static u32 settled(struct model *m, const struct command *c, u8 result)
{
	if (!c->done)
		download_updated(&m->a, result);
	return ended(c);
}

/* Sends a file to its end or to the first error, which it returns. */
static u32 send_all(struct model *m, u8 mode, const struct image *file, u32 part, u8 result)
{
	u32 sense = 0;

	for (u32 at = 0; at < file->size && !sense; at += part) {
		send(m, &cmds[1], mode, file, at, min(part, file->size - at));
		sense = settled(m, &cmds[1], result);
	}
	return sense;
}

static void check_started(void)
{
	assert_int_equal(starts, 1);
	assert_int_equal(sent.size, next.size);
	assert_memory_equal(sent.bytes, next.bytes, next.size);
}

static void check_deferred(struct model *m)
{
	assert_int_equal(starts, 0);
	assert_int_equal(m->a.download.size, next.size);
	assert_memory_equal(m->a.download.image, next.bytes, next.size);
}

/* U2: one answer, and one effect, for one file: whatever the mode and the size of the parts. */
static void test_padding(void **state)
{
	static const u8 modes[] = { 0x04, 0x05, 0x06, 0x07, 0x0d, 0x0e };
	const u32 parts[] = { 999, 4096, 5555, next.size - 1, next.size, next.size + 1 };
	static const int fills[] = { 0x00, 0xff, 0x5a, -1 };
	struct model *m = start_with_flash();

	no_engine = true;
	for (u32 f = 0; f < ARRAY_SIZE(fills); f++) {
		struct image file = padded_with(fills[f], next.size / 2);

		for (u32 i = 0; i < ARRAY_SIZE(modes) * ARRAY_SIZE(parts); i++) {
			u8 mode = modes[i / ARRAY_SIZE(parts)];
			u32 part = mode < 0x06 ? file.size : parts[i % ARRAY_SIZE(parts)];

			new_counts();
			assert_int_equal(send_all(m, mode, &file, part, ACTIVATED_GOOD), 0);
			if (mode < 0x0d)
				check_started();
			else
				check_deferred(m);
		}
		image_free(&file);
	}
	no_engine = false;
	stop(m);
}

/* A part that fails is the last one: nothing is deferred, and the next is out of order. */
static void test_padding_after_failure(void **state)
{
	static const u8 modes[] = { 0x06, 0x07, 0x0d, 0x0e };
	struct model *m = start_with_flash();
	struct image file = padded_with(0, 8192);

	no_engine = true;
	for (u32 i = 0; i < ARRAY_SIZE(modes); i++) {
		new_counts();
		file.bytes[5000] ^= modes[i] >= 0x0d;
		assert_int_equal(send_all(m, modes[i], &file, next.size + 1, ACTIVATED_REFUSED),
				 BAD_IMAGE);
		assert_null(m->a.download.image);
		assert_int_equal(piece(m, modes[i], &file, next.size + 1, 100), SEQUENCE);
		file.bytes[5000] ^= modes[i] >= 0x0d;
	}
	no_engine = false;
	image_free(&file);
	stop(m);
}

static u32 pad(struct model *m, u8 mode, const struct image *file, u32 at, u16 target)
{
	cmds[0].target = target;
	send(m, &cmds[0], mode, file, at, 100);
	cmds[0].target = 0;
	return ended(&cmds[0]);
}

static void send_image(struct model *m, const struct image *file)
{
	assert_int_equal(piece(m, 0x0e, file, 0, next.size), 0);
	assert_int_equal(pad(m, 0x0e, file, next.size, 0), 0);
}

/* Padding ends with offset 0, another mode, a reset, or 30 seconds of silence. */
static void test_end_of_padding(void **state)
{
	struct model *m = start_with_flash();
	struct image file = padded_with(0, 8192);
	u32 at = next.size + 100;

	no_engine = true;
	send_image(m, &file);
	assert_int_equal(pad(m, 0x0e, &file, at + 1, 0), SEQUENCE);
	assert_int_equal(pad(m, 0x0e, &file, at - 1, 0), SEQUENCE);
	assert_int_equal(pad(m, 0x0e, &file, at, 1), SEQUENCE);
	/* another nexus may begin, and end, and has padding of its own */
	cmds[0].target = 1;
	assert_int_equal(piece(m, 0x06, &file, 0, 1000), 0);
	cmds[0].target = 0;
	assert_int_equal(pad(m, 0x0e, &file, at, 0), 0);
	assert_int_equal(pad(m, 0x06, &file, 1000, 1), 0);
	assert_int_equal(pad(m, 0x06, &file, at + 100, 0), SEQUENCE);
	assert_int_equal(pad(m, 0x0e, &file, at + 100, 0), SEQUENCE);

	send_image(m, &file);
	assert_int_equal(piece(m, 0x0e, &file, 0, 100), 0);
	assert_int_equal(pad(m, 0x0e, &file, at, 0), SEQUENCE);
	send_image(m, &file);
	download_reset(&m->a, 1);
	assert_int_equal(pad(m, 0x0e, &file, at, 0), 0);
	download_reset(&m->a, 0);
	assert_int_equal(pad(m, 0x0e, &file, at + 100, 0), SEQUENCE);
	send_image(m, &file);
	download_reset(&m->a, -1);
	assert_int_equal(pad(m, 0x0e, &file, at, 0), SEQUENCE);

	send_image(m, &file);
	jiffies += 30 * HZ;
	assert_int_equal(pad(m, 0x0e, &file, at, 0), 0);
	jiffies += 30 * HZ + 1;
	assert_int_equal(pad(m, 0x0e, &file, at + 100, 0), SEQUENCE);
	check_deferred(m);
	no_engine = false;
	image_free(&file);
	stop(m);
}

/* The time begins with the status: a probation may be long. A failure ends it, too. */
static void test_padding_waits(void **state)
{
	struct model *m = start_with_flash();
	struct image file = padded_with(0, 8192);

	no_engine = true;
	send(m, &cmds[1], 0x07, &file, 0, next.size);
	assert_int_equal(pad(m, 0x07, &file, next.size, 0), SEQUENCE);
	jiffies += 100 * HZ;
	download_updated(&m->a, ACTIVATED_GOOD);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(pad(m, 0x07, &file, next.size, 0), 0);

	new_counts();
	send(m, &cmds[1], 0x07, &file, 0, next.size);
	download_reset(&m->a, 0);
	download_updated(&m->a, ACTIVATED_GOOD);
	assert_int_equal(pad(m, 0x07, &file, next.size, 0), SEQUENCE);
	no_engine = false;
	image_free(&file);
	stop(m);
}

/* A header whose image would be larger than any is refused with the part that has it. */
static void test_too_large(void **state)
{
	static const u8 modes[] = { 0x06, 0x0e };
	struct model *m = start_with_flash();
	struct image bad = copy_of(&next);

	((struct mrb_header *)bad.bytes)->total_size = cpu_to_le32(BOARD_DOWNLOAD_MAX + 1);
	no_engine = true;
	for (u32 i = 0; i < ARRAY_SIZE(modes); i++) {
		send(m, &cmds[1], modes[i], &bad, 0, sizeof(struct mrb_header));
		assert_int_equal(settled(m, &cmds[1], ACTIVATED_REFUSED), BAD_IMAGE);
	}
	no_engine = false;
	image_free(&bad);
	stop(m);
}

/* Who waits can be taken away; the update goes on without him. */
static void test_aborted(void **state)
{
	struct model *m = start_inband();

	activate_with(m, &cmds[1], 0x06, &next);
	assert_int_equal(queue_abort(&cmds[1].cmd), 0);
	run_update(m);
	download_updated(&m->a, ACTIVATED_GOOD);
	assert_false(cmds[1].done);
	assert_int_equal(m->ov.status.updates, 1);
	stop(m);
}

static void test_order(void **state)
{
	struct model *m = start_inband();

	assert_int_equal(piece(m, 0x06, &next, 100, 100), SEQUENCE);
	assert_int_equal(piece(m, 0x06, &next, 0, 100), 0);
	assert_int_equal(piece(m, 0x06, &next, 101, 100), SEQUENCE);
	assert_int_equal(piece(m, 0x06, &next, 50, 100), SEQUENCE);
	cmds[0].target = 1;
	assert_int_equal(piece(m, 0x06, &next, 100, 100), SEQUENCE);
	cmds[0].target = 0;
	assert_int_equal(piece(m, 0x06, &next, 100, 100), 0);
	download_reset(&m->a, 1);
	assert_int_equal(piece(m, 0x06, &next, 200, 100), 0);
	download_reset(&m->a, 0);
	assert_int_equal(piece(m, 0x06, &next, 300, 100), SEQUENCE);
	assert_int_equal(claims, 0);
	stop(m);
}

/* What has no header is all there is, and is the loader's to refuse. */
static void test_no_image(void **state)
{
	struct model *m = start_inband();
	struct image bad = copy_of(&next);

	bad.bytes[0] ^= 1;
	send(m, &cmds[1], 0x06, &bad, 0, sizeof(struct mrb_header) - 1);
	assert_int_equal(ended(&cmds[1]), 0);
	send(m, &cmds[1], 0x06, &bad, sizeof(struct mrb_header) - 1, 1);
	assert_int_equal(starts, 1);
	image_free(&bad);
	stop(m);
}

/* The last piece is not taken, and comes again. */
static void test_busy(void **state)
{
	struct model *m = start_inband();
	u32 at = send_most(m, 0x06, &next);

	claim_error = -EBUSY;
	assert_int_equal(piece(m, 0x06, &next, at, next.size - at), UPDATING);
	assert_int_equal(piece(m, 0x06, &next, at, next.size - at), UPDATING);
	assert_int_equal(starts, 0);
	claim_error = 0;
	send(m, &cmds[1], 0x06, &next, at, next.size - at);
	assert_int_equal(starts, 1);
	assert_memory_equal(sent.bytes, next.bytes, next.size);
	stop(m);
}

static u32 activate(struct model *m, struct command *c)
{
	const u8 cdb[10] = { 0x3b, 0x0f };

	model_start(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_NONE, 0);
	model_service(m);
	return c->done ? ended(c) : 0;
}

static void defer(struct model *m, u8 mode)
{
	u32 at = send_most(m, mode, &next);

	assert_int_equal(piece(m, mode, &next, at, next.size - at), 0);
	assert_int_equal(claims, 0);
}

/* 0Eh, then 0Fh: that command gets its status from the new image. */
static void test_deferred(void **state)
{
	struct model *m = start_with_flash();

	assert_int_equal(activate(m, &cmds[1]), SEQUENCE);
	defer(m, 0x0e);
	download_reset(&m->a, -1);
	claim_error = -EBUSY;
	assert_int_equal(activate(m, &cmds[1]), UPDATING);
	claim_error = 0;
	assert_int_equal(activate(m, &cmds[1]), 0);
	assert_false(cmds[1].done);
	assert_true(saved);
	assert_memory_equal(sent.bytes, next.bytes, next.size);
	run_update(m);
	download_updated(&m->a, ACTIVATED_GOOD);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(activate(m, &cmds[1]), SEQUENCE);
	stop(m);
}

/* By the events that were selected and no others; nobody waits then. */
static void test_events(void **state)
{
	static const struct {
		u8 mode;
		u32 event;
		int starts;
	} rows[] = {
		{ 0x0d, DOWNLOAD_ON_POWER, 0 }, { 0x0d, DOWNLOAD_ON_RESET, 0 },
		{ 0x8d, DOWNLOAD_ON_POWER, 1 }, { 0x8d, DOWNLOAD_ON_RESET, 0 },
		{ 0x4d, DOWNLOAD_ON_POWER, 0 }, { 0x4d, DOWNLOAD_ON_RESET, 1 },
		{ 0x0e, DOWNLOAD_ON_POWER, 1 }, { 0x0e, DOWNLOAD_ON_RESET, 1 },
	};

	struct model *m = start_with_flash();

	no_engine = true;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		new_counts();
		defer(m, rows[i].mode);
		download_event(&m->a, rows[i].event);
		assert_int_equal(starts, rows[i].starts);
		download_updated(&m->a, ACTIVATED_GOOD);
		download_event(&m->a, rows[i].event);
		assert_int_equal(starts, rows[i].starts);
	}
	no_engine = false;
	stop(m);
}

static void start_stop(struct model *m, struct command *c, u8 how)
{
	const u8 cdb[6] = { 0x1b, [4] = how };

	model_start(m, 0, c, cdb, sizeof(cdb), FRAME_DIR_NONE, 0);
	model_media(m);
	model_service(m);
}

/* What came by 0Eh is activated before START STOP UNIT, which the new image carries out. */
static void test_start_stop(void **state)
{
	struct model *m = start_with_flash();

	start_stop(m, &cmds[1], 0);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(ready_sense(m), STOPPED);
	defer(m, 0xcd);
	start_stop(m, &cmds[1], 1);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(ready_sense(m), 0);
	assert_int_equal(claims, 0);

	defer(m, 0x0e);
	claim_error = -EBUSY;
	start_stop(m, &cmds[1], 1);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(starts, 0);
	claim_error = 0;
	start_stop(m, &cmds[1], 4);
	assert_int_equal(starts, 1);
	assert_false(cmds[1].done);
	assert_true(saved);
	assert_memory_equal(sent.bytes, next.bytes, next.size);
	run_update(m);
	download_running(&m->a, true);
	assert_int_equal(ended(&cmds[1]), 0);
	assert_int_equal(ready_sense(m), UA_MICROCODE);
	assert_int_equal(ready_sense(m), STOPPED);
	assert_int_equal(other_sense(m), UA_MICROCODE);
	assert_int_equal(activate(m, &cmds[1]), SEQUENCE);
	stop(m);
}

/* GOOD status for an image that is to be saved says that it has been. */
static void test_saved(void **state)
{
	struct model *m = start_with_flash();

	activate_with(m, &cmds[1], 0x07, &next);
	assert_true(saved);
	run_update(m);
	download_running(&m->a, true);
	assert_false(cmds[1].done);
	download_updated(&m->a, ACTIVATED_GOOD);
	assert_int_equal(ended(&cmds[1]), 0);
	new_counts();
	activate_with(m, &cmds[1], 0x06, &next);
	run_update(m);
	download_running(&m->a, false);
	assert_int_equal(ended(&cmds[1]), 0);
	stop(m);
}

static void test_bad_deferred(void **state)
{
	struct model *m = start_with_flash();
	struct image bad = copy_of(&next);
	u32 at;

	bad.bytes[bad.size - 1] ^= 1;
	at = send_most(m, 0x0e, &bad);
	assert_int_equal(piece(m, 0x0e, &bad, at, bad.size - at), BAD_IMAGE);
	assert_int_equal(activate(m, &cmds[1]), SEQUENCE);

	/* what is deferred stays so until another image has been saved */
	defer(m, 0x0e);
	assert_int_equal(piece(m, 0x07, &next, 0, 1000), 0);
	assert_int_equal(piece(m, 0x0e, &next, 1000, 1000), SEQUENCE);
	at = send_most(m, 0x0e, &bad);
	assert_int_equal(piece(m, 0x0e, &bad, at, bad.size - at), BAD_IMAGE);
	download_to_save(&m->a);
	download_saved(&m->a);
	assert_int_equal(activate(m, &cmds[1]), SEQUENCE);
	defer(m, 0x0e);
	at = send_most(m, 0x0e, &bad);
	assert_int_equal(piece(m, 0x0e, &bad, at, bad.size - at), BAD_IMAGE);
	assert_int_equal(activate(m, &cmds[1]), 0);
	assert_memory_equal(sent.bytes, next.bytes, next.size);
	image_free(&bad);
	stop(m);
}

/* Who changes the mode gives up what he has sent; another nexus cannot do that to him. */
static void test_other_mode(void **state)
{
	struct model *m = start_with_flash();

	assert_int_equal(piece(m, 0x06, &next, 0, 1000), 0);
	cmds[0].target = 1;
	assert_int_equal(piece(m, 0x07, &next, 1000, 1000), SEQUENCE);
	assert_int_equal(activate(m, &cmds[0]), SEQUENCE);
	cmds[0].target = 0;
	assert_int_equal(piece(m, 0x06, &next, 1000, 1000), 0);
	assert_int_equal(piece(m, 0x07, &next, 2000, 1000), SEQUENCE);
	assert_int_equal(piece(m, 0x06, &next, 2000, 1000), SEQUENCE);
	assert_int_equal(piece(m, 0x0e, &next, 0, 1000), 0);
	assert_int_equal(activate(m, &cmds[0]), SEQUENCE);
	assert_int_equal(piece(m, 0x0e, &next, 1000, 1000), SEQUENCE);
	stop(m);
}

static void test_no_media(void **state)
{
	static const u8 modes[] = { 0x05, 0x07, 0x0d, 0x0e };
	struct model *m = start_inband();

	for (u32 i = 0; i < sizeof(modes); i++)
		assert_int_equal(piece(m, modes[i], &next, 0, 1000), INVALID_FIELD);
	assert_int_equal(activate(m, &cmds[1]), SEQUENCE);
	stop(m);
}

static void test_no_memory(void **state)
{
	struct model *m = start_inband();

	host_alloc_left = 0;
	assert_int_equal(piece(m, 0x06, &next, 0, 1000), FAILED);
	host_alloc_left = -1;
	assert_int_equal(piece(m, 0x06, &next, 0, 1000), 0);
	stop(m);
}

/* A call with a command that is not the service hart's, and one without the driver's wish. */
static void test_bad_calls(void **state)
{
	struct model *m = start_inband();
	struct hart *h = &m->a.service.hart;

	h->x[17] = BOARD_DOWNLOAD;
	h->x[10] = 0;
	h->x[11] = 1;
	h->x[12] = 0;
	h->x[13] = 1;
	assert_true(download_call(&m->a));
	assert_int_equal((s32)h->x[10], -EINVAL);
	h->x[10] = 0;
	h->x[11] = 77;
	assert_true(download_call(&m->a));
	assert_int_equal((s32)h->x[10], -EINVAL);
	m->a.regs->capabilities &= ~cpu_to_le32(CAP_DRIVER_INBAND);
	assert_false(download_call(&m->a));
	stop(m);
}

static int read_all(void **state)
{
	next = image_read("2.1");
	return read_images(state);
}

static int free_all(void **state)
{
	image_free(&next);
	return free_images(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_padding_after_failure),
		cmocka_unit_test(test_end_of_padding),
		cmocka_unit_test(test_padding_waits),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_aborted),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_no_image),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_deferred),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_start_stop),
		cmocka_unit_test(test_saved),
		cmocka_unit_test(test_bad_deferred),
		cmocka_unit_test(test_other_mode),
		cmocka_unit_test(test_no_media),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_bad_calls),
	};

	return cmocka_run_group_tests_name("download", tests, read_all, free_all);
}
