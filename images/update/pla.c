// SPDX-License-Identifier: GPL-2.0
/* PLA configuration 1, which the board has from the start: the image in ROM carries it. */
#include "pla.h"

static const struct pla pla __pla = {
	.head = PLA_HEAD(1),
	.term = { PLA_TAKES(FRAME_FORMAT_1) },
};
