/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: the adapter as the overlay engine sees it: the groups of overlay_ops, a file for each
 * (ops_*.c). It knows the whole board, and the engine; the rooms below do not know it. It has
 * no lock of its own: the engine calls it from one thread at a time. This is the header for
 * the other rooms.
 */
#ifndef HBA_SIM_ADAPTER_UPDATE_H
#define HBA_SIM_ADAPTER_UPDATE_H

#include "../../overlay/engine/engine.h"

extern const struct overlay_ops adapter_overlay_ops;

#endif
