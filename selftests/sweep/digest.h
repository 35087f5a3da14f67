/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Digests of all that decides how a world goes on, and the memory of those that
 * were judged. Everything is deterministic, so worlds with the same digest have
 * the same future.
 */
#ifndef SWEEP_DIGEST_H
#define SWEEP_DIGEST_H

#include <stdbool.h>
#include <linux/types.h>

struct sweep_image;

u64 digest_world(const struct sweep_image *runs);
u64 digest_survivors(void);

void *shared_alloc(size_t size);
void judged_init(void);
bool judged_before(u64 digest);
void judged_good(u64 digest);
u64 judged_number(void);

#endif
