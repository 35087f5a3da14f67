/* SPDX-License-Identifier: GPL-2.0 */
/* The adapter as the overlay engine sees it. */
#ifndef HBA_SIM_ADAPTER_OVERLAY_H
#define HBA_SIM_ADAPTER_OVERLAY_H

#include "../../overlay/engine/engine.h"

extern const struct overlay_chip_ops adapter_chip_ops;
extern const struct overlay_ops adapter_overlay_ops;

#endif
