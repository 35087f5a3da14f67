// SPDX-License-Identifier: GPL-2.0
/*
 * Harts on several CPUs with shared memory: AMO, lr/sc, locks made of them,
 * fences, dirty marks. For ThreadSanitizer, which watches the interpreter and,
 * through a plain counter of the host's, whether a guest's lock really orders.
 */
#include <pthread.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include "../../hba_sim/processor/bus.h"
#include "../../hba_sim/processor/cpu.h"
#include "guest/blob.h"

#define TEXT		0x80000000u
#define DATA		0x90000000u
#define HARTS		3
#define PAGE		4096u
#define WORD(n)		((n) * 16)	/* index of the word at 64 * n */

enum {
	ENTRY_AMO, ENTRY_LRSC, ENTRY_LOCK_AMO, ENTRY_LOCK_LRSC, ENTRY_DIRTY, ENTRY_MESSAGE,
	ENTRY_COUNTDOWN,
};

enum { A0 = 10, A1, A2, A7 = 17 };

static struct insn text_insns[256];
static u32 shared[PAGE / 4] __aligned(64);
static unsigned long dirty_map[1];
static struct hart harts[HARTS];
static u32 in_lock;		/* protected by the guests' lock, and plain */
static int ended;		/* harts that have come to their final ecall */

static void set_up(struct hart *h, u32 id, u32 entry, u32 rounds)
{
	memset(h, 0, sizeof(*h));
	h->win[TEXT >> BUS_WINDOW_BITS] = (struct bus_window){
		.mem = (u8 *)stress_image, .size = ALIGN(stress_image_end - stress_image, 8),
		.perm = BUS_R | BUS_X, .insns = text_insns,
		.nr_insns = (stress_image_end - stress_image) / 4,
	};
	h->win[DATA >> BUS_WINDOW_BITS] = (struct bus_window){
		.mem = (u8 *)shared, .size = PAGE, .perm = BUS_R | BUS_W,
	};
	hart_reset(h, id, TEXT + 4 * entry);
	h->x[A0] = DATA;
	h->x[A1] = rounds;
}

/* To the final ecall; the ones before it are from within the lock. */
static void *run(void *arg)
{
	struct hart *h = arg;
	enum hart_exit exit;

	for (;;) {
		exit = hart_run(h, 1000);
		if (exit == HART_LIMIT)
			continue;
		if (exit != HART_ECALL || h->x[A7] != 1)
			break;
		in_lock++;
		hart_return(h, h->x[A0]);
	}
	/* pairs with test_dirty_last_write() */
	smp_store_release(&ended, 1);
	return (void *)(uintptr_t)(exit == HART_ECALL);
}

static void start(pthread_t *threads, unsigned int count, u32 entry, u32 rounds)
{
	unsigned int i;

	ended = 0;
	memset(shared, 0, sizeof(shared));
	for (i = 0; i < count; i++) {
		set_up(&harts[i], i, entry, rounds);
		if (entry == ENTRY_DIRTY || entry == ENTRY_COUNTDOWN)
			harts[i].win[DATA >> BUS_WINDOW_BITS].dirty = dirty_map;
	}
	for (i = 0; i < count; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run, &harts[i]), 0);
}

static void finish(pthread_t *threads, unsigned int count)
{
	unsigned int i;
	void *by_ecall;

	for (i = 0; i < count; i++) {
		assert_int_equal(pthread_join(threads[i], &by_ecall), 0);
		assert_non_null(by_ecall);
	}
}

static void run_all(u32 entry, u32 rounds)
{
	pthread_t threads[HARTS];

	start(threads, HARTS, entry, rounds);
	finish(threads, HARTS);
}

static void test_amo(void **state)
{
	run_all(ENTRY_AMO, 100000);
	assert_int_equal(shared[WORD(0)], HARTS * 100000);
	assert_int_equal(shared[WORD(1)], 0x7ffff);
	assert_int_equal(shared[WORD(2)], HARTS * 100000 - 1);
}

static void test_lrsc(void **state)
{
	run_all(ENTRY_LRSC, 50000);
	assert_int_equal(shared[0], HARTS * 50000);
}

static void test_lock(void **state, u32 entry)
{
	in_lock = 0;
	run_all(entry, 5000);
	assert_int_equal(shared[WORD(0)], 0);
	assert_int_equal(shared[WORD(1)], HARTS * 5000);
	assert_int_equal(in_lock, HARTS * 5000);
}

static void test_lock_amo(void **state)
{
	test_lock(state, ENTRY_LOCK_AMO);
}

static void test_lock_lrsc(void **state)
{
	test_lock(state, ENTRY_LOCK_LRSC);
}

static void test_message(void **state)
{
	pthread_t threads[2];

	start(threads, 2, ENTRY_MESSAGE, 200000);
	finish(threads, 2);
	assert_int_equal(harts[0].x[A2], 200000);
	assert_int_equal(harts[1].x[A2], 0);
}

/* As a converter does: clear the mark, then read what it stood for. */
static void convert(u32 *copy)
{
	unsigned int granule, i;

	for (granule = 0; granule < PAGE / BUS_GRANULE; granule++) {
		if (!test_and_clear_bit(granule, dirty_map))
			continue;
		for (i = granule * BUS_GRANULE / 4; i < (granule + 1) * BUS_GRANULE / 4; i++)
			copy[i] = READ_ONCE(shared[i]);
	}
}

static void test_dirty(void **state)
{
	static u32 copy[PAGE / 4];
	pthread_t threads[2];
	unsigned int i;

	start(threads, 2, ENTRY_DIRTY, 2000000);
	for (i = 0; i < 300; i++)
		convert(copy);
	finish(threads, 2);
	convert(copy);
	assert_memory_equal(copy, shared, PAGE);
	assert_int_equal(dirty_map[0], 0);
}

/*
 * The last write of many is the one whose mark must not come before its data:
 * many short runs, and a converter that looks at nothing else.
 */
static void test_dirty_last_write(void **state)
{
	pthread_t thread;
	unsigned int i;
	u32 seen = 0;

	for (i = 0; i < 2000; i++) {
		start(&thread, 1, ENTRY_COUNTDOWN, 500 + i % 61);
		do {
			if (test_and_clear_bit(1, dirty_map))
				seen = READ_ONCE(shared[WORD(1)]);
			/* pairs with run() */
		} while (!smp_load_acquire(&ended));
		finish(&thread, 1);
		if (test_and_clear_bit(1, dirty_map))
			seen = READ_ONCE(shared[WORD(1)]);
		assert_int_equal(seen, 1);
	}
}

/* The interrupt line is set from another CPU while the hart runs. */
static void test_interrupt_line(void **state)
{
	pthread_t thread;
	unsigned int i;

	start(&thread, 1, ENTRY_LRSC, 20000);
	for (i = 0; i < 1000; i++)
		hart_interrupt(&harts[0], i % 2);
	finish(&thread, 1);
	assert_int_equal(harts[0].mip, 0x800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amo),
		cmocka_unit_test(test_lrsc),
		cmocka_unit_test(test_lock_amo),
		cmocka_unit_test(test_lock_lrsc),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_dirty),
		cmocka_unit_test(test_dirty_last_write),
		cmocka_unit_test(test_interrupt_line),
	};

	icache_decode(text_insns, stress_image, stress_image_end - stress_image);
	return cmocka_run_group_tests_name("harts on several CPUs", tests, NULL, NULL);
}
