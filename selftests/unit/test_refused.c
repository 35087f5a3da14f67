// SPDX-License-Identifier: GPL-2.0
/*
 * A5, U5: all that can refuse an update is asked before anything has an effect. For each
 * reason the counters of every part of the adapter stand still: chips, boot flash, port,
 * sessions, what is deferred, what the driver was told, what was held.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/vmalloc.h>

#include "../../hba_sim/adapter_update/adapter_update.h"
#include "../../hba_sim/memory/board_kind.h"
#include "../../mrb/mrb.h"
#include "../../overlay/engine/engine.h"
#include "fixture.h"

#define ERASE		CALL(16)	/* a0: chip, a1: block */
#define UNKNOWN		9		/* version of a schema */

/* All of the adapter that an update may have an effect on. */
static struct parts {
	struct chips chips;
	u8 cells[BOARD_CELLS_SIZE];
	struct board_regs regs;
	struct slots slots;
	u64 flash_operations;
	struct port_format port;
	struct port_hart port_hart;
	u64 plogis, logins, rejected;
	void *deferred;
	u32 events;
	bool older;
	u8 text[BOARD_TEXT_SIZE];
	u32 updates, rollbacks, version, capabilities, told;
} before, now;

static u32 tolds, holds, copies, tracks;

static void count_told(void *board, u32 old, u32 new)
{
	tolds++;
}

static void count_hold(void *board)
{
	holds++;
	adapter_overlay_ops.queues->hold(board);
}

static int count_put(void *board, const struct mrb_header *image, u32 keep, u64 *saved,
		     u64 *copied)
{
	copies++;
	return adapter_overlay_ops.memory->put(board, image, keep, saved, copied);
}

static void count_track(void *board, bool on)
{
	tracks += on;
	adapter_overlay_ops.memory->track(board, on);
}

static void look(struct model *m, struct parts *p)
{
	const struct adapter *a = &m->a;

	memset(p, 0, sizeof(*p));
	memcpy(&p->chips, &a->chips, sizeof(p->chips));
	memcpy(p->cells, a->chips.cells, sizeof(p->cells));
	memcpy(&p->regs, a->regs, sizeof(p->regs));
	memcpy(&p->slots, &a->slots, sizeof(p->slots));
	memcpy(&p->port, &a->port, sizeof(p->port));
	memcpy(&p->port_hart, &a->port_hart, sizeof(p->port_hart));
	p->flash_operations = a->slots.flash.operations;
	p->plogis = fabric_plogis(&a->fabric);
	p->logins = fabric_logins(&a->fabric);
	p->rejected = fabric_rejected(&a->fabric);
	p->deferred = a->download.image;
	p->events = a->download.events;
	p->older = a->download.older;
	memcpy(p->text, a->memctl.region.text, sizeof(p->text));
	p->updates = m->ov.status.updates;
	p->rollbacks = m->ov.status.rollbacks;
	p->version = m->ov.status.version;
	p->capabilities = m->ov.status.capabilities;
	p->told = m->ov.told;
}

static void same(const char *row, const char *part, const void *a, const void *b, size_t size)
{
	if (memcmp(a, b, size))
		fail_msg("%s: %s", row, part);
}

#define SAME(row, part) same(row, #part, &before.part, &now.part, sizeof(before.part))

static void nothing_happened(struct model *m, const char *row)
{
	look(m, &now);
	SAME(row, chips);
	SAME(row, cells);
	SAME(row, regs);
	SAME(row, slots);
	SAME(row, port);
	SAME(row, port_hart);
	SAME(row, text);
	SAME(row, deferred);
	same(row, "the rest", &before, &now, sizeof(before));
	if (tolds || holds || copies || tracks)
		fail_msg("%s: %u tolds, %u holds, %u copies, %u tracks", row, tolds, holds, copies,
			 tracks);
	assert_null(m->a.memctl.staging.text);
	assert_false(m->a.dead);
	check_some(m);
	check_revision(m, "1.0 ");
}

static struct mrb_header *header(struct image *img)
{
	return (struct mrb_header *)img->bytes;
}

/* --- what makes an image unfit; each gets a copy of 3.0, which carries for both chips */

static void truncate(struct image *img)
{
	img->size -= 4;
}

static void magic(struct image *img)
{
	header(img)->magic ^= 1;
}

static void checksum(struct image *img)
{
	img->bytes[img->size / 2] ^= 1;
}

static void digest(struct image *img)
{
	header(img)->sha256[3] ^= 1;
}

static void board(struct image *img)
{
	header(img)->board_id = cpu_to_le32(0x12345678);
	image_sign(img);
}

