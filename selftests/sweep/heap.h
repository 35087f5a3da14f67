/* SPDX-License-Identifier: GPL-2.0 */
/* The world's heap: all of it, with its own state, is one piece of memory. */
#ifndef SWEEP_HEAP_H
#define SWEEP_HEAP_H

#include <stddef.h>

#define HEAP_SIZE	(256u << 20)

/* Where the heap is to be: HEAP_SIZE bytes of zeros. */
void heap_init(void *mem);

/* What the linker makes of the program's calls. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void __wrap_free(void *p);
void __real_free(void *p);

#endif
