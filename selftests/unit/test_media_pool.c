// SPDX-License-Identifier: GPL-2.0
/*
 * The bound of what all disks take, on a machine with pages of 64 KiB: each page of blocks
 * takes one of those.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PAGE_SIZE	65536u
#include "../../hba_sim/far_end/media_pool.c"

#define MIB	1048576u

static void test_limit(void **state)
{
	void *page[16];

	media_pool_set_limit(MIB);
	for (u32 i = 0; i < 16; i++) {
		page[i] = media_pool_get(MEDIA_NOWAIT);
		assert_non_null(page[i]);
		assert_int_equal(media_pool_used(), (i + 1) * PAGE_SIZE);
	}
	assert_null(media_pool_get(MEDIA_NOWAIT));
	assert_false(media_pool_reserve(1, MEDIA_WAIT));
	for (u32 i = 0; i < 16; i++)
		media_pool_put(page[i]);
	assert_int_equal(media_pool_used(), 0);
	assert_false(media_pool_reserve(17, MEDIA_NOWAIT));
	assert_true(media_pool_reserve(16, MEDIA_NOWAIT));
	media_pool_unreserve(16);
	media_pool_set_limit(0);
	assert_int_equal(host_pages, 0);
}

/* Half of memory, and a sixteenth of it is left to others. */
static void test_machine(void **state)
{
	host_ram_pages = 1024;
	host_available_pages = 64 + 10;
	assert_int_equal(media_pool_default(), 32 * MIB);
	assert_false(media_pool_reserve(64, MEDIA_NOWAIT));
	assert_true(media_pool_reserve(10, MEDIA_NOWAIT));
	media_pool_unreserve(10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