static void ordinal(struct image *img)
{
	header(img)->ordinal = cpu_to_le32(1);
	image_sign(img);
}

static void oldest(struct image *img)
{
	header(img)->oldest = cpu_to_le32(MRB_VERSION(1, 1));
	image_sign(img);
}

static void required(struct image *img)
{
	header(img)->cap_required |= cpu_to_le32(BIT(31));
	image_sign(img);
}

static void lost(struct image *img)
{
	header(img)->cap_provided &= cpu_to_le32(~CAP_IMAGE_MODE_SELECT);
	header(img)->cap_lost = 0;
	image_sign(img);
}

static void needed(struct image *img)
{
	header(img)->cap_provided &= cpu_to_le32(~CAP_IMAGE_NEEDED);
	header(img)->cap_lost |= cpu_to_le32(CAP_IMAGE_NEEDED);
	image_sign(img);
}

static void frames(struct image *img)
{
	header(img)->frame_formats = cpu_to_le32(BIT(5));
	image_sign(img);
}

static void schema_version(struct image *img)
{
	header(img)->schema[0].version = cpu_to_le16(UNKNOWN);
	image_sign(img);
}

static void schema_size(struct image *img)
{
	header(img)->schema[1].record_size = cpu_to_le32(8);
	image_sign(img);
}

static void schema_id(struct image *img)
{
	header(img)->schema[2].id = cpu_to_le16(77);
	image_sign(img);
}

static void schema_missing(struct image *img)
{
	u16 n = le16_to_cpu(header(img)->nr_schemas) - 1;

	memset(&header(img)->schema[n], 0, sizeof(header(img)->schema[n]));
	header(img)->nr_schemas = cpu_to_le16(n);
	image_sign(img);
}

static void spoil_contents(struct image *img, u32 chip)
{
	const struct mrb_block *b = mrb_find_chip(header(img), chip);

	img->bytes[le32_to_cpu(b->file_offset) + 100] ^= 1;
	image_sign(img);
}

static void pla_contents(struct image *img)
{
	spoil_contents(img, CHIP_PLA);
}

static void port_contents(struct image *img)
{
	spoil_contents(img, CHIP_PORT);
}

/* A bootstrap that compares nothing, and burns: the host's own comparison is all there is. */
static void burn_at_once(struct image *img)
{
	const u32 code[] = {
		ADDI(A0, X0, CHIP_PLA), ADDI(A1, X0, 0), ERASE,
		ADDI(A0, X0, CHIP_PORT), ADDI(A1, X0, 0), ERASE, QUIESCE,
	};

	assemble(image_entry(img, header(img)->bootstrap_entry), code, ARRAY_SIZE(code));
	image_sign(img);
}

/* Nor does this one burn anything: it is found before the pause. */
static void pause_at_once(struct image *img)
{
	const u32 code[] = { QUIESCE };

	assemble(image_entry(img, header(img)->bootstrap_entry), code, ARRAY_SIZE(code));
	image_sign(img);
}

#define NO_CONVERSION	"image aborted: no conversion for persistent data"
#define NOT_WHOLE(chip)	"image refused: carries contents for chip " #chip " that are not whole"

/**
 * struct row - a reason for a refusal
 * @name: of the row
 * @spoil: what is wrong with the image
 * @why: what the image in place, or the new one, says of it
 * @host: what the host says of it if its bootstrap asks nothing; NULL: only the image knows
 * @permanent: what is said first if it is to be permanent; NULL: the same
 */
struct row {
	const char *name;
	void (*spoil)(struct image *img);
	const char *why;
	const char *host;
	const char *permanent;
};

static const struct row rows[] = {
	{ "truncated", truncate, .why = "loading: image aborted: file is truncated" },
	{ "magic", magic, .why = "loading: image aborted: bad header" },
	{ "checksum", checksum, .why = "loading: image aborted: bad checksum" },
	{ "digest", digest, .why = "loading: image refused: " },
	{ "board", board, .why = "loading: image aborted: for another board" },
	{ "older", ordinal, .why = "loading: image refused: older" },
	{ "oldest", oldest, .why = "image aborted: replaces no version before",
	  .host = "image refused: replaces none before" },
	{ "required", required, .why = "image aborted: needs capabilities 0x80000000",
	  .host = "image refused: needs capabilities 0x80000000" },
	{ "lost", lost, .why = "image aborted: would lose capabilities",
	  .host = "image refused: would lose capabilities" },
	{ "needed", needed, .why = "image aborted: lacks capabilities",
	  .host = "image refused: lacks capabilities" },
	{ "frames", frames, .why = "image aborted: speaks no frame format",
	  .host = "image refused: speaks no frame format",
	  .permanent = "the board could not boot the image" },
	{ "schema version", schema_version, .why = NO_CONVERSION },
	{ "schema size", schema_size, .why = NO_CONVERSION },
	{ "schema id", schema_id, .why = NO_CONVERSION },
	{ "schema missing", schema_missing, .why = NO_CONVERSION },
	{ "PLA", pla_contents, .why = NOT_WHOLE(0), .host = NOT_WHOLE(0),
	  .permanent = "the board could not boot the image" },
	{ "port", port_contents, .why = NOT_WHOLE(1), .host = NOT_WHOLE(1) },
};

