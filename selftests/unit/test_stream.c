// SPDX-License-Identifier: GPL-2.0
/* An image as a stream (U2): in order, from one sender, and nothing stays of half of one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <linux/jiffies.h>
#include <linux/vmalloc.h>

#include "../../overlay/engine/stream.h"

#define MAX	100u

static struct overlay_stream stream;
static u8 bytes[MAX + 1];
static u32 frees;

static void freed(const void *mem)
{
	frees++;
}

static int setup(void **state)
{
	for (u32 i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * 7;
	frees = 0;
	host_freed = freed;
	overlay_stream_init(&stream, MAX);
	return 0;
}

static int teardown(void **state)
{
	overlay_stream_destroy(&stream);
	host_freed = NULL;
	host_alloc_left = -1;
	return 0;
}

static void expect_nothing(void)
{
	size_t size = 1;

	assert_int_equal(overlay_stream_append(&stream, 0, bytes, 1), -ENODEV);
	assert_null(overlay_stream_take(&stream, &size));
	assert_int_equal(overlay_stream_size(&stream), 0);
	assert_false(overlay_stream_discard(&stream));
}

static void test_whole(void **state)
{
	size_t size = 0;
	u8 first[40];
	u8 *image;

	expect_nothing();
	assert_int_equal(overlay_stream_open(&stream), 0);
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, 30), 0);
	assert_false(overlay_stream_read(&stream, first, 40));
	assert_int_equal(overlay_stream_append(&stream, 30, bytes + 30, MAX - 30), 0);
	assert_true(overlay_stream_read(&stream, first, 40));
	assert_memory_equal(first, bytes, 40);
	image = overlay_stream_take(&stream, &size);
	assert_int_equal(size, MAX);
	assert_memory_equal(image, bytes, MAX);
	vfree(image);
	expect_nothing();
}

static void test_order(void **state)
{
	assert_int_equal(overlay_stream_open(&stream), 0);
	assert_int_equal(overlay_stream_append(&stream, 1, bytes, 1), -EINVAL);
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, 10), 0);
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, 10), -EBUSY);
	assert_int_equal(overlay_stream_append(&stream, 9, bytes, 10), -EBUSY);
	assert_int_equal(overlay_stream_append(&stream, ~0ull, bytes, 10), -EINVAL);
	assert_int_equal(overlay_stream_size(&stream), 10);
	overlay_stream_cut(&stream, 4);
	overlay_stream_cut(&stream, 50);
	assert_int_equal(overlay_stream_size(&stream), 4);
	assert_int_equal(overlay_stream_append(&stream, 4, bytes + 4, 6), 0);
}

static void test_too_large(void **state)
{
	assert_int_equal(overlay_stream_open(&stream), 0);
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, MAX), 0);
	assert_int_equal(overlay_stream_append(&stream, MAX, bytes, 1), -EFBIG);
	assert_int_equal(frees, 1);
	expect_nothing();
	assert_int_equal(overlay_stream_open(&stream), 0);
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, MAX + 1), -EFBIG);
	assert_int_equal(frees, 2);
}

static void test_abandoned(void **state)
{
	assert_int_equal(overlay_stream_open(&stream), 0);
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, 10), 0);
	assert_int_equal(overlay_stream_open(&stream), 0);
	assert_int_equal(overlay_stream_size(&stream), 0);
	assert_true(overlay_stream_discard(&stream));
	assert_int_equal(frees, 1);
	expect_nothing();
}

/* It is dropped after a time without a byte, and not before. */
static void test_silent(void **state)
{
	stream.idle_ms = 1000;
	assert_int_equal(overlay_stream_open(&stream), 0);
	jiffies += HZ;
	assert_int_equal(overlay_stream_append(&stream, 0, bytes, 10), 0);
	jiffies += HZ;
	stream.idle.work.func(&stream.idle.work);
	assert_int_equal(overlay_stream_size(&stream), 10);
	jiffies++;
	stream.idle.work.func(&stream.idle.work);
	assert_int_equal(frees, 1);
	expect_nothing();
	stream.idle.work.func(&stream.idle.work);
}

static void test_no_memory(void **state)
{
	host_alloc_left = 0;
	assert_int_equal(overlay_stream_open(&stream), -ENOMEM);
	host_alloc_left = -1;
	expect_nothing();
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whole),
		TEST(test_order),
		TEST(test_too_large),
		TEST(test_abandoned),
		TEST(test_silent),
		TEST(test_no_memory),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
