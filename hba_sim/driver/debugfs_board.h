/* SPDX-License-Identifier: GPL-2.0 */
/* Files that show the board's insides: /sys/kernel/debug/hba_sim/hostN. */
#ifndef HBA_SIM_DEBUGFS_BOARD_H
#define HBA_SIM_DEBUGFS_BOARD_H

struct adapter;
struct dentry;

void hba_debugfs_add_board(struct adapter *a, struct dentry *folder);

#endif
