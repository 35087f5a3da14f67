/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of adapter_overlay_ops. */
#ifndef HBA_SIM_ADAPTER_OPS_H
#define HBA_SIM_ADAPTER_OPS_H

#include "../adapter/adapter.h"
#include "adapter_update.h"

extern const struct overlay_board_ops adapter_board_ops;
extern const struct overlay_processor_ops adapter_processor_ops;
extern const struct overlay_memory_ops adapter_memory_ops;
extern const struct overlay_queue_ops adapter_queue_ops;
extern const struct overlay_media_ops adapter_media_ops;
extern const struct overlay_chip_ops adapter_chip_ops;
extern const struct overlay_conventional adapter_conventional;
extern const struct overlay_remote adapter_remote;

/* ops_memory.c */
struct bus_window *service_window(struct adapter *a, u32 base);

#endif
