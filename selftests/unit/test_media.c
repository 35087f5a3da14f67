// SPDX-License-Identifier: GPL-2.0
/*
 * Media requests at the far end: unmap, write same, compare and write, LBA
 * status; what is backed when, and what happens without memory or without time.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <asm/byteorder.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "../../hba_sim/far_end/media.h"
#include "../../hba_sim/far_end/media_pool.h"
#include "media_rig.h"

#define BLOCKS	4091u	/* the last page is not whole */
#define PAGES	((BLOCKS + 7) / 8)

static struct media_rig rig;
static u8 data[256 * BLOCK];
static u8 back[256 * BLOCK];

static int set_up(void **state)
{
	media_rig_init(&rig, BLOCKS);
	memset(data, 0xa5, sizeof(data));
	return 0;
}

static int tear_down(void **state)
{
	host_rcu_waits = false;
	host_alloc_left = -1;
	rcu_barrier();
	media_rig_destroy(&rig);
	assert_int_equal(host_pages, 0);
	return 0;
}

static void write_blocks(u64 lba, u32 blocks)
{
	assert_int_equal(media_do(&rig, MEDIA_WRITE, lba, blocks, data, blocks * BLOCK), 0);
}

static void assert_blocks(u64 lba, u32 blocks, u8 byte)
{
	memset(back, ~byte, blocks * BLOCK);
	assert_int_equal(media_do(&rig, MEDIA_READ, lba, blocks, back, blocks * BLOCK), 0);
	for (u32 i = 0; i < blocks * BLOCK; i++)
		assert_int_equal(back[i], byte);
}

static void assert_status(u64 lba, u32 blocks, u8 mapped, u32 extent)
{
	struct frame_media req = media_request(&rig, MEDIA_LBA_STATUS, lba, blocks);
	struct frame_media_done done;

	assert_int_equal(media_ask(&rig, &req, NULL, 0, WAIT, &done), 0);
	assert_int_equal(done.result, MEDIA_OK);
	assert_int_equal(done.mapped, mapped);
	assert_int_equal(le32_to_cpu(done.extent), extent);
	assert_int_equal(le32_to_cpu(done.moved), 0);
}

static struct frame_media_done ask(u8 op, u64 lba, u32 blocks, u32 len)
{
	struct frame_media req = media_request(&rig, op, lba, blocks);
	struct frame_media_done done;

	assert_int_equal(media_ask(&rig, &req, data, len, WAIT, &done), 0);
	return done;
}

static void test_unmap(void **state)
{
	write_blocks(0, 64);
	assert_int_equal(host_pages, 8);

	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 5, 21, NULL, 0), MEDIA_OK);
	assert_int_equal(host_pages, 6);
	assert_blocks(0, 5, 0xa5);
	assert_blocks(5, 21, 0);
	assert_blocks(26, 38, 0xa5);
	assert_status(0, 64, 1, 8);
	assert_status(8, 56, 0, 16);
	assert_status(26, 38, 1, 38);

	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 0, BLOCKS, NULL, 0), MEDIA_OK);
	assert_int_equal(host_pages, 0);
	assert_status(0, BLOCKS, 0, BLOCKS);
	assert_blocks(0, 64, 0);
}

/* Blocks that share a page with others are zeroed, and none beside them. */
static void test_unmap_in_page(void **state)
{
	write_blocks(8, 8);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 10, 3, NULL, 0), MEDIA_OK);
	assert_int_equal(host_pages, 1);
	assert_blocks(8, 2, 0xa5);
	assert_blocks(10, 3, 0);
	assert_blocks(13, 3, 0xa5);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 9, 0, NULL, 0), MEDIA_OK);
	assert_blocks(8, 2, 0xa5);
}

static void test_unmap_disk_end(void **state)
{
	write_blocks(BLOCKS - 3, 3);
	assert_status(BLOCKS - 3, 3, 1, 3);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, BLOCKS - 2, 2, NULL, 0), MEDIA_OK);
	assert_int_equal(host_pages, 1);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, BLOCKS - 3, 3, NULL, 0), MEDIA_OK);
	assert_int_equal(host_pages, 0);
}

