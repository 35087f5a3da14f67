/* SPDX-License-Identifier: GPL-2.0 */
/* Padding: what is sent after an image that is complete. */
#ifndef HBA_SIM_DOWNLOAD_PADDING_H
#define HBA_SIM_DOWNLOAD_PADDING_H

#include <linux/types.h>

struct download;
struct download_padding;

struct download_padding *padding_of(struct download *d, u32 target);
struct download_padding *padding_expect(struct download *d, u32 target, u32 flags, u32 at);
void padding_open(struct download_padding *p);
void padding_end(struct download *d, u32 target);
bool padding_goes_on(struct download *d, u32 target, u32 flags, u32 at);
void padding_took(struct download *d, u32 target, u32 len);

#endif
