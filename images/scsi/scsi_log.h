/* SPDX-License-Identifier: GPL-2.0 */
/* LOG SENSE: log pages. */
#ifndef IMAGES_SCSI_LOG_H
#define IMAGES_SCSI_LOG_H

#include "persist.h"

#define LOG_SUPPORTED		0x00
#define LOG_STATISTICS		0x19	/* general statistics and performance */
#define LOG_BINARY_LIST		0x03	/* format of a parameter that is not a counter */
#define LOG_PAGE_MAX		128u	/* bytes, the header included */

/**
 * struct log_page - a log page
 * @code: its number
 * @last: highest parameter code of the page
 * @build: writes the parameters with codes from @first on to @to, which is zeros; returns
 *	   their length
 *
 * All pages but LOG_SUPPORTED report cumulative values only.
 */
struct log_page {
	u32 code;
	u32 last;
	u32 (*build)(u8 *to, const struct nexus *nexus, u32 first);
};

/* The pages of this image, in ascending order, ended by an entry without @build. */
extern const struct log_page log_pages[];

u32 log_supported(u8 *to, const struct nexus *nexus, u32 first);
u32 log_statistics(u8 *to, const struct nexus *nexus, u32 first);

void scsi_log_sense(const struct frame_scsi *scsi, struct lu *lu);

#endif