/* What a reader may be copying is not freed before it is done. */
static void test_unmap_waits(void **state)
{
	struct frame_media req = media_request(&rig, MEDIA_UNMAP, 0, 16);
	struct frame_media_done done;
	const u8 *page;
	long pages;
	u8 byte;

	write_blocks(0, 16);
	host_rcu_waits = true;
	rcu_read_lock();
	page = media_find(&*rig.f.ports[0].media, 0);
	media_ask(&rig, &req, NULL, 0, NOWAIT, &done);
	pages = host_pages;
	byte = page[0];
	rcu_read_unlock();
	assert_int_equal(pages, 2);
	assert_int_equal(byte, 0xa5);
	assert_blocks(0, 16, 0);
	rcu_barrier();
	assert_int_equal(host_pages, 0);

	write_blocks(0, 16);
	assert_blocks(0, 16, 0xa5);
}

static void test_lba_status(void **state)
{
	assert_status(0, 1, 0, 1);
	assert_status(7, BLOCKS - 7, 0, BLOCKS - 7);
	write_blocks(16, 1);
	write_blocks(24, 8);
	write_blocks(48, 1);
	assert_status(0, BLOCKS, 0, 16);
	assert_status(13, BLOCKS - 13, 0, 3);
	assert_status(13, 2, 0, 2);
	assert_status(15, 1, 0, 1);
	assert_status(17, BLOCKS - 17, 1, 15);
	assert_status(17, 3, 1, 3);
	assert_status(31, 2, 1, 1);
	assert_status(32, 100, 0, 16);
	assert_status(56, BLOCKS - 56, 0, BLOCKS - 56);
	assert_int_equal(media_do(&rig, MEDIA_LBA_STATUS, 3, 0, NULL, 0), MEDIA_BAD_REQUEST);
	assert_int_equal(media_do(&rig, MEDIA_LBA_STATUS, BLOCKS, 1, NULL, 0), MEDIA_BAD_RANGE);
}

/* The end of the largest disk: where an unsigned long has 32 bits, of its last page's index. */
static void test_lba_status_at_the_end(void **state)
{
	const u64 end = 1ull << 35;

	media_rig_destroy(&rig);
	media_rig_init(&rig, end);
	assert_status(end - 1, 1, 0, 1);
	assert_status(end - 20, 20, 0, 20);
	write_blocks(end - 8, 8);
	assert_status(end - 20, 20, 0, 12);
	assert_status(end - 8, 8, 1, 8);
	assert_status(end - 1, 1, 1, 1);
	write_blocks(end - 16, 8);
	assert_status(end - 13, 13, 1, 13);
}

static void test_write_same(void **state)
{
	struct frame_media_done done;

	done = ask(MEDIA_WRITE_SAME, 3, 100, BLOCK);
	assert_int_equal(done.result, MEDIA_OK);
	assert_int_equal(le32_to_cpu(done.moved), BLOCK);
	assert_int_equal(host_pages, 13);
	assert_blocks(0, 3, 0);
	assert_blocks(3, 100, 0xa5);
	assert_blocks(103, 20, 0);

	memset(data, 0, BLOCK);
	for (u32 i = 0; i < BLOCK; i++)
		data[BLOCK + i] = i * 7;
	assert_int_equal(ask(MEDIA_WRITE_SAME, 8, 1, BLOCK - 1).result, MEDIA_BAD_REQUEST);
	for (u32 lba = 4; lba < 9; lba++) {
		struct frame_media req = media_request(&rig, MEDIA_WRITE_SAME, lba, 1);

		req.offset = cpu_to_le32(BLOCK);
		assert_int_equal(media_ask(&rig, &req, data, 2 * BLOCK, WAIT, &done), 0);
		assert_int_equal(done.result, MEDIA_OK);
		assert_int_equal(media_do(&rig, MEDIA_READ, lba, 1, back, BLOCK), 0);
		assert_memory_equal(back, data + BLOCK, BLOCK);
	}
	assert_blocks(9, 94, 0xa5);
}

static void zero_blocks(u64 lba, u32 blocks)
{
	struct frame_media req = media_request(&rig, MEDIA_WRITE_SAME, lba, blocks);
	struct frame_media_done done;

	req.flags = MEDIA_ZERO;
	assert_int_equal(media_ask(&rig, &req, NULL, 0, WAIT, &done), 0);
	assert_int_equal(done.result, MEDIA_OK);
	assert_int_equal(le32_to_cpu(done.moved), 0);
}

