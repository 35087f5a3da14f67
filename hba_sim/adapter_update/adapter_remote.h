/* SPDX-License-Identifier: GPL-2.0 */
/* An image behind the adapter's ports, for the overlay engine. */
#ifndef HBA_SIM_ADAPTER_REMOTE_H
#define HBA_SIM_ADAPTER_REMOTE_H

#include "../../overlay/engine/remote.h"

extern const struct overlay_remote adapter_remote;

#endif
