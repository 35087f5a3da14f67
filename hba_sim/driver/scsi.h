/* SPDX-License-Identifier: GPL-2.0 */
/* The way of a command from the SCSI midlayer to the adapter and back. */
#ifndef HBA_SIM_SCSI_H
#define HBA_SIM_SCSI_H

#include <scsi/scsi_host.h>

#include <compat/compat.h>

struct adapter_ops;

extern const struct adapter_ops hba_adapter_ops;

int hba_init_cmd(struct Scsi_Host *shost, struct scsi_cmnd *sc);
QC_STATUS hba_queuecommand(struct Scsi_Host *shost, struct scsi_cmnd *sc);

#endif
