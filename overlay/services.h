/* SPDX-License-Identifier: GPL-2.0 */
/* The system services that images call during an update. */
#ifndef OVERLAY_SERVICES_H
#define OVERLAY_SERVICES_H

#include "engine.h"

bool overlay_selftest_failed(const struct overlay *ov);
int overlay_serve(struct overlay *ov, const struct overlay_request *call);

#endif
