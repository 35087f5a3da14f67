/* SPDX-License-Identifier: GPL-2.0 */
/* Files that inject faults: /sys/kernel/debug/hba_sim/hostN. */
#ifndef HBA_SIM_DEBUGFS_H
#define HBA_SIM_DEBUGFS_H

struct host;

void hba_debugfs_init(void);
void hba_debugfs_exit(void);
void hba_debugfs_add(struct host *host);
void hba_debugfs_remove(struct host *host);

#endif
