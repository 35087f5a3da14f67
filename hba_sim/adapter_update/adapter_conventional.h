/* SPDX-License-Identifier: GPL-2.0 */
/* The adapter, as a conventional overlay sees it. */
#ifndef HBA_SIM_ADAPTER_CONVENTIONAL_H
#define HBA_SIM_ADAPTER_CONVENTIONAL_H

#include "../../overlay/engine/conventional.h"

extern const struct overlay_conventional adapter_conventional;

#endif
