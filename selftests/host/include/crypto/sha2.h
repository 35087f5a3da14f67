/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User space stand-in for the kernel header of this name, over libcrypto.
 */
#ifndef HOST_CRYPTO_SHA2_H
#define HOST_CRYPTO_SHA2_H

#include <stdlib.h>
#include <openssl/evp.h>
#include <linux/types.h>

#define SHA256_DIGEST_SIZE	32

struct sha256_state {
	EVP_MD_CTX *ctx;
};

/* As in the kernel, nothing here can fail: out of memory ends the program. */
static inline void sha256_init(struct sha256_state *state)
{
	state->ctx = EVP_MD_CTX_new();
	if (!state->ctx || !EVP_DigestInit_ex(state->ctx, EVP_sha256(), NULL))
		abort();
}

static inline void sha256_update(struct sha256_state *state, const u8 *data, unsigned int len)
{
	if (!EVP_DigestUpdate(state->ctx, data, len))
		abort();
}

static inline void sha256_final(struct sha256_state *state, u8 *out)
{
	if (!EVP_DigestFinal_ex(state->ctx, out, NULL))
		abort();
	EVP_MD_CTX_free(state->ctx);
}

static inline void sha256(const u8 *data, unsigned int len, u8 *out)
{
	struct sha256_state state;

	sha256_init(&state);
	sha256_update(&state, data, len);
	sha256_final(&state, out);
}

#endif
