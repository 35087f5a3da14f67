/* SPDX-License-Identifier: GPL-2.0 */
/* What the FC transport class shows of an adapter. */
#ifndef HBA_SIM_SAN_HOST_H
#define HBA_SIM_SAN_HOST_H

#include <linux/types.h>

struct host;
struct scsi_transport_template;

int san_attach(void);
void san_detach(void);
struct scsi_transport_template *san_template(void);
void san_show_host(struct host *host);

#endif