/* Zeros need no memory and give none back. */
static void test_write_same_zeros(void **state)
{
	zero_blocks(0, BLOCKS);
	assert_int_equal(host_pages, 0);

	write_blocks(40, 24);
	zero_blocks(42, 14);
	assert_int_equal(host_pages, 3);
	assert_blocks(40, 2, 0xa5);
	assert_blocks(42, 14, 0);
	assert_blocks(56, 8, 0xa5);

	memset(data, 0, BLOCK);
	assert_int_equal(ask(MEDIA_WRITE_SAME, 0, 1000, BLOCK).result, MEDIA_OK);
	assert_int_equal(host_pages, 3);
	assert_blocks(0, 200, 0);
	assert_status(40, 100, 1, 24);
	assert_int_equal(ask(MEDIA_WRITE_SAME, 5, 0, BLOCK).result, MEDIA_OK);
}

/* The data is what is expected in @blocks, then @blocks with @byte. */
static void expect_then(u32 blocks, u8 expected, u8 byte)
{
	memset(data, expected, blocks * BLOCK);
	memset(data + blocks * BLOCK, byte, blocks * BLOCK);
}

static void test_compare_write(void **state)
{
	struct frame_media_done done;

	expect_then(20, 0, 0x11);
	done = ask(MEDIA_COMPARE_WRITE, 6, 20, 40 * BLOCK);
	assert_int_equal(done.result, MEDIA_OK);
	assert_int_equal(le32_to_cpu(done.moved), 40 * BLOCK);
	assert_blocks(0, 6, 0);
	assert_blocks(6, 20, 0x11);
	assert_blocks(26, 6, 0);

	expect_then(64, 0x11, 0x22);
	done = ask(MEDIA_COMPARE_WRITE, 10, 64, 128 * BLOCK);
	assert_int_equal(done.result, MEDIA_MISCOMPARE);
	assert_int_equal(le32_to_cpu(done.first_bad), 16 * BLOCK);
	assert_int_equal(le32_to_cpu(done.moved), 128 * BLOCK);
	assert_blocks(6, 20, 0x11);
	assert_int_equal(host_pages, 4);
	assert_status(32, 100, 0, 100);

	expect_then(1, 0x11, 0x22);
	data[BLOCK - 1] = 0x10;
	done = ask(MEDIA_COMPARE_WRITE, 6, 1, 2 * BLOCK);
	assert_int_equal(done.result, MEDIA_MISCOMPARE);
	assert_int_equal(le32_to_cpu(done.first_bad), BLOCK - 1);
	assert_blocks(6, 1, 0x11);
}

static void test_compare_write_bounds(void **state)
{
	u32 max = BOARD_COMPARE_WRITE_MAX;

	expect_then(max + 1, 0, 0x11);
	assert_int_equal(ask(MEDIA_COMPARE_WRITE, 3, max, 2 * max * BLOCK - 1).result,
			 MEDIA_BAD_REQUEST);
	assert_int_equal(ask(MEDIA_COMPARE_WRITE, 3, max + 1, 2 * (max + 1) * BLOCK).result,
			 MEDIA_BAD_REQUEST);
	assert_int_equal(ask(MEDIA_COMPARE_WRITE, BLOCKS - 63, 64, 128 * BLOCK).result,
			 MEDIA_BAD_RANGE);
	assert_int_equal(ask(MEDIA_COMPARE_WRITE, 3, 0x80000001u, 2 * BLOCK).result,
			 MEDIA_BAD_REQUEST);
	assert_int_equal(host_pages, 0);
	assert_int_equal(ask(MEDIA_COMPARE_WRITE, BLOCKS, 0, 0).result, MEDIA_OK);

	/* Each set of locks, also where their numbers begin anew. */
	expect_then(max, 0, 0);
	for (u32 lba = 0; lba <= BLOCKS - max; lba++)
		assert_int_equal(ask(MEDIA_COMPARE_WRITE, lba, max, 2 * max * BLOCK).result,
				 MEDIA_OK);
}

