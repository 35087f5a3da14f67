// SPDX-License-Identifier: GPL-2.0
/* The log pages of all images before 3.0. */
#include "lib.h"
#include "scsi_log.h"

const struct log_page log_pages[] = {
	{ LOG_SUPPORTED, 0, log_supported },
	{ LOG_STATISTICS, 1, log_statistics },
	{ 0, 0, NULL }
};
