// SPDX-License-Identifier: GPL-2.0
/* What the fuzz targets share: see fuzz.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/random.h"
#include "fuzz.h"

#define PART_MAX	4096

/* libFuzzer sends what a target prints to /dev/null. */
static int complaints = STDERR_FILENO;

/*
 * Some targets free megabytes for each input: they need not be kept for long. A string
 * that has no end is a mistake also if the comparison ends before.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=64:detect_leaks=1:strict_string_checks=1";
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	complaints = dup(STDERR_FILENO);
	return 0;
}

void take_bytes(struct fuzz_input *in, void *to, size_t len)
{
	size_t n = min(len, in->left);

	memcpy(to, in->p, n);
	memset((u8 *)to + n, 0, len - n);
	in->p += n;
	in->left -= n;
}

u8 take_u8(struct fuzz_input *in)
{
	u8 value;

	take_bytes(in, &value, sizeof(value));
	return value;
}

u16 take_u16(struct fuzz_input *in)
{
	u16 low = take_u8(in);

	return low | take_u8(in) << 8;
}

u32 take_u32(struct fuzz_input *in)
{
	u32 low = take_u16(in);

	return low | (u32)take_u16(in) << 16;
}

u8 *fuzz_copy(const void *from, size_t len)
{
	u8 *copy = malloc(len);

	if (len)
		memcpy(copy, from, len);
	return copy;
}

void fuzz_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	dprintf(complaints, "%s:%d: ", file, line);
	va_start(args, format);
	vdprintf(complaints, format, args);
	va_end(args);
	dprintf(complaints, "\n");
	abort();
}

u32 fuzz_random(u32 *state)
{
	*state = *state ?: 1;
	return xorshift(state);
}

void fuzz_mutate_part(u8 *part, size_t len)
{
	u8 copy[PART_MAX];

	len = min(len, sizeof(copy));
	memcpy(copy, part, len);
	memcpy(part, copy, LLVMFuzzerMutate(copy, len, len));
}

/* A few bytes stay where they are and are another number. */
static void tweak(u8 *part, size_t len, u32 *rng)
{
	for (u32 n = fuzz_random(rng) % 3 + 1; n && len; n--) {
		u8 *p = &part[fuzz_random(rng) % len];

		switch (fuzz_random(rng) % 4) {
		case 0:
			*p = fuzz_random(rng);
			break;
		case 1:
			*p = fuzz_random(rng) % 16;
			break;
		case 2:
			*p += fuzz_random(rng) % 2 ? 1 : -1;
			break;
		default:
			*p ^= 1 << fuzz_random(rng) % 8;
		}
	}
}

size_t fuzz_mutate_records(u8 *data, size_t size, size_t max, size_t first, size_t record,
			   u32 *rng)
{
	size_t n = size > first ? (size - first) / record : 0;
	u8 *to, *from;

	if (!n || fuzz_random(rng) % 16 == 0)
		return LLVMFuzzerMutate(data, size, max);
	to = data + first + fuzz_random(rng) % n * record;
	from = data + first + fuzz_random(rng) % n * record;
	switch (fuzz_random(rng) % 8) {
	case 0:
		if (first + (n + 1) * record > max)
			break;
		memmove(to + record, to, data + first + n++ * record - to);
		break;
	case 1:
		memmove(to, to + record, data + first + n * record - to - record);
		n -= n > 1;
		break;
	case 2:
		memmove(to, from, record);
		break;
	case 3:
		tweak(data, first, rng);
		break;
	case 4:
		fuzz_mutate_part(to, record);
		break;
	default:
		tweak(to, record, rng);
	}
	return first + n * record;
}
