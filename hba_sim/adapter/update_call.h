/* SPDX-License-Identifier: GPL-2.0 */
/* The system services as microcode calls them. */
#ifndef HBA_SIM_UPDATE_CALL_H
#define HBA_SIM_UPDATE_CALL_H

struct adapter;

void update_call(struct adapter *a);

#endif
