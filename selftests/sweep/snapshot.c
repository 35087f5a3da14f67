// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: see snapshot.h. Pages are write-protected; the first write to one
 * keeps a copy of it. Those that are written again and again stay writable, and
 * are kept before and put back after, whether they were written or not.
 */
#include <host_sleep.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "digest.h"
#include "heap.h"
#include "snapshot.h"

#define STACK_SIZE	BIT(20)
#define OWN_STACK	(64u << 10)
#define WORLD_SIZE	(STACK_SIZE + HEAP_SIZE)
#define HOT_MAX		16384u
#define IDLE_MIN	8u	/* snapshots in which a page was not written */
#define FAULTS_MAX	6u
#define RANGES		2u

/**
 * struct page_state - of each page
 * @hot: it is writable
 * @faults: how often it became so, up to FAULTS_MAX: it is to stay so for longer
 */
struct page_state {
	bool hot;
	u8 faults;
};

/**
 * struct range - memory that is put back
 * @start: its first page
 * @size: its bytes
 * @copy: as large
 * @states: one for each page
 */
struct range {
	u8 *start;
	size_t size;
	u8 *copy;
	struct page_state *states;
};

/**
 * struct hot - a page that is writable
 * @page: the page
 * @copy: what it was at the snapshot
 * @state: of the page
 * @idle: snapshots since it was last written
 */
struct hot {
	u8 *page;
	u8 *copy;
	struct page_state *state;
	u32 idle;
};

/* Not in what is put back, as all of it is mapped. */
static struct snapshots {
	struct range range[RANGES];
	struct hot hot[HOT_MAX];
	u32 nr_hot;
	bool taken;
	int atomic;	/* host_atomic, which is not in the pages */
	jmp_buf resume;
	ucontext_t restorer;
	u8 stack[OWN_STACK], signal_stack[OWN_STACK];
} *snap;

void (*snapshot_died)(int signal);

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

static void protect(void *start, size_t size, bool writable)
{
	if (mprotect(start, size, writable ? PROT_READ | PROT_WRITE : PROT_READ))
		abort();
}

static void add_range(struct range *r, void *start, void *end)
{
	r->start = (u8 *)((uintptr_t)start & ~(uintptr_t)(PAGE_SIZE - 1));
	r->size = ALIGN((size_t)((u8 *)end - r->start), PAGE_SIZE);
	r->copy = map(r->size);
	r->states = map(r->size / PAGE_SIZE * sizeof(*r->states));
	protect(r->start, r->size, false);
}

/* False: it is none of a range, or was writable already. */
static bool make_hot(u8 *at)
{
	for (u32 i = 0; i < RANGES; i++) {
		struct range *r = &snap->range[i];
		size_t page = (size_t)(at - r->start) / PAGE_SIZE;
		struct hot *hot = &snap->hot[snap->nr_hot];

		if (at < r->start || at >= r->start + r->size)
			continue;
		if (r->states[page].hot || snap->nr_hot == HOT_MAX)
			return false;
		*hot = (struct hot){ r->start + page * PAGE_SIZE, r->copy + page * PAGE_SIZE,
				     &r->states[page], 0 };
		hot->state->hot = true;
		if (hot->state->faults < FAULTS_MAX)
			hot->state->faults++;
		snap->nr_hot++;
		memcpy(hot->copy, hot->page, PAGE_SIZE);
		protect(hot->page, PAGE_SIZE, true);
		return true;
	}
	return false;
}

static void caught(int sig, siginfo_t *info, void *context)
{
	if (sig == SIGSEGV && make_hot(info->si_addr))
		return;
	if (snap->taken)
		snapshot_died(sig);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_signals(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM };
	const stack_t stack = { .ss_sp = snap->signal_stack, .ss_size = OWN_STACK };
	const struct sigaction action = {
		.sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};

	sigaltstack(&stack, NULL);
	for (u32 i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

static void cool(u32 i)
{
	struct hot *hot = &snap->hot[i];

	hot->state->hot = false;
	protect(hot->page, PAGE_SIZE, false);
	*hot = snap->hot[--snap->nr_hot];
}

/* On a stack of its own, as that of the world changes. */
static void restore(void)
{
	for (u32 i = snap->nr_hot; i--;) {
		struct hot *hot = &snap->hot[i];

		if (memcmp(hot->page, hot->copy, PAGE_SIZE)) {
			memcpy(hot->page, hot->copy, PAGE_SIZE);
			hot->idle = 0;
		} else if (++hot->idle > IDLE_MIN << hot->state->faults) {
			cool(i);
		}
	}
	snap->taken = false;
	host_atomic = snap->atomic;
	longjmp(snap->resume, 1);
}

static noinline void keep_pages(void)
{
	for (u32 i = 0; i < snap->nr_hot; i++)
		memcpy(snap->hot[i].copy, snap->hot[i].page, PAGE_SIZE);
	snap->atomic = host_atomic;
	snap->taken = true;
}

bool snapshot_take(void)
{
	if (setjmp(snap->resume))
		return false;
	keep_pages();
	return true;
}

bool snapshot_taken(void)
{
	return snap && snap->taken;
}

void snapshot_back(void)
{
	setcontext(&snap->restorer);
	abort();
}

static void make_context(ucontext_t *context, void *stack, size_t size, void (*fn)(void))
{
	getcontext(context);
	context->uc_stack.ss_sp = stack;
	context->uc_stack.ss_size = size;
	makecontext(context, fn, 0);
}

void snapshot_run(void (*world)(void))
{
	u8 *guard = map(PAGE_SIZE + WORLD_SIZE);
	u8 *mem = guard + PAGE_SIZE;
	ucontext_t start;

	snap = map(sizeof(*snap));
	heap_init(mem + STACK_SIZE);
	catch_signals();
	make_context(&snap->restorer, snap->stack, OWN_STACK, restore);
	make_context(&start, mem, STACK_SIZE, world);
	/* Of no range: who writes below the stack dies of it. */
	protect(guard, PAGE_SIZE, false);
	add_range(&snap->range[0], mem, mem + WORLD_SIZE);
	add_range(&snap->range[1], __data_start, _end);
	setcontext(&start);
	abort();
}
