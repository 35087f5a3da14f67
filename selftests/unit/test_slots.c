// SPDX-License-Identifier: GPL-2.0
/*
 * S7, U14: the newest good slot is booted, and if its image does not start the other one's,
 * and else the one in ROM. Images that do not start are put into slots as a programmer
 * does it from outside, who has no probation; one that fails is not tried at each power-on.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/byteorder.h>
#include <linux/kernel.h>

#include "../../hba_sim/memory/board_kind.h"
#include "../../hba_sim/processor/insn.h"
#include "fixture.h"

#define PANIC	BOARD_PANIC

/* What the kernel says while a test looks on. */
static char *said;
static size_t said_len;
static FILE *real_stderr;

static void listen(void)
{
	real_stderr = stderr;
	stderr = open_memstream(&said, &said_len);
	assert_non_null(stderr);
}

static void heard(const char *what)
{
	bool there;

	fclose(stderr);
	stderr = real_stderr;
	there = what ? !!strstr(said, what) : !said_len;
	if (!there)
		print_message("'%s' is not in:\n%s", what ?: "nothing", said);
	free(said);
	assert_true(there);
}

/* To the slot that is not the newest good one. */
static void program(struct model *m, const struct image *img)
{
	assert_int_equal(slots_take_file(&m->a.slots, img->bytes, img->size), 0);
	assert_int_equal(slots_write_file(&m->a.slots), 0);
	slots_drop_file(&m->a.slots);
}

/* What it says is @saying; NULL: it says nothing. */
static void power_cycle(struct model *m, const char *saying)
{
	assert_int_equal(overlay_exclude(&m->ov), 0);
	listen();
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	heard(saying);
	overlay_include(&m->ov);
	assert_false(m->a.dead);
	assert_false(m->a.crashed);
	take_attention(m, UA_POWER_ON);
	check_some(m);
}

static void runs(struct model *m, const struct image *img, u32 booted)
{
	assert_int_equal(m->ov.status.version,
			 le32_to_cpu(((const struct mrb_header *)img->bytes)->version));
	assert_memory_equal(m->a.memctl.region.text, img->bytes, m->a.memctl.icache.nr * 4);
	assert_int_equal(m->a.slots.booted, booted);
	assert_null(m->a.slots.image);
}

/* In slot 1, newer than a good one in slot 0; then in both. */
static void try_image(const struct image *img, const char *saying)
{
	struct model *m = start_flash();

	program(m, &v1_1);
	program(m, img);
	power_cycle(m, saying);
	runs(m, &v1_1, 0);
	assert_true(m->a.slots.slot[1].failed);
	assert_false(m->a.slots.slot[1].good);
	/* and it is not looked at again */
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	assert_true(m->a.slots.slot[1].failed);

	/* a permanent update takes the slot that failed, not the one that runs */
	program(m, &v2_0);
	assert_false(m->a.slots.slot[1].failed);
	power_cycle(m, NULL);
	runs(m, &v2_0, 1);
	program(m, img);
	power_cycle(m, "hba_sim: model: slot 0, image 1.1, cannot start: ");
	runs(m, &v2_0, 1);
	program(m, &v1_1);
	model_free(m);
}

static void try_code(const u32 *code, u32 words, const char *saying)
{
	struct image img = patched(&v1_1, RUNTIME, code, words);

	try_image(&img, saying);
	image_free(&img);
}

#define TRY(saying, ...)							\
	try_code((const u32[]){ __VA_ARGS__ },				\
		 sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), saying)

#define SLOT_1	"hba_sim: model: slot 1, image 1.1, cannot start: "

static void test_trap(void **state)
{
	TRY(SLOT_1 "a hart trapped", 0);
}

static void test_hang(void **state)
{
	TRY(SLOT_1 "a hart hangs", JAL(X0, 0));
}

/* A clock that has gone on by 40 s with each look: the machine does other things. */
static u64 busy_clock(void)
{
	static u64 now;

	return now += 40000000000ull;
}

/* It does not start on a busy machine; that is not its fault, so it is tried again. */
static void try_busy(const struct image *img, const char *saying, bool starts)
{
	struct model *m = start_flash();
	const struct adapter_ops *idle = m->a.ops;
	struct adapter_ops busy = *idle;

	busy.now_ns = busy_clock;
	program(m, img);
	m->a.ops = &busy;
	assert_int_equal(overlay_exclude(&m->ov), 0);
	listen();
	/* the ROM's image does not start either */
	assert_int_equal(adapter_power_cycle(&m->a), -EIO);
	heard(saying);
	overlay_include(&m->ov);
	assert_true(m->a.slots.slot[0].failed);

	m->a.ops = idle;
	power_cycle(m, starts ? NULL : "slot 0, image 1.1, cannot start: a hart hangs");
	runs(m, starts ? img : &v1_0, starts ? 0 : SLOT_ROM);
	assert_int_equal(m->a.slots.slot[0].good, starts);
	model_free(m);
}

