/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the linker's --wrap makes of functions that a test stands before: __real is
 * theirs, __wrap the test's. Which a program has is in the Makefile.
 */
#ifndef UNIT_WRAP_H
#define UNIT_WRAP_H

#include <openssl/evp.h>
#include <linux/types.h>

#include "../../hba_sim/far_end/fabric.h"
#include "../../hba_sim/processor/cpu.h"
#include "../../hba_sim/processor/insn.h"
#include "../../mrb/mrb.h"

struct hba_queue;

enum hart_exit __real_hart_run(struct hart *h, u64 limit);
enum hart_exit __wrap_hart_run(struct hart *h, u64 limit);

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void __real_free(void *mem);
void __wrap_free(void *mem);
struct insn __real_insn_decode(u32 raw);
struct insn __wrap_insn_decode(u32 raw);
void __real_icache_decode(struct insn *insns, const void *text, size_t bytes);
void __wrap_icache_decode(struct insn *insns, const void *text, size_t bytes);
int __real_mrb_digest(const void *buf, size_t len, u8 out[MRB_SHA256_SIZE]);
int __wrap_mrb_digest(const void *buf, size_t len, u8 out[MRB_SHA256_SIZE]);
u32 __real_mrb_crc32(const void *buf, size_t len);
u32 __wrap_mrb_crc32(const void *buf, size_t len);
void __real_fabric_els(struct fabric *f, const struct frame_els *req,
		       struct frame_els_done *done);
void __wrap_fabric_els(struct fabric *f, const struct frame_els *req,
		       struct frame_els_done *done);
void __wrap_synchronize_rcu(void);
void __real_queue_end_lost(struct hba_queue *q);
void __wrap_queue_end_lost(struct hba_queue *q);
int __real_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t len);
int __wrap_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t len);

#endif
