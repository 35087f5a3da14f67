/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a command that reaches the medium must have done, made from its CDB
 * alone: the disks as they should be.
 */
#ifndef FUZZ_SCSI_ORACLE_H
#define FUZZ_SCSI_ORACLE_H

#include "host.h"

#define ORACLE_BLOCKS	256u	/* of each disk */
#define ORACLE_TARGETS	2u

void oracle_reset(void);
/* The command has ended with a status: is the disk as it should be? */
void oracle_check(struct model *m, const struct host_cmd *c);

#endif