/* Blocks that had no memory count as zeros; what lies beside keeps its bits. */
static void test_or_write(void **state)
{
	struct frame_media_done done;

	write_blocks(8, 8);
	memset(data, 0x0f, 20 * BLOCK);
	done = ask(MEDIA_OR_WRITE, 6, 6, 6 * BLOCK);
	assert_int_equal(done.result, MEDIA_OK);
	assert_int_equal(le32_to_cpu(done.moved), 6 * BLOCK);
	assert_blocks(0, 6, 0);
	assert_blocks(6, 2, 0x0f);
	assert_blocks(8, 4, 0xaf);
	assert_blocks(12, 4, 0xa5);
	assert_int_equal(ask(MEDIA_OR_WRITE, 0, 2, 2 * BLOCK - 1).result, MEDIA_BAD_REQUEST);
	assert_int_equal(ask(MEDIA_OR_WRITE, BLOCKS - 1, 2, 2 * BLOCK).result, MEDIA_BAD_RANGE);
	assert_int_equal(ask(MEDIA_OR_WRITE, BLOCKS, 0, 0).result, MEDIA_OK);
}

/*
 * A thread that may sleep does not while a page of the buffer is mapped; the stand-ins look
 * (host_sleep.h). Nor is one left mapped, whether all of it was used or not.
 */
static void test_sleep_unmapped(void **state)
{
	static const u8 ops[] = { MEDIA_READ, MEDIA_WRITE, MEDIA_OR_WRITE, MEDIA_COMPARE };

	for (u32 i = 0; i < ARRAY_SIZE(ops); i++) {
		assert_int_equal(media_do(&rig, ops[i], 5, 100, data, 100 * BLOCK), MEDIA_OK);
		assert_int_equal(host_atomic, 0);
		assert_int_equal(media_do(&rig, ops[i], 5, 50, data, 100 * BLOCK), MEDIA_OK);
		assert_int_equal(host_atomic, 0);
	}
	data[20 * BLOCK] ^= 1;
	assert_int_equal(media_do(&rig, MEDIA_COMPARE, 5, 100, data, 100 * BLOCK),
			 MEDIA_MISCOMPARE);
	assert_int_equal(host_atomic, 0);
}

/* Each allocation fails in turn. Nothing may be written before all succeed. */
static void run_out_of_memory(u8 op, u64 lba, u32 blocks, u32 len, bool wait)
{
	struct frame_media req = media_request(&rig, op, lba, blocks);
	struct frame_media_done done;
	struct media_buffer b;
	int failures = 0;
	int err;

	do {
		media_buffer_init(&b, data, len, FRAME_DIR_OUT);
		host_alloc_left = failures;
		err = media_execute(&rig, &req, &b.buf, wait, &done);
		host_alloc_left = -1;
		if (err) {
			failures++;
			assert_int_equal(err, -ENOMEM);
			assert_int_equal(b.buf.moved, 0);
			assert_blocks(0, 120, 0);
		}
	} while (err);
	assert_int_equal(done.result, MEDIA_OK);
	assert_true(failures > 3);
	assert_blocks(lba, blocks, 0xa5);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 0, BLOCKS, NULL, 0), MEDIA_OK);
}

static void test_no_memory(void **state)
{
	static const bool waits[] = { NOWAIT, WAIT };

	for (u32 i = 0; i < 2; i++) {
		run_out_of_memory(MEDIA_WRITE, 7, 60, 60 * BLOCK, waits[i]);
		run_out_of_memory(MEDIA_OR_WRITE, 7, 60, 60 * BLOCK, waits[i]);
		run_out_of_memory(MEDIA_WRITE_SAME, 7, 60, BLOCK, waits[i]);
		expect_then(60, 0, 0xa5);
		run_out_of_memory(MEDIA_COMPARE_WRITE, 7, 60, 120 * BLOCK, waits[i]);
		memset(data, 0xa5, sizeof(data));
	}
	host_alloc_left = 0;
	zero_blocks(0, BLOCKS);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 0, BLOCKS, NULL, 0), MEDIA_OK);
}

