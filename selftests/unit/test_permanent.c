// SPDX-License-Identifier: GPL-2.0
/*
 * S7: a temporary update is gone after a power cycle, a permanent one is booted. The power
 * is lost in every operation of the boot flash, and there is always an image that boots.
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
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../../hba_sim/memory/board_kind.h"
#include "../../mrb/mrb.h"
#include "fixture.h"

#define SLOT_BYTES	0x100000u	/* of the flash that is memory */

/* The same image under another version and with the same release ordinal. */
static struct image v1_2;
/* Likewise of 3.0, without its PLA. */
static struct image v3_1;

static int update_permanent(struct model *m, const struct image *img)
{
	assert_int_equal(overlay_want_permanent(&m->ov), 0);
	assert_int_equal(overlay_claim(&m->ov), 0);
	m->ov.permanent = true;
	return model_update_claimed(m, img);
}

/* Off and on, as processor/power_cycle does it. */
static void power_cycle(struct model *m)
{
	assert_int_equal(overlay_exclude(&m->ov), 0);
	assert_int_equal(adapter_power_cycle(&m->a), 0);
	overlay_include(&m->ov);
	take_attention(m, UA_POWER_ON);
	check_some(m);
}

static u32 version(const struct image *img)
{
	return le32_to_cpu(((const struct mrb_header *)img->bytes)->version);
}

static void runs(struct model *m, const struct image *img, u32 booted)
{
	assert_int_equal(m->ov.status.version, version(img));
	assert_memory_equal(m->a.memctl.region.text, img->bytes, m->a.memctl.icache.nr * 4);
	assert_int_equal(m->a.slots.booted, booted);
	assert_null(m->a.slots.image);
	assert_null(m->a.slots.file);
}

static void test_permanent(void **state)
{
	struct model *m = start_flash();

	runs(m, &v1_0, SLOT_ROM);
	assert_int_equal(model_update(m, &v1_1), 0);
	power_cycle(m);
	runs(m, &v1_0, SLOT_ROM);
	assert_int_equal(m->a.slots.flash.operations, 0);

	assert_int_equal(update_permanent(m, &v1_1), 0);
	power_cycle(m);
	runs(m, &v1_1, 0);
	assert_int_equal(update_permanent(m, &v2_0), 0);
	assert_int_equal(m->a.slots.slot[1].version, version(&v2_0));
	power_cycle(m);
	runs(m, &v2_0, 1);

	/* a temporary one over a permanent one */
	assert_int_equal(model_update(m, &v2_0), 0);
	power_cycle(m);
	runs(m, &v2_0, 1);
	model_free(m);
}

/* What lies behind the image is not written. */
static void test_padding(void **state)
{
	struct model *m = start_flash();
	struct image file = { calloc(1, SLOT_BYTES), SLOT_BYTES };

	memcpy(file.bytes, v1_1.bytes, v1_1.size);
	assert_int_equal(update_permanent(m, &file), 0);
	assert_int_equal(m->ov.status.file_size, v1_1.size);
	assert_int_equal(m->a.slots.slot[0].size, v1_1.size);
	power_cycle(m);
	runs(m, &v1_1, 0);
	image_free(&file);
	model_free(m);
}

/* Its frames and its PLA are not the ROM's: the board starts with what they have in common. */
static void test_other_frames(void **state)
{
	struct model *m = start_flash();

	assert_int_equal(update_permanent(m, &v3_0), 0);
	power_cycle(m);
	runs(m, &v3_0, 0);
	assert_int_equal(le32_to_cpu(m->a.regs->frame_format), FRAME_FORMAT_2);
	assert_int_equal(model_update(m, &v3_0), 0);
	power_cycle(m);
	runs(m, &v3_0, 0);
	model_free(m);
}

/*
 * 3.1 carries nothing for the PLA, and after a power cycle has the ROM's: it would not
 * start, and so is not taken for good. As a temporary one it runs with 3.0's.
 */
static void test_needs_pla(void **state)
{
	struct model *m = start_flash();
	u64 operations;

	assert_int_equal(update_permanent(m, &v3_0), 0);
	operations = m->a.slots.flash.operations;
	assert_int_equal(update_permanent(m, &v3_1), -ECANCELED);
	assert_non_null(strstr(m->ov.status.error, "the board could not boot the image"));
	assert_int_equal(m->a.slots.flash.operations, operations);
	assert_int_equal(model_update(m, &v3_1), 0);
	power_cycle(m);
	runs(m, &v3_0, 0);
	model_free(m);
}

