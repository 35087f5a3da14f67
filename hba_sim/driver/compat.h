/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that are supported. Kbuild looks for the
 * features in the kernel's headers and defines HAVE_*; no version is tested.
 */
#ifndef HBA_SIM_COMPAT_H
#define HBA_SIM_COMPAT_H

#include <scsi/scsi_host.h>

#ifdef CONFIG_PREEMPT_RT
#error "the pause of an update takes spin locks with preemption off"
#endif

/* eh_timed_out had the block layer's return type before it had its own. */
#ifndef HAVE_SCSI_TIMEOUT_ACTION
#define scsi_timeout_action	blk_eh_timer_return
#define SCSI_EH_RESET_TIMER	BLK_EH_RESET_TIMER
#define SCSI_EH_NOT_HANDLED	BLK_EH_DONE
#endif

#endif
