/* SPDX-License-Identifier: GPL-2.0 */
/* A PLA configuration as an image carries it, see pla.c in a version's folder. */
#ifndef IMAGES_PLA_H
#define IMAGES_PLA_H

#include <hba_sim/chip.h>
#include <hba_sim/frame.h>

#define PLA_TERMS	540u	/* terms in this PLA; unused ones set no output */

/**
 * struct pla - contents of a configuration
 * @head: header; the packer fills in its checksum
 * @term: product terms
 */
struct pla {
	struct chip_contents head;
	struct pla_term term[PLA_TERMS];
};

/* A term that takes all types of frames of one format. */
#define PLA_TAKES(format) \
	{ PLA_FRAME_FORMAT, (format) << 8, PLA_TAKE, 0 }

#define PLA_HEAD(pla_version) \
	{ CHIP_MAGIC, CHIP_PLA, pla_version, sizeof(struct pla), 0, { 0 } }

#define __pla __attribute__((section(".chip.pla"), used))

#endif
