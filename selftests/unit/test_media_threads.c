// SPDX-License-Identifier: GPL-2.0
/*
 * Media requests of several threads at once, for ThreadSanitizer: compare and
 * write as a lock that all ways of changing blocks release, reads of pages that
 * are unmapped meanwhile, writes to them, and readers of a block that changes.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <asm/byteorder.h>
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>

#include "els.h"
#include "media_rig.h"

#define THREADS		3
#define PAGES		512u
#define PAGE_BYTES	(8 * BLOCK)
#define HOT_PAGES	8u
#define PATTERN		0x77
#define LOCK_BLOCKS	18u	/* of the lock on the disk: parts of four pages */
#define ROUNDS		400

static struct media_rig rig;
static u32 in_lock;		/* protected by the lock on the disk, and plain */
static atomic_t reads;
static pthread_barrier_t together;

static int set_up(void **state)
{
	media_rig_init(&rig, PAGES * 8);
	in_lock = 0;
	return pthread_barrier_init(&together, NULL, THREADS);
}

static int tear_down(void **state)
{
	host_rcu_waits = false;
	rcu_barrier();
	media_rig_destroy(&rig);
	pthread_barrier_destroy(&together);
	return host_pages;
}

/* As media_do(), but no cmocka: it is not for threads. */
static u8 thread_do(u8 op, u8 flags, u64 lba, u32 blocks, void *data, u32 len)
{
	struct frame_media req = media_request(&rig, op, lba, blocks);
	struct frame_media_done done;
	struct media_buffer b;

	req.flags = flags;
	media_buffer_init(&b, data, len, op == MEDIA_READ ? FRAME_DIR_IN : FRAME_DIR_OUT);
	return media_execute(&rig, &req, &b.buf, WAIT, &done) ? MEDIA_NO_SPACE : done.result;
}

static void run_threads(void *(*body)(void *arg))
{
	pthread_t threads[THREADS];
	void *failed;

	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, body, (void *)i), 0);
	for (u32 i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
}

static void lock_on_disk(u8 *data, u64 lba, u8 owner)
{
	memset(data, 0, LOCK_BLOCKS * BLOCK);
	memset(data + LOCK_BLOCKS * BLOCK, owner, LOCK_BLOCKS * BLOCK);
	while (thread_do(MEDIA_COMPARE_WRITE, 0, lba, LOCK_BLOCKS, data, 2 * LOCK_BLOCKS * BLOCK))
		sched_yield();
}

static u8 unlock_on_disk(u8 *data, u64 lba, u8 owner, u32 way)
{
	u32 len = LOCK_BLOCKS * BLOCK;

	memset(data, owner, len);
	memset(data + len, 0, len);
	switch (way % 4) {
	case 0:
		return thread_do(MEDIA_COMPARE_WRITE, 0, lba, LOCK_BLOCKS, data, 2 * len);
	case 1:
		return thread_do(MEDIA_WRITE, 0, lba, LOCK_BLOCKS, data + len, len);
	case 2:
		return thread_do(MEDIA_WRITE_SAME, MEDIA_ZERO, lba, LOCK_BLOCKS, NULL, 0);
	default:
		return thread_do(MEDIA_UNMAP, 0, lba, LOCK_BLOCKS, NULL, 0);
	}
}

/* Pages 62 to 65: where the numbers of their locks begin anew. */
static void *count_in_lock(void *arg)
{
	u8 data[2 * LOCK_BLOCKS * BLOCK];
	u8 owner = 1 + (uintptr_t)arg;
	u64 lba = 62 * 8 + 7;

	pthread_barrier_wait(&together);
	for (u32 i = 0; i < ROUNDS; i++) {
		lock_on_disk(data, lba, owner);
		in_lock++;
		if (unlock_on_disk(data, lba, owner, i))
			return "unlock failed";
	}
	return NULL;
}

static void test_compare_write_is_atomic(void **state)
{
	run_threads(count_in_lock);
	assert_int_equal(in_lock, THREADS * ROUNDS);
}

/* Ranges that overlap in any way do not wait for each other for ever. */
static void *compare_anywhere(void *arg)
{
	static const u8 zeros[2 * BOARD_COMPARE_WRITE_MAX * BLOCK];
	unsigned int seed = (uintptr_t)arg;

	pthread_barrier_wait(&together);
	for (u32 i = 0; i < ROUNDS; i++) {
		u64 lba = rand_r(&seed) % (PAGES * 8 - BOARD_COMPARE_WRITE_MAX);

		if (thread_do(MEDIA_COMPARE_WRITE, 0, lba, BOARD_COMPARE_WRITE_MAX, (u8 *)zeros,
			      sizeof(zeros)))
			return "miscompare";
	}
	return NULL;
}

static void test_compare_write_ends(void **state)
{
	run_threads(compare_anywhere);
}

static bool all_the_same(const u8 *data, u32 len)
{
	return !memcmp(data, data + 1, len - 1);
}

/* Each is what it was, or zeros; what was freed, the sanitizer knows. */
static bool read_hot_pages(void)
{
	u8 data[PAGE_BYTES];
	bool good = true;

	for (u32 page = 0; page < HOT_PAGES; page++) {
		good &= !thread_do(MEDIA_READ, 0, page * 8, 8, data, sizeof(data));
		good &= all_the_same(data, sizeof(data));
		good &= !data[0] || data[0] == PATTERN;
	}
	return good;
}

static bool write_hot_pages(void)
{
	u8 data[HOT_PAGES * PAGE_BYTES];

	memset(data, PATTERN, sizeof(data));
	return !thread_do(MEDIA_WRITE, 0, 0, HOT_PAGES * 8, data, sizeof(data));
}

