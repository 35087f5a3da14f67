/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that are supported, under the newest one's names as far as
 * there are. features.sh looks for the features and defines HAVE_*, which Kbuild gives to
 * each source; no version is tested.
 */
#ifndef COMPAT_COMPAT_H
#define COMPAT_COMPAT_H

#ifdef CONFIG_PREEMPT_RT
#error "the pause of an update takes spin locks with preemption off"
#endif

/* eh_timed_out had the block layer's return type before it had its own. */
#ifndef HAVE_SCSI_TIMEOUT_ACTION
#define scsi_timeout_action	blk_eh_timer_return
#define SCSI_EH_RESET_TIMER	BLK_EH_RESET_TIMER
#define SCSI_EH_NOT_HANDLED	BLK_EH_DONE
#endif

/* queuecommand was an int. */
#ifdef HAVE_SCSI_QC_STATUS
#define QC_STATUS		enum scsi_qc_status
#else
#define QC_STATUS		int
#endif

/* One queue for all remote ports of a host; where each port has one, no host is without. */
#ifndef HAVE_FC_HOST_DEVLOSS_WORK_Q
#define fc_host_devloss_work_q(shost)	((shost) != NULL)
#endif

#ifndef HAVE_HRTIMER_SETUP
#define hrtimer_setup(timer, handler, clock, mode) do {	\
	struct hrtimer *timer_ = (timer);			\
								\
	hrtimer_init(timer_, clock, mode);			\
	timer_->function = (handler);				\
} while (0)
#endif

/* The callback that returns nothing had a name of its own while the other one was there. */
#ifdef HAVE_VOID_REMOVE
#define VOID_REMOVE		remove
#else
#define VOID_REMOVE		remove_new
#endif

#ifndef HAVE_SHA256_CTX
#define sha256_ctx		sha256_state
#endif

#ifdef HAVE_CONST_BIN_ATTRIBUTE
#define BIN_ATTRIBUTE		const struct bin_attribute
#else
#define BIN_ATTRIBUTE		struct bin_attribute
#endif

/* An element of an attribute group's bin_attrs. */
#define BIN_ATTRS		typeof(*((struct attribute_group *)NULL)->bin_attrs)

#endif