/* Deferred microcode is older than what was saved since, and is forgotten then. */
static void test_deferred(void **state)
{
	struct model *m = start_flash();

	m->a.download.image = vmalloc(16);
	assert_int_equal(model_update(m, &v1_1), 0);
	assert_non_null(m->a.download.image);
	assert_int_equal(update_permanent(m, &v1_1), 0);
	assert_null(m->a.download.image);
	model_free(m);
}

/* What is deferred while an image that is to be saved is on probation is newer. */
static void test_deferred_later(void **state)
{
	struct model *m = start_flash();

	m->a.download.image = vmalloc(16);
	assert_int_equal(overlay_claim(&m->ov), 0);
	m->ov.permanent = true;
	assert_int_equal(overlay_update(&m->ov, v1_1.bytes, v1_1.size, &m->result), 0);
	assert_true(m->a.download.older);
	vfree(m->a.download.image);
	m->a.download.image = vmalloc(16);
	m->a.download.older = false;
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_COMMIT), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), 0);
	assert_true(m->a.slots.slot[0].good);
	assert_non_null(m->a.download.image);
	model_free(m);
}

/* A slot is good only when its image has proved itself. */
static void test_probation(void **state)
{
	struct model *m = start_flash();

	m->ov.probation_commands = ~0u;
	m->ov.probation_ms = ~0u;
	assert_int_equal(overlay_claim(&m->ov), 0);
	m->ov.permanent = true;
	assert_int_equal(overlay_update(&m->ov, v1_1.bytes, v1_1.size, &m->result), 0);
	assert_int_equal(m->a.slots.flash.operations, 0);
	assert_int_equal(overlay_decide(&m->ov, OVERLAY_ROLL_BACK), 0);
	assert_int_equal(overlay_probation(&m->ov, &m->result), -ECANCELED);
	assert_int_equal(m->a.slots.flash.operations, 0);
	clear_attentions(m);
	power_cycle(m);
	runs(m, &v1_0, SLOT_ROM);
	model_free(m);
}

static void no_slot_half_good(const struct model *m)
{
	for (u32 i = 0; i < BOOT_SLOTS; i++)
		assert_true(!m->a.slots.slot[i].good || m->a.slots.slot[i].sequence);
}

/* From one image to the other and back, and the power goes in operation @n of each. */
static bool lose_power(struct model *m, u64 n, const struct image **old)
{
	const struct image *new = *old == &v1_1 ? &v1_2 : &v1_1;
	u32 slot = m->a.slots.booted;
	int err;

	flash_lose_power(&m->a.slots.flash, n);
	err = update_permanent(m, new);
	if (!err) {
		flash_lose_power(&m->a.slots.flash, 0);
		power_cycle(m);
		runs(m, new, !slot);
		*old = new;
		return false;
	}
	assert_true(m->a.slots.flash.lost);
	assert_non_null(strstr(m->ov.status.error, "the board's media cannot be written"));
	clear_attentions(m);
	power_cycle(m);
	runs(m, *old, slot);
	no_slot_half_good(m);
	return true;
}

static void test_power_loss(void **state)
{
	struct model *m = start_flash();
	const struct image *old = &v1_1;
	u64 n = 1;

	assert_int_equal(update_permanent(m, &v1_1), 0);
	power_cycle(m);
	runs(m, &v1_1, 0);
	while (lose_power(m, n, &old))
		n++;
	print_message("# %llu operations\n", (unsigned long long)n - 1);
	assert_true(n > v1_1.size / 1024);
	/* and the other slot, which has something in it now */
	assert_false(lose_power(m, n, &old));
	for (n = 1; lose_power(m, n, &old); n += 7)
		;
	model_free(m);
}

/**
 * struct faults - a flash one of whose operations fails
 * @real: the flash without that
 * @at: so many operations to come until it fails; 0: none fails any more
 * @after: it fails when it has been done
 * @stuck: after it no page can be programmed
 * @was_stuck: that is so now
 */
