/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the linker puts before functions of the module (--wrap), in those
 * targets that define one.
 */
#ifndef FUZZ_HOOKS_H
#define FUZZ_HOOKS_H

#include "../../hba_sim/far_end/fabric.h"
#include "../../hba_sim/processor/cpu.h"

enum hart_exit __real_hart_run(struct hart *h, u64 limit);
enum hart_exit __wrap_hart_run(struct hart *h, u64 limit);

int __real_fabric_media(struct fabric *f, const struct frame_media *req, struct dma_buffer *buf,
			const struct media_how *how, struct frame_media_done *done);
int __wrap_fabric_media(struct fabric *f, const struct frame_media *req, struct dma_buffer *buf,
			const struct media_how *how, struct frame_media_done *done);

#endif
