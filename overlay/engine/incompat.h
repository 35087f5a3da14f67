/* SPDX-License-Identifier: GPL-2.0 */
/* The incompatibilities that a new image's bootstrap reports. */
#ifndef OVERLAY_INCOMPAT_H
#define OVERLAY_INCOMPAT_H

#include <linux/types.h>

#include <hba_sim/overlay.h>

struct overlay;

/**
 * struct overlay_report - an incompatibility
 * @kind: enum report_kind
 * @state: enum report_state
 * @old: value of the old image or of its environment, as @kind says
 * @new: value of the new image
 */
struct overlay_report {
	u16 kind;
	u16 state;
	u32 old;
	u32 new;
};

/**
 * struct overlay_reports - the reports of one update, in the order in which they came
 * @nr: entries in @report
 * @report: the incompatibilities
 */
struct overlay_reports {
	u32 nr;
	struct overlay_report report[REPORTS_MAX];
};

int overlay_take_report(struct overlay *ov, const struct overlay_report *report);
void overlay_all_reconciled(struct overlay *ov);
void overlay_read_reports(struct overlay *ov, struct overlay_reports *reports);
u32 overlay_format_report(const struct overlay *ov, const struct overlay_report *report,
			  char *buf, u32 size);

#endif
