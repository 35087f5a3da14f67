/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unit attentions. There is only one initiator, so each logical unit has one I_T
 * nexus, and MODE PARAMETERS CHANGED, which is for all other I_T nexuses, never
 * occurs.
 */
#ifndef IMAGES_ATTENTION_H
#define IMAGES_ATTENTION_H

#include "persist.h"

void attention_set_all(u32 attention);
u32 attention_take(struct lu *lu);
__slow bool reply_attention(const struct frame_hdr *cmd, struct lu *lu);
#endif
