// SPDX-License-Identifier: GPL-2.0
/*
 * The world's heap: see heap.h. Small blocks are used again, large ones are not,
 * so that these need not be filled with zeros.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>

#include "heap.h"

#define SMALLEST	4u	/* 16 bytes */
#define LARGE		16u	/* 64 KiB, and what is larger */
#define FREED		32u	/* added to the class of what is free */

/**
 * struct block - what lies before each block
 * @next: of the same class, if it is free
 * @class: log2 of its size, or LARGE; more by FREED while it is free
 */
struct block {
	struct block *next;
	u32 class;
} __attribute__((aligned(16)));

/**
 * struct heap - at the start of the heap
 * @used: bytes of it that were ever given away
 * @free: free blocks, by class
 */
struct heap {
	size_t used;
	struct block *free[LARGE];
} __attribute__((aligned(16)));

static struct heap *heap;

void heap_init(void *mem)
{
	heap = mem;
	heap->used = sizeof(*heap);
}

static struct block *new_block(size_t size, u32 class)
{
	struct block *b = (struct block *)((u8 *)heap + heap->used);

	size = (size + sizeof(*b) + 15) & ~(size_t)15;
	if (size > HEAP_SIZE - heap->used)
		abort();
	heap->used += size;
	b->class = class;
	return b;
}

void *__wrap_calloc(size_t n, size_t size)
{
	u32 class = SMALLEST;
	struct block *b;

	size *= n;
	while (class < LARGE && size > (size_t)1 << class)
		class++;
	if (class == LARGE)
		return new_block(size, LARGE) + 1;
	b = heap->free[class];
	if (!b)
		return new_block((size_t)1 << class, class) + 1;
	heap->free[class] = b->next;
	b->class = class;
	memset(b + 1, 0, size);
	return b + 1;
}

void *__wrap_malloc(size_t size)
{
	return __wrap_calloc(1, size);
}

/* Libraries have their own heap. */
void __wrap_free(void *p)
{
	struct block *b = (struct block *)p - 1;

	if ((uintptr_t)p - (uintptr_t)heap >= HEAP_SIZE) {
		__real_free(p);
		return;
	}
	if (b->class > LARGE)	/* freed twice, or overwritten */
		abort();
	if (b->class < LARGE) {
		b->next = heap->free[b->class];
		heap->free[b->class] = b;
	}
	b->class += FREED;
}