static void refused_for_space(u8 op, u64 lba, u32 blocks, u32 len, bool wait)
{
	struct frame_media req = media_request(&rig, op, lba, blocks);
	u64 used = media_pool_used();
	struct frame_media_done done;
	struct media_buffer b;

	media_buffer_init(&b, data, len, FRAME_DIR_OUT);
	assert_int_equal(media_execute(&rig, &req, &b.buf, wait, &done), -ENOMEM);
	assert_int_equal(media_pool_used(), used);
	assert_int_equal(host_pages, used / PAGE_SIZE);
}

/* A write that is refused takes nothing: there is room for others, as before. */
static void all_refused(bool wait)
{
	refused_for_space(MEDIA_WRITE, 800, 256, 256 * BLOCK, wait);
	refused_for_space(MEDIA_WRITE, 60, 200, 200 * BLOCK, wait);
	refused_for_space(MEDIA_OR_WRITE, 801, 249, 249 * BLOCK, wait);
	refused_for_space(MEDIA_WRITE_SAME, 800, 2000, BLOCK, wait);
	expect_then(64, 0, 0x11);
	refused_for_space(MEDIA_COMPARE_WRITE, 800, 64, 128 * BLOCK, wait);
	memset(data, 0xa5, sizeof(data));
}

static void test_refused_takes_nothing(void **state)
{
	write_blocks(0, 64);
	media_pool_set_limit((8 + 7) * MEDIA_PAGE_SIZE);
	all_refused(NOWAIT);
	all_refused(WAIT);
	assert_status(64, BLOCKS - 64, 0, BLOCKS - 64);
	write_blocks(2000, 56);
	refused_for_space(MEDIA_WRITE, 3000, 1, BLOCK, WAIT);
	write_blocks(0, 64);	/* it needs none */
	media_pool_set_limit(0);
}

/* The other bound: so much of the machine's memory is left to others. */
static void test_reserve(void **state)
{
	long available = host_available_pages;

	write_blocks(0, 8);
	host_available_pages = host_ram_pages / 16 + 100;
	refused_for_space(MEDIA_WRITE_SAME, 800, 2000, BLOCK, WAIT);
	write_blocks(800, 64);
	host_available_pages = host_ram_pages / 16;
	refused_for_space(MEDIA_WRITE_SAME, 1600, 512, BLOCK, WAIT);
	refused_for_space(MEDIA_WRITE, 1600, 8, 8 * BLOCK, WAIT);
	host_available_pages = available;
	write_blocks(1600, 8);
}

/* What a grace period will give back is waited for, where one may wait. */
static void test_freed_is_waited_for(void **state)
{
	media_pool_set_limit(8 * MEDIA_PAGE_SIZE);
	host_rcu_waits = true;
	write_blocks(0, 64);
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 0, 64, NULL, 0), MEDIA_OK);
	refused_for_space(MEDIA_WRITE, 80, 64, 64 * BLOCK, NOWAIT);
	write_blocks(80, 64);
	media_pool_set_limit(0);
}

/* What is long is put off where one may not sleep, unless it is refused. */
static void test_no_time(void **state)
{
	static const u8 ops[] = { MEDIA_UNMAP, MEDIA_WRITE_SAME, MEDIA_LBA_STATUS };
	struct frame_media_done done;
	struct frame_media req;

	for (u32 i = 0; i < ARRAY_SIZE(ops); i++) {
		req = media_request(&rig, ops[i], 0, 2048);
		assert_int_equal(media_ask(&rig, &req, data, BLOCK, NOWAIT, &done), 0);
		assert_int_equal(done.result, MEDIA_OK);
		req = media_request(&rig, ops[i], 0, 2049);
		assert_int_equal(media_ask(&rig, &req, data, BLOCK, NOWAIT, &done), -EAGAIN);
		assert_int_equal(media_ask(&rig, &req, data, BLOCK, WAIT, &done), 0);
		assert_int_equal(done.result, MEDIA_OK);
		req.token = 0;
		assert_int_equal(media_ask(&rig, &req, data, BLOCK, NOWAIT, &done), 0);
		assert_int_equal(done.result, MEDIA_BAD_TOKEN);
		req = media_request(&rig, ops[i], 0, BLOCKS + 1);
		assert_int_equal(media_ask(&rig, &req, data, BLOCK, NOWAIT, &done), 0);
		assert_int_equal(done.result, MEDIA_BAD_RANGE);
	}
	assert_int_equal(fabric_rejected(&rig.f), 3);
}

