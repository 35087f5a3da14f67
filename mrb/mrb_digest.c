// SPDX-License-Identifier: GPL-2.0
/*
 * Checksum and digest of an MRB image, both for checking and for making images.
 */
#include <crypto/sha2.h>
#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/stddef.h>

#include <compat/compat.h>
#include "mrb.h"

/* Bytes after which a checksum over megabytes lets other threads run. */
#define SLICE		16384u

/* What counts as zeros: for each of the two, from its own field to the end of both fields. */
#define CRC_HOLE_START	offsetof(struct mrb_header, crc32)
#define SHA_HOLE_START	offsetof(struct mrb_header, sha256)
#define HOLE_END	(SHA_HOLE_START + MRB_SHA256_SIZE)

static u32 crc_update(u32 crc, const u8 *p, size_t len)
{
	while (len) {
		size_t n = min_t(size_t, len, SLICE);

		crc = crc32_le(crc, p, n);
		p += n;
		len -= n;
		cond_resched();
	}
	return crc;
}

/**
 * mrb_crc32() - compute the checksum for an image's header
 * @buf: the whole file
 * @len: bytes in @buf, at least a header's
 *
 * CRC-32 (IEEE 802.3) of the file, with the fields crc32 and sha256 as zeros.
 *
 * Context: process context, may sleep.
 * Return: the checksum; 0 if @len is too small.
 */
u32 mrb_crc32(const void *buf, size_t len)
{
	static const u8 zeros[HOLE_END - CRC_HOLE_START];
	const u8 *p = buf;
	u32 crc;

	if (len < sizeof(struct mrb_header))
		return 0;
	crc = crc_update(~0u, p, CRC_HOLE_START);
	crc = crc_update(crc, zeros, sizeof(zeros));
	return ~crc_update(crc, p + HOLE_END, len - HOLE_END);
}

static void sha_update(struct sha256_ctx *state, const u8 *p, size_t len)
{
	while (len) {
		size_t n = min_t(size_t, len, SLICE);

		sha256_update(state, p, n);
		p += n;
		len -= n;
		cond_resched();
	}
}

/**
 * mrb_digest() - compute the digest for an image's header
 * @buf: the whole file
 * @len: bytes in @buf, at least a header's
 * @out: SHA-256 of the file, with the field sha256 as zeros
 *
 * Context: process context, may sleep.
 * Return: 0, or -EMSGSIZE if @len is too small.
 */
int mrb_digest(const void *buf, size_t len, u8 out[MRB_SHA256_SIZE])
{
	static const u8 zeros[HOLE_END - SHA_HOLE_START];
	struct sha256_ctx state;
	const u8 *p = buf;

	if (len < sizeof(struct mrb_header))
		return -EMSGSIZE;
	sha256_init(&state);
	sha_update(&state, p, SHA_HOLE_START);
	sha_update(&state, zeros, sizeof(zeros));
	sha_update(&state, p + HOLE_END, len - HOLE_END);
	sha256_final(&state, out);
	return 0;
}