static void test_busy_machine(void **state)
{
	struct image loop = PATCHED(&v1_1, RUNTIME, JAL(X0, 0));

	try_busy(&v1_1, "slot 0, image 1.1, cannot start: a hart takes too long to log in", true);
	try_busy(&loop, "slot 0, image 1.1, cannot start: a hart takes too long\n", false);
	image_free(&loop);
}

static void test_refuses(void **state)
{
	TRY(SLOT_1 "a hart panicked", ADDI(A7, X0, PANIC), ECALL);
}

/* The service hart is content; an I/O hart, of which a0 has the number, traps. */
static void test_io_hart(void **state)
{
	TRY(SLOT_1 "a hart trapped", BNE(A0, X0, 12), WFI, JAL(X0, -4), 0);
}

static void test_format(void **state)
{
	struct image img = copy_of(&v1_1);

	struct model *m = start_flash();

	((struct mrb_header *)img.bytes)->frame_formats = cpu_to_le32(BIT(5));
	image_sign(&img);
	program(m, &v1_1);
	program(m, &img);
	/* another driver may know it: there is no mark */
	for (u32 i = 0; i < 2; i++) {
		power_cycle(m, SLOT_1 "driver and ports do not know its frame format");
		runs(m, &v1_1, 0);
		assert_true(m->a.slots.slot[1].failed);
	}
	image_free(&img);
	model_free(m);
}

/* An update cannot write that: its size and its CRC-32 are right, and it is no image. */
static void try_no_image(const struct image *img)
{
	struct model *m = start_flash();

	program(m, &v1_1);
	program(m, img);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	assert_false(m->a.slots.slot[1].good);
	/* it did not fail at its start, for it was not started: there is no mark */
	assert_false(m->a.slots.slot[1].failed);
	program(m, &v2_0);
	power_cycle(m, NULL);
	runs(m, &v2_0, 1);
	model_free(m);
}

/* A block that is larger than the memory that it would be copied to; a wrong digest. */
static void test_no_image(void **state)
{
	struct image img = copy_of(&v1_1);
	struct mrb_header *h = (void *)img.bytes;

	h->block[1].mem_size = cpu_to_le32(BOARD_DATA_SIZE + 16);
	image_sign(&img);
	try_no_image(&img);
	memcpy(img.bytes, v1_1.bytes, v1_1.size);
	h->sha256[0] ^= 1;
	try_no_image(&img);
	image_free(&img);
}

/* In slot 1: @head, with a right CRC-32. It is none; and the flash can be written still. */
static void try_header(struct slot_header head)
{
	struct model *m = start_flash();
	u32 at = m->a.slots.flash.dev->size / 2;

	program(m, &v1_1);
	head.magic = cpu_to_le32(SLOT_MAGIC);
	head.format = cpu_to_le32(SLOT_FORMAT);
	head.crc = cpu_to_le32(slot_header_crc(head));
	assert_int_equal(flash_program(&m->a.slots.flash, at, &head, sizeof(head)), 0);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	assert_false(m->a.slots.slot[1].good);
	assert_int_equal(m->a.slots.slot[1].sequence, 0);
	program(m, &v2_0);
	power_cycle(m, NULL);
	runs(m, &v2_0, 1);
	assert_int_equal(m->a.slots.slot[1].sequence, 2);
	model_free(m);
}

static void test_headers(void **state)
{
	const struct slot_header bad[] = {
		{ .sequence = cpu_to_le32(7) },
		{ .sequence = cpu_to_le32(7),
		  .size = cpu_to_le32(sizeof(struct mrb_header) - 1) },
		{ .sequence = cpu_to_le32(~0u), .size = cpu_to_le32(v1_1.size) },
		{ .sequence = cpu_to_le32(7), .size = cpu_to_le32(~0u) },
	};

	for (u32 i = 0; i < ARRAY_SIZE(bad); i++)
		try_header(bad[i]);
}