static void test_bounds(void **state)
{
	static u8 block[BLOCK] = { 1 };
	struct media_rig big;

	media_rig_init(&big, 1ull << 33);
	assert_int_equal(media_do(&big, MEDIA_UNMAP, 1ull << 32, BOARD_UNMAP_MAX, NULL, 0),
			 MEDIA_OK);
	assert_int_equal(media_do(&big, MEDIA_UNMAP, 1ull << 32, BOARD_UNMAP_MAX + 1, NULL, 0),
			 MEDIA_BAD_REQUEST);
	assert_int_equal(media_do(&big, MEDIA_WRITE_SAME, (1ull << 33) - BOARD_WRITE_SAME_MAX,
				  BOARD_WRITE_SAME_MAX, block, BLOCK), MEDIA_OK);
	assert_int_equal(host_pages, BOARD_WRITE_SAME_MAX / 8);
	assert_int_equal(media_do(&big, MEDIA_WRITE_SAME, 0, BOARD_WRITE_SAME_MAX + 1,
				  block, BLOCK), MEDIA_BAD_REQUEST);
	assert_int_equal(media_do(&big, MEDIA_LBA_STATUS, 0, ~0u, NULL, 0), MEDIA_OK);
	assert_int_equal(media_do(&big, MEDIA_OR_WRITE + 1, 0, 1, NULL, 0), MEDIA_BAD_REQUEST);
	assert_int_equal(media_do(&big, 0, 0, 1, NULL, 0), MEDIA_BAD_REQUEST);
	media_rig_destroy(&big);
}

/* Behind the disk, and also where the last block's number does not fit in 64 bits. */
static void test_range(void **state)
{
	static const u8 ops[] = {
		MEDIA_READ, MEDIA_WRITE, MEDIA_UNMAP, MEDIA_WRITE_SAME, MEDIA_COMPARE_WRITE,
		MEDIA_LBA_STATUS, MEDIA_OR_WRITE,
	};
	static const u64 lbas[] = { BLOCKS - 3, BLOCKS, BLOCKS + 1, 0ull - 4, 0ull - 3, 0ull - 1 };

	for (u32 i = 0; i < ARRAY_SIZE(ops); i++) {
		u32 len = (ops[i] == MEDIA_WRITE_SAME ? 1 :
			   ops[i] == MEDIA_COMPARE_WRITE ? 8 : 4) * BLOCK;

		for (u32 k = 0; k < ARRAY_SIZE(lbas); k++)
			assert_int_equal(media_do(&rig, ops[i], lbas[k], 4, data, len),
					 MEDIA_BAD_RANGE);
	}
	assert_int_equal(host_pages, 0);
}

/* A request with a buffer needs one of its direction; the others need none. */
static void test_direction(void **state)
{
	static const u8 ops[] = { MEDIA_WRITE_SAME, MEDIA_COMPARE_WRITE, MEDIA_OR_WRITE };

	for (u32 i = 0; i < ARRAY_SIZE(ops); i++) {
		struct frame_media req = media_request(&rig, ops[i], 0, 1);
		struct frame_media_done done;
		struct media_buffer b;

		media_buffer_init(&b, data, 2 * BLOCK, FRAME_DIR_IN);
		assert_int_equal(media_execute(&rig, &req, &b.buf, WAIT, &done), 0);
		assert_int_equal(done.result, MEDIA_BAD_REQUEST);
		assert_int_equal(media_do(&rig, ops[i], 0, 1, NULL, 0), MEDIA_BAD_REQUEST);
	}
	assert_int_equal(media_do(&rig, MEDIA_UNMAP, 0, 1, data, BLOCK), MEDIA_OK);
}

/* Each allocation that a fabric is made of fails in turn. */
static void test_init_fails(void **state)
{
	int err = -ENOMEM;

	for (long n = 0; err; n++) {
		struct storage *storage;
		struct fabric f = {};

		host_alloc_left = n;
		storage = storage_new(3, 64, 0);
		err = storage ? fabric_init(&f, 4, storage) : -ENOMEM;
		host_alloc_left = -1;
		if (n < 4)
			assert_int_equal(err, -ENOMEM);
		fabric_destroy(&f);
	}
}