static void begin_counting(struct model *m)
{
	m->board_ops.told = count_told;
	m->queue_ops.hold = count_hold;
	m->memory_ops.put = count_put;
	m->memory_ops.track = count_track;
	tolds = 0;
	holds = 0;
	copies = 0;
	tracks = 0;
	look(m, &before);
}

/* With something deferred, which nothing of all that may drop. */
static struct model *start_watched(const struct image *rom)
{
	struct adapter_config cfg = model_config;
	struct model *m;

	cfg.kind = &board_flash;
	m = start_rom(&cfg, rom);
	write_some(m);
	m->a.download.image = vmalloc(16);
	m->a.download.events = DOWNLOAD_ON_COMMAND;
	begin_counting(m);
	return m;
}

static void refused_as(struct model *m, const char *row, const char *why)
{
	if (!strstr(m->ov.status.error, why))
		fail_msg("%s: '%s' does not say '%s'", row, m->ov.status.error, why);
	nothing_happened(m, row);
}

static void refused_update(struct model *m, const char *row, const struct image *img,
			   bool permanent, const char *why)
{
	assert_int_equal(overlay_claim(&m->ov), 0);
	m->ov.permanent = permanent;
	if (!model_update_claimed(m, img))
		fail_msg("%s: was not refused", row);
	refused_as(m, row, why);
}

static void refused_check(struct model *m, const char *row, const struct image *img,
			  const char *why)
{
	struct overlay_check check;

	assert_int_equal(overlay_claim_check(&m->ov, row), 0);
	assert_int_equal(overlay_update(&m->ov, img->bytes, img->size, &m->result),
			 OVERLAY_STOPPED);
	overlay_read_check(&m->ov, &check);
	assert_int_equal(check.finding, OVERLAY_REFUSED);
	if (!strstr(check.reason, why))
		fail_msg("%s: '%s' does not say '%s'", row, check.reason, why);
	nothing_happened(m, row);
}

static void all_ways(const struct row *row, const struct image *img, const char *why)
{
	struct model *m = start_watched(&v1_0);

	refused_update(m, row->name, img, false, why);
	refused_update(m, row->name, img, true, row->permanent ?: why);
	refused_check(m, row->name, img, why);
	model_free(m);
}

/* U5: by the images, as they are. */
static void test_reasons(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct image img = copy_of(&v3_0);

		rows[i].spoil(&img);
		all_ways(&rows[i], &img, rows[i].why);
		image_free(&img);
	}
}

/* U5: by the host, whose word is all there is if the bootstrap begins with an effect. */
static void test_host_reasons(void **state)
{
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct image img = copy_of(&v3_0);
		struct model *m = start_watched(&v1_0);

		if (rows[i].host) {
			burn_at_once(&img);
			rows[i].spoil(&img);
			refused_update(m, rows[i].name, &img, false, rows[i].host);
			refused_update(m, rows[i].name, &img, true,
				       rows[i].permanent ?: rows[i].host);
			pause_at_once(&img);
			refused_update(m, rows[i].name, &img, false, rows[i].host);
			refused_check(m, rows[i].name, &img, rows[i].host);
		}
		model_free(m);
		image_free(&img);
	}
}

/* U5: it is the image in place that has a format which nobody knows. */
static void test_unknown_data(void **state)
{
	for (u32 i = 0; i < 3; i++) {
		struct image rom = copy_of(&v1_0);
		struct model *m;

		header(&rom)->schema[i].version = cpu_to_le16(UNKNOWN);
		image_sign(&rom);
		m = start_watched(&rom);
		refused_update(m, "unknown data", &v3_0, false,
			       "converting: image aborted: no conversion for persistent data");
		refused_update(m, "unknown data", &v2_0, true,
			       "converting: image aborted: no conversion for persistent data");
		model_free(m);
		image_free(&rom);
	}
}