/* The last number is a good one, and there is none after it. */
static void test_last_sequence(void **state)
{
	struct model *m = start_flash();

	program(m, &v1_1);
	m->a.slots.slot[0].sequence = SLOT_SEQUENCE_MAX - 1;
	program(m, &v2_0);
	power_cycle(m, NULL);
	runs(m, &v2_0, 1);
	assert_int_equal(slots_take_file(&m->a.slots, v1_1.bytes, v1_1.size), -EOVERFLOW);
	assert_null(m->a.slots.file);
	/* and if it is used up only when the file has been taken */
	m->a.slots.slot[1].sequence--;
	assert_int_equal(slots_take_file(&m->a.slots, v1_1.bytes, v1_1.size), 0);
	m->a.slots.slot[1].sequence++;
	assert_int_equal(slots_write_file(&m->a.slots), -EOVERFLOW);
	slots_drop_file(&m->a.slots);
	power_cycle(m, NULL);
	runs(m, &v2_0, 1);
	model_free(m);
}

/* What only speaks a later format starts in that, and the ROM in its own again. */
static void test_later_format(void **state)
{
	struct model *m = start_flash();

	program(m, &v3_0);
	power_cycle(m, NULL);
	runs(m, &v3_0, 0);
	assert_int_equal(m->a.port.format, FRAME_FORMAT_2);
	m->a.slots.slot[0].good = false;
	program(m, &v1_1);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	assert_int_equal(m->a.port.format, FRAME_FORMAT_1);
	model_free(m);
}

/* The contents for a chip have a CRC-32 of their own. */
static void test_chip(void **state)
{
	struct image img = copy_of(&v3_0);
	const struct mrb_block *b = NULL;
	struct model *m = start_flash();

	for (u32 chip = 0; chip < BOARD_CHIPS && !b; chip++)
		if (chip != CHIP_PLA)	/* without that there is no frame format */
			b = mrb_find_chip((const void *)img.bytes, chip);
	assert_non_null(b);
	img.bytes[le32_to_cpu(b->file_offset) + le32_to_cpu(b->file_size) / 2] ^= 1;
	image_sign(&img);
	program(m, &v1_1);
	program(m, &img);
	power_cycle(m, "slot 1, image 3.0, cannot start: a chip's contents are not whole");
	runs(m, &v1_1, 0);
	assert_true(m->a.slots.slot[1].failed);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	image_free(&img);
	model_free(m);
}

/* No slot has an image that starts: the ROM. The dump of the last crash is there. */
static void test_rom(void **state)
{
	struct image trap = PATCHED(&v1_1, RUNTIME, 0);
	struct model *m = start_flash();

	program(m, &trap);
	power_cycle(m, "slot 0, image 1.1, cannot start: a hart trapped");
	runs(m, &v1_0, SLOT_ROM);
	assert_int_equal(m->dumps, 1);
	program(m, &v1_1);
	program(m, &trap);
	m->a.slots.slot[0].good = false;
	program(m, &trap);
	power_cycle(m, "slot 0, image 1.1, cannot start: a hart trapped");
	runs(m, &v1_0, SLOT_ROM);
	assert_true(m->a.slots.slot[0].failed);
	assert_true(m->a.slots.slot[1].failed);
	power_cycle(m, NULL);
	runs(m, &v1_0, SLOT_ROM);

	/* out of that by an update that is permanent */
	program(m, &v1_1);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	image_free(&trap);
	model_free(m);
}

/* The power goes while a slot is marked: it is tried again, and marked then. */
static void test_power_loss(void **state)
{
	struct image trap = PATCHED(&v1_1, RUNTIME, 0);
	struct model *m = start_flash();
	struct flash *f = &m->a.slots.flash;

	program(m, &v1_1);
	program(m, &trap);
	flash_lose_power(f, 1);
	power_cycle(m, "hba_sim: model: slot 1 cannot be marked as failed");
	runs(m, &v1_0, SLOT_ROM);
	assert_true(f->lost);
	power_cycle(m, SLOT_1 "a hart trapped");
	runs(m, &v1_1, 0);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	image_free(&trap);
	model_free(m);
}

/* Bits that were cleared by accident do not condemn a slot. */
static void test_mark(void **state)
{
	struct model *m = start_flash();
	const __le32 near = cpu_to_le32(0x00010000);
	const __le32 mark = cpu_to_le32(SLOT_FAILED);
	const u32 at = offsetof(struct slot_page, mark);

	program(m, &v1_1);
	assert_int_equal(flash_program(&m->a.slots.flash, at, &near, sizeof(near)), 0);
	power_cycle(m, NULL);
	runs(m, &v1_1, 0);
	assert_int_equal(flash_program(&m->a.slots.flash, at, &mark, sizeof(mark)), 0);
	power_cycle(m, NULL);
	runs(m, &v1_0, SLOT_ROM);
	model_free(m);
}