/* What the disk should be: its bytes' value by block, and its backed pages. */
static u8 model_byte[BLOCKS];
static bool model_backed[PAGES];

static void model_set(u32 lba, u32 blocks, u8 byte, bool back_them)
{
	memset(model_byte + lba, byte, blocks);
	for (u32 b = lba; b < lba + blocks; b++)
		model_backed[b / 8] |= back_them;
}

static void model_unmap(u32 lba, u32 blocks)
{
	memset(model_byte + lba, 0, blocks);
	for (u32 p = (lba + 7) / 8; p < PAGES && min(p * 8 + 8, BLOCKS) <= lba + blocks; p++)
		model_backed[p] = false;
}

static void random_write(u8 op, u32 lba, u32 blocks, u8 byte)
{
	memset(data, byte, blocks * BLOCK);
	assert_int_equal(media_do(&rig, op, lba, blocks, data,
				  op == MEDIA_WRITE ? blocks * BLOCK : BLOCK), MEDIA_OK);
	model_set(lba, blocks, byte, op == MEDIA_WRITE || byte);
}

static void random_compare_write(u32 lba, u32 blocks, u8 byte)
{
	bool spoil = rand() % 2;
	u32 bad = rand() % (blocks * BLOCK);
	struct frame_media_done done;

	for (u32 i = 0; i < blocks; i++)
		memset(data + i * BLOCK, model_byte[lba + i], BLOCK);
	memset(data + blocks * BLOCK, byte, blocks * BLOCK);
	data[bad] ^= spoil;
	done = ask(MEDIA_COMPARE_WRITE, lba, blocks, 2 * blocks * BLOCK);
	assert_int_equal(done.result, spoil ? MEDIA_MISCOMPARE : MEDIA_OK);
	if (spoil)
		assert_int_equal(le32_to_cpu(done.first_bad), bad);
	else
		model_set(lba, blocks, byte, true);
}

static void assert_model(u32 lba, u32 blocks)
{
	bool backed = model_backed[lba / 8];
	u32 end = lba;

	assert_int_equal(media_do(&rig, MEDIA_READ, lba, blocks, back, blocks * BLOCK), 0);
	for (u32 i = 0; i < blocks * BLOCK; i++)
		assert_int_equal(back[i], model_byte[lba + i / BLOCK]);
	while (end < lba + blocks && model_backed[end / 8] == backed)
		end++;
	assert_status(lba, blocks, backed, end - lba);
}

static void test_random(void **state)
{
	memset(model_byte, 0, sizeof(model_byte));
	memset(model_backed, 0, sizeof(model_backed));
	srand(3);
	for (u32 i = 0; i < 20000; i++) {
		u32 blocks = 1 + rand() % 64;
		u32 lba = rand() % (i % 2 ? 200 : BLOCKS - blocks + 1);
		u8 byte = rand() % 4;

		switch (rand() % 5) {
		case 0:
			random_write(MEDIA_WRITE, lba, blocks, byte);
			break;
		case 1:
			random_write(MEDIA_WRITE_SAME, lba, blocks, byte);
			break;
		case 2:
			random_compare_write(lba, blocks, byte);
			break;
		default:
			assert_int_equal(media_do(&rig, MEDIA_UNMAP, lba, blocks, NULL, 0), 0);
			model_unmap(lba, blocks);
		}
		assert_model(lba, blocks);
	}
}

int main(void)
{
#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_unmap),
		TEST(test_unmap_in_page),
		TEST(test_unmap_disk_end),
		TEST(test_unmap_waits),
		TEST(test_lba_status),
		TEST(test_lba_status_at_the_end),
		TEST(test_write_same),
		TEST(test_write_same_zeros),
		TEST(test_compare_write),
		TEST(test_compare_write_bounds),
		TEST(test_or_write),
		TEST(test_sleep_unmapped),
		TEST(test_no_memory),
		TEST(test_refused_takes_nothing),
		TEST(test_reserve),
		TEST(test_freed_is_waited_for),
		TEST(test_no_time),
		TEST(test_bounds),
		TEST(test_range),
		TEST(test_direction),
		TEST(test_init_fails),
		TEST(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
