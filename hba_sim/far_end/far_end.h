/* SPDX-License-Identifier: GPL-2.0 */
/*
 * README: what the adapter is connected to: the fabric with its remote ports and links, the
 * sessions as the far end sees them, the disks behind them, and the DMA to and from a
 * command's buffer. It knows nothing of the adapter. Locks: fabric.lock, and media_locks, each
 * for some pages of a disk. This is the header for the other rooms.
 */
#ifndef HBA_SIM_FAR_END_H
#define HBA_SIM_FAR_END_H

#include "dma.h"
#include "fabric.h"
#include "media_pool.h"
#include "port_terms.h"

#endif