/* A machine that is switched on with such a slot has an adapter. */
static void test_first(void **state)
{
	struct image trap = PATCHED(&v1_1, RUNTIME, 0);
	struct adapter_config cfg = model_config;
	struct model *m = start_flash();
	struct model *other;

	program(m, &v2_0);
	program(m, &trap);
	cfg.kind = &board_flash;
	cfg.flash = m->a.slots.flash.dev;
	listen();
	other = model_new(&cfg, &v1_0);
	heard(SLOT_1 "a hart trapped");
	assert_non_null(other);
	runs(other, &v2_0, 0);
	take_attention(other, UA_POWER_ON);
	model_free(other);
	image_free(&trap);
	model_free(m);
}

static bool is_programmed(const struct model *m, u32 slot, const struct image *img)
{
	struct flash_device *dev = m->a.slots.flash.dev;
	u32 at = slot * (dev->size / BOOT_SLOTS) + dev->page_size;
	u8 *bytes = malloc(img->size);
	bool whole;

	assert_int_equal(dev->ops->read(dev, at, bytes, img->size), 0);
	whole = !memcmp(bytes, img->bytes, img->size);
	free(bytes);
	return whole;
}

static bool has_header(const struct model *m, u32 slot)
{
	struct flash_device *dev = m->a.slots.flash.dev;
	__le32 magic;

	assert_int_equal(dev->ops->read(dev, slot * (dev->size / BOOT_SLOTS), &magic,
					sizeof(magic)), 0);
	return le32_to_cpu(magic) == SLOT_MAGIC;
}

/* Whenever the power goes: where a slot has a header, the whole image is behind it. */
static void test_header_last(void **state)
{
	u32 headers = 0;
	u64 n = 0;
	int err;

	do {
		struct model *m = start_flash();

		flash_lose_power(&m->a.slots.flash, ++n);
		assert_int_equal(slots_take_file(&m->a.slots, v1_1.bytes, v1_1.size), 0);
		err = slots_write_file(&m->a.slots);
		assert_true(!err || m->a.slots.flash.lost);
		if (has_header(m, 0)) {
			assert_true(is_programmed(m, 0, &v1_1));
			headers++;
		}
		model_free(m);
	} while (err);
	/* lost in the middle of the header, and not lost */
	assert_int_equal(headers, 2);
	assert_true(n > 20);
}

/* Programming clears bits, and nothing but an erase sets them. */
static void test_cells(void **state)
{
	struct model *m = start_flash();
	struct flash *f = &m->a.slots.flash;
	u8 cell = 0xf0;

	assert_int_equal(flash_program(f, 5, &cell, 1), 0);
	cell = 0x3c;
	assert_int_equal(flash_program(f, 5, &cell, 1), 0);
	assert_int_equal(flash_read(f, 5, &cell, 1), 0);
	assert_int_equal(cell, 0x30);
	assert_int_equal(flash_erase(f, 0, 1), 0);
	assert_int_equal(flash_read(f, 5, &cell, 1), 0);
	assert_int_equal(cell, 0xff);
	model_free(m);
}

static const struct flash_ops *whole_ops;
static u32 worn;	/* the cell that can only be zero */

static int worn_program(struct flash_device *dev, u32 at, const void *src, u32 len)
{
	int err = whole_ops->program(dev, at, src, len);

	if (!err && worn >= at && worn < at + len)
		err = whole_ops->program(dev, worn, &(u8){ 0 }, 1);
	return err;
}

/* A cell in the middle of the image does not take its byte: the slot gets no header. */
static void test_worn_cell(void **state)
{
	struct model *m = start_flash();
	struct flash_device *dev = m->a.slots.flash.dev;
	struct flash_ops ops = *dev->ops;
	u32 at = v1_1.size / 2;

	whole_ops = dev->ops;
	while (!v1_1.bytes[at])
		at++;
	worn = dev->page_size + at;
	ops.program = worn_program;
	dev->ops = &ops;
	assert_int_equal(slots_take_file(&m->a.slots, v1_1.bytes, v1_1.size), 0);
	assert_int_equal(slots_write_file(&m->a.slots), -EIO);
	assert_false(m->a.slots.slot[0].good);
	assert_false(has_header(m, 0));
	dev->ops = whole_ops;
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trap),
		cmocka_unit_test(test_hang),
		cmocka_unit_test(test_busy_machine),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_io_hart),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_no_image),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_last_sequence),
		cmocka_unit_test(test_later_format),
		cmocka_unit_test(test_chip),
		cmocka_unit_test(test_rom),
		cmocka_unit_test(test_header_last),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_worn_cell),
		cmocka_unit_test(test_power_loss),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests(tests, read_images, free_images);
}
