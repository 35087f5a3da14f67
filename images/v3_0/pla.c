// SPDX-License-Identifier: GPL-2.0
/* PLA configuration 2: the ports take frames of format 2 as well. */
#include "pla.h"

static const struct pla pla __pla = {
	.head = PLA_HEAD(2),
	.term = { PLA_TAKES(FRAME_FORMAT_1), PLA_TAKES(FRAME_FORMAT_2) },
};