static bool unmap_hot_pages(void)
{
	bool good = true;

	for (u32 page = 0; page < HOT_PAGES; page++) {
		good &= !thread_do(MEDIA_UNMAP, 0, page * 8, 8, NULL, 0);
		rcu_barrier();
	}
	return good;
}

/* One thread writes while nobody reads, and unmaps while the others read. */
static void *read_or_unmap(void *arg)
{
	bool good = true;

	for (u32 i = 0; i < ROUNDS; i++) {
		if (!arg)
			good &= write_hot_pages();
		pthread_barrier_wait(&together);
		good &= arg ? read_hot_pages() : unmap_hot_pages();
		pthread_barrier_wait(&together);
	}
	return good ? NULL : "bad data";
}

static void test_read_during_unmap(void **state)
{
	host_rcu_waits = true;
	run_threads(read_or_unmap);
	assert_int_equal(host_pages, 0);
}

/* Freed at once: only the page's lock keeps it there for who writes to it. */
static void *write_or_unmap(void *arg)
{
	u8 data[2 * PAGE_BYTES];
	bool good = true;

	memset(data, PATTERN, sizeof(data));
	for (u32 i = 0; i < 4 * ROUNDS; i++) {
		u64 lba = i % HOT_PAGES * 8 + 3;

		if (i % HOT_PAGES == 0)
			pthread_barrier_wait(&together);
		if (!arg)
			good &= !thread_do(MEDIA_UNMAP, 0, lba - 3, 8, NULL, 0);
		else if ((uintptr_t)arg == 1)
			good &= !thread_do(MEDIA_WRITE, 0, lba, 16, data, 16 * BLOCK);
		else
			good &= !thread_do(MEDIA_WRITE_SAME, 0, lba, 16, data, BLOCK);
	}
	return good ? NULL : "request failed";
}

static void test_write_during_unmap(void **state)
{
	u8 block[BLOCK];

	run_threads(write_or_unmap);
	for (u64 lba = 0; lba < (HOT_PAGES + 3) * 8; lba++) {
		assert_int_equal(media_do(&rig, MEDIA_READ, lba, 1, block, BLOCK), 0);
		assert_true(all_the_same(block, BLOCK));
		assert_true(!block[0] || block[0] == PATTERN);
	}
}

/* All blocks change from one byte to another and back, by each way in turn. */
static u8 flip_block(u8 *data, u32 i)
{
	memset(data, i % 2 ? PATTERN : 0, BLOCK);
	memset(data + BLOCK, i % 2 ? 0 : PATTERN, BLOCK);
	if (i / 2 % 2)
		return thread_do(MEDIA_WRITE, 0, 0, 1, data + BLOCK, BLOCK);
	return thread_do(MEDIA_COMPARE_WRITE, 0, 0, 1, data, 2 * BLOCK);
}

static bool read_whole_block(u8 *data)
{
	return !thread_do(MEDIA_READ, 0, 0, 1, data, BLOCK) && all_the_same(data, BLOCK);
}

/* What differs, differs in its first byte, or else it was half changed. */
static bool compare_whole_block(u8 *data)
{
	struct frame_media req = media_request(&rig, MEDIA_COMPARE, 0, 1);
	struct frame_media_done done;
	struct media_buffer b;

	memset(data, 0, BLOCK);
	media_buffer_init(&b, data, BLOCK, FRAME_DIR_OUT);
	return !media_execute(&rig, &req, &b.buf, WAIT, &done) && !le32_to_cpu(done.first_bad);
}

/* One thread changes the block, one reads it, one compares it. */
static void *flip_or_look(void *arg)
{
	u8 data[2 * BLOCK];
	bool good = true;

	pthread_barrier_wait(&together);
	for (u32 i = 0; i < 20 * ROUNDS; i++) {
		if (!arg)
			good &= !flip_block(data, i);
		else if ((uintptr_t)arg == 1)
			good &= read_whole_block(data);
		else
			good &= compare_whole_block(data);
	}
	return good ? NULL : "half a block";
}

static void test_block_is_atomic(void **state)
{
	run_threads(flip_or_look);
}

static void *log_out_later(void)
{
	while (atomic_read(&reads) < 20)
		sched_yield();
	return fabric_log_out(&rig.f, 0) ? NULL : "no session";
}

/* The first thread ends the session while the others read. */
static void *read_or_log_out(void *arg)
{
	struct frame_media req = media_request(&rig, MEDIA_READ, 0, 1);
	struct frame_media_done done;
	struct media_buffer b;
	u8 data[BLOCK];
	int err;

	pthread_barrier_wait(&together);
	if (!arg)
		return log_out_later();
	do {
		atomic_inc(&reads);
		media_buffer_init(&b, data, BLOCK, FRAME_DIR_IN);
		err = media_execute(&rig, &req, &b.buf, WAIT, &done);
		if (!err && done.result != MEDIA_OK)
			return "refused";
	} while (!err);
	return err == -ENOLINK ? NULL : "another error";
}

/* A port that is gone refuses nothing: what is under way to it does not get there. */
static void test_log_out(void **state)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		atomic_set(&reads, 0);
		run_threads(read_or_log_out);
		assert_int_equal(fabric_rejected(&rig.f), 0);
		rig.token = els_log_in(&rig.f, 0);
	}
}

int main(void)
{
#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_compare_write_is_atomic),
		TEST(test_log_out),
		TEST(test_compare_write_ends),
		TEST(test_read_during_unmap),
		TEST(test_write_during_unmap),
		TEST(test_block_is_atomic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
