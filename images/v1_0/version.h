/* SPDX-License-Identifier: GPL-2.0 */
/* Image 1.0, the one in ROM. */
#ifndef IMAGES_VERSION_H
#define IMAGES_VERSION_H

#define IMAGE_VERSION		MRB_VERSION(1u, 0u)
#define IMAGE_ORDINAL		100u
#define IMAGE_NAME		"1.0"
#define IMAGE_CAPABILITIES	(CAP_IMAGE_FRAME_1 | CAP_IMAGE_MODE_SELECT | CAP_IMAGE_UPDATE)
#define IMAGE_GIVES_UP		0u	/* capabilities of older images */
#define IMAGE_OLDEST		0u	/* replaces any older image */
#define INQUIRY_REVISION	"1.0 "	/* always four characters */

#endif