static struct faults {
	const struct flash_ops *real;
	u32 at;
	bool after;
	bool stuck;
	bool was_stuck;
} faults;

static bool fails(bool after)
{
	if (after != faults.after || !faults.at)
		return false;
	faults.was_stuck = faults.stuck && faults.at == 1;
	return !--faults.at;
}

static int faulty_read(struct flash_device *dev, u32 at, void *buf, u32 len)
{
	int err = fails(false) ? -EIO : faults.real->read(dev, at, buf, len);

	return fails(true) ? -EIO : err;
}

static int faulty_erase(struct flash_device *dev, u32 at, u32 len)
{
	int err = fails(false) ? -EIO : faults.real->erase(dev, at, len);

	return fails(true) ? -EIO : err;
}

static int faulty_program(struct flash_device *dev, u32 at, const void *src, u32 len)
{
	int err = faults.was_stuck || fails(false) ? -EIO : faults.real->program(dev, at, src, len);

	return fails(true) ? -EIO : err;
}

/* Operation @n of a permanent update fails: whatever it is, what the user was told is true. */
static bool fail_once(struct model *m, u32 n, const struct image **old)
{
	const struct image *new = *old == &v1_1 ? &v1_2 : &v1_1;
	u32 slot = m->a.slots.booted;
	int err;

	faults.at = n;
	err = update_permanent(m, new);
	if (!err) {
		assert_int_not_equal(faults.at, 0);
		faults.at = 0;
		power_cycle(m);
		runs(m, new, !slot);
		*old = new;
		return false;
	}
	assert_int_equal(faults.at, 0);
	faults.was_stuck = false;
	assert_non_null(strstr(m->ov.status.error, "the board's media cannot be written"));
	assert_int_equal(m->ov.status.version, version(*old));
	clear_attentions(m);
	power_cycle(m);
	runs(m, *old, slot);
	no_slot_half_good(m);
	return true;
}

static void test_faults(void **state)
{
	static const struct flash_ops faulty = {
		.read = faulty_read, .erase = faulty_erase, .program = faulty_program,
	};
	const struct image *old = &v1_1;
	struct model *m = start_flash();
	u32 n;

	faults.real = m->a.slots.flash.dev->ops;
	m->a.slots.flash.dev->ops = &faulty;
	assert_int_equal(update_permanent(m, &v1_1), 0);
	power_cycle(m);
	for (u32 i = 0; i < 4; i++) {
		faults.after = i % 2;
		faults.stuck = i / 2;
		for (n = 1; fail_once(m, n, &old); n++)
			;
		assert_true(n > 2 * v1_1.size / 1024);
	}
	model_free(m);
}

static void flip(struct model *m, u32 at)
{
	struct flash *f = &m->a.slots.flash;
	u8 page[1024];

	assert_int_equal(flash_read(f, at & ~1023u, page, sizeof(page)), 0);
	/* a bit that can be cleared */
	while (!page[at % 1024])
		at++;
	page[at % 1024] &= page[at % 1024] - 1;
	assert_int_equal(flash_program(f, at & ~1023u, page, sizeof(page)), 0);
}

/* The newest good slot, else the other, else the ROM; then it is written anew. */
static void test_damage(void **state)
{
	struct model *m = start_flash();

	assert_int_equal(update_permanent(m, &v1_1), 0);
	assert_int_equal(update_permanent(m, &v1_2), 0);
	power_cycle(m);
	runs(m, &v1_2, 1);
	flip(m, SLOT_BYTES + 1024 + v1_2.size / 2);
	power_cycle(m);
	runs(m, &v1_1, 0);
	assert_false(m->a.slots.slot[1].good);
	flip(m, 8);
	power_cycle(m);
	runs(m, &v1_0, SLOT_ROM);

	/* the header of slot 1 is whole, and newer than what is written now must be */
	assert_int_equal(update_permanent(m, &v1_1), 0);
	power_cycle(m);
	runs(m, &v1_1, 0);
	assert_int_equal(update_permanent(m, &v1_2), 0);
	power_cycle(m);
	runs(m, &v1_2, 1);
	model_free(m);
}