/* A driver that knows the first format only. */
static void test_old_driver(void **state)
{
	struct model *m = start_watched(&v1_0);
	struct image img = copy_of(&v3_0);

	m->a.regs->driver_formats = cpu_to_le32(BIT(FRAME_FORMAT_1));
	begin_counting(m);
	refused_update(m, "old driver", &v3_0, false, "aborted: speaks no frame format");
	burn_at_once(&img);
	refused_update(m, "old driver", &img, false, "refused: speaks no frame format");
	model_free(m);
	image_free(&img);
}

/* What the boot flash would not take, or the board not boot. */
static void test_permanent(void **state)
{
	struct model *m = start_watched(&v1_0);
	struct image img = copy_of(&v3_0);

	m->a.slots.slot[0].sequence = SLOT_SEQUENCE_MAX;
	begin_counting(m);
	refused_update(m, "sequence", &v3_0, true, "media cannot be written any more");
	m->a.slots.slot[0].sequence = 0;
	begin_counting(m);
	frames(&img);
	refused_update(m, "not bootable", &img, true, "could not boot the image");
	model_free(m);
	image_free(&img);
}

/* Who has no memory at any point has done nothing, either. */
static void test_no_memory(void **state)
{
	struct model *m = start_watched(&v1_0);
	bool refused = true;

	for (long n = 0; refused; n++) {
		assert_int_equal(overlay_claim(&m->ov), 0);
		m->ov.permanent = true;
		host_alloc_left = n;
		refused = model_update_claimed(m, &v3_0);
		host_alloc_left = -1;
		if (refused)
			refused_as(m, "no memory", "no memory");
	}
	assert_int_equal(m->ov.status.version, MRB_VERSION(3, 0));
	model_free(m);
}

/* Nobody has to be asked any more: it was cancelled, or there is no file. */
static void test_no_update(void **state)
{
	struct model *m = start_watched(&v1_0);

	assert_int_equal(overlay_claim(&m->ov), 0);
	overlay_cancel(&m->ov);
	assert_int_not_equal(model_update_claimed(m, &v3_0), 0);
	refused_as(m, "cancelled", "cancelled");
	assert_int_equal(overlay_claim(&m->ov), 0);
	overlay_no_source(&m->ov, "no such image file", -ENOENT, &m->result);
	refused_as(m, "no file", "no such image file");
	assert_int_equal(overlay_claim(&m->ov), 0);
	assert_int_equal(overlay_claim(&m->ov), -EBUSY);
	assert_int_equal(overlay_claim_check(&m->ov, "busy"), -EBUSY);
	overlay_no_source(&m->ov, "no such image file", -ENOENT, &m->result);
	nothing_happened(m, "busy");
	model_free(m);
}

/* Behind a port: no such port, no session, nothing that is an image. */
static void test_remote(void **state)
{
	static const struct {
		u32 port;
		const char *why;
	} ports[] = {
		{ BOARD_MAX_PORTS, "loading: image aborted: no session" },
		{ 7, "loading: image cannot be read from port 7" },
		{ 1, "loading: there is no image behind port 1" },
	};
	struct model *m = start_watched(&v1_0);

	for (u32 i = 0; i < ARRAY_SIZE(ports); i++) {
		assert_int_equal(overlay_claim(&m->ov), 0);
		assert_int_not_equal(overlay_update_from(&m->ov, ports[i].port, &m->result), 0);
		refused_as(m, "remote", ports[i].why);
	}
	model_free(m);
}

/* The watch sees what there is to be seen. */
static void test_watch(void **state)
{
	struct model *m = start_watched(&v1_0);

	assert_int_equal(overlay_claim(&m->ov), 0);
	m->ov.permanent = true;
	assert_int_equal(model_update_claimed(m, &v3_0), 0);
	look(m, &now);
	assert_memory_not_equal(&before.chips, &now.chips, sizeof(now.chips));
	assert_memory_not_equal(before.cells, now.cells, sizeof(now.cells));
	assert_memory_not_equal(&before.slots, &now.slots, sizeof(now.slots));
	assert_memory_not_equal(&before.regs, &now.regs, sizeof(now.regs));
	assert_memory_not_equal(&before.port, &now.port, sizeof(now.port));
	assert_int_not_equal(before.flash_operations, now.flash_operations);
	assert_null(now.deferred);
	assert_int_equal(tolds, 1);
	assert_int_equal(holds, 1);
	assert_int_equal(copies, 1);
	assert_int_equal(tracks, 1);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_host_reasons),
		cmocka_unit_test(test_unknown_data),
		cmocka_unit_test(test_old_driver),
		cmocka_unit_test(test_permanent),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_update),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_watch),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
