/* SPDX-License-Identifier: GPL-2.0 */
/* Updates that begin in band, as the overlay engine sees them. */
#ifndef HBA_SIM_INBAND_H
#define HBA_SIM_INBAND_H

#include "host.h"

void inband_init(struct host *host);
void inband_abandon(struct host *host, int target);
int inband_claim(struct adapter *a, bool permanent);
void inband_start(struct adapter *a, void *image, size_t size);

#endif