static void test_too_large(void **state)
{
	struct model *m = start_flash();
	struct image img = { calloc(1, SLOT_BYTES), SLOT_BYTES };
	struct mrb_header *h = (void *)img.bytes;
	u32 more = SLOT_BYTES - v1_1.size;

	memcpy(img.bytes, v1_1.bytes, v1_1.size);
	h->total_size = cpu_to_le32(SLOT_BYTES);
	h->block[le16_to_cpu(h->nr_blocks)] = (struct mrb_block){
		.type = cpu_to_le32(MRB_DATA),
		.address = cpu_to_le32(BOARD_DATA_BASE + 0x101000),
		.file_offset = cpu_to_le32(v1_1.size), .file_size = cpu_to_le32(more),
		.mem_size = cpu_to_le32(more),
	};
	h->nr_blocks = cpu_to_le16(le16_to_cpu(h->nr_blocks) + 1);
	image_sign(&img);
	assert_int_equal(update_permanent(m, &img), -ECANCELED);
	if (!strstr(m->ov.status.error, "no room on the board's media"))
		fail_msg("%s", m->ov.status.error);
	check_untouched(m, &v1_0, 8);
	assert_int_equal(model_update(m, &img), 0);
	model_free(m);
	image_free(&img);
}

/* What has no media says so at once. */
static void test_no_media(void **state)
{
	for (u32 i = 0; board_kinds[i]; i++) {
		struct adapter_config cfg = model_config;
		struct model *m;

		if (board_kinds[i]->boot_flash || board_kinds[i]->fixed)
			continue;
		cfg.kind = board_kinds[i];
		m = start(&cfg);
		assert_int_equal(overlay_want_permanent(&m->ov), -EOPNOTSUPP);
		assert_non_null(strstr(m->ov.status.error, "no media for a permanent update"));
		model_free(m);
	}
}

/* No memory at any point: nothing is lost, and the next one succeeds. */
static void test_no_memory(void **state)
{
	struct model *m = start_flash();

	for (long n = 0; m->ov.status.version != version(&v1_1); n++) {
		host_alloc_left = n;
		if (!overlay_claim(&m->ov)) {
			m->ov.permanent = true;
			model_update_claimed(m, &v1_1);
		}
		host_alloc_left = -1;
		if (m->ov.status.version == version(&v1_0))
			assert_non_null(strstr(m->ov.status.error, "no memory"));
	}
	clear_attentions(m);
	power_cycle(m);
	runs(m, &v1_1, 0);
	model_free(m);
}

static struct image called(const struct image *img, u32 version)
{
	struct image copy = copy_of(img);

	((struct mrb_header *)copy.bytes)->version = cpu_to_le32(version);
	image_sign(&copy);
	return copy;
}

/* Its bytes go as well: what is behind them moves up. */
static void drop_pla(struct image *img)
{
	struct mrb_header *h = (void *)img->bytes;
	const struct mrb_block *b = mrb_find_chip(h, CHIP_PLA);
	u32 at = le32_to_cpu(b->file_offset);
	u32 len = le32_to_cpu(b->file_size);
	u32 n = le16_to_cpu(h->nr_blocks) - 1;

	for (u32 i = b - h->block; i < n; i++) {
		h->block[i] = h->block[i + 1];
		h->block[i].file_offset = cpu_to_le32(le32_to_cpu(h->block[i].file_offset) - len);
	}
	memset(&h->block[n], 0, sizeof(h->block[n]));
	h->nr_blocks = cpu_to_le16(n);
	img->size -= len;
	memmove(img->bytes + at, img->bytes + at + len, img->size - at);
	h->total_size = cpu_to_le32(img->size);
	image_sign(img);
}

static int read_more_images(void **state)
{
	int err = read_images(state);

	v1_2 = called(&v1_1, MRB_VERSION(1, 2));
	v3_1 = called(&v3_0, MRB_VERSION(3, 1));
	drop_pla(&v3_1);
	return err;
}

static int free_more_images(void **state)
{
	image_free(&v1_2);
	image_free(&v3_1);
	return free_images(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permanent),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_other_frames),
		cmocka_unit_test(test_needs_pla),
		cmocka_unit_test(test_deferred),
		cmocka_unit_test(test_deferred_later),
		cmocka_unit_test(test_probation),
		cmocka_unit_test(test_power_loss),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_no_media),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, read_more_images, free_more_images);
}
