/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share: taking an input apart, and saying what is wrong.
 * Each target is one program with LLVMFuzzerTestOneInput() in fuzz_NAME.c.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/kernel.h>
#include <linux/types.h>

/**
 * struct fuzz_input - what is left of an input
 * @p: the next byte
 * @left: bytes from there on; behind the end come zeros
 */
struct fuzz_input {
	const u8 *p;
	size_t left;
};

u8 take_u8(struct fuzz_input *in);
u16 take_u16(struct fuzz_input *in);
u32 take_u32(struct fuzz_input *in);
void take_bytes(struct fuzz_input *in, void *to, size_t len);

/* A copy that ends where its memory ends, so that ASan sees the byte behind it. */
u8 *fuzz_copy(const void *from, size_t len);

/* The input has shown a mistake: says so and aborts, which libFuzzer reports. */
__noreturn __printf(3, 4) void fuzz_fail(const char *file, int line, const char *format, ...);

#define FUZZ_CHECK(cond)						\
do {									\
	if (!(cond))							\
		fuzz_fail(__FILE__, __LINE__, "not so: %s", #cond);	\
} while (0)

/* For custom mutators: their own random numbers, from libFuzzer's seed. */
u32 fuzz_random(u32 *state);
size_t LLVMFuzzerMutate(u8 *data, size_t size, size_t max);

/* Mutates @len bytes in place and leaves what is around them where it is. */
void fuzz_mutate_part(u8 *part, size_t len);

/*
 * The same for an input of records, after @first bytes: some are copied, dropped
 * or mutated. Returns the new size.
 */
size_t fuzz_mutate_records(u8 *data, size_t size, size_t max, size_t first, size_t record,
			   u32 *rng);

/* libFuzzer calls them by these names. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max, unsigned int seed);

#endif
