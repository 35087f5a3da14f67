/* SPDX-License-Identifier: GPL-2.0 */
/* Updates that begin in band, as the overlay engine sees them. */
#ifndef HBA_SIM_INBAND_H
#define HBA_SIM_INBAND_H

#include "host.h"

void inband_init(struct host *host);
void inband_abandon(struct host *host, int target);
void inband_abandon_lost(struct host *host);
void inband_abandon_command(struct host *host, const struct hba_cmd *cmd);
int inband_claim(struct adapter *a, bool permanent);
void inband_start(struct adapter *a, void *image, size_t size);

#endif
