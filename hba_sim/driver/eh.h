/* SPDX-License-Identifier: GPL-2.0 */
/* Error handling: what the SCSI midlayer does with commands in flight. */
#ifndef HBA_SIM_EH_H
#define HBA_SIM_EH_H

#include <scsi/scsi_host.h>

#include <compat/compat.h>

int hba_eh_abort(struct scsi_cmnd *sc);
int hba_eh_device_reset(struct scsi_cmnd *sc);
int hba_eh_host_reset(struct scsi_cmnd *sc);
enum scsi_timeout_action hba_eh_timed_out(struct scsi_cmnd *sc);

#endif
