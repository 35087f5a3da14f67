/* SPDX-License-Identifier: GPL-2.0 */
/* The system services that images call during an update. */
#ifndef OVERLAY_SERVICES_H
#define OVERLAY_SERVICES_H

#include "engine.h"

bool overlay_selftest_failed(const struct overlay *ov);

/* chips.c */
int overlay_serve_erase(struct overlay *ov, const u32 *arg);
int overlay_serve_program(struct overlay *ov, const u32 *arg);
int overlay_serve_select(struct overlay *ov, const u32 *arg);

/* services.c again */
int overlay_require_fit(struct overlay *ov);
int overlay_fetch(struct overlay *ov, u32 key);
int overlay_serve(struct overlay *ov, const struct overlay_request *call);

#endif
